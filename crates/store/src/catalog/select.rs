//! The numbers of the records that match a filter, in order: what a bulk operation walks.

use clock::Timestamp;
use model::{CurationStatus, PageType, ProcessingStatus};

use super::change::Curated;
use crate::sql::{Value, sql_built};
use crate::{Store, StoreError};

/// Which records are wanted; what is empty or none means any.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordFilter {
    /// Of this domain.
    pub domain_id: Option<i64>,
    /// Of domains whose name holds this.
    pub domain_contains: Option<String>,
    /// Whose address holds this.
    pub url_contains: Option<String>,
    /// In one of these.
    pub curation: Vec<CurationStatus>,
    /// In one of these.
    pub processing: Vec<ProcessingStatus>,
    /// Never asked to be processed.
    pub never_processed: bool,
    /// Whose error holds this.
    pub error_contains: Option<String>,
    /// Changed before.
    pub updated_before: Option<Timestamp>,
    /// Pages of one of these types.
    pub page_types: Vec<PageType>,
    /// Pages of one of these levels.
    pub priority_levels: Vec<i64>,
}

impl Store {
    /// The numbers of the records that match, ascending, from behind `after` up to `up_to`. No character of a text is
    /// a wildcard; letters are compared in any case of ASCII.
    pub async fn select_records(
        &self,
        kind: Curated,
        filter: &RecordFilter,
        (after, up_to): (i64, i64),
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let table = kind.table();
        let mut values = vec![Value::from(after), up_to.into(), limit.into()];
        let conditions = self.conditions(kind, filter, &mut values);
        let text = format!(
            "SELECT id FROM {} WHERE id > $1 AND id <= $2{conditions} ORDER BY id LIMIT $3",
            table.name
        );
        let rows = self.db.rows(sql_built(text).bind_all(values)).await?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The largest number of a record of that kind.
    pub async fn last_record(&self, kind: Curated) -> Result<i64, StoreError> {
        let row = self.db.row(sql_built(format!("SELECT max(id) FROM {}", kind.table().name))).await?;
        row.map_or(Ok(None), |row| row.get::<Option<i64>>(0)).map(|id| id.unwrap_or(0))
    }

    fn conditions(&self, kind: Curated, filter: &RecordFilter, values: &mut Vec<Value>) -> String {
        let table = kind.table();
        let (find, domain) =
            (self.dialect().find(), if kind == Curated::Domain { "id" } else { "domain_id" });
        let mut text = String::new();
        let mut one = |condition: String, value: Option<Value>| {
            if let Some(value) = value {
                values.push(value);
                text.push_str(" AND ");
                text.push_str(&condition.replace("{}", &format!("${}", values.len())));
            }
        };
        let lower = |text: &String| Value::from(text.to_ascii_lowercase());
        one(format!("{domain} = {{}}"), filter.domain_id.map(Value::from));
        one(
            format!("{domain} IN (SELECT id FROM domains WHERE {find}(lower(domain), {{}}) > 0)"),
            filter.domain_contains.as_ref().map(lower),
        );
        one(format!("{find}(lower({}), {{}}) > 0", table.url), filter.url_contains.as_ref().map(lower));
        one(format!("{find}(lower({}), {{}}) > 0", table.error), filter.error_contains.as_ref().map(lower));
        one(String::from("updated_at < {}"), filter.updated_before.map(Value::from));
        let mut any = |column: &str, wanted: Vec<Value>, or: &str| {
            if wanted.is_empty() && or.is_empty() {
                return;
            }
            let from = values.len();
            values.extend(wanted);
            let mut ways: Vec<String> =
                (from + 1..=values.len()).map(|number| format!("{column} = ${number}")).collect();
            ways.extend((!or.is_empty()).then(|| or.to_owned()));
            text.push_str(&format!(" AND ({})", ways.join(" OR ")));
        };
        any(table.curation, filter.curation.iter().map(|status| status.as_str().into()).collect(), "");
        let never =
            if filter.never_processed { format!("{} IS NULL", table.processing) } else { String::new() };
        any(
            table.processing,
            filter.processing.iter().map(|status| status.as_str().into()).collect(),
            &never,
        );
        if kind == Curated::Page {
            any("page_type", filter.page_types.iter().map(|kind| kind.as_str().into()).collect(), "");
            any("priority_level", filter.priority_levels.iter().copied().map(Value::from).collect(), "");
        }
        text
    }
}
