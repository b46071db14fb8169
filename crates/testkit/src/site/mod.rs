//! A scripted fake web: sites that answer exactly as told, count who asks, and listen on loopback only.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), testkit::Error> {
//! use testkit::site::{Reply, Site, Web};
//! let web = Web::builder()
//!     .site(
//!         Site::new("cafe-aurora.localhost")
//!             .page("/", "<a href=\"{origin}/kontakt\">Kontakt</a>")
//!             .robots("User-agent: *\nSitemap: {origin}/sitemap.xml\n")
//!             .sitemap("/sitemap.xml", &["/", "/kontakt"])
//!             .answers("/kontakt", [Reply::too_many_requests(1), Reply::html("<p>+49 30 23125 017</p>")]),
//!     )
//!     .start()
//!     .await?;
//! assert_eq!(web.hits("cafe-aurora.localhost", "/kontakt"), 0);
//! # Ok(()) }
//! ```

mod connection;
pub mod encode;
pub mod generated;
mod log;
mod prepared;
mod reply;
mod request;
mod scripted;
mod served;
mod web;

pub use log::{Hit, LOG_HITS_MAX};
pub use reply::{Chunks, Reply};
pub use request::Request;
pub use scripted::Site;
pub use web::{Web, WebBuilder};

#[cfg(test)]
mod tests;
