//! What real sitemaps contain, case by case: the exact list of addresses that must come out.

mod cases;

use std::io::Write as _;

use sitemap::{EntryKind, Kind, Options, Parser, Summary, Url};

/// The addresses of pages and of sitemaps that come out of `bytes`.
fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>, Result<Summary, sitemap::Error>) {
    let base = Url::parse("https://example.com/maps/sitemap.xml").expect("a valid address");
    let options = Options { base: Some(base), ..Options::default() };
    let (mut pages, mut sitemaps) = (Vec::new(), Vec::new());
    let result = sitemap::parse(bytes, options, |entry| match entry.kind {
        EntryKind::Page => pages.push(entry.loc.into_owned()),
        EntryKind::Sitemap => sitemaps.push(entry.loc.into_owned()),
    });
    (pages, sitemaps, result)
}

#[track_caller]
fn check_pages(name: &str, bytes: &[u8], expected: &[&str]) -> Option<Summary> {
    let (pages, sitemaps, result) = read(bytes);
    assert_eq!(pages, expected, "{name}: {result:?}");
    assert!(sitemaps.is_empty(), "{name}: {sitemaps:?}");
    result.ok()
}

fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[test]
fn every_case_of_markup_gives_its_pages() {
    for &(name, text, expected) in cases::all() {
        check_pages(name, text.as_bytes(), expected);
    }
}

