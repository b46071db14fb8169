//! `domain.curate`: a person's decision about domains; selected ones are queued to be looked through.

use serde_json::Value;

use super::{CurateParams, sample, sentence};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, Kind, operate};

/// See the file's own words.
#[derive(Debug)]
pub struct CurateDomains;

impl Action for CurateDomains {
    const FACTS: Facts = Facts::new(
        "domain.curate",
        View::Domains,
        "Curate domains",
        "Sets the curation status of domains; Selected also queues those to be looked through that are not queued or looked through yet.",
    )
    .dry_run();
    type Params = CurateParams;
    type Outcome = BulkOutcome;

    fn check(params: &CurateParams) -> Vec<FieldError> {
        let mut wrong = params.selector.check("/selector");
        if let Some(filter) = &params.selector.filter {
            wrong.extend(filter.check_no_page("/selector/filter"));
        }
        wrong
    }

    fn sentence(params: &CurateParams) -> String {
        sentence("domains", params)
    }

    fn sample() -> (Value, Value) {
        sample()
    }

    async fn run(params: CurateParams, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::Curate { kind: Kind::Domain, status: params.status };
        operate(desk, Self::FACTS.kind, change, Chosen::Records(params.selector), params.dry_run).await
    }
}
