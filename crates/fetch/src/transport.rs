//! One request over one route: what is sent, and what the ways it can fail are called.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    PROXY_AUTHORIZATION, USER_AGENT,
};
use http::{Request, Response, Uri};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

use crate::config::{Config, Limits};
use crate::connect::Connector;
use crate::error::{Error, LimitKind, Phase, Refusal};
use crate::guard::shown;
use crate::provider::{Provider, ScrapingApi};
use crate::request::{Kind, Validators};
use crate::tunnel;

/// HTTP/2 windows: a stream must not make us hold more than this unread.
const H2_STREAM_WINDOW: u32 = 1024 * 1024;
const H2_CONNECTION_WINDOW: u32 = 2 * 1024 * 1024;

/// A route with its pool of connections.
pub(crate) struct Transport {
    client: legacy::Client<Connector, Empty<Bytes>>,
    route: Provider,
    proxy_auth: Option<HeaderValue>,
    base: HeaderMap,
    max_headers: usize,
}

impl Transport {
    pub(crate) fn new(route: Provider, connector: Connector, config: &Config) -> Result<Self, Error> {
        let proxy_auth = match &route {
            Provider::Http(proxy) => {
                proxy.auth.as_ref().map(|(user, password)| tunnel::basic(user, password))
            }
            _ => None,
        };
        let proxy_auth = proxy_auth.map(|value| header("proxy password", &value)).transpose()?;
        Ok(Self {
            client: client(connector, &config.limits),
            route,
            proxy_auth,
            base: base_headers(config)?,
            max_headers: config.limits.headers,
        })
    }

    /// The scraping API behind this route, if it is one.
    pub(crate) fn api(&self) -> Option<&Arc<ScrapingApi>> {
        match &self.route {
            Provider::ScrapingApi(api) => Some(api),
            _ => None,
        }
    }

    /// Sends one GET and waits for the headers, at most `limit`.
    pub(crate) async fn send(
        &self,
        url: &Url,
        kind: Kind,
        validators: Option<&Validators>,
        limit: (Duration, Phase),
    ) -> Result<Response<Incoming>, Error> {
        let uri = match self.api() {
            Some(api) => {
                // The call's URL holds the key: it must not come out in an error.
                let uri =
                    uri(&api.call_url(url)?).map_err(|_| provider("scraping_api", "the call is too long"))?;
                api.spend()?;
                uri
            }
            None => uri(url)?,
        };
        let request = self.request(uri, kind, validators);
        let sent = tokio::time::timeout(limit.0, self.client.request(request)).await;
        let host = || url.host_str().unwrap_or_default().to_owned();
        let answer = match sent {
            Ok(Ok(response)) => return self.unless_refused(response),
            Ok(Err(error)) => Err(self.failure(url, &error)),
            Err(_) => Err(Error::Timeout { host: host(), phase: limit.1 }),
        };
        match self.api() {
            Some(api) => answer.map_err(|error| api_failure(api, error)),
            None => answer,
        }
    }

    /// Tells the provider's own complaints from the site's answers.
    fn unless_refused(&self, response: Response<Incoming>) -> Result<Response<Incoming>, Error> {
        match (&self.route, response.status().as_u16()) {
            (Provider::Http(_), 407) => Err(provider("http", "it wants another user or password")),
            (Provider::ScrapingApi(_), 402) => {
                Err(provider("scraping_api", "it wants to be paid (status 402)"))
            }
            _ => Ok(response),
        }
    }

    fn request(&self, uri: Uri, kind: Kind, validators: Option<&Validators>) -> Request<Empty<Bytes>> {
        let plain = uri.scheme_str() == Some("http");
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.clone_from(&self.base);
        headers.insert(ACCEPT, HeaderValue::from_static(accept(kind)));
        if let Some(validators) = validators {
            for (name, value) in
                [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)]
            {
                // A stored validator that is no header value is as good as none.
                if let Some(Ok(value)) = value.as_deref().map(HeaderValue::from_str) {
                    headers.insert(name, value);
                }
            }
        }
        // For https the proxy was told in the CONNECT; the site must not see it.
        if let (true, Some(auth)) = (plain, &self.proxy_auth) {
            headers.insert(PROXY_AUTHORIZATION, auth.clone());
        }
        request
    }

    fn failure(&self, url: &Url, error: &legacy::Error) -> Error {
        match client_error(url, error) {
            Error::TooLarge { kind: LimitKind::Headers, .. } => {
                Error::TooLarge { limit: self.max_headers as u64, kind: LimitKind::Headers }
            }
            other => other,
        }
    }
}

