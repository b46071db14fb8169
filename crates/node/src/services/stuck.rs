//! Telling of jobs that wait or run for too long.

use std::sync::Arc;
use std::time::Duration;

use clock::Timestamp;
use engine::JobId;
use fetch::BoxFuture;
use model::{RecordKind, Severity};
use store::{AlertWatch, NewAlert, StuckLimits};

use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(30);
/// Jobs that an alert names.
const NAMED_MAX: usize = 5;
/// A queue that has done nothing for this long, though jobs wait, is worse than a long one.
const IDLE: Duration = Duration::from_secs(300);

/// The monitor of stuck jobs.
pub(crate) struct StuckJobs {
    pub(crate) limits: StuckLimits,
    pub(crate) hooks: Arc<[String]>,
}

impl StuckJobs {
    async fn look(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let (mut pending, mut running, mut expired) = (Vec::new(), Vec::new(), Vec::new());
        for stuck in turn.store.stuck_jobs(self.limits, turn.now).await? {
            let queue = stuck.queue.as_str();
            if let Some(oldest) = stuck.oldest_due {
                let idle = turn.store.job_minutes(&stuck.queue, turn.now.before(IDLE)).await?.is_empty();
                let severity = if idle { Severity::Critical } else { Severity::Warning };
                let what = if idle { "; the queue has done nothing for 5 minutes" } else { "" };
                let message = format!(
                    "{} jobs of {queue} wait for more than {}, the first for {}{what}",
                    stuck.pending,
                    words(self.limits.pending),
                    words(turn.now.since(oldest)),
                );
                pending.push(alert(queue, severity, message));
            }
            if !stuck.running.is_empty() {
                let message = format!(
                    "{} jobs of {queue} run for more than {}: {}",
                    stuck.running.len(),
                    words(self.limits.running),
                    named(&stuck.running),
                );
                running.push(alert(queue, Severity::Warning, message));
            }
            if !stuck.expired.is_empty() {
                let message = format!(
                    "{} jobs of {queue} belong to workers that are gone, and are not taken back: {}",
                    stuck.expired.len(),
                    named(&stuck.expired),
                );
                expired.push(alert(queue, Severity::Critical, message));
            }
        }
        let mut opened = 0;
        for (kind, alerts) in
            [("stuck_pending", pending), ("stuck_running", running), ("lease_expired", expired)]
        {
            opened += self.tell(turn, kind, &alerts).await?;
        }
        Ok(if opened == 0 { String::new() } else { format!("opened {opened} alerts") })
    }

    async fn tell(&self, turn: Turn<'_>, kind: &str, alerts: &[NewAlert]) -> Result<usize, ServiceError> {
        let watch = AlertWatch { kind, alerts, hooks: &self.hooks };
        let opened = turn.store.watch_alerts(turn.term, watch, turn.now).await?;
        for alert in &opened {
            tracing::error!(kind = %alert.kind, subject = %alert.subject, "{}", alert.message);
        }
        Ok(opened.len())
    }
}

impl Service for StuckJobs {
    fn name(&self) -> &'static str {
        "stuck_jobs"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.look(turn))
    }
}

fn alert(queue: &str, severity: Severity, message: String) -> NewAlert {
    NewAlert { subject: queue.to_owned(), severity, message }
}

/// Some of the jobs, by the ids under which people find them.
fn named(jobs: &[JobId]) -> String {
    let ids = jobs.iter().take(NAMED_MAX).map(|job| RecordKind::Job.id(job.0).to_string());
    let mut text = ids.collect::<Vec<_>>().join(", ");
    if jobs.len() > NAMED_MAX {
        text.push_str(", ...");
    }
    text
}

/// A duration as people say it.
pub(super) fn words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

/// How long ago something was, as people say it.
pub(super) fn ago(time: Timestamp, now: Timestamp) -> String {
    words(now.since(time))
}
