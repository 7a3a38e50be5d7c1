// SPDX-License-Identifier: GPL-2.0-or-later
//! gscluster, the command line. A library, so that the jar's main class runs the same code as the binary.
#![forbid(unsafe_code)]

mod check;

use std::collections::BTreeMap;
use std::io::{self, Write};

/// What the command was asked for was done; `check`: the file is accepted.
pub const OK: i32 = 0;
/// `check`: the file is refused.
pub const REFUSED: i32 = 1;
/// The command line is wrong, or a file cannot be read.
pub const USAGE: i32 = 2;

const HELP: &str = "\
gscluster: looks after a cluster of GeoServers from the command line.

  gscluster check [--json] [-Dname=value]... FILE
      Says what a node would make of a hazelcast.xml: each element that is ignored or refused, with line and column,
      and a summary as the last line. Environment variables count as they do for a node; -D stands for a system
      property of its JVM. --json prints one JSON object instead.
      Exit status: 0 accepted, 1 refused, 2 the file cannot be read or the command line is wrong.
  gscluster --help
  gscluster --version
";

/// Runs the command. `args` are those after the program's name; all output goes to `out`. Gives the exit status.
pub fn run(args: &[String], out: &mut dyn Write) -> i32 {
    run_in(args, &environment(), out)
}

/// As [`run`], in a given environment.
pub fn run_in(args: &[String], environment: &BTreeMap<String, String>, out: &mut dyn Write) -> i32 {
    // Nobody is left to tell when the output is closed; the status says that something went wrong.
    command(args, environment, out).and_then(|status| out.flush().map(|()| status)).unwrap_or(USAGE)
}

fn command(args: &[String], environment: &BTreeMap<String, String>, out: &mut dyn Write) -> io::Result<i32> {
    let Some((first, rest)) = args.split_first() else {
        write!(out, "{HELP}")?;
        return Ok(USAGE);
    };
    match first.as_str() {
        "check" => check::run(rest, environment, out),
        "--help" | "-h" | "help" => {
            write!(out, "{HELP}")?;
            Ok(OK)
        }
        "--version" | "-V" => {
            writeln!(out, "gscluster {}", env!("CARGO_PKG_VERSION"))?;
            Ok(OK)
        }
        other => usage(out, &format!("unknown command {other}")),
    }
}

fn usage(out: &mut dyn Write, what: &str) -> io::Result<i32> {
    writeln!(out, "gscluster: {what}; gscluster --help shows the commands")?;
    Ok(USAGE)
}

/// The process's environment; what is no Unicode can be no setting.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}
