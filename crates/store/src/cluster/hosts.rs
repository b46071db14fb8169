//! Host leases: one node at a time may ask a host, and who takes it over learns what was learnt of it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use clock::Timestamp;
use engine::Incarnation;

use super::terms::{Term, hold};
use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Bulk, Row, Value, sql};
use crate::{Store, StoreError};

/// What became of a wish to ask a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostGrant {
    /// The host is ours, with what was learnt of it before.
    Ours {
        /// How its pace stands, as JSON; `{}` if nothing is known.
        pace: String,
        /// Its robots.txt files, as JSON; `[]` if none is known.
        robots: String,
        /// Whether nobody had it, or gave it back. Else it may have been asked until a moment ago.
        orderly: bool,
    },
    /// Another node has it, at least until then.
    Elsewhere(Timestamp),
}

/// A host that a node has, with what it has learnt of it. What is none is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHost {
    /// Which host.
    pub host: String,
    /// How its pace stands, as JSON.
    pub pace: Option<String>,
    /// Its robots.txt files, as JSON.
    pub robots: Option<String>,
}

/// A host as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostRow {
    /// Which host.
    pub host: String,
    /// Who may ask it; none: it is free.
    pub node: Option<Incarnation>,
    /// For how long unless that is renewed.
    pub lease_until: Timestamp,
    /// How its pace stands, as JSON.
    pub pace: String,
    /// When that was written.
    pub updated_at: Timestamp,
}

impl Store {
    /// Takes hosts for a node: those that are free, that it has already, or whose lease has run out. The answers are in
    /// the order of the hosts.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn take_hosts(
        &self,
        node: Incarnation,
        hosts: &[String],
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<HostGrant>, StoreError> {
        // In one order whoever asks: else two that ask for the same ones could wait for each other.
        let mut sorted: Vec<&String> = hosts.iter().collect::<HashSet<_>>().into_iter().collect();
        sorted.sort_unstable();
        let grants = transaction!(self.db, Size::Small, |tx| {
            let mut grants = HashMap::with_capacity(sorted.len());
            for row in tx.rows_bulk(take(node, &sorted, now.after(lease), now)).await? {
                let (pace, robots) = (row.get(1)?, row.get(2)?);
                grants.insert(row.get(0)?, HostGrant::Ours { pace, robots, orderly: row.get(3)? });
            }
            let missing: Vec<&String> =
                sorted.iter().copied().filter(|host| !grants.contains_key(*host)).collect();
            for (host, until) in leases(tx, &missing).await? {
                grants.insert(host, HostGrant::Elsewhere(until));
            }
            Ok(grants)
        })?;
        // One that vanished in between is nobody's: it can be had at once.
        let grant = |host: &String| grants.get(host).cloned().unwrap_or(HostGrant::Elsewhere(now));
        Ok(hosts.iter().map(grant).collect())
    }

