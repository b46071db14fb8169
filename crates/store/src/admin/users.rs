//! People: made, changed and looked up; a last superadmin is always left.

use clock::Timestamp;
use model::Role;

use crate::db::{Tx, transaction};
use crate::gate::Size;
use crate::sql::{Row, Value, sql, sql_built};
use crate::{Store, StoreError};

/// Most people on a page.
const MOST_ON_PAGE: usize = 500;

const COLUMNS: &str = "id, name, name_key, role, password_hash, must_change_password, epoch, provider_subject, \
                       disabled_at, last_sign_in_at, password_changed_at, created_by, created_at";

/// A person who may sign in.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    /// Their number.
    pub id: i64,
    /// Their name, as it is shown.
    pub name: String,
    /// Their name, as it is compared.
    pub name_key: String,
    /// What they may do.
    pub role: Role,
    /// The hash of their password (PHC string), if they have one.
    pub password_hash: Option<String>,
    /// They must choose a new password before anything else.
    pub must_change_password: bool,
    /// Sessions and signed tokens of an earlier epoch hold no more.
    pub epoch: i64,
    /// Their account at the organisation: issuer, space, subject.
    pub provider_subject: Option<String>,
    /// Since when they may not sign in.
    pub disabled_at: Option<Timestamp>,
    /// When they signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// When their password was set last.
    pub password_changed_at: Option<Timestamp>,
    /// Who made them.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("role", &self.role)
            .finish()
    }
}

/// A person to be.
#[derive(Clone)]
pub struct NewUser {
    /// Their name, as it is shown.
    pub name: String,
    /// Their name, as it is compared.
    pub name_key: String,
    /// What they may do.
    pub role: Role,
    /// The hash of their password, if they have one.
    pub password_hash: Option<String>,
    /// They must choose a new one at first.
    pub must_change_password: bool,
    /// Their account at the organisation.
    pub provider_subject: Option<String>,
    /// Who makes them.
    pub created_by: String,
}

/// What is to be changed about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserChange {
    /// Their role; signs them out.
    Role(Role),
    /// Whether they may sign in; signs them out.
    Disabled(bool),
    /// Their password; signs them out.
    Password {
        /// Its hash.
        hash: String,
        /// They must choose another one at first.
        must_change: bool,
    },
    /// The same password under another hash; they stay signed in. Only if the hash is still this one.
    Rehashed {
        /// What it was.
        from: String,
        /// What it is to be.
        to: String,
    },
}

impl Store {
    /// Makes a person. [`StoreError::Conflict`] if there is one of this name.
    pub async fn create_user(&self, user: NewUser) -> Result<UserRow, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            lock_people(tx).await?;
            insert(tx, &user, now).await
        })
    }

    /// Makes the first person, if there is nobody yet; whether it did. Several nodes may try at once.
    pub async fn create_first_user(&self, user: NewUser) -> Result<bool, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            lock_people(tx).await?;
            if tx.row(sql("SELECT id FROM users LIMIT 1")).await?.is_some() {
                return Ok(false);
            }
            insert(tx, &user, now).await.map(|_| true)
        })
    }

    /// Changes a person. [`StoreError::Conflict`] if no superadmin who can sign in would be left.
    pub async fn change_user(&self, id: i64, change: &UserChange) -> Result<UserRow, StoreError> {
        let now = self.now();
        transaction!(self.db, Size::Small, |tx| {
            lock_people(tx).await?;
            let (set, values) = assignments(change, now);
            let text = format!("UPDATE users SET updated_at = $2, {set} RETURNING {COLUMNS}");
            let row = tx.row(sql_built(text).bind(id).bind(now).bind_all(values)).await?;
            let user = read(&row.ok_or_else(|| StoreError::not_found("user", id))?)?;
            if matches!(change, UserChange::Role(_) | UserChange::Disabled(_)) {
                require_superadmin(tx).await?;
            }
            if !matches!(change, UserChange::Rehashed { .. }) {
                tx.run(sql("DELETE FROM sessions WHERE user_id = $1").bind(id)).await?;
            }
            Ok(user)
        })
    }

    /// The person of this number.
    pub async fn user(&self, id: i64) -> Result<UserRow, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users WHERE id = $1");
        let row = self.db.row(sql_built(text).bind(id)).await?;
        read(&row.ok_or_else(|| StoreError::not_found("user", id))?)
    }

    /// The person of this name, as it is compared.
    pub async fn user_by_name(&self, name_key: &str) -> Result<Option<UserRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users WHERE name_key = $1");
        self.db.row(sql_built(text).bind(name_key)).await?.as_ref().map(read).transpose()
    }

    /// The person with this account at the organisation.
    pub async fn user_by_provider(&self, subject: &str) -> Result<Option<UserRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users WHERE provider_subject = $1");
        self.db.row(sql_built(text).bind(subject)).await?.as_ref().map(read).transpose()
    }

    /// People with greater numbers than `after`, in order.
    pub async fn users(&self, after: Option<i64>, limit: usize) -> Result<Vec<UserRow>, StoreError> {
        let text = format!("SELECT {COLUMNS} FROM users WHERE id > $1 ORDER BY id LIMIT $2");
        let query = sql_built(text).bind(after.unwrap_or(0)).bind(limit.clamp(1, MOST_ON_PAGE));
        self.db.rows(query).await?.iter().map(read).collect()
    }

    /// Notes that a person has signed in.
    pub async fn note_sign_in(&self, id: i64) -> Result<(), StoreError> {
        let now = self.now();
        let text = "UPDATE users SET last_sign_in_at = $2 WHERE id = $1";
        transaction!(self.db, Size::Small, |tx| { tx.run(sql(text).bind(id).bind(now)).await.map(|_| ()) })
    }
}

