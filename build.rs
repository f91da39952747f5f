//! Embedded folders are read by macros; a file added to one of them must lead to a new build.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