    /// Renews the leases of hosts and writes down what was learnt of them; the hosts that the node has lost.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn keep_hosts(
        &self,
        node: Incarnation,
        hosts: &[KeptHost],
        lease: Duration,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        self.write_hosts(node, hosts, Some(now.after(lease)), now).await
    }

    /// Gives hosts back, with what was learnt of them.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn release_hosts(
        &self,
        node: Incarnation,
        hosts: &[KeptHost],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write_hosts(node, hosts, None, now).await.map(drop)
    }

    async fn write_hosts(
        &self,
        node: Incarnation,
        hosts: &[KeptHost],
        until: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let mut sorted: Vec<&KeptHost> = hosts.iter().collect();
        sorted.sort_unstable_by(|a, b| a.host.cmp(&b.host));
        let held = transaction!(self.db, Size::Small, |tx| {
            let rows = tx.rows_bulk(write(node, &sorted, until, now)).await?;
            rows.iter().map(|row| row.get(0)).collect::<Result<HashSet<String>, StoreError>>()
        })?;
        Ok(hosts.iter().map(|kept| &kept.host).filter(|host| !held.contains(*host)).cloned().collect())
    }

    /// What is known of a host; none if nothing is.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn host(&self, host: &str) -> Result<Option<HostRow>, StoreError> {
        let text = "SELECT host, node, lease_until, pace, updated_at FROM host_leases WHERE host = $1";
        self.db.row(sql(text).bind(host)).await?.as_ref().map(HostRow::read).transpose()
    }

    /// Forgets how the paces of all hosts stand: back-offs, slow-downs, dead hosts. Nodes that have a host at the
    /// moment forget on their own. How many hosts were known.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn reset_host_paces(&self) -> Result<u64, StoreError> {
        let text = "UPDATE host_leases SET pace = '{}' WHERE pace <> '{}'";
        transaction!(self.db, Size::Bulk, |tx| { tx.run(sql(text)).await })
    }

    /// Forgets hosts that are free and of which nothing was written since `before`; how many.
    ///
    /// # Errors
    /// [`StoreError::Deposed`] if the term is over; if the database is not available.
    pub async fn forget_hosts(
        &self,
        term: &Term,
        before: Timestamp,
        limit: usize,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let text = "DELETE FROM host_leases WHERE host IN (SELECT host FROM host_leases WHERE updated_at < $1 \
                    AND lease_until <= $2 ORDER BY updated_at LIMIT $3) AND lease_until <= $2";
        transaction!(self.db, Size::Small, |tx| {
            hold(tx, term, now).await?;
            tx.run(sql(text).bind(before).bind(now).bind(limit)).await
        })
    }
}

impl HostRow {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            host: row.get(0)?,
            node: row.get::<Option<i64>>(1)?.map(Incarnation),
            lease_until: Timestamp(row.get(2)?),
            pace: row.get(3)?,
            updated_at: Timestamp(row.get(4)?),
        })
    }
}

fn take(node: Incarnation, hosts: &[&String], until: Timestamp, now: Timestamp) -> Bulk {
    let row = |host: &&String| [Value::from(*host), node.0.into(), until.into(), true.into(), now.into()];
    let values = hosts.iter().flat_map(row).collect();
    Bulk {
        head: "INSERT INTO host_leases (host, node, lease_until, orderly, updated_at) VALUES",
        columns: 5,
        tail: "ON CONFLICT (host) DO UPDATE SET node = excluded.node, lease_until = excluded.lease_until, \
               orderly = host_leases.node IS NULL OR host_leases.node = excluded.node \
               WHERE host_leases.node IS NULL OR host_leases.node = excluded.node OR host_leases.lease_until <= {1} \
               RETURNING host, pace, robots, orderly",
        fixed: vec![now.into()],
        values,
    }
}

/// Until when each of these hosts is leased.
async fn leases(tx: &mut Tx, hosts: &[&String]) -> Result<Vec<(String, Timestamp)>, StoreError> {
    let bulk = Bulk {
        head: "WITH v(host) AS (VALUES",
        columns: 1,
        tail: ") SELECT host_leases.host, lease_until FROM v JOIN host_leases ON host_leases.host = v.host",
        fixed: vec![],
        values: hosts.iter().map(|host| Value::from(*host)).collect(),
    };
    let rows = tx.rows_bulk(bulk).await?;
    rows.iter().map(|row| Ok((row.get(0)?, Timestamp(row.get(1)?)))).collect()
}

/// Writes what was learnt of hosts that the node has. Without `until` they are free afterwards.
fn write(node: Incarnation, hosts: &[&KeptHost], until: Option<Timestamp>, now: Timestamp) -> Bulk {
    let values = hosts.iter().flat_map(|kept| {
        [
            Value::from(&kept.host),
            until.map(|_| node.0).into(),
            until.map_or(0, |until| until.0).into(),
            kept.pace.clone().into(),
            kept.robots.clone().into(),
        ]
    });
    Bulk {
        head: "WITH v(host, node, lease_until, pace, robots) AS (VALUES",
        columns: 5,
        tail: ") UPDATE host_leases SET node = v.node, lease_until = v.lease_until, \
               pace = COALESCE(v.pace, host_leases.pace), robots = COALESCE(v.robots, host_leases.robots), updated_at = {2} \
               FROM v WHERE host_leases.host = v.host AND host_leases.node = {1} RETURNING host_leases.host",
        fixed: vec![node.0.into(), now.into()],
        values: values.collect(),
    }
}
