//! How many small pages a second the fake web serves on one connection: it has to be faster than any client.

use std::io::{Read, Write};
use std::net::TcpStream;

use divan::counter::ItemsCount;
use testkit::site::{Site, Web};

fn main() {
    divan::main();
}

/// Requests sent ahead of their answers.
const PIPELINED: usize = 64;

fn bench(bencher: divan::Bencher<'_, '_>, log_hits: usize, path: &str, ahead: usize) {
    let site = Site::new("bench.localhost").page("/", "<p>small</p>").generated(1_000);
    let web = Web::builder().site(site).log_hits(log_hits).start_on_thread().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a bench's own client, to loopback")]
    let mut stream = TcpStream::connect(web.addr()).unwrap();
    stream.set_nodelay(true).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: bench.localhost\r\n\r\n");
    let requests = request.repeat(ahead);
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = vec![0; 64 * 1024];
    let length = stream.read(&mut answer).unwrap();
    answer.resize(length * ahead, 0);
    bencher.counter(ItemsCount::new(ahead)).bench_local(|| {
        stream.write_all(requests.as_bytes()).unwrap();
        stream.read_exact(&mut answer).unwrap();
    });
}

/// One request after another.
#[divan::bench(sample_count = 2_000)]
fn turn_by_turn(bencher: divan::Bencher<'_, '_>) {
    bench(bencher, 0, "/", 1);
}

/// What the server alone can do.
#[divan::bench(sample_count = 500)]
fn pipelined(bencher: divan::Bencher<'_, '_>) {
    bench(bencher, 0, "/", PIPELINED);
}

/// The same with every request logged.
#[divan::bench(sample_count = 500)]
fn pipelined_and_logged(bencher: divan::Bencher<'_, '_>) {
    bench(bencher, 100_000, "/", PIPELINED);
}

/// Pages of five kilobytes, made for each request.
#[divan::bench(sample_count = 500)]
fn generated(bencher: divan::Bencher<'_, '_>) {
    bench(bencher, 0, "/about-us", PIPELINED);
}
