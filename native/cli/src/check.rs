// SPDX-License-Identifier: GPL-2.0-or-later
//! `gscluster check FILE`

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use gs_cluster_config::Config;

use crate::{OK, REFUSED, USAGE, usage};

pub(crate) fn run(args: &[String], environment: &BTreeMap<String, String>, out: &mut dyn Write) -> io::Result<i32> {
    let mut environment = environment.clone();
    let (mut json, mut file) = (false, None);
    let mut options = true;
    for arg in args {
        match arg.as_str() {
            "--" if options => options = false,
            "--json" if options => json = true,
            _ if options && arg.starts_with("-D") => {
                let Some((name, value)) = arg.trim_start_matches("-D").split_once('=') else {
                    return usage(out, &format!("{arg} is not of the form -Dname=value"));
                };
                environment.insert(name.to_owned(), value.to_owned());
            }
            _ if options && arg.starts_with('-') => return usage(out, &format!("unknown option {arg}")),
            _ if file.is_none() => file = Some(arg),
            _ => return usage(out, "check takes one file"),
        }
    }
    let Some(file) = file else { return usage(out, "check needs a file") };
    let verdict = match Config::read_file(Path::new(file), &environment) {
        Ok(verdict) => verdict,
        Err(error) => {
            writeln!(out, "gscluster: cannot read {file}: {error}")?;
            return Ok(USAGE);
        }
    };
    if json {
        writeln!(out, "{}", verdict.to_json())?;
    } else {
        write!(out, "{}", verdict.to_text())?;
    }
    Ok(if verdict.is_ok() { OK } else { REFUSED })
}
