//! Live progress: bars on a terminal, a plain line now and then otherwise.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::sync::PoisonError;
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

/// How far a scan is.
pub struct Progress {
    /// What was done before the scan began.
    before: [JobCounts; 3],
    view: View,
}

enum View {
    Bars(Box<MultiProgress>, Vec<ProgressBar>),
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
            View::Bars(_, bars) => {
                for (bar, stage) in bars.iter().zip(&stages) {
                    bar.set_length(stage.total());
                    bar.set_position(stage.done + stage.failed);
                    bar.set_message(if stage.failed > 0 {
                        format!("{} failed", stage.failed)
                    } else {
                        String::new()
                    });
                }
            }
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
        if let View::Bars(all, _) = &self.view {
            // A terminal that has gone has no bars to take away.
            let _ = all.clear();
        }
    }
}

fn bars() -> View {
    let all = MultiProgress::new();
    let style =
        ProgressStyle::with_template("{prefix:>9} {wide_bar:.cyan/dim} {pos}/{len} {msg} {elapsed_precise}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bars = STAGES.map(|(_, name)| {
        let bar = all.add(ProgressBar::new(0).with_style(style.clone()).with_prefix(name));
        bar.enable_steady_tick(Duration::from_millis(250));
        bar
    });
    View::Bars(Box::new(all), bars.to_vec())
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
    left: u64,
}

impl Stage {
    fn between(before: &JobCounts, now: &JobCounts) -> Self {
        Self {
            done: now.complete.saturating_sub(before.complete),
            failed: now.failed.saturating_sub(before.failed),
            left: now.pending + now.running,
        }
    }

    fn total(&self) -> u64 {
        self.done + self.failed + self.left
    }
}

fn line(stages: &[Stage]) -> String {
    let part = |((_, name), stage): (&(QueueName, &str), &Stage)| {
        let failed = if stage.failed > 0 { format!(" ({} failed)", stage.failed) } else { String::new() };
        format!("{name} {}/{}{failed}", stage.done + stage.failed, stage.total())
    };
    STAGES.iter().zip(stages).map(part).collect::<Vec<_>>().join(", ")
}
