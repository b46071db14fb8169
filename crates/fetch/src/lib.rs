//! The outside web, fetched politely and safely.
//!
//! [`Fetcher::get`] asks one URL for one body: past the address guard ([`guard`]), the site's robots.txt
//! ([`robots`]) and the host's pace ([`pace`]), over connections whose real peer address was checked, into a
//! [`Body`] that is decoded and bounded in bytes and in time. Nothing else in the product opens an outbound socket.
//!
//! Absences to keep: no job, no store and no SQL is known here; no cookie and no credential is ever sent to a site.

mod body;
mod client;
mod config;
mod connect;
mod decode;
mod dns;
mod error;
pub mod guard;
mod headers;
pub mod pace;
mod post;
mod provider;
mod redirect;
mod request;
mod response;
pub mod robots;
mod routes;
mod secret;
mod sniff;
mod stream;
mod tls;
mod transport;
mod tunnel;

pub use body::Body;
pub use client::Fetcher;
pub use config::{Config, Limits, Routes, Timeouts};
pub use dns::{BoxFuture, Resolve, ResolveError, SystemResolver};
pub use error::{Error, LimitKind, Phase, Refusal};
pub use provider::{Credits, HttpProxy, Provider, ScrapingApi, Socks5};
pub use request::{Kind, Request, RobotsPolicy, Validators};
pub use response::{Hop, Response};
pub use secret::Secret;
pub use sniff::{Sniffed, sniff};
