//! `sitemap.curate`: a person's decision about sitemap files; selected ones are queued to be imported.

use serde_json::Value;

use super::{CurateParams, sample, sentence};
use crate::action::{Action, Answer, Facts, View};
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::operations::{BulkOutcome, Change, Chosen, Kind, operate};

/// See the file's own words.
#[derive(Debug)]
pub struct CurateSitemaps;

impl Action for CurateSitemaps {
    const FACTS: Facts = Facts::new(
        "sitemap.curate",
        View::Sitemaps,
        "Curate sitemap files",
        "Sets the curation status of sitemap files; Selected also queues those to be imported that are not queued or imported yet.",
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
        sentence("sitemap files", params)
    }

    fn sample() -> (Value, Value) {
        sample()
    }

    async fn run(params: CurateParams, desk: &Desk) -> Result<Answer<BulkOutcome>, ActionError> {
        let change = Change::Curate { kind: Kind::SitemapFile, status: params.status };
        operate(desk, Self::FACTS.kind, change, Chosen::Records(params.selector), params.dry_run).await
    }
}
