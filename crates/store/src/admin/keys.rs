//! Keys that sign: made in the database, so that all nodes have the same.

use clock::Timestamp;

use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql};
use crate::{Store, StoreError};

/// A key that signs.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name, public.
    pub id: String,
    /// Its secret bytes.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Store {
    /// The keys for a purpose, newest first. If none of them was made after `rotate`, `fresh` becomes one; those made
    /// before `forget` go, so long as a newer one is there. Nodes that ask at once agree.
    pub async fn signing_keys(
        &self,
        purpose: &str,
        fresh: &SigningKey,
        rotate: Timestamp,
        forget: Timestamp,
    ) -> Result<Vec<SigningKey>, StoreError> {
        let present = read_all(self.db.rows(by_purpose(purpose)).await?)?;
        let is_due = present.first().is_none_or(|newest| newest.created_at <= rotate);
        if !is_due && present.iter().all(|key| key.created_at > forget) {
            return Ok(present);
        }
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            // One row that exists in every database, so that the first one to come decides.
            tx.run(sql("UPDATE sequences SET next = next + 1 WHERE name = 'user_changes'")).await?;
            let newest = read_all(tx.rows(by_purpose(purpose)).await?)?.into_iter().next();
            if newest.is_none_or(|newest| newest.created_at <= rotate) {
                let text =
                    "INSERT INTO signing_keys (id, purpose, secret, created_at) VALUES ($1, $2, $3, $4)";
                let query = sql(text).bind(&fresh.id).bind(purpose).bind(fresh.secret.clone());
                tx.run(query.bind(now)).await?;
            }
            let text = "DELETE FROM signing_keys WHERE purpose = $1 AND created_at <= $2 AND created_at < \
                        (SELECT MAX(created_at) FROM signing_keys WHERE purpose = $1)";
            tx.run(sql(text).bind(purpose).bind(forget)).await?;
            read_all(tx.rows(by_purpose(purpose)).await?)
        })
    }
}

fn by_purpose(purpose: &str) -> crate::sql::Query {
    let text =
        "SELECT id, secret, created_at FROM signing_keys WHERE purpose = $1 ORDER BY created_at DESC, id";
    sql(text).bind(purpose)
}

fn read_all(rows: Vec<Row>) -> Result<Vec<SigningKey>, StoreError> {
    let read = |row: &Row| {
        Ok(SigningKey { id: row.get(0)?, secret: row.get(1)?, created_at: Timestamp(row.get(2)?) })
    };
    rows.iter().map(read).collect()
}
