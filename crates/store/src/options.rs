//! How a store is opened.

use std::time::Duration;

use clock::SharedClock;

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// Where the time comes from; on PostgreSQL see [`ServerOptions::database_time`].
    pub clock: SharedClock,
    /// PostgreSQL only: the schema that holds the tables, if not the connection's usual one.
    pub schema: Option<String>,
    /// PostgreSQL only: how its connections are used.
    pub server: ServerOptions,
}

impl StoreOptions {
    /// The usual options.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, schema: None, server: ServerOptions::default() }
    }
}

/// How the connections to a PostgreSQL server are used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerOptions {
    /// How many connections are open at most, at least 2: two thirds of them for transactions, the others for reads.
    pub connections: u32,
    /// How long a call waits for a connection, free or new, before it fails as unavailable.
    pub acquire_timeout: Duration,
    /// How long a single statement may take.
    pub statement_timeout: Duration,
    /// How long a transaction may stand still between two statements before the server ends it: a process that hangs, or
    /// whose link is dead, must not keep its locks.
    pub idle_transaction_timeout: Duration,
    /// Whether statements stay prepared on their connections. Off behind a pooler that gives each transaction another
    /// connection (PgBouncer's transaction mode): nothing is then kept on a connection from one transaction to the next.
    pub prepared_statements: bool,
    /// Whether nodes wake each other by LISTEN and NOTIFY. Without it they still look for work once a second.
    pub notify: bool,
    /// Whether the time is that of the database, so that nodes whose clocks are wrong agree; else it is the clock's.
    pub database_time: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            connections: 12,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(60),
            idle_transaction_timeout: Duration::from_secs(5),
            prepared_statements: true,
            notify: true,
            database_time: true,
        }
    }
}
