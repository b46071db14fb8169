//! HTTP: the public API, its document, and the web control plane.
//!
//! Each resource is one file in `api/`: its types, its handlers, its routes. What changes something goes through
//! `admin`'s dispatcher, so that it is authorized, limited and audited there; what is read comes from the store.
//! Absences to keep: no SQL, no outbound socket, and no kind of refusal but `problem`.
#![expect(unreachable_pub, reason = "the rooms speak to each other; the outside is what this file names")]

mod api;
mod app;
mod auth;
mod events;
mod extract;
mod limits;
mod list;
mod metrics;
mod openapi;
mod problem;
mod router;
mod trace;
mod words;

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use app::{App, Options, Parts};
pub use openapi::text as document;
pub use problem::Problem;
pub use router::router;

/// Answers requests until `stop`, then lets open ones end for a while.
///
/// # Errors
/// If the listener fails.
pub async fn serve(listener: TcpListener, app: App, stop: CancellationToken) -> std::io::Result<()> {
    let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let stopping = {
        let (app, stop) = (app.clone(), stop.clone());
        async move {
            stop.cancelled().await;
            // Streams end by themselves only now.
            app.feed().close();
        }
    };
    let serving = axum::serve(listener, service).with_graceful_shutdown(stopping);
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(limits::GRACE).await;
    };
    tokio::select! {
        result = serving => result,
        () = late => {
            tracing::warn!("some requests did not end in time; they are cut off");
            Ok(())
        }
    }
}
