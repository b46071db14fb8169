//! Effects: what stages ask to be written with a job's completion.

use clock::Timestamp;

use crate::StoreError;
use crate::db::Tx;

/// What a stage asks to be written. Upserts by natural key: written twice, it is as if written once.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Effect {}

/// Writes effects in the transaction that completes their jobs.
pub(crate) async fn apply(_tx: &mut Tx, effects: &[&Effect], _now: Timestamp) -> Result<(), StoreError> {
    debug_assert!(effects.is_empty(), "there is no effect yet");
    Ok(())
}
