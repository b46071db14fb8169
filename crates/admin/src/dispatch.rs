//! The one way that every action goes: authenticate, authorize, rate limit, validate payload, idempotency, circuit
//! breaker, execute, audit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use model::{AuditLevel, AuditOutcome, PublicId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::RequestKey;
use utoipa::ToSchema;

use crate::action::{Answer, AnyAction, Checked, Facts};
use crate::audit::{Audit, Closing, OpenRecord, Opening, Subject};
use crate::authorize::authorize;
use crate::desk::{Desk, Surroundings};
use crate::error::ActionError;
use crate::idempotency::{self, Begun};
use crate::identity::{Origin, Principal};
use crate::limits::{Limiter, RateLimits};
use crate::{catalogue, schema};

/// Longest time that an action may take; what takes longer is a maintenance job.
pub const EXECUTION_MAX: Duration = Duration::from_secs(60);

/// An action asked for.
#[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ActionRequest {
    /// Which action: its type, `area.verb`.
    #[serde(rename = "type")]
    #[schema(example = "job.retry")]
    pub kind: String,
    /// What it is told; its schema is in the catalogue.
    #[serde(default = "nothing")]
    #[schema(value_type = Object)]
    pub payload: Value,
    /// The type once more, for actions of high risk.
    #[serde(default)]
    pub confirm: Option<String>,
    /// The header `Idempotency-Key`.
    #[serde(skip)]
    pub idempotency_key: Option<String>,
}

fn nothing() -> Value {
    Value::Object(serde_json::Map::new())
}

impl ActionRequest {
    /// An action with its payload, not confirmed, without a key.
    pub fn new(kind: impl Into<String>, payload: Value) -> Self {
        Self { kind: kind.into(), payload, confirm: None, idempotency_key: None }
    }

    /// The same, confirmed.
    #[must_use]
    pub fn confirmed(self) -> Self {
        Self { confirm: Some(self.kind.clone()), ..self }
    }
}

/// An action's answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ActionAnswer {
    /// The request, as log lines and the audit log name it.
    pub request_id: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// `done`, `accepted` (a maintenance job goes on with it) or `dry_run`.
    #[schema(example = "done")]
    pub status: String,
    /// What came of it; its schema is in the catalogue.
    #[schema(value_type = Object)]
    pub result: Value,
    /// The record in the audit log; none if reads are not recorded.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub audit_id: Option<PublicId>,
    /// How long it took.
    pub duration_ms: u64,
    /// True if this is the answer to the same request that came before.
    pub idempotent_replay: bool,
}

/// The way.
#[derive(Debug)]
pub struct Dispatcher {
    shared: Arc<Surroundings>,
    audit: Arc<Audit>,
    limiter: Limiter,
}

/// An action that somebody asked for.
struct Call {
    desk: Desk,
    facts: Facts,
    request: ActionRequest,
    /// The monotonic time at which it came.
    came: Duration,
}

/// An action that was let through.
enum Admission {
    /// To be executed; with a key, its answer is kept.
    Go(Checked, Option<RequestKey>),
    /// It was done before.
    Replay(Result<ActionAnswer, ActionError>),
}

/// An action that was not let through.
struct Refused {
    error: ActionError,
    /// Not worth a record: one like it stands in the audit log already.
    again: bool,
}

impl<E: Into<ActionError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self { error: error.into(), again: false }
    }
}

impl Dispatcher {
    /// The way of actions that work in these surroundings.
    pub fn new(shared: Arc<Surroundings>, audit: Arc<Audit>, limits: RateLimits) -> Self {
        Self { shared, audit, limiter: Limiter::new(limits) }
    }

    /// What all actions share.
    pub const fn shared(&self) -> &Arc<Surroundings> {
        &self.shared
    }

    /// Does an action, or says why not. Once it is executed it goes on to its end, its audit record and its kept
    /// answer, also if the caller goes away.
    pub async fn dispatch(
        &self,
        principal: Option<Principal>,
        origin: Origin,
        request: ActionRequest,
    ) -> Result<ActionAnswer, ActionError> {
        let principal = principal.ok_or(ActionError::Unauthenticated)?;
        let action = catalogue::find(&request.kind).ok_or_else(|| unknown(&request.kind))?;
        let (now, came) = (self.shared.store.now(), self.shared.clock.elapsed());
        let desk = Desk { shared: Arc::clone(&self.shared), principal, origin, now };
        let call = Call { desk, facts: action.facts(), request, came };
        match self.admit(&call, action).await {
            Ok(Admission::Go(checked, key)) => self.execute(call, checked, key).await,
            Ok(Admission::Replay(answer)) => {
                self.note(&call, AuditOutcome::Replayed, answer.as_ref().err()).await;
                answer
            }
            Err(refused) => {
                if !refused.again {
                    self.note(&call, AuditOutcome::Denied, Some(&refused.error)).await;
                }
                Err(refused.error)
            }
        }
    }

