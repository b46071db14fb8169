//! People, sessions and tokens: who is who, proved anew with every request.

mod bearer;
mod cookie;
mod csrf;
mod error;
mod hasher;
mod name;
mod password;
mod people;
mod principal;
mod secret;
mod settings;
mod sign_in;
mod token;
mod views;

use std::sync::Arc;
use std::time::Duration;

use clock::{SharedClock, Timestamp};
use store::{Store, StoreError};

use self::bearer::Bearers;
use self::hasher::Hasher;

pub use self::cookie::SessionCookie;
pub use self::error::IdentityError;
pub use self::people::{NewApiToken, NewPerson, WithPassword};
pub use self::principal::{Actor, Means, Origin, Principal};
pub use self::settings::{HashCost, IdentitySettings};
pub use self::sign_in::{SignIn, SignedIn};
pub use self::views::{SessionView, TokenView, UserView};

/// When a session or a token was used is written at most this often.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// What a request brings to prove who sends it.
#[derive(Clone, Copy, Debug)]
pub enum Credential<'a> {
    /// The value of the session cookie, and what the request says of where it came from.
    Cookie(&'a str, SentFrom<'a>),
    /// What stands behind `Authorization: Bearer`: a signed token (JWT) or an API token (`slk_...`).
    Bearer(&'a str),
}

/// What a browser says of the page that sent a request, against forged ones (CSRF).
#[derive(Clone, Copy, Debug, Default)]
pub struct SentFrom<'a> {
    /// The method changes nothing: GET, HEAD or OPTIONS.
    pub is_safe: bool,
    /// `Host` (or `:authority`).
    pub host: Option<&'a str>,
    /// `Origin`.
    pub origin: Option<&'a str>,
    /// `Sec-Fetch-Site`.
    pub sec_fetch_site: Option<&'a str>,
    /// `X-CSRF-Token`.
    pub csrf_token: Option<&'a str>,
}

/// The door to people, sessions and tokens.
#[derive(Debug)]
pub struct Identity {
    store: Arc<Store>,
    clock: SharedClock,
    settings: IdentitySettings,
    hasher: Hasher,
    bearers: Bearers,
}

impl Identity {
    /// Over this store, as is usual.
    pub fn new(store: Arc<Store>) -> Self {
        Self::with(store, IdentitySettings::default())
    }

    /// Over this store, with these settings.
    pub fn with(store: Arc<Store>, settings: IdentitySettings) -> Self {
        let clock = store.clock();
        Self {
            hasher: Hasher::new(settings.hashing, Arc::clone(&clock)),
            bearers: Bearers::new(settings.bearer_life, settings.key_rotation),
            store,
            clock,
            settings,
        }
    }

    /// Who sends a request.
    ///
    /// # Errors
    /// [`IdentityError::Unauthenticated`] whatever is wrong with the credential, [`IdentityError::CrossSite`] if a
    /// session's cookie came from another site's page, [`IdentityError::Store`] if the database is away.
    pub async fn authenticate(
        &self,
        credential: Credential<'_>,
        origin: &Origin,
    ) -> Result<Principal, IdentityError> {
        match credential {
            Credential::Cookie(value, from) => self.by_session(value, &from).await,
            Credential::Bearer(text) if bearer::looks_signed(text) => self.by_bearer(text).await,
            Credential::Bearer(text) => self.by_token(text, origin).await,
        }
    }

    /// What the pages of a session send as `X-CSRF-Token`, from the value of its cookie.
    pub fn csrf_token(&self, cookie: &str) -> String {
        csrf::token(cookie)
    }

    /// How often a password was compared since this was made: what attempts cost.
    pub fn verifications(&self) -> u64 {
        self.hasher.verifications()
    }

    async fn by_session(&self, value: &str, from: &SentFrom<'_>) -> Result<Principal, IdentityError> {
        if !secret::is_well_formed(value) {
            return Err(IdentityError::Unauthenticated);
        }
        let session = self.store.use_session(secret::hash(value), self.settings.session_idle).await?;
        let session = session.ok_or(IdentityError::Unauthenticated)?;
        if !csrf::is_own(from, value) {
            return Err(IdentityError::CrossSite);
        }
        if self.is_due(Some(session.seen_at)) {
            noted(self.store.touch_session(session.id).await);
        }
        Ok(Principal {
            actor: Actor::User(session.user_id),
            name: session.name,
            role: session.role,
            means: Means::Session,
            scopes: None,
            session: Some(session.id),
        })
    }

    async fn by_bearer(&self, text: &str) -> Result<Principal, IdentityError> {
        let bearer = self.bearers.read(&self.store, &*self.clock, text).await?;
        let bearer = bearer.ok_or(IdentityError::Unauthenticated)?;
        let user = match self.store.user(bearer.user_id).await {
            Err(StoreError::NotFound { .. }) => return Err(IdentityError::Unauthenticated),
            user => user?,
        };
        if user.epoch != bearer.epoch || user.disabled_at.is_some() || user.must_change_password {
            return Err(IdentityError::Unauthenticated);
        }
        Ok(Principal {
            actor: Actor::User(user.id),
            name: user.name,
            role: user.role,
            means: Means::Bearer,
            scopes: None,
            session: None,
        })
    }

    async fn by_token(&self, text: &str, origin: &Origin) -> Result<Principal, IdentityError> {
        let prefix = token::prefix(text).ok_or(IdentityError::Unauthenticated)?;
        let found = self.store.use_token(prefix).await?.ok_or(IdentityError::Unauthenticated)?;
        if !secret::is_same(&found.secret_hash, &secret::hash(text)) {
            return Err(IdentityError::Unauthenticated);
        }
        let token = found.token;
        if self.is_due(token.last_used_at) {
            noted(self.store.touch_token(token.id, origin.ip.map(|ip| ip.to_string())).await);
        }
        let scopes = token.scopes.as_deref().map(serde_json::from_str).transpose();
        let damaged = |error| StoreError::Corrupt(format!("the scopes of token {}: {error}", token.id));
        Ok(Principal {
            actor: Actor::Token { token: token.id, owner: token.owner_id },
            name: token.name,
            // A token never does more than its owner may today.
            role: found.owner_role.map_or(token.role, |owner| owner.min(token.role)),
            means: Means::Token,
            scopes: scopes.map_err(damaged)?,
            session: None,
        })
    }

    /// True if a use now is to be written down.
    fn is_due(&self, last: Option<Timestamp>) -> bool {
        last.is_none_or(|last| self.store.now().since(last) >= TOUCH_EVERY)
    }
}

/// When something was used last is no reason to refuse it.
fn noted(result: Result<(), StoreError>) {
    if let Err(error) = result {
        tracing::warn!(%error, "it could not be noted when a session or token was used");
    }
}
