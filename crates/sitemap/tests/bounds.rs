//! Hostile input: limits hold, memory stays flat, and time stays linear. No clock is looked at: the tests run within
//! the runner's limit or not at all, on inputs where quadratic time would take hours.

use std::io::Write as _;

use sitemap::{Entry, Error, Limits, Options, Parser, Summary, Warning, parse};

/// Feeds `piece` again and again, `bytes` in all, between a beginning and an end.
fn feed_much(
    limits: Limits,
    head: &str,
    piece: &str,
    tail: &str,
    bytes: usize,
) -> (u64, Result<Summary, Error>) {
    let mut parser = Parser::new(Options { limits, ..Options::default() });
    let mut count = 0;
    let mut sink = |_: Entry<'_>| count += 1;
    let block = piece.repeat((64 << 10) / piece.len() + 1);
    let mut result = parser.feed(head.as_bytes(), &mut sink);
    for _ in 0..bytes / block.len() {
        result = result.and_then(|()| parser.feed(block.as_bytes(), &mut sink));
    }
    let _ = result.and_then(|()| parser.feed(tail.as_bytes(), &mut sink));
    let result = parser.finish(&mut sink);
    (count, result)
}

const END: &str = "<url><loc>http://h.example/last</loc></url></urlset>";

/// A megabyte of `piece` within a urlset: quadratic time would look at 10^11 or more bytes.
#[track_caller]
fn check_linear(piece: &str) {
    let (_, result) = feed_much(Limits::default(), "<urlset>", piece, END, 1 << 20);
    assert!(result.is_ok(), "{piece:?}: {result:?}");
}

#[test]
fn endless_repetition_takes_linear_time() {
    for piece in [
        "<",
        "<<",
        "</",
        "<!",
        "<?",
        "<!-",
        "<!--",
        "<!-- --",
        "<![CDATA[",
        "<![",
        "<!'",
        "<![>",
        "<!DOCTYPE[>",
        "<?a>",
        "<?a",
        "<a",
        "<a ",
        "<a b",
        "<a b=\"",
        "<a b='>",
        "<a b=\"c\" ",
        "<a>",
        "</a>",
        "<a><b>",
        "<url>",
        "<url ",
        "</url>",
        "<loc>",
        "<loc>x",
        "</loc>",
        "<url><loc>",
        "<url><loc>http://h.example/",
        "<url><loc><url>",
        "<image:image>",
        "<url><image:image><url> ",
        "&",
        "&amp;",
        "&a",
        "]]>",
        "]]",
        "--",
        "-->",
        " ",
        "\n",
        "x",
        "é",
        "\u{0}",
        "\u{FEFF}",
        "<url><loc>http://h.example/</loc>",
        "<url/>",
        "<loc><![CDATA[",
        "<loc><!--",
        "<urlset>",
        "</urlset>",
        "<sitemap>",
    ] {
        check_linear(piece);
    }
}

#[test]
fn pieces_of_one_byte_take_linear_time() {
    for text in ["<a b='", "<!DOCTYPE a [ '", "<?x ", "<urlset><url><loc>", "<urlset><url><x>", "<!-- "] {
        let mut parser = Parser::new(Options::default());
        let mut sink = |_: Entry<'_>| {};
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(300_000, b'x');
        for byte in bytes {
            let _ = parser.feed(&[byte], &mut sink);
        }
    }
}

#[test]
fn the_limit_of_bytes_ends_the_parse_with_what_came_before() {
    let limits = Limits { unpacked_bytes: 1_000, ..Limits::default() };
    let text = format!("<urlset>{}", "<url><loc>http://h.example/1</loc></url>".repeat(100));
    let mut count = 0;
    let result = parse(text.as_bytes(), Options { limits, ..Options::default() }, |_| count += 1);
    assert_eq!(result, Err(Error::TooManyBytes { limit: 1_000 }));
    assert_eq!(count, 24);
}

