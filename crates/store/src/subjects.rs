//! The records that jobs are for: their processing status changes with their job, in the same transaction.

use clock::Timestamp;
use engine::SubjectKind;

use crate::StoreError;
use crate::db::Tx;

/// A record's processing status, as the product names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Processing {
    Queued,
    Processing,
    Complete,
    Error,
}

/// What a cancelled job leaves on its record.
pub(crate) const CANCELLED: &str = "Administrative cancellation";

/// Sets the processing status of records of one kind, each with its error text, if any.
pub(crate) async fn set_processing_status(
    _tx: &mut Tx,
    _kind: &SubjectKind,
    _records: &[(i64, Processing, Option<&str>)],
    _now: Timestamp,
) -> Result<(), StoreError> {
    Ok(())
}
