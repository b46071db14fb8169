//! Nodes: registered, alive, and told what to be.

use std::time::Duration;

use clock::Timestamp;
use engine::Incarnation;
use model::{NodeKind, NodeState};

use super::terms::{Term, hold};
use crate::catalog::word;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// A node that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNode {
    /// Its life.
    pub incarnation: Incarnation,
    /// Its name: the same after a restart.
    pub name: String,
    /// What it is there for.
    pub kind: NodeKind,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: u32,
    /// The program's version.
    pub version: String,
}

/// A node as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow {
    /// Its life.
    pub incarnation: Incarnation,
    /// Its name.
    pub name: String,
    /// What it is there for.
    pub kind: NodeKind,
    /// The machine.
    pub host: String,
    /// The process.
    pub pid: i64,
    /// The program's version.
    pub version: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last gave a sign of life.
    pub heartbeat_at: Timestamp,
    /// What it should be.
    pub order: NodeOrder,
    /// Who wished that.
    pub desired_by: Option<String>,
    /// When.
    pub desired_at: Option<Timestamp>,
    /// What it was when it last gave a sign of life.
    pub actual_state: NodeState,
    /// What it uses, as JSON.
    pub resources: String,
}

impl NodeRow {
    /// Whether it has ended in order or has given no sign of life for `silence`.
    pub fn is_gone(&self, silence: Duration, now: Timestamp) -> bool {
        self.actual_state == NodeState::Stopped || now.since(self.heartbeat_at) >= silence
    }
}

/// What a node should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeOrder {
    /// Its state.
    pub state: NodeState,
    /// What goes with it, as JSON: `{"timeout_s": 30}`, `{"config_revision": 7}`.
    pub detail: String,
}

impl Default for NodeOrder {
    fn default() -> Self {
        Self { state: NodeState::Running, detail: "{}".to_owned() }
    }
}

/// Which nodes are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeTarget {
    /// Those that have not ended.
    All,
    /// The one of this name.
    Named(String),
}

const COLUMNS: &str = "incarnation, name, kind, host, pid, version, started_at, heartbeat_at, desired_state, \
                       desired_detail, desired_by, desired_at, actual_state, resources";

impl NodeRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            incarnation: Incarnation(row.get(0)?),
            name: row.get(1)?,
            kind: word(row.get::<String>(2)?)?,
            host: row.get(3)?,
            pid: row.get(4)?,
            version: row.get(5)?,
            started_at: Timestamp(row.get(6)?),
            heartbeat_at: Timestamp(row.get(7)?),
            order: NodeOrder { state: word(row.get::<String>(8)?)?, detail: row.get(9)? },
            desired_by: row.get(10)?,
            desired_at: row.get::<Option<i64>>(11)?.map(Timestamp),
            actual_state: word(row.get::<String>(12)?)?,
            resources: row.get(13)?,
        })
    }
}

impl Store {
    /// Registers a node that begins. Registering again is harmless: what it should be stays.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn register_node(&self, node: &NewNode, now: Timestamp) -> Result<(), StoreError> {
        let text = "INSERT INTO nodes (incarnation, name, kind, host, pid, version, started_at, heartbeat_at, \
                    actual_state) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) \
                    ON CONFLICT (incarnation) DO UPDATE SET heartbeat_at = excluded.heartbeat_at";
        let query = sql(text)
            .bind(node.incarnation.0)
            .bind(&node.name)
            .bind(node.kind.as_str())
            .bind(&node.host)
            .bind(node.pid)
            .bind(&node.version)
            .bind(now)
            .bind(NodeState::Running.as_str());
        transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        Ok(())
    }

    /// Takes a sign of life and tells what the node should be; none if it is not registered (any more).
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn beat_node(
        &self,
        node: Incarnation,
        actual: NodeState,
        resources: &str,
        now: Timestamp,
    ) -> Result<Option<NodeOrder>, StoreError> {
        let text = "UPDATE nodes SET heartbeat_at = $2, actual_state = $3, resources = $4 WHERE incarnation = $1 \
                    RETURNING desired_state, desired_detail";
        let query = sql(text).bind(node.0).bind(now).bind(actual.as_str()).bind(resources);
        let row = transaction!(self.db, Size::Small, |tx| { tx.row(query.clone()).await })?;
        row.map(|row| Ok(NodeOrder { state: word(row.get::<String>(0)?)?, detail: row.get(1)? })).transpose()
    }

    /// Notes that a node has ended in order: its hosts can be had at once, its reports are gone.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn end_node(&self, node: Incarnation, now: Timestamp) -> Result<(), StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            let text = "UPDATE nodes SET heartbeat_at = $2, actual_state = 'stopped' WHERE incarnation = $1";
            tx.run(sql(text).bind(node.0).bind(now)).await?;
            tx.run(sql("UPDATE host_leases SET lease_until = 0 WHERE node = $1").bind(node.0)).await?;
            tx.run(sql("DELETE FROM service_reports WHERE incarnation = $1").bind(node.0)).await?;
            tx.run(sql("DELETE FROM worker_reports WHERE incarnation = $1").bind(node.0)).await?;
            Ok(())
        })
    }

    /// All nodes that are remembered, the youngest first.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn nodes(&self) -> Result<Vec<NodeRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM nodes ORDER BY started_at DESC, incarnation");
        self.db.rows(sql_built(text)).await?.iter().map(NodeRow::read).collect()
    }

    /// Says what nodes should be; how many are told. Nodes that have ended are not.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn order_nodes(
        &self,
        target: &NodeTarget,
        order: &NodeOrder,
        by: &str,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let name = match target {
            NodeTarget::All => None,
            NodeTarget::Named(name) => Some(name.as_str()),
        };
        let text = "UPDATE nodes SET desired_state = $1, desired_detail = $2, desired_by = $3, desired_at = $4 \
                    WHERE actual_state <> 'stopped' AND ($5 IS NULL OR name = $5)";
        let query = sql(text).bind(order.state.as_str()).bind(&order.detail).bind(by).bind(now).bind(name);
        let told = transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        self.signals.orders_changed();
        Ok(told)
    }

    /// Forgets nodes that gave their last sign of life before `before`, with their reports, and the configured workers
    /// of names that no node has any more; the nodes forgotten.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn forget_nodes(
        &self,
        term: &Term,
        before: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            let text = "DELETE FROM nodes WHERE heartbeat_at < $1 RETURNING name";
            let gone = tx.rows(sql(text).bind(before)).await?;
            for table in ["service_reports", "worker_reports"] {
                let text =
                    format!("DELETE FROM {table} WHERE incarnation NOT IN (SELECT incarnation FROM nodes)");
                tx.run(sql_built(text)).await?;
            }
            let text = "DELETE FROM workers WHERE configured AND node NOT IN (SELECT name FROM nodes)";
            tx.run(sql(text)).await?;
            gone.iter().map(|row| row.get(0)).collect()
        })
    }
}
