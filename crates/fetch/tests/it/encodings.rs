//! Bodies are decoded as they come, and bombs go off in the open.

use std::io::Write;

use fetch::{Error, LimitKind, Request, Sniffed};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::site::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let quick = brotli::enc::BrotliEncoderParams { quality: 3, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &quick).unwrap();
    out
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).unwrap()
}

fn encoded(name: &str, body: Vec<u8>) -> Reply {
    Reply::Keep(http("200 OK", &[&format!("Content-Encoding: {name}")], body))
}

#[tokio::test]
async fn bodies_are_decoded() {
    for (name, body) in [("gzip", gzip(b"hello")), ("br", brotli(b"hello")), ("zstd", zstd(b"hello"))] {
        let site = Site::always(encoded(name, body)).await;
        assert_eq!(text(&fetcher(), site.url("/")).await, "hello", "{name}");
    }
}

#[tokio::test]
async fn a_compressed_file_stays_a_file() {
    let site = Site::always(ok(gzip(b"<urlset/>"))).await;
    let mut response = fetcher().get(&Request::sitemap(site.url("/s.xml.gz"))).await.unwrap();
    assert_eq!(response.body.sniff().await.unwrap(), Sniffed::Gzip);
    assert_eq!(response.body.bytes().await.unwrap(), gzip(b"<urlset/>"));
}

#[tokio::test]
async fn sniffing_loses_nothing() {
    let site = Site::always(ok("<!doctype html><p>x")).await;
    let mut response = page(&fetcher(), site.url("/")).await.unwrap();
    assert_eq!(response.body.sniff().await.unwrap(), Sniffed::Html);
    assert_eq!(response.body.bytes().await.unwrap(), "<!doctype html><p>x");
}

#[tokio::test]
async fn bombs_are_stopped_early() {
    let zeros = vec![b'x'; 30_000_000];
    let limit = 20_000_000;
    for (name, body) in [("gzip", gzip(&zeros)), ("br", brotli(&zeros)), ("zstd", zstd(&zeros))] {
        let site = Site::always(encoded(name, body)).await;
        let request = Request::page(site.url("/")).with_max_body_bytes(limit);
        let mut body = fetcher().get(&request).await.unwrap().body;
        let error = loop {
            match body.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("{name}: the bomb went through"),
                Err(error) => break error,
            }
        };
        assert_eq!(error, Error::TooLarge { limit: 300, kind: LimitKind::Ratio }, "{name}");
        assert!(body.decoded_bytes() < 3_000_000, "{name}: {}", body.decoded_bytes());
    }
}

#[tokio::test]
async fn stacked_bombs_are_stopped_too() {
    let bomb = gzip(&gzip(&vec![0; 50_000_000]));
    let site = Site::always(encoded("gzip, gzip", bomb)).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "too_large");
    let site = Site::always(encoded("gzip, gzip, gzip, gzip", vec![])).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "too_large");
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_an_error() {
    let site = Site::always(encoded("br", b"\xff\xff\xff not brotli".to_vec())).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "decode");
    let half = gzip(&(0..50_000u32).flat_map(u32::to_be_bytes).collect::<Vec<_>>());
    let site = Site::always(encoded("gzip", half[..half.len() / 2].to_vec())).await;
    assert_eq!(failure(&fetcher(), site.url("/")).await, "decode");
}
