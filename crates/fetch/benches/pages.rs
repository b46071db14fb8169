//! What one small page costs over a connection that stays open: everything from guard to body.

use std::time::Duration;

use clock::SystemClock;
use divan::Bencher;
use fetch::{Config, Fetcher, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use url::Url;

fn main() {
    divan::main();
}

const PAGE_BYTES: usize = 3_900;

/// A server in a thread of its own that answers every read with one page.
fn serve() -> std::net::SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            let _ = tell.send(listener.local_addr()?);
            let page =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {PAGE_BYTES}\r\n\r\n{}", "x".repeat(PAGE_BYTES));
            loop {
                let (mut tcp, _) = listener.accept().await?;
                let page = page.clone();
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    while tcp.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                        if tcp.write_all(page.as_bytes()).await.is_err() {
                            break;
                        }
                    }
                });
            }
            #[expect(unreachable_code, reason = "gives the block its error type")]
            Ok::<(), std::io::Error>(())
        })
    });
    told.recv().unwrap_or_else(|_| ([127, 0, 0, 1], 1).into())
}

#[divan::bench]
fn page_on_an_open_connection(bencher: Bencher<'_, '_>) {
    let url = Url::parse(&format!("http://{}/page", serve()));
    let mut config = Config { allow_private_networks: true, ..Config::default() };
    config.pace.min_delay = Duration::ZERO;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let (Ok(url), Ok(runtime)) = (url, runtime) else { return };
    let Ok(fetcher) = Fetcher::new(config, SystemClock::shared()) else { return };
    let request = Request::page(url);
    bencher.bench_local(|| {
        runtime.block_on(async {
            match fetcher.get(&request).await {
                Ok(response) => response.body.bytes().await.map_or(0, |bytes| bytes.len()),
                Err(error) => panic!("{error}"),
            }
        })
    });
}
