//! `system.clear_cache`: caches are emptied, on every node.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use utoipa::ToSchema;

use crate::action::Action;
use crate::action::Answer;
use crate::action::Facts;
use crate::action::View;
use crate::desk::Desk;
use crate::error::ActionError;

/// See the file's own words.
#[derive(Debug)]
pub struct ClearCache;

/// Which caches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Their names; none: all.
    #[serde(default)]
    #[schema(min_items = 1)]
    names: Option<Vec<CacheName>>,
}

/// A cache that every node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the caches' own names")]
pub enum CacheName {
    Robots,
    Dns,
    Hosts,
}

impl CacheName {
    const ALL: [Self; 3] = [Self::Robots, Self::Dns, Self::Hosts];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Robots => "robots",
            Self::Dns => "dns",
            Self::Hosts => "hosts",
        }
    }
}

/// What was told to all nodes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Outcome {
    /// The caches, each with how often it was cleared so far.
    cleared: BTreeMap<String, i64>,
    /// Hosts whose pace was forgotten, if that was asked for.
    hosts: Option<u64>,
}

impl Action for ClearCache {
    const FACTS: Facts = Facts::new(
        "system.clear_cache",
        View::SystemControls,
        "Clear caches",
        "Lets every node empty the named caches, or all of them.",
    );
    type Params = Params;
    type Outcome = Outcome;

    fn sentence(params: &Params) -> String {
        format!("clears caches {:?}", params.names.as_deref().unwrap_or(&CacheName::ALL))
    }

    fn sample() -> (Value, Value) {
        (
            json!({"names": ["robots"]}),
            json!(Outcome { cleared: BTreeMap::from([("robots".into(), 3)]), hosts: None }),
        )
    }

    async fn run(params: Params, desk: &Desk) -> Result<Answer<Outcome>, ActionError> {
        let mut outcome = Outcome { cleared: BTreeMap::new(), hosts: None };
        for name in params.names.unwrap_or_else(|| CacheName::ALL.to_vec()) {
            let counter = format!("clear_cache.{}", name.as_str());
            let count = desk.store().count_up(&counter, desk.by(), desk.now).await?;
            if name == CacheName::Hosts {
                outcome.hosts = Some(desk.store().reset_host_paces().await?);
            }
            outcome.cleared.insert(name.as_str().into(), count);
        }
        Ok(Answer::Done(outcome))
    }
}
