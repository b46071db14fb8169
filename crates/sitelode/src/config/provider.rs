//! `[provider]`: through what requests go.

use std::sync::Arc;

use fetch::{HttpProxy, Routes, ScrapingApi, Secret, Socks5};
use serde::Deserialize;

use super::ConfigError;

/// Through what requests go.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    kind: Kind,
    address: String,
    user: String,
    password: Hidden,
    remote_dns: bool,
    endpoint: String,
    key: Hidden,
    credits_per_call: u64,
    credits_max: u64,
    carries: Vec<Load>,
}

/// A text that is never shown.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Hidden(String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "(none)" } else { "(hidden)" })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Direct,
    Http,
    Socks5,
    ScrapingApi,
}

/// What can be carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Load {
    Pages,
    Sitemaps,
    Robots,
}

impl Provider {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.to_provider().map(drop)
    }

    /// What carries what.
    pub(super) fn to_routes(&self) -> Result<Routes, ConfigError> {
        let provider = self.to_provider()?;
        let of = |load| if self.carries.contains(&load) { provider.clone() } else { fetch::Provider::Direct };
        Ok(Routes { page: of(Load::Pages), sitemap: of(Load::Sitemaps), robots: of(Load::Robots) })
    }

    fn to_provider(&self) -> Result<fetch::Provider, ConfigError> {
        let auth =
            (!self.user.is_empty()).then(|| (self.user.clone(), Secret::new(self.password.0.as_str())));
        if matches!(self.kind, Kind::Http | Kind::Socks5) && self.address.is_empty() {
            return Err(wrong("provider.address is empty; it must be the proxy's host:port".to_owned()));
        }
        Ok(match self.kind {
            Kind::Direct => fetch::Provider::Direct,
            Kind::Http => fetch::Provider::Http(HttpProxy { address: self.address.clone(), auth }),
            Kind::Socks5 => fetch::Provider::Socks5(Socks5 {
                address: self.address.clone(),
                auth,
                remote_dns: self.remote_dns,
            }),
            Kind::ScrapingApi => {
                let budget = (self.credits_max > 0).then_some(self.credits_max);
                let key = Secret::new(self.key.0.as_str());
                let api =
                    ScrapingApi::new("scraping_api", &self.endpoint, key, self.credits_per_call, budget);
                fetch::Provider::ScrapingApi(Arc::new(api.map_err(|error| wrong(error.to_string()))?))
            }
        })
    }
}

fn wrong(detail: String) -> ConfigError {
    ConfigError::Layer { layer: "[provider]".to_owned(), detail }
}
