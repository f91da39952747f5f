//! The `zhike` program. It calls the command line; nothing else lives here.

use std::process::ExitCode;

fn main() -> ExitCode {
    zhike::cli::main()
}