    /// Everything that may refuse an action, in order.
    async fn admit(&self, call: &Call, action: &dyn AnyAction) -> Result<Admission, Refused> {
        let (desk, facts, request) = (&call.desk, &call.facts, &call.request);
        authorize(&desk.principal, facts, desk.maintenance().await?.as_ref())?;
        self.limiter
            .take(&caller(&desk.principal), facts.risk, call.came)
            .map_err(|many| Refused { again: !many.first, error: many.into() })?;
        let checked = validate(action, facts, request)?;
        let key = match idempotency::begin(desk.store(), &desk.principal, request, desk.now).await? {
            Begun::Go(key) => key,
            Begun::Replay(answer) => return Ok(Admission::Replay(answer)),
        };
        if let Err(error) = self.shared.breakers.admit(facts.needs, call.came) {
            let refused = Err(error);
            keep(desk, key.as_ref(), facts, &refused).await;
            refused?;
        }
        Ok(Admission::Go(checked, key))
    }

    /// Executes an action in a task of its own, with an audit record that is opened before and closed after.
    async fn execute(
        &self,
        call: Call,
        checked: Checked,
        key: Option<RequestKey>,
    ) -> Result<ActionAnswer, ActionError> {
        let record = match self.audit.open(opening(&call)).await {
            Ok(record) => record,
            Err(error) => {
                // What can't be noted is not done.
                let refused = Err(ActionError::from(error));
                self.shared.breakers.record(call.facts.needs, false, call.came);
                keep(&call.desk, key.as_ref(), &call.facts, &refused).await;
                return refused;
            }
        };
        let audit = Arc::clone(&self.audit);
        let work = tokio::spawn(async move {
            let answer = carry_out(&call, checked, record.id()).await;
            let elapsed = call.desk.shared.clock.elapsed();
            let worked = answer.as_ref().err().is_none_or(|error| !error.is_outage());
            call.desk.shared.breakers.record(call.facts.needs, worked, elapsed);
            keep(&call.desk, key.as_ref(), &call.facts, &answer).await;
            close(&audit, record, &call, &answer).await;
            answer
        });
        work.await
            .unwrap_or_else(|error| Err(ActionError::Internal(format!("the execution was lost: {error}"))))
    }

    /// Writes a record of an action that was not executed.
    async fn note(&self, call: &Call, outcome: AuditOutcome, error: Option<&ActionError>) {
        let message = error.map(ToString::to_string);
        let closing = Closing {
            outcome,
            code: error.map(ActionError::code),
            message: message.as_deref(),
            counts: None,
        };
        let noted = match self.audit.open(opening(call)).await {
            Ok(record) => self.audit.close(record, closing).await,
            Err(error) => Err(error),
        };
        if let Err(error) = noted {
            tracing::warn!(action = call.facts.kind, %error, "a refused action could not be noted in the audit log");
        }
    }
}

/// Reads the payload: every field that is wrong is named; then asks for the confirmation, if one is wanted.
fn validate(action: &dyn AnyAction, facts: &Facts, request: &ActionRequest) -> Result<Checked, ActionError> {
    if let Some(key) = &request.idempotency_key {
        idempotency::check_key(key)?;
    }
    let wrong = schema::check(&action.params_schema(), &request.payload);
    if !wrong.is_empty() {
        return Err(ActionError::InvalidPayload(wrong));
    }
    let checked = action.read(request.payload.clone())?;
    // Trying it out does no harm.
    let tried_out = facts.dry_run && request.payload.get("dry_run") == Some(&Value::Bool(true));
    if facts.wants_confirm() && !tried_out && request.confirm.as_deref() != Some(facts.kind) {
        return Err(ActionError::ConfirmationRequired { kind: facts.kind.into() });
    }
    Ok(checked)
}

