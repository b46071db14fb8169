//! The fake web answers as scripted, asked by a client of a few lines that knows no kindness.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::encode::{Charset, Coding, gzip, gzip_bomb};
use super::{Reply, Site, Web, generated};

const HOST: &str = "cafe-aurora.localhost";

/// Sends one request and returns everything until the connection ends.
async fn raw(web: &Web, request: String) -> std::io::Result<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "a test's own client, to loopback")]
    let mut stream = TcpStream::connect(web.addr()).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.map(|_| answer)
}

async fn get_with(web: &Web, host: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:80\r\nConnection: close\r\n{headers}\r\n");
    let answer = raw(web, request).await.unwrap();
    let end = memchr::memmem::find(&answer, b"\r\n\r\n").unwrap_or_else(|| panic!("no head: {answer:?}"));
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

async fn get(web: &Web, path: &str) -> (String, Vec<u8>) {
    get_with(web, HOST, path, "").await
}

async fn status(web: &Web, path: &str) -> u16 {
    get(web, path).await.0[9..12].parse().unwrap()
}

async fn start(site: impl FnOnce(Site) -> Site) -> Web {
    Web::builder().site(site(Site::new(HOST))).start().await.unwrap()
}

fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = memchr::memmem::find(body, b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        whole.extend_from_slice(&body[end + 2..end + 2 + size]);
        body = &body[end + 4 + size..];
    }
    whole
}

#[tokio::test]
async fn a_page_is_served_and_counted_and_everything_else_is_404() {
    let web = start(|site| site.page("/", "<h1>Aurora</h1>")).await;
    let (head, body) = get(&web, "/?from=ad").await;
    assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8"), "{head}");
    assert_eq!(body, b"<h1>Aurora</h1>");
    assert_eq!(status(&web, "/missing").await, 404);
    assert_eq!((web.hits(HOST, "/"), web.hits(HOST, "/missing"), web.total(HOST)), (1, 1, 2));
    let log = web.log(HOST);
    assert_eq!((log[0].target.as_str(), log[0].status, log[1].status), ("/?from=ad", 200, 404));
    assert_eq!(log[0].header("host"), Some("cafe-aurora.localhost:80"));
}

#[tokio::test]
async fn hosts_are_told_apart_and_an_unknown_one_gets_nothing() {
    let sites = [Site::new("one.localhost").page("/", "1"), Site::new("two.localhost").page("/", "2")];
    let web = Web::builder().sites(sites).start().await.unwrap();
    assert_eq!(get_with(&web, "one.localhost", "/", "").await.1, b"1");
    assert_eq!(get_with(&web, "TWO.localhost", "/", "").await.1, b"2");
    assert!(get_with(&web, "three.localhost", "/", "").await.0.contains("X-Fake-Web: no such site"));
}

#[tokio::test]
async fn with_a_port_each_the_port_decides() {
    let sites =
        (0..20).map(|at| Site::new(&format!("s{at}.localhost")).page("/", format!("{at} {{origin}}")));
    let web = Web::builder().sites(sites).port_each().start().await.unwrap();
    assert!(web.origin("s7.localhost").starts_with("http://127.0.0.1:"));
    assert_ne!(web.origin("s7.localhost"), web.origin("s8.localhost"));
    let answer = get_with(&web, "whatever", "/", "").await.1;
    assert_eq!(answer, format!("0 {}", web.origin("s0.localhost")).into_bytes());
}

#[tokio::test]
async fn origins_are_filled_into_text_and_headers() {
    let one = Site::new("one.localhost").reply("/", Reply::redirect(302, "{origin:two.localhost}/x"));
    let two = Site::new("two.localhost").page("/x", "<a href='{origin}/y'>{other}</a>");
    let web = Web::builder().sites([one, two]).start().await.unwrap();
    let port = web.addr().port();
    let (head, _) = get_with(&web, "one.localhost", "/", "").await;
    assert!(head.contains(&format!("Location: http://two.localhost:{port}/x")), "{head}");
    let body = get_with(&web, "two.localhost", "/x", "").await.1;
    assert_eq!(body, format!("<a href='http://two.localhost:{port}/y'>{{other}}</a>").into_bytes());
}

#[tokio::test]
async fn answers_come_in_turn_and_the_last_one_stays() {
    let web = start(|site| {
        site.busy("/busy", 2, 7, "open").answers("/news", [Reply::html("old"), Reply::html("new")])
    })
    .await;
    let (head, _) = get(&web, "/busy").await;
    assert!(head.starts_with("HTTP/1.1 429") && head.contains("Retry-After: 7"), "{head}");
    assert_eq!((status(&web, "/busy").await, status(&web, "/busy").await), (429, 200));
    assert_eq!(get(&web, "/busy").await.1, b"open");
    assert_eq!((get(&web, "/news").await.1, get(&web, "/news").await.1), (b"old".to_vec(), b"new".to_vec()));
}

