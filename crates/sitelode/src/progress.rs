//! Live progress: bars on a terminal, a plain line now and then otherwise. What else is written to standard error
//! goes past the bars, so that neither tears the other.

use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clock::{Clock, SystemClock};
use engine::QueueName;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use pipeline::plan::{DISCOVERY, IMPORT, SCRAPE};
use store::{JobCounts, Store, StoreError};

/// How often a plain line is printed.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// The stages as they are shown.
const STAGES: [(QueueName, &str); 3] = [(DISCOVERY, "domains"), (IMPORT, "sitemaps"), (SCRAPE, "pages")];

/// The bars on the terminal, for those who write beside them: like standard error itself, the process has one set.
static BARS: Mutex<Option<MultiProgress>> = Mutex::new(None);

/// Writes to standard error, past the bars if there are any.
pub fn beside_bars<T>(write: impl FnOnce() -> T) -> T {
    let bars = BARS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match bars {
        Some(bars) => bars.suspend(write),
        None => write(),
    }
}

/// Standard error for the log.
#[derive(Clone, Copy, Debug, Default)]
pub struct LogLines;

impl Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        beside_bars(|| std::io::stderr().write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

/// How far a scan is.
pub struct Progress {
    /// What was done before the scan began.
    before: [JobCounts; 3],
    view: View,
}

enum View {
    Bars(Vec<ProgressBar>),
    Lines { clock: SystemClock, last: Mutex<(Duration, String)> },
}

impl Progress {
    /// Begins to show.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn start(store: &Store) -> Result<Self, StoreError> {
        let before = counts(store).await?;
        let view = if std::io::stderr().is_terminal() { bars() } else { lines() };
        Ok(Self { before, view })
    }

    /// Shows how far it is now.
    ///
    /// # Errors
    /// If the database can't be read.
    pub async fn show(&self, store: &Store) -> Result<(), StoreError> {
        let now = counts(store).await?;
        let stages: Vec<Stage> =
            now.iter().zip(&self.before).map(|(now, before)| Stage::between(before, now)).collect();
        match &self.view {
            View::Bars(bars) => bars.iter().zip(&stages).for_each(|(bar, stage)| stage.show_on(bar)),
            View::Lines { clock, last } => {
                let line = line(&stages);
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if clock.elapsed().saturating_sub(last.0) >= LINE_EVERY && line != last.1 {
                    eprintln!("{line}");
                    *last = (clock.elapsed(), line);
                }
            }
        }
        Ok(())
    }

    /// Takes the bars away.
    pub fn finish(&self) {
        // A terminal that has gone has no bars to take away.
        let bars = BARS.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = bars.map(|bars| bars.clear());
    }
}

fn bars() -> View {
    let all = MultiProgress::new();
    // The message is cut to what is left of the line: a line that wraps would flicker.
    let template = "{prefix:>9} {bar:16.cyan/dim} {pos:>6}/{len:<6} {elapsed:>4} {wide_msg}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bars = STAGES.map(|(_, name)| {
        let bar = all.add(ProgressBar::no_length().with_style(style.clone()).with_prefix(name));
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    });
    *BARS.lock().unwrap_or_else(PoisonError::into_inner) = Some(all);
    View::Bars(bars.to_vec())
}

fn lines() -> View {
    View::Lines { clock: SystemClock::default(), last: Mutex::new((Duration::ZERO, String::new())) }
}

async fn counts(store: &Store) -> Result<[JobCounts; 3], StoreError> {
    let counts = store.job_counts().await?;
    Ok(STAGES.map(|(queue, _)| counts.get(&queue).cloned().unwrap_or_default()))
}

/// How far one stage is.
struct Stage {
    done: u64,
    failed: u64,
    running: u64,
    waiting: u64,
}

impl Stage {
    fn between(before: &JobCounts, now: &JobCounts) -> Self {
        Self {
            done: now.complete.saturating_sub(before.complete),
            failed: now.failed.saturating_sub(before.failed),
            running: now.running,
            waiting: now.pending,
        }
    }

    fn total(&self) -> u64 {
        self.done + self.failed + self.running + self.waiting
    }

    fn show_on(&self, bar: &ProgressBar) {
        // A bar of nothing would show as full.
        if self.total() > 0 {
            bar.set_length(self.total());
        }
        bar.set_position(self.done + self.failed);
        bar.set_message(self.told());
    }

    /// What the numbers do not say: failures, and whether anything moves at all.
    fn told(&self) -> String {
        let mut told = Vec::new();
        if self.failed > 0 {
            told.push(format!("{} failed", self.failed));
        }
        if self.running > 0 {
            told.push(format!("{} under way", self.running));
        } else if self.waiting > 0 {
            told.push("waiting for their turn".to_owned());
        }
        told.join(", ")
    }
}

fn line(stages: &[Stage]) -> String {
    let part = |((_, name), stage): (&(QueueName, &str), &Stage)| {
        let failed = if stage.failed > 0 { format!(" ({} failed)", stage.failed) } else { String::new() };
        format!("{name} {}/{}{failed}", stage.done + stage.failed, stage.total())
    };
    STAGES.iter().zip(stages).map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(done: u64, failed: u64, running: u64, waiting: u64) -> (u64, String) {
        let stage = Stage { done, failed, running, waiting };
        (stage.total(), stage.told())
    }

    #[test]
    fn a_stage_says_what_it_does_and_what_it_waits_for() {
        assert_eq!(told(0, 0, 0, 0), (0, String::new()));
        assert_eq!(told(5, 0, 2, 3), (10, "2 under way".to_owned()));
        assert_eq!(told(5, 1, 0, 3), (9, "1 failed, waiting for their turn".to_owned()));
        assert_eq!(told(5, 1, 0, 0), (6, "1 failed".to_owned()));
    }
}
