//! The program `muster`. The subcommands are in `src/cli`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    muster::cli::main().await
}