#[tokio::test]
async fn an_unchanged_page_answers_304() {
    let dated = "Wed, 01 May 2024 08:00:00 GMT";
    let web = start(|site| site.reply("/", Reply::html("x").etag("\"v1\"").last_modified(dated))).await;
    let with = async |headers: String| get_with(&web, HOST, "/", &headers).await.0[9..12].to_owned();
    assert_eq!(with("If-None-Match: \"v1\"\r\n".into()).await, "304");
    assert_eq!(with("If-None-Match: \"v2\"\r\n".into()).await, "200");
    assert_eq!(with(format!("If-Modified-Since: {dated}\r\n")).await, "304");
    assert_eq!(with(format!("If-None-Match: \"v2\"\r\nIf-Modified-Since: {dated}\r\n")).await, "200");
    assert_eq!(web.log(HOST)[0].status, 304);
}

#[tokio::test]
async fn redirects_loop_or_lead_somewhere_in_so_many_hops() {
    let web = start(|site| site.redirect_loop("/round", 2).redirect_chain("/far", 3, "/home")).await;
    let location = |path: &'static str| {
        let web = &web;
        async move {
            let (head, _) = get(web, path).await;
            head.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap().to_owned()
        }
    };
    assert_eq!((location("/round").await, location("/round-1").await), ("/round-1".into(), "/round".into()));
    assert_eq!((location("/far").await, location("/far-2").await), ("/far-1".into(), "/home".into()));
}