/// Lets one transaction at a time change people.
async fn lock_people(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run(sql("UPDATE sequences SET next = next + 1 WHERE name = 'user_changes'")).await?;
    Ok(())
}

async fn insert(tx: &mut Tx, user: &NewUser, now: Timestamp) -> Result<UserRow, StoreError> {
    let text = format!(
        "INSERT INTO users (name, name_key, role, password_hash, must_change_password, provider_subject, created_by, \
         created_at, updated_at, password_changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) \
         ON CONFLICT DO NOTHING RETURNING {COLUMNS}"
    );
    let changed_at = user.password_hash.as_ref().map(|_| now);
    let query = sql_built(text).bind(&user.name).bind(&user.name_key).bind(user.role.as_str());
    let query = query.bind(user.password_hash.clone()).bind(user.must_change_password);
    let query = query.bind(user.provider_subject.clone()).bind(&user.created_by).bind(now).bind(changed_at);
    let taken = || StoreError::Conflict(format!("there is a user \"{}\" already", user.name));
    read(&tx.row(query).await?.ok_or_else(taken)?)
}

/// What is assigned, and to whom: `$1` is the person, `$2` the time, others follow.
fn assignments(change: &UserChange, now: Timestamp) -> (&'static str, Vec<Value>) {
    match change {
        UserChange::Role(role) => ("role = $3, epoch = epoch + 1 WHERE id = $1", vec![role.as_str().into()]),
        UserChange::Disabled(true) => {
            ("disabled_at = COALESCE(disabled_at, $3), epoch = epoch + 1 WHERE id = $1", vec![now.into()])
        }
        UserChange::Disabled(false) => ("disabled_at = NULL, epoch = epoch + 1 WHERE id = $1", Vec::new()),
        UserChange::Password { hash, must_change } => (
            "password_hash = $3, must_change_password = $4, password_changed_at = $2, epoch = epoch + 1 WHERE id = $1",
            vec![hash.into(), (*must_change).into()],
        ),
        UserChange::Rehashed { from, to } => {
            ("password_hash = $3 WHERE id = $1 AND password_hash = $4", vec![to.into(), from.into()])
        }
    }
}

async fn require_superadmin(tx: &mut Tx) -> Result<(), StoreError> {
    let text = "SELECT id FROM users WHERE role = 'superadmin' AND disabled_at IS NULL LIMIT 1";
    if tx.row(sql(text)).await?.is_none() {
        return Err(StoreError::Conflict(
            "this is the last superadmin who can sign in: make another one first".into(),
        ));
    }
    Ok(())
}

fn read(row: &Row) -> Result<UserRow, StoreError> {
    let time = |column: &'static str| row.get::<Option<i64>>(column).map(|time| time.map(Timestamp));
    Ok(UserRow {
        id: row.get("id")?,
        name: row.get("name")?,
        name_key: row.get("name_key")?,
        role: stored_role(row.get("role")?)?,
        password_hash: row.get("password_hash")?,
        must_change_password: row.get("must_change_password")?,
        epoch: row.get("epoch")?,
        provider_subject: row.get("provider_subject")?,
        disabled_at: time("disabled_at")?,
        last_sign_in_at: time("last_sign_in_at")?,
        password_changed_at: time("password_changed_at")?,
        created_by: row.get("created_by")?,
        created_at: Timestamp(row.get("created_at")?),
    })
}

pub(super) fn stored_role(word: String) -> Result<Role, StoreError> {
    word.parse().map_err(|error| StoreError::Corrupt(format!("{error}")))
}
