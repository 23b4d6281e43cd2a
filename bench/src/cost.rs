//! What a program and all it started cost, as Linux tells: processor time and memory. What is done meanwhile is not here.

use std::fs;

use rustix::time::{ClockId, Timespec, clock_gettime};

/// Of the clock in `/proc/*/stat`: fixed to 100 for programs, whatever the kernel's own.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds of processor time, user and system, of these processes, their descendants, and those that ended and were waited
/// for; in steps of a hundredth.
pub fn cpu_seconds(roots: &[u32]) -> f64 {
    let ticks: u64 = tree(roots).iter().map(|process| process.ticks).sum();
    ticks as f64 / TICKS_PER_SECOND
}

/// Seconds of processor time of this process, in the finest steps.
pub fn own_cpu_seconds() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ProcessCPUTime);
    tv_sec as f64 + tv_nsec as f64 / 1e9
}

/// Proportional set size in KiB of these processes and their descendants: shared pages count once.
pub fn pss_kib(roots: &[u32]) -> u64 {
    tree(roots).iter().filter_map(|process| pss(process.id)).sum()
}

/// The highest resident size in KiB of this process since [`forget_peak`].
pub fn peak_kib() -> u64 {
    field("/proc/self/status", "VmHWM:").unwrap_or_default()
}

/// Begins a new peak.
pub fn forget_peak() {
    // Where it cannot be forgotten, what follows shows the peak of all before: never less than the truth.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

struct Process {
    id: u32,
    parent: u32,
    ticks: u64,
}

fn tree(roots: &[u32]) -> Vec<Process> {
    let mut rest: Vec<Process> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| stat(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    let mut found: Vec<Process> = Vec::new();
    loop {
        let ours =
            |process: &Process| roots.contains(&process.id) || found.iter().any(|parent| parent.id == process.parent);
        let (more, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(ours);
        if more.is_empty() {
            return found;
        }
        found.extend(more);
        rest = others;
    }
}

/// `/proc/<id>/stat`, whose second field is a name in brackets that may hold anything.
fn stat(id: u32) -> Option<Process> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<u64>().ok()).sum();
    Some(Process { id, parent: fields.get(1)?.parse().ok()?, ticks })
}

fn pss(id: u32) -> Option<u64> {
    field(&format!("/proc/{id}/smaps_rollup"), "Pss:")
}

fn field(path: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_works_costs_something() {
        let me = [std::process::id()];
        // The two clocks need not agree, only both move: asking itself is work.
        while cpu_seconds(&me) == 0.0 {
            assert!(own_cpu_seconds() < 5.0, "worked for seconds, and nothing in /proc");
        }
        assert!(own_cpu_seconds() > 0.0);
        assert!(pss_kib(&me) > 100);
        assert_eq!(pss_kib(&[]), 0);
    }
}
