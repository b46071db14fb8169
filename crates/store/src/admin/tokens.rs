//! API tokens: found by their public part, kept when they are revoked.

use clock::Timestamp;
use model::Role;

use super::users::stored_role;
use crate::db::transaction;
use crate::gate::Size;
use crate::sql::{Row, sql, sql_built};
use crate::{Store, StoreError};

/// Most tokens on a page.
const MOST_ON_PAGE: usize = 500;

const COLUMNS: &str = "api_tokens.id, api_tokens.name, prefix, api_tokens.role, scopes, owner_id, \
                       api_tokens.created_by, api_tokens.created_at, expires_at, last_used_at, last_used_ip, \
                       revoked_at, revoked_by";

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What people call it.
    pub name: String,
    /// Its public part.
    pub prefix: String,
    /// SHA-256 of the whole.
    pub secret_hash: Vec<u8>,
    /// What it may do at most.
    pub role: Role,
    /// JSON: a list of actions, or none for all that the role may do.
    pub scopes: Option<String>,
    /// Whose it is.
    pub owner_id: Option<i64>,
    /// Who makes it.
    pub created_by: String,
    /// When it is over, if ever.
    pub expires_at: Option<Timestamp>,
}

/// A token as people see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// Its number.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// Its public part.
    pub prefix: String,
    /// What it may do at most.
    pub role: Role,
    /// JSON: a list of actions.
    pub scopes: Option<String>,
    /// Whose it is.
    pub owner_id: Option<i64>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it is over, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_ip: Option<String>,
    /// Since when it holds no more.
    pub revoked_at: Option<Timestamp>,
    /// By whom it was revoked.
    pub revoked_by: Option<String>,
}

/// A token that holds, if its secret is the right one.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenUse {
    /// The token.
    pub token: TokenRow,
    /// SHA-256 of the whole: to be compared by the caller.
    pub secret_hash: Vec<u8>,
    /// The role of its owner, if it has one.
    pub owner_role: Option<Role>,
}

impl std::fmt::Debug for TokenUse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenUse").field("token", &self.token).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a token.
    pub async fn create_token(&self, token: &NewToken) -> Result<TokenRow, StoreError> {
        let now = self.now();
        let text = format!(
            "INSERT INTO api_tokens (name, prefix, secret_hash, role, scopes, owner_id, created_by, created_at, \
             expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING {COLUMNS}"
        );
        transaction!(self.db, Size::Small, |tx| {
            let query = sql_built(text.clone()).bind(&token.name).bind(&token.prefix);
            let query = query.bind(token.secret_hash.clone()).bind(token.role.as_str());
            let query = query.bind(token.scopes.clone()).bind(token.owner_id).bind(&token.created_by);
            let row = tx.row(query.bind(now).bind(token.expires_at)).await?;
            read(&row.ok_or_else(|| StoreError::Refused("no token came of it".into()))?)
        })
    }

    /// The token with this public part, if it holds now: neither over, nor revoked, nor of a disabled person.
    pub async fn use_token(&self, prefix: &str) -> Result<Option<TokenUse>, StoreError> {
        let text = format!(
            "SELECT {COLUMNS}, secret_hash, users.role AS owner_role FROM api_tokens LEFT JOIN users ON users.id = owner_id \
             WHERE prefix = $1 AND revoked_at IS NULL AND COALESCE(expires_at, $2 + 1) > $2 \
             AND (owner_id IS NULL OR (users.id IS NOT NULL AND users.disabled_at IS NULL))"
        );
        let Some(row) = self.db.row(sql_built(text).bind(prefix).bind(self.now())).await? else {
            return Ok(None);
        };
        let owner_role: Option<String> = row.get("owner_role")?;
        Ok(Some(TokenUse {
            token: read(&row)?,
            secret_hash: row.get("secret_hash")?,
            owner_role: owner_role.map(stored_role).transpose()?,
        }))
    }

    /// Notes that a token was used now, from there.
    pub async fn touch_token(&self, id: i64, ip: Option<String>) -> Result<(), StoreError> {
        let now = self.now();
        let text = "UPDATE api_tokens SET last_used_at = $2, last_used_ip = $3 WHERE id = $1 \
                    AND COALESCE(last_used_at, 0) < $2";
        transaction!(self.db, Size::Small, |tx| {
            tx.run(sql(text).bind(id).bind(now).bind(ip.clone())).await.map(|_| ())
        })
    }

    /// Revokes a token for good. [`StoreError::Conflict`] if it is already.
    pub async fn revoke_token(&self, id: i64, by: &str) -> Result<TokenRow, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            let text = format!(
                "UPDATE api_tokens SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL \
                 RETURNING {COLUMNS}"
            );
            if let Some(row) = tx.row(sql_built(text).bind(id).bind(now).bind(by)).await? {
                return read(&row);
            }
            let there = tx.row(sql("SELECT id FROM api_tokens WHERE id = $1").bind(id)).await?;
            Err(match there {
                Some(_) => StoreError::Conflict("the token is revoked already".into()),
                None => StoreError::not_found("token", id),
            })
        })
    }

    /// The token of this number.
    pub async fn token(&self, id: i64) -> Result<TokenRow, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM api_tokens WHERE id = $1");
        let row = self.db.row(sql_built(text).bind(id)).await?;
        read(&row.ok_or_else(|| StoreError::not_found("token", id))?)
    }

    /// Tokens with smaller numbers than `before`, newest first; revoked ones too.
    pub async fn tokens(&self, before: Option<i64>, limit: usize) -> Result<Vec<TokenRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM api_tokens WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let query = sql_built(text).bind(before.unwrap_or(i64::MAX)).bind(limit.clamp(1, MOST_ON_PAGE));
        self.db.rows(query).await?.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<TokenRow, StoreError> {
    let time = |column: usize| row.get::<Option<i64>>(column).map(|time| time.map(Timestamp));
    Ok(TokenRow {
        id: row.get(0)?,
        name: row.get(1)?,
        prefix: row.get(2)?,
        role: stored_role(row.get(3)?)?,
        scopes: row.get(4)?,
        owner_id: row.get(5)?,
        created_by: row.get(6)?,
        created_at: Timestamp(row.get(7)?),
        expires_at: time(8)?,
        last_used_at: time(9)?,
        last_used_ip: row.get(10)?,
        revoked_at: time(11)?,
        revoked_by: row.get(12)?,
    })
}
