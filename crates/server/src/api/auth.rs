//! Signing in and out, and who one is.

use admin::identity::{SessionCookie, SignIn};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use model::{PublicId, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{self, Viewer};
use crate::extract::{Body, Json};
use crate::problem::Problem;
use crate::words::{RoleWord, Time};

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(log_in)).routes(routes!(log_out)).routes(routes!(get_me))
}

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "admin", "password": "correct horse battery staple"}))]
pub struct Login {
    /// The user's name.
    name: String,
    /// The password.
    #[schema(format = "password")]
    password: String,
    /// A new password to take its place from now on.
    #[schema(format = "password")]
    new_password: Option<String>,
}

/// Somebody who has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoggedIn {
    /// The user's name.
    name: String,
    /// What they may do at most.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// A short-lived token for scripts: `Authorization: Bearer ...`.
    access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Until when the token holds.
    access_token_expires_at: Time,
    /// What changes of the browser's session send as `X-CSRF-Token`.
    csrf_token: String,
    /// When the session is over at the latest.
    session_expires_at: Time,
}

/// Signs somebody in: sets the session's cookie and gives a bearer token.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", security(()), request_body = Login,
    responses((status = 200, description = "They are signed in.", body = LoggedIn)))]
async fn log_in(
    State(app): State<App>,
    auth::From(origin): auth::From,
    headers: HeaderMap,
    Body(login): Body<Login>,
) -> Result<Response, Problem> {
    let cookie = cookie(&app);
    let request = SignIn {
        name: &login.name,
        password: &login.password,
        new_password: login.new_password.as_deref(),
        replaces: auth::session(&headers, cookie),
        origin: &origin,
    };
    let signed_in = app.identity().sign_in(request, app.audit()).await?;
    let set = cookie.set(&signed_in.session_secret, signed_in.session_max_age);
    let answer = LoggedIn {
        name: signed_in.principal.name,
        role: signed_in.principal.role,
        access_token: signed_in.bearer,
        token_type: "Bearer",
        access_token_expires_at: signed_in.bearer_expires_at.into(),
        csrf_token: signed_in.csrf_token,
        session_expires_at: signed_in.session_expires_at.into(),
    };
    with_cookie(Json(answer).into_response(), &set)
}

/// Signs somebody out: their session is over.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth",
    responses((status = 204, description = "The session is over.")))]
async fn log_out(State(app): State<App>, caller: Viewer) -> Result<Response, Problem> {
    app.identity().sign_out(&caller.principal, &caller.origin, app.audit()).await?;
    with_cookie(StatusCode::NO_CONTENT.into_response(), &cookie(&app).clear())
}

/// Who one is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// The id of the user or token.
    #[schema(value_type = Option<String>, format = "uuid")]
    id: Option<PublicId>,
    /// Its name.
    name: String,
    /// What it may do at most.
    #[schema(value_type = RoleWord)]
    role: Role,
    /// How it was proved: `session`, `bearer` or `token`.
    #[schema(example = "session")]
    means: &'static str,
    /// The only actions that a token may do; none if its role alone decides.
    scopes: Option<Vec<String>>,
    /// What changes of the browser's session send as `X-CSRF-Token`.
    csrf_token: Option<String>,
}

/// Tells who one is.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth",
    responses((status = 200, description = "Who it is.", body = Me)))]
async fn get_me(State(app): State<App>, caller: Viewer, headers: HeaderMap) -> Json<Me> {
    let principal = &caller.principal;
    let session = principal.session.and_then(|_| auth::session(&headers, cookie(&app)));
    Json(Me {
        id: principal.id(),
        name: principal.name.clone(),
        role: principal.role,
        means: principal.means.as_str(),
        scopes: principal.scopes.clone(),
        csrf_token: session.map(|secret| app.identity().csrf_token(secret)),
    })
}

fn cookie(app: &App) -> SessionCookie {
    SessionCookie { secure: app.options().secure_cookies }
}

fn with_cookie(mut response: Response, cookie: &str) -> Result<Response, Problem> {
    let value = HeaderValue::from_str(cookie).map_err(|error| Problem::internal(&error))?;
    response.headers_mut().insert(header::SET_COOKIE, value);
    Ok(response)
}
