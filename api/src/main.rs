//! sijill
fn main() {}
