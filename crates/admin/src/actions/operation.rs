//! Actions on bulk operations.

pub mod cancel;
pub mod undo;

use model::{PublicId, RecordKind};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// One operation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneOperation {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    operation_id: PublicId,
}

impl OneOperation {
    fn sample() -> Value {
        json!({"operation_id": RecordKind::Operation.id(7)})
    }
}