/// What an error of the HTTP client is called here: our own where it began with one.
pub(crate) fn client_error(url: &Url, error: &legacy::Error) -> Error {
    let host = url.host_str().unwrap_or_default();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(ours) = inner.downcast_ref::<Error>() {
            return match ours.clone() {
                Error::Refused { reason, .. } => Error::Refused { url: shown(url), reason },
                other => other,
            };
        }
        if let Some(http) = inner.downcast_ref::<hyper::Error>() {
            return hyper_error(host, http);
        }
        cause = inner.source();
    }
    Error::Protocol { host: host.to_owned(), cut: error.is_connect(), detail: error.to_string() }
}

/// A failure of the way itself that only its configuration can mend.
fn provider(provider: &'static str, detail: &str) -> Error {
    Error::Provider { provider, transient: false, detail: detail.to_owned() }
}

/// What an error of the HTTP library is called here.
pub(crate) fn hyper_error(host: &str, error: &hyper::Error) -> Error {
    if error.is_parse_too_large() {
        return Error::TooLarge { limit: 0, kind: LimitKind::Headers };
    }
    let broken = error.source().is_some_and(|source| source.downcast_ref::<std::io::Error>().is_some());
    let cut = error.is_incomplete_message() || error.is_canceled() || error.is_closed() || broken;
    let detail = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    Error::Protocol { host: host.to_owned(), cut: cut && !error.is_parse(), detail }
}

/// An API that cannot be reached is the provider's failure, not the site's; its call costs nothing.
fn api_failure(api: &ScrapingApi, error: Error) -> Error {
    match error {
        Error::Timeout { phase: Phase::Headers | Phase::Total, .. } => error,
        Error::Refused { .. } | Error::BudgetSpent { .. } => error,
        error => {
            api.refund();
            Error::Provider {
                provider: "scraping_api",
                transient: error.is_transient(),
                detail: error.to_string(),
            }
        }
    }
}

/// A client that speaks to servers as browsers tolerate them.
pub(crate) fn client<B>(connector: Connector, limits: &Limits) -> legacy::Client<Connector, B>
where
    B: hyper::body::Body + Send,
    B::Data: Send,
{
    legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_max_idle_per_host(limits.idle_per_host)
        .pool_idle_timeout(limits.idle_timeout)
        .http1_max_headers(limits.headers)
        .http1_max_buf_size(limits.header_bytes.max(8 * 1024))
        // What browsers tolerate of old servers.
        .http1_title_case_headers(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true)
        .http2_max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .http2_initial_stream_window_size(H2_STREAM_WINDOW)
        .http2_initial_connection_window_size(H2_CONNECTION_WINDOW)
        .build(connector)
}

fn base_headers(config: &Config) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, header("user_agent", &config.user_agent)?);
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate, br, zstd"));
    if !config.accept_language.is_empty() {
        headers.insert(ACCEPT_LANGUAGE, header("accept_language", &config.accept_language)?);
    }
    Ok(headers)
}

pub(crate) fn header(what: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| Error::Config { detail: format!("{what} cannot be sent as a header") })?;
    value.set_sensitive(what == "proxy password");
    Ok(value)
}

fn accept(kind: Kind) -> &'static str {
    match kind {
        Kind::Page => "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        Kind::Sitemap => "application/xml,text/xml,application/gzip,text/plain;q=0.9,*/*;q=0.8",
        Kind::Robots => "text/plain,*/*;q=0.8",
    }
}

/// The URL as the HTTP library wants it; the characters that a URL may hold and a request line may not are encoded.
pub(crate) fn uri(url: &Url) -> Result<Uri, Error> {
    if let Ok(uri) = Uri::try_from(url.as_str()) {
        return Ok(uri);
    }
    let mut text = String::with_capacity(url.as_str().len() + 8);
    for char in url.as_str().chars() {
        match char {
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => {
                text.push_str(&format!("%{:02X}", u32::from(char)));
            }
            char => text.push(char),
        }
    }
    Uri::try_from(text).map_err(|_| Error::Refused { url: shown(url), reason: Refusal::Malformed })
}
