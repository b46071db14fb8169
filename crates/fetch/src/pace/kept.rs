//! The pace of a host as text, for whoever takes the host over.

use std::time::Duration;

use clock::Timestamp;
use serde_json::{Value, json};

use super::{BusyReason, PaceState};

impl PaceState {
    /// As JSON.
    pub fn to_json(&self) -> String {
        let blocked = self.blocked.map(|(until, reason)| json!([until.0, word(reason)]));
        json!({
            "next_start": self.next_start.0,
            "delay_ms": ms(self.delay),
            "crawl_delay_ms": ms(self.crawl_delay),
            "slow_down_ms": ms(self.slow_down),
            "blocked": blocked,
            "back_offs": self.back_offs,
            "failures": self.failures,
        })
        .to_string()
    }

    /// Back from JSON; none if it is not of [`PaceState::to_json`].
    pub fn from_json(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let duration = |key: &str| value[key].as_u64().map(Duration::from_millis);
        let count = |key: &str| value[key].as_u64().and_then(|count| u32::try_from(count).ok());
        let blocked = &value["blocked"];
        let until = blocked[0].as_i64().map(Timestamp);
        Some(Self {
            next_start: Timestamp(value["next_start"].as_i64()?),
            delay: duration("delay_ms")?,
            crawl_delay: duration("crawl_delay_ms")?,
            slow_down: duration("slow_down_ms")?,
            blocked: until.map(|until| (until, reason(blocked[1].as_str()))),
            back_offs: count("back_offs")?,
            failures: count("failures")?,
        })
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

const fn word(reason: BusyReason) -> &'static str {
    match reason {
        BusyReason::Dead => "dead",
        _ => "back_off",
    }
}

fn reason(word: Option<&str>) -> BusyReason {
    if word == Some("dead") { BusyReason::Dead } else { BusyReason::BackOff }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_read_back_as_it_was_written() {
        let mut state = PaceState {
            next_start: Timestamp(7),
            delay: Duration::from_secs(1),
            crawl_delay: Duration::from_secs(3),
            slow_down: Duration::from_millis(500),
            blocked: None,
            back_offs: 2,
            failures: 6,
        };
        assert_eq!(PaceState::from_json(&state.to_json()), Some(state.clone()));
        state.blocked = Some((Timestamp(9), BusyReason::Dead));
        assert_eq!(PaceState::from_json(&state.to_json()), Some(state));
        for text in ["{}", "[]", "", "{\"next_start\":-1}"] {
            assert_eq!(PaceState::from_json(text), None, "{text}");
        }
    }
}
