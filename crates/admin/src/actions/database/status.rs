//! `database.status`: how the database is.

use serde_json::Value;
use serde_json::json;

use super::DatabaseNow;
use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::actions::Nothing;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct Status;

impl Action for Status {
    const FACTS: Facts = Facts::new("database.status", View::SystemControls, "Database status", "Tells engine, version, sizes of tables and indexes, connections, write-ahead log and waiting migrations.")
    .reads();
    type Params = Nothing;
    type Outcome = DatabaseNow;

    fn sentence(_: &Nothing) -> String {
        "looks at the database".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), DatabaseNow::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<DatabaseNow>, ActionError> {
        Ok(Answer::Done(desk.store().database_status().await?.into()))
    }
}
