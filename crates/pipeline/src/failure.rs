//! What an error of the outside world means for the job that met it: again, later, or never.

use std::time::Duration;

use clock::Timestamp;
use engine::Failure;
use fetch::Response;

/// The longest time that a site's Retry-After is believed in one go.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);
/// The shortest time that a job is put off for a busy host.
const SNOOZE_MIN: Duration = Duration::from_millis(20);

/// What a failed fetch means.
pub(crate) fn of_fetch(error: &fetch::Error, now: Timestamp) -> Failure {
    let (code, message) = (error.code(), error.to_string());
    match error {
        fetch::Error::Busy { .. } => {
            let delay = error.retry_after(now).unwrap_or_default().max(SNOOZE_MIN);
            Failure::snooze(delay, code, message)
        }
        _ if error.is_transient() => match error.retry_after(now) {
            Some(after) => Failure::retry_after(after.min(RETRY_AFTER_MAX), code, message),
            None => Failure::retry(code, message),
        },
        _ => Failure::fatal(code, message),
    }
}

/// What an answer that is no success means; none if it is one.
pub(crate) fn of_status(response: &Response) -> Option<Failure> {
    let status = response.status;
    let url = &response.url;
    match status {
        200..=299 => None,
        304 if response.not_modified => None,
        429 | 503 => {
            let message = format!("{url} answered {status}: it asks for patience");
            Some(match response.retry_after() {
                Some(after) => Failure::retry_after(after.min(RETRY_AFTER_MAX), "throttled", message),
                None => Failure::retry("throttled", message),
            })
        }
        408 | 425 | 500 | 502 | 504 | 520..=529 => {
            Some(Failure::retry("server_error", format!("{url} answered {status}")))
        }
        401 | 403 | 407 | 451 => {
            Some(Failure::fatal("blocked", format!("{url} answered {status}: the site does not let us in")))
        }
        404 | 410 => {
            Some(Failure::fatal("not_found", format!("{url} answered {status}: there is no such file")))
        }
        _ => Some(Failure::fatal("http_status", format!("{url} answered {status}"))),
    }
}
