//! Jobs in SQL.
pub(crate) mod ids;
