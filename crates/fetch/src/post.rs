//! Telling the operator's own services something: one JSON body to one address, nothing followed, nothing kept.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, USER_AGENT};
use http::{Method, Request};
use http_body_util::Full;
use hyper_util::client::legacy;
use url::Url;

use crate::config::Config;
use crate::connect::Connector;
use crate::dns::Names;
use crate::error::{Error, Phase};
use crate::guard::Guard;
use crate::provider::Provider;
use crate::tls;
use crate::transport;

/// How long an answer may take, connecting included.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Posts JSON.
pub(crate) struct Poster {
    client: legacy::Client<Connector, Full<Bytes>>,
    user_agent: HeaderValue,
}

impl Poster {
    /// Addresses are not judged: they come from the operator, as those of proxies do, and may be of the own network.
    pub(crate) fn new(config: &Config, names: &Arc<Names>) -> Result<Self, Error> {
        let tls = tls::connector(&config.extra_roots, false)?;
        let guard = Guard::new(true);
        let connector = Connector::new(Provider::Direct, guard, Arc::clone(names), tls, config.timeouts);
        let user_agent = transport::header("user_agent", &config.user_agent)?;
        Ok(Self { client: transport::client(connector, &config.limits), user_agent })
    }

    /// Posts `json`; the status of the answer, whose body is not read.
    pub(crate) async fn post(&self, url: &Url, json: String) -> Result<u16, Error> {
        Guard::new(true).check_url(url)?;
        let mut request = Request::new(Full::new(Bytes::from(json)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = transport::uri(url)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        let host = || url.host_str().unwrap_or_default().to_owned();
        match tokio::time::timeout(TIMEOUT, self.client.request(request)).await {
            Err(_) => Err(Error::Timeout { host: host(), phase: Phase::Headers }),
            Ok(Ok(answer)) => Ok(answer.status().as_u16()),
            Ok(Err(error)) => Err(transport::client_error(url, &error)),
        }
    }
}
