//! TLS with certificates that are trusted and not, HTTP/2 by ALPN.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use fetch::Config;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::site::{config, failure, page, with};

/// What accepts TLS connections for these names, and its certificate.
pub(crate) fn acceptor(names: &[&str]) -> (TlsAcceptor, Vec<u8>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let key = rcgen::generate_simple_self_signed(names).unwrap();
    let certificate = key.cert.der().clone();
    let private = PrivateKeyDer::try_from(key.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], private)
        .unwrap();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (TlsAcceptor::from(Arc::new(tls)), certificate.to_vec())
}

/// A TLS server that answers with the version it was asked in, or for `/peer` with the port it was asked from; its
/// address and certificate.
pub(crate) async fn serve_names(names: &[&str]) -> (SocketAddr, Vec<u8>) {
    let (acceptor, certificate) = acceptor(names);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((tcp, peer)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(tls) = acceptor.accept(tcp).await else { return };
                let service = service_fn(|request: http::Request<hyper::body::Incoming>| async move {
                    let (status, body) = match request.uri().path() {
                        "/robots.txt" => (404, String::new()),
                        "/peer" => (200, peer.port().to_string()),
                        _ => (200, format!("{:?}", request.version())),
                    };
                    let body = Full::<Bytes>::from(body);
                    Ok::<_, Infallible>(http::Response::builder().status(status).body(body).unwrap())
                });
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(tls), service).await;
            });
        }
    });
    (address, certificate)
}

async fn serve(name: &str) -> (SocketAddr, Vec<u8>) {
    serve_names(&[name]).await
}

fn url(address: SocketAddr) -> Url {
    Url::parse(&format!("https://secure.example:{}/", address.port())).unwrap()
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered() {
    let (address, certificate) = serve("secure.example").await;
    let check = async |http2, want: &str| {
        let fetcher = with(Config { extra_roots: vec![certificate.clone()], http2, ..config() });
        for _ in 0..3 {
            let response = page(&fetcher, url(address)).await.unwrap();
            assert_eq!(response.body.bytes().await.unwrap(), want);
        }
    };
    check(true, "HTTP/2.0").await;
    check(false, "HTTP/1.1").await;
}

#[tokio::test]
async fn an_unknown_certificate_or_another_name_is_refused() {
    let (address, _) = serve("secure.example").await;
    assert_eq!(failure(&with(config()), url(address)).await, "tls");
    let (address, certificate) = serve("other.example").await;
    let fetcher = with(Config { extra_roots: vec![certificate], ..config() });
    assert_eq!(failure(&fetcher, url(address)).await, "tls");
}

#[tokio::test]
async fn a_root_that_is_no_certificate_is_a_configuration_error() {
    let config = Config { extra_roots: vec![b"nonsense".to_vec()], ..Config::default() };
    let error = fetch::Fetcher::new(config, clock::SystemClock::shared()).unwrap_err();
    assert_eq!(error.code(), "config");
}
