// SPDX-License-Identifier: GPL-2.0-or-later
//! The gscluster command.

use std::process::ExitCode;

fn main() -> ExitCode {
    // What is no Unicode is no command or option; as a file's name it is reported as one that cannot be read.
    let args: Vec<String> = std::env::args_os().skip(1).map(|arg| arg.to_string_lossy().into_owned()).collect();
    let status = gs_cluster_cli::run(&args, &mut std::io::stdout().lock());
    ExitCode::from(u8::try_from(status).unwrap_or(u8::MAX))
}
