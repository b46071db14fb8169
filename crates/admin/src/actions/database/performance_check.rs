//! `database.performance_check`: how the database does.

use std::collections::BTreeMap;
use std::time::Duration;

use model::Role;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::actions::Nothing;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct PerformanceCheck;

/// What was measured.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// How long the middle one of several small reads took, in microseconds.
    read_us: u64,
    /// How long the middle one of several small writes took, in microseconds.
    write_us: u64,
    /// Of a hundred pages read, how many were in memory; none if the database does not tell.
    cache_hit_percent: Option<f64>,
    /// Rows that are dead and not yet vacuumed; none if the database does not tell.
    dead_rows: Option<u64>,
    /// Indexes that have not been used since the database counts, with their bytes; none if it does not count.
    unused_indexes: Option<BTreeMap<String, u64>>,
    /// What to do about it.
    advice: Vec<String>,
}

impl Action for PerformanceCheck {
    const FACTS: Facts = Facts::new(
        "database.performance_check",
        View::SystemControls,
        "Check performance",
        "Times small reads and writes, and tells the cache hit rate, dead rows and indexes that nobody uses.",
    )
    .reads()
    .role(Role::Operator);
    type Params = Nothing;
    type Outcome = Outcome;

    fn sentence(_: &Nothing) -> String {
        "measures the database".into()
    }

    fn sample() -> (Value, Value) {
        let outcome = Outcome {
            read_us: 90,
            write_us: 420,
            cache_hit_percent: Some(99.2),
            dead_rows: Some(1_200),
            unused_indexes: Some(BTreeMap::new()),
            advice: Vec::new(),
        };
        (json!({}), json!(outcome))
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        for _ in 0..PROBES {
            let (read, write) = desk.store().probe(|| desk.shared.clock.elapsed()).await?;
            reads.push(read);
            writes.push(write);
        }
        let status = desk.store().database_status().await?;
        let unused = desk.store().unused_indexes().await?;
        let mut advice = Vec::new();
        if status.cache_hit_percent.is_some_and(|percent| percent < CACHE_HIT_MIN) {
            advice.push(String::from("few pages are found in memory: give the database more of it"));
        }
        if status.dead_rows.is_some_and(|rows| rows > DEAD_ROWS_MAX) {
            advice.push(String::from("many rows are dead: run database.vacuum"));
        }
        if status.free_bytes.is_some_and(|free| free * 4 > status.bytes) {
            advice.push(String::from("a quarter of the file is free: run database.vacuum"));
        }
        Ok(Answer::Done(Outcome {
            read_us: middle(reads),
            write_us: middle(writes),
            cache_hit_percent: status.cache_hit_percent,
            dead_rows: status.dead_rows,
            unused_indexes: unused.map(|indexes| indexes.into_iter().collect()),
            advice,
        }))
    }
}

/// How often each thing is tried.
const PROBES: usize = 9;
/// Fewer pages in memory than this, of a hundred, are few.
const CACHE_HIT_MIN: f64 = 90.0;
/// More dead rows than this are many.
const DEAD_ROWS_MAX: u64 = 1_000_000;

fn middle(mut times: Vec<Duration>) -> u64 {
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or_default();
    u64::try_from(middle.as_micros()).unwrap_or(u64::MAX)
}
