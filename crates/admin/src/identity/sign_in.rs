//! Signing in with a password, choosing a new one, and signing out: throttled, audited, in the same time for all.

use std::net::IpAddr;
use std::time::Duration;

use clock::Timestamp;
use model::{AuditLevel, AuditOutcome};
use serde_json::Value;
use store::{Attempt, NewSession, StoreError, Throttled, UserChange, UserRow};

use super::bearer::Bearer;
use super::hasher::Verified;
use super::name::Name;
use super::{Actor, Identity, IdentityError, Means, Origin, Principal, csrf, password, secret};
use crate::audit::{Audit, Closing, Opening, Subject};

/// What somebody brings to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their password.
    pub password: &'a str,
    /// A new password to take its place from now on.
    pub new_password: Option<&'a str>,
    /// The value of a session cookie that came along: the new session takes its place.
    pub replaces: Option<&'a str>,
    /// From where.
    pub origin: &'a Origin,
}

/// What somebody has who signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Who they are.
    pub principal: Principal,
    /// The value of the session's cookie: shown once.
    pub session_secret: String,
    /// When the session is over at the latest.
    pub session_expires_at: Timestamp,
    /// How long the cookie is to be kept.
    pub session_max_age: Duration,
    /// What the session's pages send as `X-CSRF-Token`.
    pub csrf_token: String,
    /// A signed token for scripts.
    pub bearer: String,
    /// Until when that holds.
    pub bearer_expires_at: Timestamp,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("principal", &self.principal).finish_non_exhaustive()
    }
}

impl Identity {
    /// Signs somebody in with name and password, and sets a new password if one is given.
    ///
    /// # Errors
    /// [`IdentityError::BadCredentials`] if name and password do not belong together, or the user is disabled;
    /// [`IdentityError::PasswordMustChange`] if they do, but a new password is wanted;
    /// [`IdentityError::Invalid`] if the new password is not good enough; [`IdentityError::Throttled`].
    pub async fn sign_in(&self, request: SignIn<'_>, audit: &Audit) -> Result<SignedIn, IdentityError> {
        let name = Name::parse(request.name).ok();
        let attempt = self.attempt(name.as_ref().map_or(request.name, |name| &name.key), request.origin.ip);
        let action = if request.new_password.is_some() { CHANGE } else { SIGN_IN };
        let claimed = name.as_ref().map_or(request.name, |name| &name.key);
        if let Throttled::Wait { retry_after, first } = self.store.begin_attempt(&attempt).await? {
            let refused = IdentityError::Throttled { retry_after };
            if first {
                // Only the first one: whoever goes on is counted, and does not fill the log.
                let record = audit.open_claimed(opening(action, claimed, request.origin), claimed).await?;
                audit.close(record, closing(&refused.to_string(), Some(&refused))).await?;
            }
            return Err(refused);
        }
        let record = audit.open_claimed(opening(action, claimed, request.origin), claimed).await?;
        let result = self.prove_and_begin(&request, name.as_ref(), &attempt).await;
        let message = match &result {
            Ok(signed_in) => format!("signed in as {}", signed_in.principal.name),
            Err(error) => error.to_string(),
        };
        audit.close(record, closing(&message, result.as_ref().err())).await?;
        result
    }

