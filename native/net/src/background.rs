// SPDX-License-Identifier: GPL-2.0-or-later
//! Threads that let others go first.

/// Has the calling thread, once there is something for it to do, wait for a processor that is free, or a few milliseconds,
/// instead of taking one away from a thread at work at that moment: that one answers a request, by which this one was woken.
/// A priority that somebody chose for the process stays what it is, and so does the thread if the system refuses.
///
/// Linux calls it `SCHED_BATCH`: see sched(7).
pub fn step_back() {
    #[expect(unsafe_code, reason = "no library has it without changing the priority as well")]
    // SAFETY: 0 is the calling thread, and the parameters are read before the call returns.
    unsafe {
        if libc::sched_getscheduler(0) == libc::SCHED_OTHER {
            libc::sched_setscheduler(0, libc::SCHED_BATCH, &raw const PARAMETERS);
        }
    }
}

/// The only priority that there is without real time.
static PARAMETERS: libc::sched_param = libc::sched_param { sched_priority: 0 };

#[cfg(test)]
mod tests {
    use super::*;

    /// The policy of the calling thread: proc_pid_stat(5), field 41.
    fn policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("this is Linux");
        let after_name = stat.rsplit(") ").next().expect("a name");
        after_name.split(' ').nth(41 - 3).expect("a policy").to_owned()
    }

    #[test]
    fn only_the_thread_that_asks_for_it_steps_back() {
        let before = policy();
        let thread = std::thread::spawn(|| {
            step_back();
            policy()
        });
        assert_eq!(thread.join().expect("it ends"), libc::SCHED_BATCH.to_string());
        assert_eq!(policy(), before);
    }

    #[test]
    fn a_policy_that_somebody_chose_stays() {
        let thread = std::thread::spawn(|| {
            #[expect(unsafe_code, reason = "as above")]
            // SAFETY: as above.
            let chosen = unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const PARAMETERS) };
            step_back();
            (chosen, policy())
        });
        assert_eq!(thread.join().expect("it ends"), (0, libc::SCHED_IDLE.to_string()));
    }
}
