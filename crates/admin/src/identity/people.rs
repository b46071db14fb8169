//! People and tokens as an administrator handles them. What is done here is audited by whoever does it.

use std::time::Duration;

use model::{PublicId, RecordKind, Role};
use store::{NewToken, NewUser, StoreError, UserChange, UserRow};

use super::name::{Name, label};
use super::views::{SessionView, TokenView, UserView};
use super::{Identity, IdentityError, Principal, password, secret, token};

/// The name of the first superadmin.
const FIRST_NAME: &str = "admin";
/// Who makes the first superadmin.
const FIRST_BY: &str = "local:first start";
/// Longest life of a token that has an end.
const TOKEN_LIFE_MAX: Duration = Duration::from_secs(5 * 366 * 24 * 3_600);
/// Most scopes of a token, and the longest one.
const SCOPES_MAX: usize = 200;
const SCOPE_CHARS_MAX: usize = 100;
/// Most sessions that are listed.
const SESSIONS_MAX: usize = 1_000;

/// A person to be.
#[derive(Clone)]
pub struct NewPerson<'a> {
    /// Their name.
    pub name: &'a str,
    /// What they may do.
    pub role: Role,
    /// Their password; none for one that is made up, to be changed at the first sign-in.
    pub password: Option<&'a str>,
}

/// A person, and their password if it was made up: shown once.
#[derive(Clone)]
pub struct WithPassword {
    /// The person.
    pub user: UserView,
    /// The password, to be changed at the first sign-in.
    pub one_time_password: Option<String>,
}

/// A token to be.
#[derive(Clone, Debug)]
pub struct NewApiToken<'a> {
    /// What people call it.
    pub name: &'a str,
    /// What it may do at most.
    pub role: Role,
    /// The only actions that it may do, as types or `area.*`; none for all that the role may do.
    pub scopes: Option<&'a [String]>,
    /// How long it holds; none for until it is revoked.
    pub expires_in: Option<Duration>,
}

impl Identity {
    /// Makes the first superadmin, `admin`, if there is nobody yet. Without a password given it has one made up, which
    /// is returned: to be printed once, and changed at the first sign-in.
    ///
    /// # Errors
    /// If the given password is not good enough, or the database is away.
    pub async fn ensure_superadmin(&self, given: Option<&str>) -> Result<Option<String>, IdentityError> {
        if !self.store.users(None, 1).await?.is_empty() {
            return Ok(None);
        }
        if let Some(given) = given {
            password::check(given, FIRST_NAME)?;
        }
        let made_up = given.is_none().then(|| secret::one_time_password(&*self.clock));
        let hash = self.hasher.hash(given.or(made_up.as_deref()).unwrap_or_default()).await?;
        let user = NewUser {
            name: FIRST_NAME.to_owned(),
            name_key: FIRST_NAME.to_owned(),
            role: Role::Superadmin,
            password_hash: Some(hash),
            must_change_password: given.is_none(),
            provider_subject: None,
            created_by: FIRST_BY.to_owned(),
        };
        let is_made = self.store.create_first_user(user).await?;
        Ok(made_up.filter(|_| is_made))
    }

    /// Makes a person.
    ///
    /// # Errors
    /// If name or password are not good enough, or the name is taken.
    pub async fn create_user(&self, person: NewPerson<'_>, by: &str) -> Result<WithPassword, IdentityError> {
        let name = Name::parse(person.name)?;
        let (hash, one_time_password) = self.password_of(person.password, &name.key).await?;
        let user = NewUser {
            name: name.key.clone(),
            name_key: name.key,
            role: person.role,
            password_hash: Some(hash),
            must_change_password: one_time_password.is_some(),
            provider_subject: None,
            created_by: by.to_owned(),
        };
        let user = UserView::from(&self.store.create_user(user).await?);
        Ok(WithPassword { user, one_time_password })
    }

    /// Gives a person another role; their sessions and signed tokens hold no more.
    ///
    /// # Errors
    /// If there is none such, or it would leave no superadmin.
    pub async fn set_role(&self, id: i64, role: Role) -> Result<UserView, IdentityError> {
        Ok(UserView::from(&self.store.change_user(id, &UserChange::Role(role)).await?))
    }

    /// Keeps a person out, or lets them in again; their sessions, signed tokens and API tokens hold no more while
    /// they are kept out.
    ///
    /// # Errors
    /// If there is none such, or it would leave no superadmin.
    pub async fn set_disabled(&self, id: i64, disabled: bool) -> Result<UserView, IdentityError> {
        Ok(UserView::from(&self.store.change_user(id, &UserChange::Disabled(disabled)).await?))
    }

    /// Gives a person another password, one that is made up if none is given, and forgets failed sign-ins.
    ///
    /// # Errors
    /// If there is none such, or the password is not good enough.
    pub async fn reset_password(&self, id: i64, given: Option<&str>) -> Result<WithPassword, IdentityError> {
        let user = self.store.user(id).await?;
        let (hash, one_time_password) = self.password_of(given, &user.name_key).await?;
        let change = UserChange::Password { hash, must_change: one_time_password.is_some() };
        let user = self.store.change_user(id, &change).await?;
        self.store.forget_attempts(&[self.attempt(&user.name_key, None).account]).await?;
        Ok(WithPassword { user: UserView::from(&user), one_time_password })
    }