    /// Ends the session that somebody came with.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn sign_out(
        &self,
        principal: &Principal,
        origin: &Origin,
        audit: &Audit,
    ) -> Result<(), IdentityError> {
        let opening = Opening { principal: Some(principal), ..opening(SIGN_OUT, &principal.name, origin) };
        let record = audit.open(opening).await?;
        if let Some(session) = principal.session {
            self.store.end_session(session, principal.user()).await?;
        }
        Ok(audit.close(record, Closing::of(AuditOutcome::Done)).await?)
    }

    /// A signed token for somebody at their browser.
    ///
    /// # Errors
    /// [`IdentityError::Unauthenticated`] if they did not come with a session: a token does not beget tokens.
    pub async fn issue_bearer(&self, principal: &Principal) -> Result<(String, Timestamp), IdentityError> {
        let (Means::Session, Actor::User(id)) = (principal.means, principal.actor) else {
            return Err(IdentityError::Unauthenticated);
        };
        let user = self.store.user(id).await?;
        Ok(self.bearer_for(&user).await?)
    }

    async fn prove_and_begin(
        &self,
        request: &SignIn<'_>,
        name: Option<&Name>,
        attempt: &Attempt,
    ) -> Result<SignedIn, IdentityError> {
        let mut user = self.prove(request.password, name).await?;
        self.store.attempt_went_well(attempt, self.store.now().after(self.settings.trust)).await?;
        match request.new_password {
            Some(new) => user = self.replace_password(&user, request.password, new).await?,
            None if user.must_change_password => return Err(IdentityError::PasswordMustChange),
            None => {}
        }
        self.begin(&user, "password", request.replaces, request.origin).await
    }

    /// The user, if the password is theirs and they may sign in. Takes the same time whatever is wrong.
    async fn prove(&self, password: &str, name: Option<&Name>) -> Result<UserRow, IdentityError> {
        let user = match name {
            Some(name) => self.store.user_by_name(&name.key).await?,
            None => None,
        };
        let may = user.filter(|user| user.disabled_at.is_none());
        let stored = may.as_ref().and_then(|user| user.password_hash.as_deref());
        let verified = self.hasher.verify(password, stored).await?;
        let Some(user) = may else { return Err(IdentityError::BadCredentials) };
        match verified {
            Verified::Wrong => Err(IdentityError::BadCredentials),
            Verified::Right => Ok(user),
            Verified::Outdated(to) => {
                let from = user.password_hash.clone().unwrap_or_default();
                match self.store.change_user(user.id, &UserChange::Rehashed { from, to }).await {
                    // Somebody else set another password meanwhile: this one was right when it was asked.
                    Err(StoreError::NotFound { .. }) => Ok(user),
                    rehashed => Ok(rehashed?),
                }
            }
        }
    }

    async fn replace_password(&self, user: &UserRow, old: &str, new: &str) -> Result<UserRow, IdentityError> {
        password::check(new, &user.name_key)?;
        if password::normal(old) == password::normal(new) {
            return Err(IdentityError::invalid("password", "another one than before"));
        }
        let hash = self.hasher.hash(new).await?;
        let change = UserChange::Password { hash, must_change: false };
        Ok(self.store.change_user(user.id, &change).await?)
    }

    /// Begins a session for somebody who has proved who they are.
    pub(super) async fn begin(
        &self,
        user: &UserRow,
        means: &str,
        replaces: Option<&str>,
        origin: &Origin,
    ) -> Result<SignedIn, IdentityError> {
        let session_secret = secret::new(&*self.clock);
        let session_expires_at = self.store.now().after(self.settings.session_max);
        let session = NewSession {
            secret_hash: secret::hash(&session_secret),
            user_id: user.id,
            epoch: user.epoch,
            means: means.to_owned(),
            ip: origin.ip.map(|ip| ip.to_string()),
            user_agent: origin.user_agent.clone(),
            expires_at: session_expires_at,
            replaces: replaces.filter(|old| secret::is_well_formed(old)).map(secret::hash),
        };
        let number = match self.store.begin_session(&session).await {
            Err(StoreError::Conflict(_)) => return Err(IdentityError::BadCredentials),
            begun => begun?,
        };
        self.store.note_sign_in(user.id).await?;
        let (bearer, bearer_expires_at) = self.bearer_for(user).await?;
        Ok(SignedIn {
            principal: Principal {
                actor: Actor::User(user.id),
                name: user.name.clone(),
                role: user.role,
                means: Means::Session,
                scopes: None,
                session: Some(number),
            },
            csrf_token: csrf::token(&session_secret),
            session_secret,
            session_expires_at,
            session_max_age: self.settings.session_max,
            bearer,
            bearer_expires_at,
        })
    }

    async fn bearer_for(&self, user: &UserRow) -> Result<(String, Timestamp), StoreError> {
        let bearer = Bearer { user_id: user.id, epoch: user.epoch };
        self.bearers.issue(&self.store, &*self.clock, bearer).await
    }

    /// How an attempt on this account from this address is counted.
    pub(super) fn attempt(&self, name_key: &str, ip: Option<IpAddr>) -> Attempt {
        let address = ip.map_or_else(String::new, network);
        let key = |kind: &str, text: &str| {
            let hash = secret::hex(&secret::hash(&text.to_lowercase()));
            format!("{kind}:{}", hash.get(..32).unwrap_or_default())
        };
        Attempt {
            account: key("account", name_key),
            address: key("address", &address),
            pair: key("pair", &format!("{address} {name_key}")),
            account_rule: self.settings.account_rule,
            address_rule: self.settings.address_rule,
        }
    }
}

const SIGN_IN: &str = "session.sign_in";
const CHANGE: &str = "session.change_password";
const SIGN_OUT: &str = "session.sign_out";

/// What one customer of a provider has: an address of IPv4, a /64 of IPv6.
fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

const NOTHING: &Value = &Value::Null;

fn opening<'a>(action: &'a str, name: &str, origin: &'a Origin) -> Opening<'a> {
    Opening {
        action,
        level: AuditLevel::SignIn,
        principal: None,
        origin,
        subject: Some(Subject { kind: "user".into(), id: name.to_owned() }),
        selector: None,
        parameters: NOTHING,
        secret_fields: &[],
    }
}

fn closing<'a>(message: &'a str, error: Option<&IdentityError>) -> Closing<'a> {
    let outcome = match error {
        None => AuditOutcome::Done,
        Some(IdentityError::Store(_)) => AuditOutcome::Failed,
        Some(_) => AuditOutcome::Denied,
    };
    Closing { outcome, code: error.map(IdentityError::code), message: Some(message), counts: None }
}