#[test]
fn a_bomb_is_stopped_long_before_it_is_unpacked() {
    let pack = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    };
    let bomb = pack(&vec![b' '; 24 << 20]);
    let mut parser = Parser::new(Options::default());
    let result = parser.feed(&bomb, &mut |_: Entry<'_>| {});
    assert_eq!(result, Err(Error::TooCompressed { ratio: 250 }));
    assert!(parser.summary().bytes_unpacked < 20 << 20, "{:?}", parser.summary());
    let layers = (0..6).fold(b"<urlset/>".to_vec(), |bytes, _| pack(&bytes));
    let result = parse(&layers, Options::default(), |_| {});
    assert_eq!(result, Err(Error::TooDeeplyCompressed { limit: 4 }));
}

#[test]
fn the_limit_of_entries_stops_delivery_and_says_so() {
    let limits = Limits { entries: 3, ..Limits::default() };
    let (count, result) =
        feed_much(limits, "<urlset>", "<url><loc>http://h.example/1</loc></url>", "", 1 << 20);
    let summary = result.expect("a sitemap");
    assert_eq!((count, summary.entries, summary.complete), (3, 3, false));
    assert_eq!(summary.warnings, [Warning::TooManyEntries { limit: 3 }]);
}

#[test]
fn more_than_the_protocol_allows_is_read_with_a_warning() {
    let piece = format!("<url><loc>http://h.example/1</loc></url><!--{}-->", " ".repeat(800));
    let (count, result) = feed_much(Limits::default(), "<urlset>", &piece, "</urlset>", 53 << 20);
    let summary = result.expect("a sitemap");
    assert!(count > 60_000 && summary.complete, "{summary:?}");
    assert_eq!(summary.warnings, [Warning::MoreEntriesThanProtocol, Warning::MoreBytesThanProtocol]);
}

#[test]
fn a_location_that_is_too_long_costs_only_itself() {
    let long = "x".repeat(10_000);
    for long in [long.clone(), long.repeat(20)] {
        let text = format!("<urlset><url><loc>http://h.example/{long}</loc></url>{END}");
        let mut count = 0;
        let summary = parse(text.as_bytes(), Options::default(), |_| count += 1).expect("a sitemap");
        assert_eq!((count, summary.dropped.loc_too_long, summary.dropped.total()), (1, 1, 1));
        assert_eq!(summary.warnings, [Warning::LocTooLong { offset: 8, limit: 8_192 }]);
    }
    let list =
        format!("http://h.example/1\nhttp://h.example/{long}\n{}\nhttp://h.example/2", long.repeat(20));
    let mut count = 0;
    let summary = parse(list.as_bytes(), Options::default(), |_| count += 1).expect("a list");
    assert_eq!((count, summary.dropped.loc_too_long), (2, 2));
}

#[test]
fn an_entry_that_is_too_long_is_delivered_with_what_was_read() {
    let image = "<image:image><image:loc>http://h.example/i.jpg</image:loc></image:image>";
    let (count, result) = feed_much(
        Limits::default(),
        "<urlset><url><loc>http://h.example/1</loc>",
        image,
        &format!("</url>{END}"),
        8 << 20,
    );
    let summary = result.expect("a sitemap");
    assert_eq!((count, summary.complete), (2, true), "{summary:?}");
    assert_eq!(summary.warnings, [Warning::EntryTooLong { offset: 8, limit: 2 << 20 }]);
}

#[test]
fn nesting_is_followed_to_its_limit() {
    let (open, close) = ("<a>".repeat(100_000), "</a>".repeat(100_000));
    let text = format!("<urlset><url><loc>http://h.example/1</loc>{open}{close}</url>{END}");
    let mut count = 0;
    let summary = parse(text.as_bytes(), Options::default(), |_| count += 1).expect("a sitemap");
    assert_eq!(count, 2);
    assert!(matches!(summary.warnings[0], Warning::TooDeep { limit: 32, .. }));
    assert_eq!(summary.warnings.len(), 32);
    assert!(summary.warning_count > 90_000);
}
