//! Time and memory of what is measured: a stopwatch, a program's whole run, and figures of several runs.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How often a running program's memory is looked at. The system keeps the peak; only the last look counts.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// How much of a failed program's errors is shown, in bytes.
const SHOWN_BYTES: usize = 2_000;

/// Time since it was started.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts now.
    #[expect(clippy::disallowed_methods, reason = "a bench measures the machine's time")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// A program's whole run.
pub struct Run {
    /// From before it was started until it had ended.
    pub seconds: f64,
    /// The most memory that it had in use at one time (its resident set), in bytes.
    pub peak_bytes: f64,
    /// What it printed on standard output.
    pub stdout: String,
}

/// Runs a program to its end.
///
/// # Errors
/// If it can't be started or fails.
pub fn run(command: &mut Command) -> Result<Run> {
    let watch = Stopwatch::start();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let (output, peak_bytes) = with_peak(child, Child::wait_with_output)?;
    let (output, seconds) = (output?, watch.seconds());
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let from = said.ceil_char_boundary(said.len().saturating_sub(SHOWN_BYTES));
        bail!("{command:?} ended with {}:\n{}", output.status, &said[from..]);
    }
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Run { seconds, peak_bytes, stdout })
}

/// Does `work` with a running program, and watches its memory meanwhile.
///
/// # Errors
/// If its memory can't be read even once.
pub fn with_peak<T>(child: Child, work: impl FnOnce(Child) -> T) -> Result<(T, f64)> {
    let pid = child.id();
    let ended = AtomicBool::new(false);
    let (done, peak) = std::thread::scope(|scope| {
        let watching = scope.spawn(|| watch_peak(pid, &ended));
        let done = work(child);
        ended.store(true, Ordering::Relaxed);
        (done, watching.join().unwrap_or_default())
    });
    if peak == 0 {
        bail!("/proc/{pid}/status tells no peak memory");
    }
    Ok((done, peak as f64))
}

#[expect(clippy::disallowed_methods, reason = "a thread of its own that only looks now and then")]
fn watch_peak(pid: u32, ended: &AtomicBool) -> u64 {
    let mut peak = 0;
    while !ended.load(Ordering::Relaxed) {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(kib.unwrap_or(0) * 1_024);
        std::thread::sleep(LOOK_EVERY);
    }
    peak
}

/// One figure a run, in the order of the runs.
#[derive(Clone, Debug, Default)]
pub struct Series(Vec<f64>);

impl Series {
    /// Adds the figure of the next run.
    pub fn push(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle one; NaN of none.
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let (half, even) = (sorted.len() / 2, sorted.len().is_multiple_of(2));
        match (sorted.get(half), even) {
            (None, _) => f64::NAN,
            (Some(upper), true) => f64::midpoint(sorted[half - 1], *upper),
            (Some(middle), false) => *middle,
        }
    }

    /// The median of the ratios run by run: what disturbs a run disturbs both of its figures.
    pub fn times(&self, other: &Self) -> f64 {
        Self(self.0.iter().zip(&other.0).map(|(own, other)| own / other).collect()).median()
    }

    /// Each figure by `change`.
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Self {
        Self(self.0.iter().copied().map(change).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_of_odd_and_even_numbers_of_runs() {
        assert_eq!(Series(vec![3.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(Series(vec![4.0, 1.0, 2.0, 3.0]).median(), 2.5);
        assert!(Series::default().median().is_nan());
    }

    #[test]
    fn ratios_pair_the_runs() {
        let (fast, slow) = (Series(vec![10.0, 2.0, 40.0]), Series(vec![5.0, 1.0, 20.0]));
        assert_eq!(fast.times(&slow), 2.0);
    }
}
