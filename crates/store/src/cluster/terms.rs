//! Terms: one node leads in a duty at a time, and what an earlier leader still writes is refused.

use std::time::Duration;

use clock::Timestamp;
use engine::Incarnation;

use crate::db::{Tx, transaction};
use crate::dialect::Dialect;
use crate::gate::Size;
use crate::sql::sql;
use crate::{Store, StoreError};

/// Something that one node does for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Duty(&'static str);

impl Duty {
    /// The services that run on one node only.
    pub const LEADER: Self = Self("leader");

    /// The duty of that name.
    pub const fn known(name: &'static str) -> Self {
        Self(name)
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The right to lead, for a while. Methods that take it write only while it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// In what.
    pub duty: Duty,
    /// Who leads.
    pub node: Incarnation,
    /// Counts the changes of hands: a later term has a larger number.
    pub number: i64,
    /// How long it holds unless it is renewed.
    pub until: Timestamp,
}

/// Who leads, for people who look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermRow {
    /// In what.
    pub duty: String,
    /// Who leads; none after stepping down.
    pub holder: Option<Incarnation>,
    /// The number of the term.
    pub number: i64,
    /// When it began.
    pub taken_at: Timestamp,
    /// How long it holds unless it is renewed.
    pub until: Timestamp,
}

impl Store {
    /// Takes the lead if nobody has it, or keeps it: the term, or none while another leads.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn campaign(
        &self,
        duty: Duty,
        node: Incarnation,
        lease: Duration,
        now: Timestamp,
    ) -> Result<Option<Term>, StoreError> {
        let until = now.after(lease);
        // A term that ran out is not taken up again under its old number, even by its own holder.
        let text = "INSERT INTO terms (duty, holder, term, taken_at, lease_until) VALUES ($1, $2, 1, $3, $4) \
                    ON CONFLICT (duty) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until, \
                    term = terms.term + CASE WHEN terms.holder = excluded.holder AND terms.lease_until > $3 THEN 0 ELSE 1 END, \
                    taken_at = CASE WHEN terms.holder = excluded.holder AND terms.lease_until > $3 THEN terms.taken_at ELSE $3 END \
                    WHERE terms.holder IS NULL OR terms.holder = excluded.holder OR terms.lease_until <= $3 \
                    RETURNING term";
        let query = sql(text).bind(duty.as_str()).bind(node.0).bind(now).bind(until);
        let row = transaction!(self.db, Size::Small, |tx| { tx.row(query.clone()).await })?;
        row.map(|row| Ok(Term { duty, node, number: row.get(0)?, until })).transpose()
    }

    /// Gives the lead up, so that another need not wait for the term to run out.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn step_down(&self, term: &Term) -> Result<(), StoreError> {
        let text =
            "UPDATE terms SET holder = NULL, lease_until = 0 WHERE duty = $1 AND holder = $2 AND term = $3";
        let query = sql(text).bind(term.duty.as_str()).bind(term.node.0).bind(term.number);
        transaction!(self.db, Size::Small, |tx| { tx.run(query.clone()).await })?;
        Ok(())
    }

    /// All duties that were ever led.
    ///
    /// # Errors
    /// If the database is not available.
    pub async fn terms(&self) -> Result<Vec<TermRow>, StoreError> {
        let text = "SELECT duty, holder, term, taken_at, lease_until FROM terms ORDER BY duty";
        let rows = self.db.rows(sql(text)).await?;
        rows.iter()
            .map(|row| {
                Ok(TermRow {
                    duty: row.get(0)?,
                    holder: row.get::<Option<i64>>(1)?.map(Incarnation),
                    number: row.get(2)?,
                    taken_at: Timestamp(row.get(3)?),
                    until: Timestamp(row.get(4)?),
                })
            })
            .collect()
    }
}

/// Makes sure that the term holds until the transaction ends; [`StoreError::Deposed`] if it is over.
pub(crate) async fn hold(tx: &mut Tx, term: &Term, now: Timestamp) -> Result<(), StoreError> {
    let text = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT 1 FROM terms WHERE duty = $1 AND holder = $2 AND term = $3 AND lease_until > $4"
        }
        Dialect::Postgres => {
            "SELECT 1 FROM terms WHERE duty = $1 AND holder = $2 AND term = $3 AND lease_until > $4 FOR SHARE"
        }
    };
    let query = sql(text).bind(term.duty.as_str()).bind(term.node.0).bind(term.number).bind(now);
    if tx.row(query).await?.is_none() {
        return Err(StoreError::Deposed { duty: term.duty.as_str(), term: term.number });
    }
    Ok(())
}
