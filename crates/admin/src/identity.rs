//! People, sessions and tokens: who is who, proved anew with every request.

mod error;
mod principal;

use std::sync::Arc;

use store::Store;

pub use error::IdentityError;
pub use principal::{Actor, Means, Origin, Principal};

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
}

impl Identity {
    /// Over this store.
    pub fn new(store: Arc<Store>) -> Self {
        Self { store }
    }

    /// Who sends a request.
    ///
    /// # Errors
    /// [`IdentityError::Unauthenticated`] whatever is wrong with the credential, [`IdentityError::CrossSite`] if a
    /// session's cookie came from another site's page, [`IdentityError::Store`] if the database is away.
    pub async fn authenticate(
        &self,
        _credential: Credential<'_>,
        _origin: &Origin,
    ) -> Result<Principal, IdentityError> {
        let _ = self.store.now();
        Err(IdentityError::Unauthenticated)
    }
}
