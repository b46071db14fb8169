//! One process of the system: registered, alive, its services and workers held to what should be.
//!
//! A [`Node`] writes down that it lives, leads when it is its turn, and makes what is so into what should be: the wishes
//! stand in the store, so any node can be told through any other. Absences to keep: no SQL and no HTTP server here, and
//! nothing that is lost when a signal is: every loop also looks by itself.

mod hosts;
mod lead;
mod node;
mod options;
mod pool;
mod reconcile;
mod resources;
mod services;
mod supervise;

pub use hosts::StoreLeases;
pub use node::{Ended, Node, Parts, Stop};
pub use options::{BackupPlan, Hook, HookFormat, NodeOptions, Retention, ServiceOptions};
pub use services::NAMES as SERVICE_NAMES;
