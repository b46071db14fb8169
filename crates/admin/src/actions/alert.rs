//! Actions on alerts.

pub mod acknowledge;
