//! What one page costs.
fn main() {}