#[tokio::test]
async fn deliveries_go_wrong_as_scripted() {
    let web = start(|site| {
        site.reply("/cut", Reply::html("0123456789").cut_after(4))
            .reply("/longer", Reply::html("0123").claiming_length(10))
            .reply("/shorter", Reply::html("0123456789").claiming_length(3))
            .reply("/reset", Reply::reset())
            .reply("/trickle", Reply::html("abc").slow_body(1, Duration::from_millis(1)))
            .soft_404("home")
    })
    .await;
    let (head, body) = get(&web, "/cut").await;
    assert!(head.contains("Content-Length: 10") && body == b"0123", "{head}");
    assert!(get(&web, "/longer").await.0.contains("Content-Length: 10"));
    assert_eq!(get(&web, "/shorter").await.1, b"0123456789");
    assert_eq!(get(&web, "/trickle").await.1, b"abc");
    assert_eq!(get(&web, "/anything").await, get(&web, "/else").await);
    let reset = raw(&web, format!("GET /reset HTTP/1.1\r\nHost: {HOST}\r\n\r\n")).await.unwrap_err();
    assert_eq!(reset.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn an_endless_body_ends_only_when_the_client_leaves() {
    let web = start(|site| site.reply("/", Reply::endless("text/html", "again "))).await;
    #[expect(clippy::disallowed_methods, reason = "a test's own client, to loopback")]
    let mut stream = TcpStream::connect(web.addr()).await.unwrap();
    stream.write_all(format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n").as_bytes()).await.unwrap();
    let mut buffer = vec![0; 1_000_000];
    stream.read_exact(&mut buffer).await.unwrap();
    assert_eq!(web.running(HOST), 1);
    drop(stream);
    while web.running(HOST) > 0 {
        tokio::task::yield_now().await;
    }
    assert!(web.log(HOST)[0].ended.is_some());
}

#[tokio::test]
async fn overlapping_requests_are_seen() {
    let web = start(|site| site.reply("/", Reply::silence())).await;
    let ask = || raw(&web, format!("GET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"));
    let both = async { tokio::join!(ask(), ask()) };
    let seen = async {
        while web.most_at_once(HOST) < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! { _ = both => panic!("silence was broken"), () = seen => {} }
    assert!(web.shortest_gap(HOST).is_some());
}

#[tokio::test]
async fn one_connection_serves_many_requests_and_bodies_sent_are_kept() {
    let web = start(|site| site.page("/", "x")).await;
    let post = format!("POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 5\r\n\r\nhello");
    let last = format!("GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n");
    let answer = raw(&web, post + &last).await.unwrap();
    assert_eq!(memchr::memmem::find_iter(&answer, b"HTTP/1.1 200 OK").count(), 2);
    assert_eq!(web.connections(), 1);
    assert_eq!(web.log(HOST)[0].body, b"hello");
}

#[tokio::test]
async fn codings_decode_to_what_went_in() {
    use async_compression::tokio::bufread::{
        BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
    };
    for length in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let body: Vec<u8> = (0..length).map(|at: usize| (at * at % 251) as u8).collect();
        let (mut gz, mut br, mut zst, mut raw, mut zlib) = (vec![], vec![], vec![], vec![], vec![]);
        GzipDecoder::new(&Coding::Gzip.encode(&body)[..]).read_to_end(&mut gz).await.unwrap();
        BrotliDecoder::new(&Coding::Brotli.encode(&body)[..]).read_to_end(&mut br).await.unwrap();
        ZstdDecoder::new(&Coding::Zstd.encode(&body)[..]).read_to_end(&mut zst).await.unwrap();
        DeflateDecoder::new(&Coding::RawDeflate.encode(&body)[..]).read_to_end(&mut raw).await.unwrap();
        ZlibDecoder::new(&Coding::Deflate.encode(&body)[..]).read_to_end(&mut zlib).await.unwrap();
        assert!([gz, br, zst, raw, zlib].iter().all(|decoded| *decoded == body), "length {length}");
    }
}

#[tokio::test]
async fn packed_bodies_say_so_or_keep_silent() {
    let web = start(|site| {
        site.reply("/nested", Reply::xml("<a/>").coded_silently(Coding::Gzip).coded(Coding::Gzip))
            .reply("/twice", Reply::xml("<a/>").coded(Coding::Gzip).coded(Coding::Brotli))
            .reply("/utf16", Reply::xml("<ä/>").in_charset(Charset::Utf16Le))
            .reply("/latin1", Reply::text("Zürich €").in_charset(Charset::Latin1))
    })
    .await;
    let (head, body) = get(&web, "/nested").await;
    assert!(head.contains("Content-Encoding: gzip\r\n"), "{head}");
    assert_eq!(body, gzip(&gzip(b"<a/>")));
    assert!(get(&web, "/twice").await.0.contains("Content-Encoding: gzip, br"));
    assert_eq!(get(&web, "/utf16").await.1, b"\xFF\xFE<\0\xE4\0/\0>\0");
    assert_eq!(get(&web, "/latin1").await.1, b"Z\xFCrich ?");
}

#[test]
fn a_bomb_is_a_thousand_times_smaller_than_its_blast() {
    let bomb = gzip_bomb(20_000_000);
    assert!(bomb.len() < 40_000, "{} bytes", bomb.len());
}

#[tokio::test]
async fn a_generated_site_lists_pages_that_hold_their_contacts() {
    let web = start(|site| site.generated(12)).await;
    let sitemap = String::from_utf8(unchunked(&get(&web, "/sitemap.xml").await.1)).unwrap();
    assert_eq!(sitemap.matches("<loc>").count(), 12);
    for page in 0..12 {
        let path = generated::path(page);
        assert!(sitemap.contains(&format!("<loc>{}</loc>", web.url(HOST, &path))), "{path} in {sitemap}");
        let html = String::from_utf8(get(&web, &path).await.1).unwrap();
        let contact = generated::contact(HOST, page);
        assert!(html.contains(&contact.email) && html.contains(&contact.phone_as_written), "{path}");
    }
    assert_eq!(status(&web, &generated::path(12)).await, 404);
    assert_eq!(status(&web, "/blog/copper-copper-99999999999999999999").await, 404);
}

#[tokio::test]
async fn a_large_index_is_made_while_it_is_sent() {
    let web = start(|site| site.sitemap_index(3, 5_000)).await;
    let index = String::from_utf8(get(&web, "/sitemap.xml").await.1).unwrap();
    assert!(index.contains(&format!("<loc>{}</loc>", web.url(HOST, "/sitemap-2.xml"))), "{index}");
    let child = String::from_utf8(unchunked(&get(&web, "/sitemap-2.xml").await.1)).unwrap();
    assert_eq!(child.matches("<url><loc>http://cafe-aurora.localhost:").count(), 5_000);
    assert!(child.ends_with("</urlset>\n"));
}

#[tokio::test]
async fn a_gzipped_child_unpacks_to_the_plain_one() {
    let plain = start(|site| site.sitemap_index(1, 5_000)).await;
    let packed = start(|site| site.sitemap_index_gz(1, 5_000)).await;
    let body = unchunked(&get(&packed, "/sitemap-0.xml.gz").await.1);
    let mut unpacked = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&body[..]), &mut unpacked).unwrap();
    let same = String::from_utf8(unchunked(&get(&plain, "/sitemap-0.xml").await.1)).unwrap();
    let port = |web: &Web| format!(":{}/", web.addr().port());
    assert_eq!(unpacked.replace(&port(&packed), "/"), same.replace(&port(&plain), "/"));
}

#[test]
fn a_web_on_its_own_thread_serves_callers_without_a_runtime() {
    let web = Web::builder().site(Site::new(HOST).page("/", "x")).start_on_thread().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(runtime.block_on(get(&web, "/")).1, b"x");
    let addr = web.addr();
    drop(web);
    std::net::TcpListener::bind(addr).expect("the port is free again");
}

#[tokio::test]
async fn a_stopped_web_listens_no_more() {
    let web = start(|site| site.page("/", "x")).await;
    let addr = web.addr();
    web.stop().await;
    std::net::TcpListener::bind(addr).expect("the port is free again");
}
