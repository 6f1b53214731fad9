//! Runs a command of the real binary and collects its output.

use std::path::Path;
use std::process::Command;

/// The path of the binary.
pub const MUSTER: &str = env!("CARGO_BIN_EXE_muster");

/// Returns a command that runs the binary in a folder, on free ports, with no other configuration.
pub fn muster(folder: &Path) -> Command {
    let mut command = Command::new(MUSTER);
    command
        .current_dir(folder)
        .env_clear()
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .env("SANDBOX_ADDR", "127.0.0.1:0");
    command
}

/// Runs a command to its end. Returns its exit code, stdout and stderr.
pub fn run(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}