    /// People with greater numbers than `after`.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn users(&self, after: Option<i64>, limit: usize) -> Result<Vec<UserView>, IdentityError> {
        Ok(self.store.users(after, limit).await?.iter().map(UserView::from).collect())
    }

    /// The number of the person with this id or name.
    ///
    /// # Errors
    /// If there is none.
    pub async fn user_number(&self, id_or_name: &str) -> Result<i64, IdentityError> {
        let not_found = || StoreError::NotFound { what: "user", id: id_or_name.to_owned() };
        if let Ok(id) = id_or_name.parse::<PublicId>() {
            let number = RecordKind::User.number(id).ok_or_else(not_found)?;
            return Ok(self.store.user(number).await?.id);
        }
        let name = Name::parse(id_or_name)?;
        let user: Option<UserRow> = self.store.user_by_name(&name.key).await?;
        Ok(user.ok_or_else(not_found)?.id)
    }

    /// Makes an API token for somebody; with the whole of it, shown once.
    ///
    /// # Errors
    /// If it is to do more than its maker may, or something about it is not good enough.
    pub async fn create_token(
        &self,
        wanted: NewApiToken<'_>,
        by: &Principal,
    ) -> Result<(TokenView, String), IdentityError> {
        if wanted.role > by.role {
            return Err(IdentityError::invalid("role", format!("at most your own, {}", by.role)));
        }
        if wanted.expires_in.is_some_and(|life| life.is_zero() || life > TOKEN_LIFE_MAX) {
            return Err(IdentityError::invalid("expires_in", "more than nothing, at most five years"));
        }
        let scopes = wanted.scopes.map(|scopes| check_scopes(scopes, by)).transpose()?;
        if scopes.is_none() && by.scopes.is_some() {
            return Err(IdentityError::invalid(
                "scopes",
                "a token with scopes makes only tokens with scopes",
            ));
        }
        let (prefix, whole) = token::new(&*self.clock);
        let token = NewToken {
            name: label("name", wanted.name)?,
            prefix,
            secret_hash: secret::hash(&whole),
            role: wanted.role,
            scopes,
            owner_id: by.user(),
            created_by: by.name.clone(),
            expires_at: wanted.expires_in.map(|life| self.store.now().after(life)),
        };
        Ok((TokenView::from(&self.store.create_token(&token).await?), whole))
    }

    /// Revokes a token for good.
    ///
    /// # Errors
    /// If there is none such, or it is revoked already.
    pub async fn revoke_token(&self, id: i64, by: &str) -> Result<TokenView, IdentityError> {
        Ok(TokenView::from(&self.store.revoke_token(id, by).await?))
    }

    /// Tokens with smaller numbers than `before`, newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn tokens(&self, before: Option<i64>, limit: usize) -> Result<Vec<TokenView>, IdentityError> {
        Ok(self.store.tokens(before, limit).await?.iter().map(TokenView::from).collect())
    }

    /// The sessions of a person, or of everybody, newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn sessions(&self, user: Option<i64>) -> Result<Vec<SessionView>, IdentityError> {
        Ok(self.store.sessions(user, SESSIONS_MAX).await?.iter().map(SessionView::from).collect())
    }

    /// Ends a session, of this person if one is named; whether there was such a one.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn end_session(&self, id: i64, user: Option<i64>) -> Result<bool, IdentityError> {
        Ok(self.store.end_session(id, user).await?)
    }

    /// Takes away sessions that are over and attempts that matter no more; how many rows.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn clean_up(&self) -> Result<u64, IdentityError> {
        let forgotten =
            self.settings.account_rule.forgotten_after.max(self.settings.address_rule.forgotten_after);
        let sessions = self.store.prune_sessions(self.settings.session_idle).await?;
        Ok(sessions + self.store.prune_attempts(self.store.now().before(forgotten)).await?)
    }

    /// The hash of the given password, or of one that is made up, which is returned too.
    async fn password_of(
        &self,
        given: Option<&str>,
        name_key: &str,
    ) -> Result<(String, Option<String>), IdentityError> {
        if let Some(given) = given {
            password::check(given, name_key)?;
            return Ok((self.hasher.hash(given).await?, None));
        }
        let made_up = secret::one_time_password(&*self.clock);
        Ok((self.hasher.hash(&made_up).await?, Some(made_up)))
    }
}

/// The scopes as they are kept.
fn check_scopes(scopes: &[String], by: &Principal) -> Result<String, IdentityError> {
    let is_word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if scopes.is_empty() || scopes.len() > SCOPES_MAX {
        return Err(IdentityError::invalid("scopes", "1 to 200 actions"));
    }
    for scope in scopes {
        let is_scope = scope.len() <= SCOPE_CHARS_MAX
            && scope
                .split_once('.')
                .is_some_and(|(area, verb)| is_word(area) && (verb == "*" || is_word(verb)));
        if !is_scope {
            let detail =
                format!("\"{scope}\" is neither an action such as job.retry nor an area such as job.*");
            return Err(IdentityError::invalid("scopes", detail));
        }
        let is_own = by.scopes.as_ref().is_none_or(|own| own.contains(scope) || by.is_in_scope(scope));
        if !is_own {
            return Err(IdentityError::invalid("scopes", format!("\"{scope}\" is not within your own")));
        }
    }
    serde_json::to_string(scopes).map_err(|error| StoreError::Refused(error.to_string()).into())
}