#[test]
fn every_case_gives_its_pages_packed_and_in_other_charsets_too() {
    for &(name, text, expected) in cases::all() {
        check_pages(name, &pack(text.as_bytes()), expected);
        let marked = text.trim_start_matches('\u{FEFF}');
        let little: Vec<u8> = format!("\u{FEFF}{marked}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        check_pages(name, &little, expected);
        let big: Vec<u8> = format!("\u{FEFF}{marked}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        check_pages(name, &big, expected);
    }
}

#[test]
fn every_refused_input_says_what_it_is() {
    for &(name, text, expected) in cases::REFUSED {
        let (pages, sitemaps, result) = read(text.as_bytes());
        assert!(pages.is_empty() && sitemaps.is_empty(), "{name}: {pages:?}");
        let said = result.expect_err(name).to_string();
        assert!(said.contains(expected), "{name}: {said}");
    }
}

#[test]
fn an_index_gives_sitemaps() {
    let index = r#"<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
        <sitemap><loc>https://example.com/a.xml.gz</loc><lastmod>2024-05-06</lastmod></sitemap>
        <sitemap><loc>b.xml</loc></sitemap></sitemapindex>"#;
    let (pages, sitemaps, result) = read(index.as_bytes());
    assert!(pages.is_empty());
    assert_eq!(sitemaps, ["https://example.com/a.xml.gz", "https://example.com/maps/b.xml"]);
    let summary = result.expect("an index");
    assert_eq!((summary.kind, summary.sitemaps, summary.complete), (Some(Kind::Index), 2, true));
}

#[test]
fn a_child_is_what_its_own_element_says() {
    for root in ["urlset", "sitemapindex"] {
        let text = format!(
            "<{root}><url><loc>http://h.example/p</loc></url><sitemap><loc>http://h.example/s.xml</loc></sitemap></{root}>"
        );
        let (pages, sitemaps, _) = read(text.as_bytes());
        assert_eq!(
            (pages, sitemaps),
            (vec!["http://h.example/p".into()], vec!["http://h.example/s.xml".into()])
        );
    }
}

#[test]
fn legacy_charsets_are_read() {
    let loc = |encoding: &str, word: &[u8]| {
        [
            format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><urlset><url><loc>http://h.example/")
                .as_bytes(),
            word,
            b"</loc></url></urlset>",
        ]
        .concat()
    };
    check_pages("latin-1", &loc("ISO-8859-1", b"caf\xE9"), &["http://h.example/café"]);
    check_pages("win-1251", &loc("windows-1251", b"\xEF\xF0\xE8"), &["http://h.example/при"]);
    check_pages(
        "declared latin-1, is UTF-8",
        &loc("ISO-8859-1", "café".as_bytes()),
        &["http://h.example/café"],
    );
    check_pages("declared UTF-8, is latin-1", &loc("UTF-8", b"caf\xE9"), &["http://h.example/café"]);
    check_pages("unknown label", &loc("klingon", "café".as_bytes()), &["http://h.example/café"]);
    check_pages("declared UTF-16, is ASCII", &loc("UTF-16", b"a"), &["http://h.example/a"]);
}

#[test]
fn gzip_is_found_by_its_magic_and_read_as_far_as_it_goes() {
    let text: String = (0..3000)
        .map(|n: u32| format!("<url><loc>http://h.example/{}</loc></url>\n", n.wrapping_mul(2_654_435_761)))
        .collect();
    let text = format!("<urlset>{text}</urlset>");
    let packed = pack(text.as_bytes());
    for (name, bytes) in [
        ("once", packed.clone()),
        ("twice", pack(&packed)),
        ("members", [pack(&text.as_bytes()[..5000]), pack(&text.as_bytes()[5000..])].concat()),
        ("junk behind", [&packed[..], b"<!-- cached -->"].concat()),
        ("no checksum", packed[..packed.len() - 8].to_vec()),
    ] {
        let (pages, _, result) = read(&bytes);
        assert_eq!(pages.len(), 3000, "{name}");
        assert!(result.expect(name).complete, "{name}");
    }
    let (pages, _, result) = read(&packed[..packed.len() / 2]);
    assert!(pages.len() > 1000 && pages.len() < 3000, "{}", pages.len());
    let summary = result.expect("a sitemap");
    assert!(!summary.complete && summary.warnings.contains(&sitemap::Warning::GzipTruncated), "{summary:?}");
    check_pages(
        "text in gzip",
        &pack(b"http://h.example/1\nhttp://h.example/2"),
        &["http://h.example/1", "http://h.example/2"],
    );
}

#[test]
fn damage_leaves_a_typed_warning_and_all_that_was_whole() {
    let text = "<urlset><url><loc>http://h.example/1</loc></url><url><loc>http://h.ex";
    let summary = check_pages("cut", text.as_bytes(), &["http://h.example/1"]).expect("a sitemap");
    assert!(!summary.complete);
    assert_eq!(summary.dropped.cut, 1);
    assert_eq!(summary.warnings, [sitemap::Warning::Truncated { offset: text.len() as u64 }]);
}

#[test]
fn each_kind_is_named() {
    for (text, kind) in [
        ("<urlset><url><loc>http://h.example/</loc></url></urlset>", Kind::UrlSet),
        ("<sitemapindex><sitemap><loc>http://h.example/</loc></sitemap></sitemapindex>", Kind::Index),
        ("<rss><channel><item><link>http://h.example/</link></item></channel></rss>", Kind::Rss),
        ("<rdf:RDF><item rdf:about='http://h.example/'/></rdf:RDF>", Kind::Rss),
        ("<feed><entry><link href='http://h.example/'/></entry></feed>", Kind::Atom),
        ("http://h.example/", Kind::Text),
    ] {
        let (pages, sitemaps, result) = read(text.as_bytes());
        assert_eq!(pages.len() + sitemaps.len(), 1, "{text}");
        assert_eq!(result.expect(text).kind, Some(kind), "{text}");
    }
}

#[test]
fn an_error_comes_again_and_the_summary_stays() {
    let mut parser = Parser::new(Options::default());
    let mut sink = |_: sitemap::Entry<'_>| {};
    let first = parser.feed("plain prose ".repeat(10_000).as_bytes(), &mut sink).expect_err("no sitemap");
    assert_eq!(parser.feed(b"<urlset/>", &mut sink), Err(first.clone()));
    assert_eq!(parser.finish(&mut sink), Err(first));
    assert!(parser.is_done() && parser.summary().bytes_in > 100_000);
}
