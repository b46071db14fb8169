//! A record as people see it: in the API, on the command line, in exports.

use clock::Timestamp;
use model::{AuditLevel, AuditOutcome, PublicId, RecordKind};
use serde::Serialize;
use serde_json::Value;
use store::AuditRecord;

/// A deed in the log.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct RecordView {
    /// Its id.
    #[schema(value_type = String)]
    pub id: PublicId,
    /// Its number in the log; greater is later.
    pub number: i64,
    /// When it was begun, RFC 3339 UTC.
    pub at: String,
    /// What kind of deed: `read`, `write` or `sign_in`.
    #[schema(value_type = String)]
    pub level: AuditLevel,
    /// The action's type.
    pub action: String,
    /// The id of the user or token.
    pub actor_id: Option<String>,
    /// The name, proved or (when signing in) only claimed.
    pub actor_name: Option<String>,
    /// The role at that time.
    pub role: Option<String>,
    /// How it was proved: `session`, `bearer`, `token` or `local`.
    pub means: Option<String>,
    /// The address of the client.
    pub ip: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// What ties requests together.
    pub trace_id: Option<String>,
    /// This request alone.
    pub request_id: Option<String>,
    /// What kind of thing it was done on.
    pub subject_kind: Option<String>,
    /// The id or name of that thing.
    pub subject_id: Option<String>,
    /// The selector, if it was done on many.
    #[schema(value_type = Option<Object>)]
    pub selector: Option<Value>,
    /// The parameters, secrets hidden.
    #[schema(value_type = Option<Object>)]
    pub parameters: Option<Value>,
    /// How it ended.
    #[schema(value_type = String)]
    pub outcome: AuditOutcome,
    /// The stable code of the error.
    pub code: Option<String>,
    /// What it did or what went wrong.
    pub message: Option<String>,
    /// What was counted.
    #[schema(value_type = Option<Object>)]
    pub counts: Option<Value>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<i64>,
}

impl RecordView {
    /// The view of a stored record.
    pub fn of(record: &AuditRecord) -> Self {
        let AuditRecord { number, opening, outcome, closing } = record;
        let json = |text: &Option<String>| text.as_deref().and_then(|text| serde_json::from_str(text).ok());
        Self {
            id: RecordKind::Audit.id(*number),
            number: *number,
            at: rfc3339(opening.at),
            level: opening.level,
            action: opening.action.clone(),
            actor_id: opening.actor_id.clone(),
            actor_name: opening.actor_name.clone(),
            role: opening.role.clone(),
            means: opening.means.clone(),
            ip: opening.ip.clone(),
            user_agent: opening.user_agent.clone(),
            trace_id: opening.trace_id.clone(),
            request_id: opening.request_id.clone(),
            subject_kind: opening.subject_kind.clone(),
            subject_id: opening.subject_id.clone(),
            selector: json(&opening.selector),
            parameters: json(&opening.parameters),
            outcome: *outcome,
            code: closing.as_ref().and_then(|closing| closing.code.clone()),
            message: closing.as_ref().and_then(|closing| closing.message.clone()),
            counts: closing.as_ref().and_then(|closing| json(&closing.counts)),
            duration_ms: closing.as_ref().map(|closing| closing.duration_ms),
        }
    }
}

/// A time as the API writes it.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |time| format!("{time:.3}"))
}
