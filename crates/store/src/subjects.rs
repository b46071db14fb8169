//! The records that jobs are for: their processing status changes with their job, in the same transaction.

use std::collections::BTreeMap;

use clock::Timestamp;
use engine::{Subject, SubjectKind};

use crate::StoreError;
use crate::db::Tx;
use crate::sql::Value;

/// A record's processing status, as the product names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::enum_variant_names, reason = "the product's own word for it")]
pub(crate) enum Processing {
    Queued,
    Processing,
    Complete,
    Error,
}

/// What a cancelled job leaves on its record.
pub(crate) const CANCELLED: &str = "Administrative cancellation";

/// Jobs whose subject is a row of `domains`.
pub(crate) const DOMAIN: SubjectKind = SubjectKind::known("domain");
/// Jobs whose subject is a row of `sitemap_files`.
pub(crate) const SITEMAP_FILE: SubjectKind = SubjectKind::known("sitemap_file");
/// Jobs whose subject is a row of `pages`.
pub(crate) const PAGE: SubjectKind = SubjectKind::known("page");

impl Processing {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
            Self::Processing => "Processing",
            Self::Complete => "Complete",
            Self::Error => "Error",
        }
    }
}

/// Sets the processing status of records of one kind, each with its error text, if any. Records of an unknown kind
/// have no status to set.
pub(crate) async fn set_processing_status(
    tx: &mut Tx,
    kind: &SubjectKind,
    records: &[Change<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(text) = update_of(kind) else { return Ok(()) };
    let mut alike = BTreeMap::<(&str, Option<&str>), Vec<i64>>::new();
    for (id, status, error) in records {
        alike.entry((status.as_str(), *error)).or_default().push(*id);
    }
    for ((status, error), ids) in alike {
        tx.run_ids(text, &[status.into(), Value::from(error), now.into()], &ids).await?;
    }
    Ok(())
}

/// The statement that sets the status of some records of a kind.
fn update_of(kind: &SubjectKind) -> Option<&'static str> {
    match kind.as_str() {
        "domain" => Some(
            "UPDATE domains SET sitemap_analysis_status = {1}, sitemap_analysis_error = {2}, updated_at = {3} \
             WHERE id IN ({ids})",
        ),
        "sitemap_file" => Some(
            "UPDATE sitemap_files SET sitemap_import_status = {1}, sitemap_import_error = {2}, updated_at = {3} \
             WHERE id IN ({ids})",
        ),
        "page" => Some(
            "UPDATE pages SET page_processing_status = {1}, page_processing_error = {2}, updated_at = {3} \
             WHERE id IN ({ids})",
        ),
        _ => None,
    }
}

/// A record's number, its new status, and its error text, if any.
type Change<'a> = (i64, Processing, Option<&'a str>);

/// Status changes collected over a batch of jobs, written by kind. Costs nothing for jobs without a record.
#[derive(Debug, Default)]
pub(crate) struct Changes<'a> {
    by_kind: Vec<(&'a SubjectKind, Vec<Change<'a>>)>,
}

impl<'a> Changes<'a> {
    /// Notes one change.
    pub(crate) fn add(&mut self, subject: Option<&'a Subject>, status: Processing, error: Option<&'a str>) {
        let Some(subject) = subject else { return };
        let change = (subject.id, status, error);
        match self.by_kind.iter_mut().find(|(kind, _)| *kind == &subject.kind) {
            Some((_, changes)) => changes.push(change),
            None => self.by_kind.push((&subject.kind, vec![change])),
        }
    }

    /// Writes them all.
    pub(crate) async fn write(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        for (kind, changes) in &self.by_kind {
            set_processing_status(tx, kind, changes, now).await?;
        }
        Ok(())
    }
}
