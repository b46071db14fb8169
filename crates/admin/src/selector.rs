//! Selectors: which records a bulk action is for, by their ids or by a filter, never both and never neither.

use clock::Timestamp;
use engine::{JobState, QueueName};
use model::{CurationStatus, PageType, ProcessingStatus, PublicId, RecordKind};
use serde::{Deserialize, Serialize};
use store::{JobFilter, RecordFilter};
use utoipa::ToSchema;

use crate::error::{ActionError, FieldError};

/// Most ids in one selector.
pub const IDS_MAX: usize = 10_000;

/// Which records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Selector<F> {
    /// These.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 10000)]
    pub ids: Option<Vec<PublicId>>,
    /// All that match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<F>,
    /// Must be true with a filter that is empty: all records there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub all: bool,
}

/// A filter that can be looked through for what is wrong with it.
pub trait Filter: Default + PartialEq {
    /// What is wrong with its fields.
    fn check(&self, at: &str) -> Vec<FieldError>;
}

impl<F: Filter> Selector<F> {
    /// What is wrong with it; `at` is where it stands in the payload.
    pub fn check(&self, at: &str) -> Vec<FieldError> {
        let wrong = |detail: &str| vec![FieldError::new(at, detail)];
        match (&self.ids, &self.filter) {
            (Some(_), Some(_)) => wrong("takes either ids or a filter, not both"),
            (None, None) => wrong("needs ids or a filter"),
            (Some(_), None) if self.all => wrong("takes \"all\" with a filter only"),
            (Some(ids), None) if ids.is_empty() => {
                vec![FieldError::new(format!("{at}/ids"), "names no record")]
            }
            (Some(_), None) => Vec::new(),
            (None, Some(filter)) if *filter == F::default() && !self.all => {
                vec![FieldError::new(format!("{at}/filter"), "is empty: send \"all\": true if all are meant")]
            }
            (None, Some(filter)) => filter.check(&format!("{at}/filter")),
        }
    }
}

/// Which jobs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JobsFilter {
    /// In one of these states; none means all that the action can act upon.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<State>,
    /// In one of these queues.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queues: Vec<String>,
    /// Of this domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub domain_id: Option<PublicId>,
    /// Whose error holds this text; no character is a wildcard.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub error_contains: Option<String>,
    /// With one of these error codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub error_codes: Vec<String>,
    /// Asked for by this user.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200)]
    pub created_by: Option<String>,
    /// Queued at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub created_after: Option<String>,
    /// Queued before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub created_before: Option<String>,
    /// Finished at this time or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub finished_after: Option<String>,
    /// Finished before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub finished_before: Option<String>,
}

/// Which domains, sitemap files or pages; fields that the kind does not have are refused.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RecordsFilter {
    /// Of this domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub domain_id: Option<PublicId>,
    /// Of domains whose name holds this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub domain_contains: Option<String>,
    /// Whose address holds this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 500)]
    pub url_contains: Option<String>,
    /// With one of these decisions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub curation_status: Vec<Curation>,
    /// In one of these processing statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub processing_status: Vec<Progress>,
    /// Whose error holds this.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 200)]
    pub error_contains: Option<String>,
    /// Changed before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "date-time")]
    pub updated_before: Option<String>,
    /// Pages of one of these types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub page_type: Vec<String>,
    /// Pages of one of these levels, 1 to 3.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority_level: Vec<i64>,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words of the API")]
pub enum State {
    Pending,
    Running,
    Complete,
    Failed,
    Cancelled,
}

impl From<State> for JobState {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::Running => Self::Running,
            State::Complete => Self::Complete,
            State::Failed => Self::Failed,
            State::Cancelled => Self::Cancelled,
        }
    }
}

/// A person's decision about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the words of the API")]
pub enum Curation {
    New,
    Selected,
    Rejected,
    Archived,
}

impl From<Curation> for CurationStatus {
    fn from(status: Curation) -> Self {
        match status {
            Curation::New => Self::New,
            Curation::Selected => Self::Selected,
            Curation::Rejected => Self::Rejected,
            Curation::Archived => Self::Archived,
        }
    }
}

/// The machine's progress with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the words of the API")]
pub enum Progress {
    Queued,
    Processing,
    Complete,
    Error,
}

impl From<Progress> for ProcessingStatus {
    fn from(status: Progress) -> Self {
        match status {
            Progress::Queued => Self::Queued,
            Progress::Processing => Self::Processing,
            Progress::Complete => Self::Complete,
            Progress::Error => Self::Error,
        }
    }
}

impl Filter for JobsFilter {
    fn check(&self, at: &str) -> Vec<FieldError> {
        let queues = self.queues.iter().enumerate().filter_map(|(index, name)| {
            let error = QueueName::parse(name.as_str()).err()?;
            Some(FieldError::new(format!("{at}/queues/{index}"), error.to_string()))
        });
        queues.chain(check_domain(self.domain_id, at)).collect()
    }
}

