//! Prints the document of the API: what `cargo xtask gen` keeps as `api/openapi.json`.

fn main() {
    print!("{}", server::document());
}
