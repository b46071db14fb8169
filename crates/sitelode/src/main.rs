//! The sitelode binary.
fn main() {}
