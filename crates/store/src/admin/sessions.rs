//! Sessions of people at their browsers: found by the hash of their secret, gone when they are over.

use std::time::Duration;

use clock::Timestamp;

use super::users::stored_role;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// Most sessions that one person has at a time; the longest unused one goes for a new one.
const MOST_OF_A_USER: usize = 50;

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// SHA-256 of its secret.
    pub secret_hash: Vec<u8>,
    /// Whose it is.
    pub user_id: i64,
    /// Their epoch when they proved who they are.
    pub epoch: i64,
    /// How they proved it: `password` or `provider`.
    pub means: String,
    /// From where.
    pub ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// When it is over at the latest.
    pub expires_at: Timestamp,
    /// The hash of the session that it takes the place of, if any.
    pub replaces: Option<Vec<u8>>,
}

/// A session as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// How they proved who they are.
    pub means: String,
    /// From where.
    pub ip: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// When it is over at the latest.
    pub expires_at: Timestamp,
}

/// A session that holds, with whom it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionUse {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: model::Role,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
}

impl Store {
    /// Begins a session, if its person has not been changed since they proved who they are.
    pub async fn begin_session(&self, session: &NewSession) -> Result<i64, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            if let Some(old) = &session.replaces {
                tx.run(sql("DELETE FROM sessions WHERE secret_hash = $1").bind(old.clone())).await?;
            }
            let surplus = "DELETE FROM sessions WHERE user_id = $1 AND id NOT IN \
                           (SELECT id FROM sessions WHERE user_id = $1 ORDER BY seen_at DESC, id DESC LIMIT $2)";
            tx.run(sql(surplus).bind(session.user_id).bind(MOST_OF_A_USER - 1)).await?;
            let text = "INSERT INTO sessions (secret_hash, user_id, epoch, means, ip, user_agent, created_at, seen_at, \
                        expires_at) SELECT $1, id, epoch, $2, $3, $4, $5, $5, $6 FROM users \
                        WHERE id = $7 AND epoch = $8 AND disabled_at IS NULL RETURNING id";
            let query = sql(text).bind(session.secret_hash.clone()).bind(&session.means);
            let query = query.bind(session.ip.clone()).bind(session.user_agent.clone()).bind(now);
            let query = query.bind(session.expires_at).bind(session.user_id).bind(session.epoch);
            let changed = || StoreError::Conflict("the user was changed meanwhile: sign in again".into());
            tx.row(query).await?.ok_or_else(changed)?.get(0)
        })
    }

    /// The session with this hash, if it holds: neither over, nor unused for longer than `idle`, nor of a person who
    /// was changed or disabled since.
    pub async fn use_session(
        &self,
        secret_hash: Vec<u8>,
        idle: Duration,
    ) -> Result<Option<SessionUse>, StoreError> {
        let now = self.now();
        let text = "SELECT sessions.id, user_id, users.name, users.role, seen_at FROM sessions JOIN users \
                    ON users.id = user_id WHERE secret_hash = $1 AND sessions.epoch = users.epoch \
                    AND disabled_at IS NULL AND expires_at > $2 AND seen_at > $3";
        let query = sql(text).bind(secret_hash).bind(now).bind(now.before(idle));
        let Some(row) = self.db.row(query).await? else { return Ok(None) };
        Ok(Some(SessionUse {
            id: row.get(0)?,
            user_id: row.get(1)?,
            name: row.get(2)?,
            role: stored_role(row.get(3)?)?,
            seen_at: Timestamp(row.get(4)?),
        }))
    }

    /// Notes that a session was used now.
    pub async fn touch_session(&self, id: i64) -> Result<(), StoreError> {
        let now = self.now();
        let text = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(id).bind(now)).await.map(|_| ()) })
    }

    /// The sessions of a person, or of everybody, that are not over, newest first.
    pub async fn sessions(&self, user_id: Option<i64>, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        let text = format!(
            "SELECT id, user_id, means, ip, user_agent, created_at, seen_at, expires_at FROM sessions \
             WHERE expires_at > $1{} ORDER BY id DESC LIMIT $2",
            if user_id.is_some() { " AND user_id = $3" } else { "" }
        );
        let query = sql_built(text).bind(self.now()).bind(limit).bind_all(user_id.map(Into::into));
        self.db.rows(query).await?.iter().map(read).collect()
    }

    /// Ends a session, of this person if one is named; whether there was such a one.
    pub async fn end_session(&self, id: i64, user_id: Option<i64>) -> Result<bool, StoreError> {
        let text = "DELETE FROM sessions WHERE id = $1 AND user_id = COALESCE($2, user_id)";
        transaction!(self.db, Size::Small, |tx| { Ok(tx.run(sql(text).bind(id).bind(user_id)).await? > 0) })
    }

    /// Takes away sessions that are over or were not used for longer than `idle`; how many.
    pub async fn prune_sessions(&self, idle: Duration) -> Result<u64, StoreError> {
        let now = self.now();
        let text = "DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(now).bind(now.before(idle))).await })
    }
}

fn read(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        id: row.get(0)?,
        user_id: row.get(1)?,
        means: row.get(2)?,
        ip: row.get(3)?,
        user_agent: row.get(4)?,
        created_at: Timestamp(row.get(5)?),
        seen_at: Timestamp(row.get(6)?),
        expires_at: Timestamp(row.get(7)?),
    })
}
