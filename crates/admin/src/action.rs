//! What an action is: one room with its facts, its parameters, its checks, its sentence for the audit log and its work.

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use model::Role;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::ToSchema;

use crate::circuit::Dependency;
use crate::desk::Desk;
use crate::error::{ActionError, FieldError};
use crate::schema;

/// One thing that can be done to the running system. Implemented by a unit type in a file of its own.
pub trait Action: Send + Sync + 'static {
    /// What is known of it without running it.
    const FACTS: Facts;
    /// What it is told; refuses unknown fields.
    type Params: DeserializeOwned + ToSchema + Send + Sync + 'static;
    /// What it tells.
    type Outcome: Serialize + ToSchema + Send;

    /// What the schema can't say about the parameters: every field that is wrong, not only the first.
    fn check(_params: &Self::Params) -> Vec<FieldError> {
        Vec::new()
    }

    /// What is being done, for the audit log: "cancels job 0010b000-…".
    fn sentence(params: &Self::Params) -> String;

    /// A payload as a client would send it, and an answer's result.
    fn sample() -> (Value, Value);

    /// Does it.
    fn run(
        params: Self::Params,
        desk: &Desk,
    ) -> impl Future<Output = Result<Answer<Self::Outcome>, ActionError>> + Send;
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// It is done.
    Done(T),
    /// It goes on as a maintenance job, which the result names.
    Accepted(T),
    /// It was only tried out; nothing was changed.
    DryRun(T),
}

impl<T> Answer<T> {
    /// The word for it in the answer.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Done(_) => "done",
            Self::Accepted(_) => "accepted",
            Self::DryRun(_) => "dry_run",
        }
    }

    /// The same with another result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Self::Done(result) => Answer::Done(change(result)),
            Self::Accepted(result) => Answer::Accepted(change(result)),
            Self::DryRun(result) => Answer::DryRun(change(result)),
        }
    }

    /// The result alone.
    pub fn into_result(self) -> T {
        match self {
            Self::Done(result) | Self::Accepted(result) | Self::DryRun(result) => result,
        }
    }
}

/// How much harm an action may do: the class of its rate limit, and whether it wants to be confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Little, and easily put right.
    Low,
    /// Work is stopped or changed.
    Medium,
    /// Data or service may be lost: must be confirmed by its own name.
    High,
}

/// The page of the control plane that an action belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the pages' own names")]
pub enum View {
    Dashboard,
    Domains,
    Sitemaps,
    Pages,
    JobsAndQueue,
    SystemControls,
    AgentsAndWorkers,
    Managers,
    SystemLogs,
    Configuration,
    Analytics,
    Operations,
    UsersAndTokens,
    SystemHealth,
}

/// What is known of an action without running it. Built by [`Facts::new`] and what follows it.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Its type, `area.verb`.
    pub kind: &'static str,
    /// Where it belongs.
    pub view: View,
    /// What a button says.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Who may do it.
    pub role: Role,
    /// How much harm it may do.
    pub risk: Risk,
    /// True if it changes nothing.
    pub reads: bool,
    /// True if `dry_run` in its payload is heard.
    pub dry_run: bool,
    /// What it needs besides the program itself.
    pub needs: Dependency,
    /// Fields of its result that are shown once and never kept.
    pub secrets: &'static [&'static str],
    /// Fields of its payload that the audit log does not show, beside those whose names say that they are secret.
    pub hidden: &'static [&'static str],
}

impl Facts {
    /// A change of low risk that operators may do.
    pub const fn new(kind: &'static str, view: View, title: &'static str, summary: &'static str) -> Self {
        Self {
            kind,
            view,
            title,
            summary,
            role: Role::Operator,
            risk: Risk::Low,
            reads: false,
            dry_run: false,
            needs: Dependency::Database,
            secrets: &[],
            hidden: &[],
        }
    }

    /// The same for this role.
    pub const fn role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// The same with this risk.
    pub const fn risk(self, risk: Risk) -> Self {
        Self { risk, ..self }
    }

    /// The same for viewers: it changes nothing.
    pub const fn reads(self) -> Self {
        Self { role: Role::Viewer, reads: true, ..self }
    }

    /// The same, and it can be tried out.
    pub const fn dry_run(self) -> Self {
        Self { dry_run: true, ..self }
    }

    /// The same, but it needs something else.
    pub const fn needs(self, needs: Dependency) -> Self {
        Self { needs, ..self }
    }

    /// The same with fields of its result that are shown once.
    pub const fn secrets(self, secrets: &'static [&'static str]) -> Self {
        Self { secrets, ..self }
    }

    /// The same with fields of its payload that the audit log does not show.
    pub const fn hidden(self, hidden: &'static [&'static str]) -> Self {
        Self { hidden, ..self }
    }

    /// The area that it belongs to: what stands before the dot.
    pub fn category(&self) -> &'static str {
        self.kind.split_once('.').map_or(self.kind, |(area, _)| area)
    }

    /// True if it must be confirmed by its own name.
    pub fn wants_confirm(&self) -> bool {
        self.risk == Risk::High
    }
}

/// Parameters that were checked, ready to run.
pub struct Checked {
    /// What is being done.
    pub sentence: String,
    run: Box<Run>,
}

/// The work of an action whose parameters are known.
type Run = dyn for<'a> FnOnce(&'a Desk) -> Working<'a> + Send;
/// Work that goes on.
type Working<'a> = BoxFuture<'a, Result<Answer<Value>, ActionError>>;

impl Checked {
    /// Does it.
    pub async fn run(self, desk: &Desk) -> Result<Answer<Value>, ActionError> {
        (self.run)(desk).await
    }
}

impl std::fmt::Debug for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checked").field("sentence", &self.sentence).finish_non_exhaustive()
    }
}

/// [`Action`] as the catalogue keeps it.
pub trait AnyAction: Send + Sync {
    /// What is known of it.
    fn facts(&self) -> Facts;
    /// The JSON Schema of its payload.
    fn params_schema(&self) -> Value;
    /// The JSON Schema of its result.
    fn result_schema(&self) -> Value;
    /// A payload and a result.
    fn sample(&self) -> (Value, Value);
    /// Reads a payload that fits the schema, or says what is wrong with it.
    fn read(&self, payload: Value) -> Result<Checked, ActionError>;
}

impl<A: Action> AnyAction for A {
    fn facts(&self) -> Facts {
        A::FACTS
    }

    fn params_schema(&self) -> Value {
        schema::of::<A::Params>()
    }

    fn result_schema(&self) -> Value {
        schema::of::<A::Outcome>()
    }

    fn sample(&self) -> (Value, Value) {
        A::sample()
    }

    fn read(&self, payload: Value) -> Result<Checked, ActionError> {
        let params: A::Params = serde_json::from_value(payload)
            .map_err(|error| ActionError::InvalidPayload(vec![FieldError::new("", error.to_string())]))?;
        let wrong = A::check(&params);
        if !wrong.is_empty() {
            return Err(ActionError::InvalidPayload(wrong));
        }
        let sentence = A::sentence(&params);
        Ok(Checked { sentence, run: Box::new(move |desk| work::<A>(params, desk)) })
    }
}

fn work<A: Action>(params: A::Params, desk: &Desk) -> Working<'_> {
    async move {
        let answer = A::run(params, desk).await?;
        let value = serde_json::to_value(match &answer {
            Answer::Done(result) | Answer::Accepted(result) | Answer::DryRun(result) => result,
        });
        let value = value.map_err(|error| ActionError::Internal(error.to_string()))?;
        Ok(answer.map(|_| value))
    }
    .boxed()
}
