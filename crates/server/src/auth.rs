//! Who sends a request and whether that suffices: an extractor for each role, read before anything of the payload.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;

use admin::identity::{Credential, IdentityError, SentFrom, SessionCookie};
use admin::{Origin, Principal, Role};
use axum::extract::{ConnectInfo, FromRequestParts};
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};

use crate::app::App;
use crate::problem::Problem;
use crate::trace;

/// Somebody with at least a role, and from where.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub principal: Principal,
    /// From where.
    pub origin: Origin,
}

/// Writes an extractor for a role.
macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident => $role:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Caller);

        impl Deref for $name {
            type Target = Caller;
            fn deref(&self) -> &Caller {
                &self.0
            }
        }

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                admit(parts, app, $role).await.map(Self)
            }
        }
    )*};
}

roles! {
    /// Anybody who has signed in.
    Viewer => Role::Viewer;
    /// Who does the daily work.
    Operator => Role::Operator;
    /// Who sets the limits.
    Admin => Role::Admin;
}

/// From where a request came.
#[derive(Clone, Debug)]
pub struct From(pub Origin);

impl FromRequestParts<App> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(origin(parts)))
    }
}

async fn admit(parts: &Parts, app: &App, role: Role) -> Result<Caller, Problem> {
    let origin = origin(parts);
    let cookie = SessionCookie { secure: app.options().secure_cookies };
    let credential = credential(parts, cookie).ok_or_else(unauthenticated)?;
    let principal = app.identity().authenticate(credential, &origin).await?;
    if !principal.has(role) {
        let detail = format!("this needs the role {role}");
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", detail));
    }
    Ok(Caller { principal, origin })
}

fn unauthenticated() -> Problem {
    IdentityError::Unauthenticated.into()
}

fn text(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// What the request brings to prove who sends it: the header comes before the cookie.
fn credential(parts: &Parts, cookie: SessionCookie) -> Option<Credential<'_>> {
    if let Some(value) = text(&parts.headers, header::AUTHORIZATION) {
        let (scheme, token) = value.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then_some(Credential::Bearer(token.trim()));
    }
    session(&parts.headers, cookie).map(|secret| Credential::Cookie(secret, sent_from(parts)))
}

/// The value of the session's cookie.
pub fn session(headers: &HeaderMap, cookie: SessionCookie) -> Option<&str> {
    cookie.find(text(headers, header::COOKIE)?)
}

/// What a browser says of the page that sent the request.
fn sent_from(parts: &Parts) -> SentFrom<'_> {
    SentFrom {
        is_safe: parts.method.is_safe(),
        host: text(&parts.headers, header::HOST).or_else(|| parts.uri.host()),
        origin: text(&parts.headers, header::ORIGIN),
        sec_fetch_site: text(&parts.headers, "sec-fetch-site"),
        csrf_token: text(&parts.headers, "x-csrf-token"),
    }
}

/// From where the request came. Headers of proxies are not believed.
fn origin(parts: &Parts) -> Origin {
    let ip: Option<IpAddr> =
        parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    let agent = text(&parts.headers, header::USER_AGENT);
    Origin::new(ip, agent, &trace::current(), &trace::current_request())
}

impl std::convert::From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        let of = |status| Self::new(status, code, detail.clone());
        match error {
            IdentityError::Unauthenticated | IdentityError::BadCredentials => of(StatusCode::UNAUTHORIZED),
            IdentityError::CrossSite | IdentityError::PasswordMustChange => of(StatusCode::FORBIDDEN),
            IdentityError::Throttled { retry_after } => {
                Self { retry_after: Some(retry_after), ..of(StatusCode::TOO_MANY_REQUESTS) }
            }
            IdentityError::Invalid { field, detail } => Self::field(&format!("/{field}"), detail),
            IdentityError::Provider(_) => of(StatusCode::BAD_GATEWAY),
            IdentityError::Store(error) => error.into(),
        }
    }
}
