//! `database.list_backups`: the backups there are.

use serde_json::Value;
use serde_json::json;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::actions::Nothing;
use crate::backups::Backups;
use crate::backups::list;
use crate::circuit::Dependency;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct ListBackups;

impl Action for ListBackups {
    const FACTS: Facts = Facts::new(
        "database.list_backups",
        View::SystemControls,
        "List backups",
        "Lists the backups of this node with size, time, checksum and schema version.",
    )
    .reads()
    .needs(Dependency::Filesystem);
    type Params = Nothing;
    type Outcome = Backups;

    fn sentence(_: &Nothing) -> String {
        "lists the backups".into()
    }

    fn sample() -> (Value, Value) {
        (json!({}), Backups::sample())
    }

    async fn run(_: Nothing, desk: &Desk) -> Result<Answer<Backups>, ActionError> {
        Ok(Answer::Done(Backups { backups: list(&desk.shared.backups).await? }))
    }
}