/// Runs the action itself; a panic or too long a time is an error like others.
async fn carry_out(
    call: &Call,
    checked: Checked,
    audit_id: Option<PublicId>,
) -> Result<ActionAnswer, ActionError> {
    let run = AssertUnwindSafe(checked.run(&call.desk)).catch_unwind();
    let result = match tokio::time::timeout(EXECUTION_MAX, run).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ActionError::Internal("it panicked; the log tells where".into())),
        Err(_) => {
            let after_ms = u64::try_from(EXECUTION_MAX.as_millis()).unwrap_or(u64::MAX);
            Err(ActionError::TimedOut { after_ms })
        }
    };
    let took = call.desk.shared.clock.elapsed().saturating_sub(call.came);
    result.map(|answer: Answer<Value>| ActionAnswer {
        request_id: call.desk.origin.request_id.clone(),
        kind: call.facts.kind.into(),
        status: answer.status().into(),
        result: answer.into_result(),
        audit_id,
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        idempotent_replay: false,
    })
}

/// Keeps the answer under the request's key, if it has one.
async fn keep(
    desk: &Desk,
    key: Option<&RequestKey>,
    facts: &Facts,
    answer: &Result<ActionAnswer, ActionError>,
) {
    let Some(key) = key else { return };
    if let Err(error) = idempotency::end(desk.store(), key, facts, answer).await {
        tracing::warn!(action = facts.kind, %error, "an answer could not be kept: its key will read as interrupted");
    }
}

/// Closes the record of an execution.
async fn close(audit: &Audit, record: OpenRecord, call: &Call, answer: &Result<ActionAnswer, ActionError>) {
    let (outcome, counts) = match answer {
        Ok(answer) => {
            let outcome = match answer.status.as_str() {
                "accepted" => AuditOutcome::Accepted,
                "dry_run" => AuditOutcome::DryRun,
                _ => AuditOutcome::Done,
            };
            (outcome, counts(&answer.result))
        }
        Err(error) => (if error.is_refusal() { AuditOutcome::Denied } else { AuditOutcome::Failed }, None),
    };
    let error = answer.as_ref().err();
    let message = error.map(ToString::to_string);
    let code = error.map(ActionError::code);
    let closing = Closing { outcome, code, message: message.as_deref(), counts: counts.as_ref() };
    if let Err(error) = audit.close(record, closing).await {
        tracing::error!(action = call.facts.kind, %error, "an audit record could not be closed: it reads as interrupted");
    }
}

fn opening(call: &Call) -> Opening<'_> {
    let payload = &call.request.payload;
    Opening {
        action: call.facts.kind,
        level: if call.facts.reads { AuditLevel::Read } else { AuditLevel::Write },
        principal: Some(&call.desk.principal),
        origin: &call.desk.origin,
        subject: subject(payload),
        selector: ["selector", "filter", "filters"].into_iter().find_map(|name| payload.get(name)),
        parameters: payload,
        secret_fields: call.facts.hidden,
    }
}

/// Fields of payloads that name the one thing that is acted upon.
const SUBJECTS: &[&str] = &[
    "job_id", "queue", "worker", "stage", "service", "node", "user", "token", "alert", "agent", "backup",
    "revision", "table", "source", "name",
];

/// The one thing that is acted upon, if there is one.
fn subject(payload: &Value) -> Option<Subject> {
    SUBJECTS.iter().find_map(|field| {
        let id = payload.get(*field)?.as_str()?;
        Some(Subject { kind: field.trim_end_matches("_id").into(), id: id.chars().take(128).collect() })
    })
}

/// What was counted, of a result.
fn counts(result: &Value) -> Option<Value> {
    const COUNTS: &[&str] = &["matched", "updated", "skipped", "operation_id", "job_id", "deleted"];
    let counts = COUNTS.iter().filter_map(|name| Some(((*name).to_owned(), result.get(*name)?.clone())));
    let counts: serde_json::Map<String, Value> = counts.filter(|(_, value)| !value.is_null()).collect();
    (!counts.is_empty()).then_some(Value::Object(counts))
}

/// Whose keys and rates these are.
pub(crate) fn caller(who: &Principal) -> String {
    who.id().map_or_else(|| who.name.clone(), |id| id.to_string())
}

fn unknown(kind: &str) -> ActionError {
    ActionError::UnknownAction { kind: kind.chars().take(64).collect() }
}
