//! What is kept: all SQL of the product, for SQLite and PostgreSQL alike.
