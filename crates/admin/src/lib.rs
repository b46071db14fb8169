//! The control plane: who may do what, the catalogue of actions, and the one way they all go.

pub mod action;
pub mod actions;
pub mod artifact;
pub mod audit;
pub mod authorize;
pub mod backups;
pub mod catalogue;
pub mod circuit;
pub mod desk;
pub mod dispatch;
pub mod error;
pub mod health;
pub mod idempotency;
pub mod identity;
pub mod limits;
pub mod maintenance;
pub mod operations;
pub mod period;
pub mod reference;
pub mod schema;
pub mod selector;

mod given;

pub use desk::{Desk, Surroundings};
pub use dispatch::{ActionAnswer, ActionRequest, Dispatcher};
pub use error::{ActionError, FieldError};
pub use identity::{Actor, Means, Origin, Principal};
pub use model::Role;

/// The stages of the pipeline, each with a queue of its name.
pub(crate) const STAGES: &[engine::QueueName] =
    &[pipeline::plan::DISCOVERY, pipeline::plan::IMPORT, pipeline::plan::SCRAPE, MAINTENANCE];

/// The queues that there are without a job or a setting.
pub(crate) const KNOWN_QUEUES: &[engine::QueueName] = STAGES;

/// Work that operators and the program itself ask for: bulk operations, backups, exports.
pub const MAINTENANCE: engine::QueueName = engine::QueueName::known("maintenance");
