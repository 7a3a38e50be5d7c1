// SPDX-License-Identifier: GPL-2.0-or-later
//! `gs-cluster-sim --seeds N [--start S] [--threads T] [--planted BUG]`: runs seeds, and ends with the first that fails.
//! `gs-cluster-sim --seed X [--trace] [--planted BUG]`: runs one, and tells what happened.
//! `gs-cluster-sim --members N`: what a healthy cluster of this size costs each member.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command-line tool")]

use std::{
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Instant,
};

use gs_cluster_sim::{Outcome, plan::SECOND, planted::Planted, run, scale};

struct Arguments {
    seeds: u64,
    start: u64,
    seed: Option<u64>,
    members: Option<usize>,
    trace: bool,
    threads: u64,
    keep_going: bool,
    planted: Option<Planted>,
}

fn arguments() -> Result<Arguments, String> {
    let mut parsed = Arguments {
        seeds: 100,
        start: 0,
        seed: None,
        members: None,
        trace: false,
        threads: 2,
        keep_going: false,
        planted: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|e| format!("{text}: {e}"));
        match word.as_str() {
            "--seeds" => parsed.seeds = number(value()?)?,
            "--start" => parsed.start = number(value()?)?,
            "--seed" => parsed.seed = Some(number(value()?)?),
            "--members" => parsed.members = Some(usize::try_from(number(value()?)?).map_err(|e| e.to_string())?.max(2)),
            "--threads" => parsed.threads = number(value()?)?.max(1),
            "--trace" => parsed.trace = true,
            "--keep-going" => parsed.keep_going = true,
            "--planted" => parsed.planted = Some(value()?.parse()?),
            _ => return Err(format!("{word} is not known")),
        }
    }
    Ok(parsed)
}

fn main() -> ExitCode {
    match arguments() {
        Ok(arguments) => match (arguments.members, arguments.seed) {
            (Some(members), seed) => cost(members, seed.unwrap_or(0)),
            (None, Some(seed)) => one(&arguments, seed),
            (None, None) => many(&arguments),
        },
        Err(message) => {
            eprintln!("{message}");
            eprintln!("usage: gs-cluster-sim --seeds N [--start S] [--threads T] [--keep-going] [--planted BUG]");
            eprintln!("       gs-cluster-sim --seed X [--trace] [--planted BUG]");
            eprintln!("       gs-cluster-sim --members N [--seed X]");
            ExitCode::from(2)
        }
    }
}

fn cost(members: usize, seed: u64) -> ExitCode {
    let seconds = |micros: u64| micros as f64 / SECOND as f64;
    match scale::measure(members, seed) {
        Ok(cost) => {
            println!(
                "{members} members: formed in {:.1} s ({:.0} messages, {:.0} kB a member); each sends {:.0} messages, \
                 {:.1} kB a second; equal {:.1} s after the last write; simulated in {:.1} s",
                seconds(cost.formed),
                cost.forming.0,
                cost.forming.1 / 1e3,
                cost.running.0,
                cost.running.1 / 1e3,
                seconds(cost.settled),
                cost.took
            );
            ExitCode::SUCCESS
        }
        Err(what) => {
            println!("{members} members never come to rest: {what}");
            ExitCode::FAILURE
        }
    }
}

fn one(arguments: &Arguments, seed: u64) -> ExitCode {
    let outcome = run(seed, arguments.planted, arguments.trace);
    outcome.lines.iter().for_each(|line| println!("{line}"));
    let (writes, messages, bytes) = outcome.counts;
    println!(
        "seed {seed}: {writes} writes, {messages} messages, {bytes} bytes, well again after {:.1} s, hash {:016x}",
        outcome.healing as f64 / SECOND as f64,
        outcome.hash
    );
    if outcome.violation.is_some() { failed(arguments, seed, &outcome) } else { ExitCode::SUCCESS }
}

fn failed(arguments: &Arguments, seed: u64, outcome: &Outcome) -> ExitCode {
    if let Some(violation) = &outcome.violation {
        let planted = arguments.planted.map_or(String::new(), |p| format!(" --planted {p:?}"));
        println!(
            "seed {seed} FAILED at {:.6} s: {}: {}\n  reproduce: gs-cluster-sim --seed {seed} --trace{planted}",
            violation.at as f64 / SECOND as f64,
            violation.invariant,
            violation.what
        );
    }
    ExitCode::FAILURE
}

fn many(arguments: &Arguments) -> ExitCode {
    std::panic::set_hook(Box::new(|_| ()));
    let begun = Instant::now();
    let next = AtomicU64::new(arguments.start);
    let end = arguments.start + arguments.seeds;
    let stop = AtomicBool::new(false);
    let (done, failures, longest) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        break;
                    }
                    let outcome = run(seed, arguments.planted, false);
                    done.fetch_add(1, Ordering::Relaxed);
                    longest.fetch_max(outcome.healing, Ordering::Relaxed);
                    if outcome.violation.is_some() {
                        failures.fetch_add(1, Ordering::Relaxed);
                        failed(arguments, seed, &outcome);
                        stop.store(!arguments.keep_going, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let (done, failures) = (done.into_inner(), failures.into_inner());
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{done} seeds in {seconds:.1} s ({:.0} a second), {failures} failed, well again after at most {:.1} s",
        done as f64 / seconds,
        longest.into_inner() as f64 / SECOND as f64
    );
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