impl JobsFilter {
    /// As the store takes it; `usual` are the states where it names none.
    pub fn to_store(&self, usual: &[JobState]) -> Result<JobFilter, ActionError> {
        let states: Vec<JobState> = self.states.iter().copied().map(JobState::from).collect();
        let queue = |name: &String| QueueName::parse(name.as_str());
        let queues: Result<Vec<_>, _> = self.queues.iter().map(queue).collect();
        Ok(JobFilter {
            states: if states.is_empty() { usual.to_vec() } else { states },
            queues: queues
                .map_err(|error| ActionError::invalid("/selector/filter/queues", error.to_string()))?,
            domain_id: self.domain_id.and_then(|id| RecordKind::Domain.number(id)),
            error_contains: self.error_contains.clone(),
            error_codes: self.error_codes.clone(),
            created_by: self.created_by.clone(),
            created_after: time(self.created_after.as_deref())?,
            created_before: time(self.created_before.as_deref())?,
            finished_after: time(self.finished_after.as_deref())?,
            finished_before: time(self.finished_before.as_deref())?,
        })
    }
}

impl Filter for RecordsFilter {
    fn check(&self, at: &str) -> Vec<FieldError> {
        let mut wrong: Vec<FieldError> = check_domain(self.domain_id, at).collect();
        for (index, word) in self.page_type.iter().enumerate() {
            let error = word.parse::<PageType>().err();
            wrong.extend(
                error.map(|error| FieldError::new(format!("{at}/page_type/{index}"), error.to_string())),
            );
        }
        for (index, level) in
            self.priority_level.iter().enumerate().filter(|(_, level)| !(1..=3).contains(*level))
        {
            wrong.push(FieldError::new(
                format!("{at}/priority_level/{index}"),
                format!("{level} is not 1, 2 or 3"),
            ));
        }
        wrong
    }
}

impl RecordsFilter {
    /// What is wrong with it for records that are no pages.
    pub fn check_no_page(&self, at: &str) -> Vec<FieldError> {
        let fields =
            [("page_type", self.page_type.is_empty()), ("priority_level", self.priority_level.is_empty())];
        let given = fields.into_iter().filter(|(_, empty)| !empty);
        given.map(|(field, _)| FieldError::new(format!("{at}/{field}"), "is for pages only")).collect()
    }

    /// As the store takes it.
    pub fn to_store(&self) -> Result<RecordFilter, ActionError> {
        Ok(RecordFilter {
            domain_id: self.domain_id.and_then(|id| RecordKind::Domain.number(id)),
            domain_contains: self.domain_contains.clone(),
            url_contains: self.url_contains.clone(),
            curation: self.curation_status.iter().copied().map(CurationStatus::from).collect(),
            processing: self.processing_status.iter().copied().map(ProcessingStatus::from).collect(),
            never_processed: false,
            error_contains: self.error_contains.clone(),
            updated_before: time(self.updated_before.as_deref())?,
            page_types: self.page_type.iter().filter_map(|word| word.parse().ok()).collect(),
            priority_levels: self.priority_level.clone(),
        })
    }
}

/// An id that can't be a domain's would read as no filter at all: it is refused.
fn check_domain(id: Option<PublicId>, at: &str) -> impl Iterator<Item = FieldError> {
    let wrong = id.is_some_and(|id| RecordKind::Domain.number(id).is_none());
    wrong.then(|| FieldError::new(format!("{at}/domain_id"), "is not the id of a domain")).into_iter()
}

/// A time as the API writes it.
pub fn time(text: Option<&str>) -> Result<Option<Timestamp>, ActionError> {
    let Some(text) = text else { return Ok(None) };
    let parsed = text.parse::<jiff::Timestamp>();
    let parsed = parsed.map_err(|error| ActionError::invalid("", format!("{text:?} is no time: {error}")))?;
    Ok(Some(Timestamp(parsed.as_millisecond())))
}

/// A time as the API writes it: RFC 3339 in UTC.
pub fn written(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.0).map_or_else(|_| time.0.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(selector: serde_json::Value) -> Vec<String> {
        let selector: Selector<JobsFilter> = serde_json::from_value(selector).unwrap();
        selector.check("/selector").into_iter().map(|error| error.pointer).collect()
    }

    #[test]
    fn a_selector_takes_ids_or_a_filter() {
        let id = RecordKind::Job.id(1);
        assert!(wrong(json!({"ids": [id]})).is_empty());
        assert!(wrong(json!({"filter": {"states": ["failed"]}})).is_empty());
        assert!(wrong(json!({"filter": {}, "all": true})).is_empty());
        assert_eq!(wrong(json!({"ids": [id], "filter": {}})), ["/selector"]);
        assert_eq!(wrong(json!({})), ["/selector"]);
        assert_eq!(wrong(json!({"all": true})), ["/selector"]);
        assert_eq!(wrong(json!({"ids": []})), ["/selector/ids"]);
        assert_eq!(wrong(json!({"filter": {}})), ["/selector/filter"]);
        assert_eq!(wrong(json!({"filter": {"queues": ["import", "No"]}})), ["/selector/filter/queues/1"]);
        let page = RecordKind::Page.id(1);
        assert_eq!(wrong(json!({"filter": {"domain_id": page}})), ["/selector/filter/domain_id"]);
    }

    #[test]
    fn times_are_read_and_written_alike() {
        let text = "2026-01-31T08:00:00.5Z";
        assert_eq!(written(time(Some(text)).unwrap().unwrap()), text);
        assert!(time(Some("yesterday")).is_err());
    }
}
