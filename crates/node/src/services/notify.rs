//! Telling the hooks of alerts: each until it has taken the news, or has refused it for a day.

use std::time::Duration;

use fetch::{BoxFuture, Fetcher};
use serde_json::json;
use store::{AlertEvent, Delivery as Due};

use crate::options::{Hook, HookFormat};
use crate::supervise::{Service, ServiceError, Turn};

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(2);
/// Most that is told in one run.
const BATCH: usize = 50;
/// After so many tries, about a day, the news is let go.
const TRIES_MAX: i64 = 30;
/// The first and the longest time between two tries.
const FIRST_RETRY: Duration = Duration::from_secs(5);
const RETRY_MAX: Duration = Duration::from_secs(3_600);

/// Delivers the news of alerts.
pub(crate) struct Delivery {
    hooks: Vec<Hook>,
    fetcher: Fetcher,
}

impl Delivery {
    pub(crate) fn new(hooks: Vec<Hook>, fetcher: Fetcher) -> Self {
        Self { hooks, fetcher }
    }

    async fn deliver(&self, turn: Turn<'_>) -> Result<String, ServiceError> {
        let (mut told, mut failed) = (0, 0);
        for due in turn.store.due_deliveries(BATCH, turn.now).await? {
            let Some(hook) = self.hooks.iter().find(|hook| hook.name == due.hook) else {
                // It is configured no more.
                turn.store.delivered(turn.term, &due, turn.store.now()).await?;
                continue;
            };
            match self.fetcher.post_json(&hook.url, body(hook.format, &due)).await {
                Ok(200..=299) => {
                    turn.store.delivered(turn.term, &due, turn.store.now()).await?;
                    told += 1;
                }
                answer => {
                    let error = match answer {
                        Ok(status) => format!("{} answered {status}", hook.url.host_str().unwrap_or("it")),
                        Err(error) => error.to_string(),
                    };
                    self.put_off(turn, &due, &error).await?;
                    failed += 1;
                }
            }
        }
        Ok(if told + failed == 0 { String::new() } else { format!("told {told} hooks, failed for {failed}") })
    }

    async fn put_off(&self, turn: Turn<'_>, due: &Due, error: &str) -> Result<(), ServiceError> {
        let now = turn.store.now();
        if due.tries + 1 >= TRIES_MAX {
            tracing::error!(hook = %due.hook, alert = %due.alert.message, error, "the hook was not told; given up");
            return Ok(turn.store.delivered(turn.term, due, now).await?);
        }
        tracing::warn!(hook = %due.hook, error, "the hook could not be told; it is tried again");
        let doublings = u32::try_from(due.tries).unwrap_or(0).min(16);
        let wait = FIRST_RETRY.saturating_mul(1 << doublings).min(RETRY_MAX);
        Ok(turn.store.delivery_failed(turn.term, due, error, now.after(wait), now).await?)
    }
}

impl Service for Delivery {
    fn name(&self) -> &'static str {
        "alert_delivery"
    }

    fn interval(&self) -> Duration {
        INTERVAL
    }

    fn run<'a>(&'a self, turn: Turn<'a>) -> BoxFuture<'a, Result<String, ServiceError>> {
        Box::pin(self.deliver(turn))
    }
}

/// What a hook is sent.
fn body(format: HookFormat, due: &Due) -> String {
    let alert = &due.alert;
    let value = match format {
        HookFormat::Slack => {
            let text = match due.event {
                AlertEvent::Opened => format!("[{}] {}", alert.severity, alert.message),
                AlertEvent::Resolved => format!("[resolved] {}", alert.message),
            };
            // Slack reads these three as markup (its reference, "Formatting text for app surfaces").
            json!({ "text": text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;") })
        }
        HookFormat::Json => json!({
            "event": due.event.as_str(),
            "id": model::RecordKind::Alert.id(alert.id),
            "kind": alert.kind,
            "subject": alert.subject,
            "severity": alert.severity,
            "message": alert.message,
            "opened_at": rfc3339(alert.opened_at),
            "resolved_at": alert.resolved_at.map(rfc3339),
        }),
    };
    value.to_string()
}

fn rfc3339(time: clock::Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.0).map_or_else(|_| time.0.to_string(), |time| time.to_string())
}
