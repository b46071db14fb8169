//! How fast robots.txt is read.
fn main() {}
