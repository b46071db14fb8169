//! The control plane: who may do what, the catalogue of actions, and the one way they all go.

pub mod audit;
pub mod identity;

pub use identity::{Actor, Means, Origin, Principal};
pub use model::Role;
