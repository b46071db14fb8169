//! `page.curate`: a person's decision about pages; selected ones are queued to be scraped.

use serde_json::Value;

use super::{CurateParams, sample, sentence};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, Kind, operate};

/// See the file's own words.
#[derive(Debug)]
pub struct CuratePages;

impl Action for CuratePages {
    const FACTS: Facts = Facts::new(
        "page.curate",
        View::Pages,
        "Curate pages",
        "Sets the curation status of pages; Selected also queues those to be scraped that are not queued or scraped yet.",
    )
    .dry_run();
    type Params = CurateParams;
    type Outcome = BulkOutcome;

    fn check(params: &CurateParams) -> Vec<FieldError> {
        params.selector.check("/selector")
    }

    fn sentence(params: &CurateParams) -> String {
        sentence("pages", params)
    }

    fn sample() -> (Value, Value) {
        sample()
    }

    async fn run(params: CurateParams, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::Curate { kind: Kind::Page, status: params.status };
        operate(desk, Self::FACTS.kind, change, Chosen::Records(params.selector), params.dry_run).await
    }
}
