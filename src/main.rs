//! The `zhike` program. It parses the command line and calls the library; nothing else lives here.

fn main() {}
