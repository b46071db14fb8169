//! What holds for any bytes: never a panic, the same outcome however the input is cut, and addresses that are valid.

mod cases;

use proptest::prelude::*;
use sitemap::{Entry, Error, Limits, Options, Parser, Summary, Url};

type Outcome = (Vec<String>, Result<Summary, Error>);

fn options() -> Options {
    let limits =
        Limits { token_bytes: 512, entry_bytes: 2_000, prolog_bytes: 1_000, depth: 8, ..Limits::default() };
    Options { base: Url::parse("https://example.com/s.xml").ok(), limits, ..Options::default() }
}

/// All that an entry says, in one line.
fn shown(entry: Entry<'_>) -> String {
    let Entry { kind, loc, lastmod, changefreq, priority, extensions } = entry;
    let images: Vec<_> = extensions.images().collect();
    let videos: Vec<_> = extensions.videos().collect();
    let news: Vec<_> = extensions.news().collect();
    let alternates: Vec<_> = extensions.alternates().collect();
    format!(
        "{kind:?} {loc} {lastmod:?} {changefreq:?} {priority:?} {images:?} {videos:?} {news:?} {alternates:?}"
    )
}

fn parse(bytes: &[u8], mut cuts: impl Iterator<Item = usize>) -> Outcome {
    let mut parser = Parser::new(options());
    let mut entries = Vec::new();
    let mut sink = |entry: Entry<'_>| {
        let url = Url::parse(&entry.loc).expect("a valid address");
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host());
        assert_eq!(entry.loc, entry.loc.trim());
        entries.push(shown(entry));
    };
    let mut rest = bytes;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(cuts.next().unwrap_or(usize::MAX).clamp(1, rest.len()));
        rest = after;
        if parser.feed(piece, &mut sink).is_err() {
            break;
        }
    }
    let result = parser.finish(&mut sink);
    (entries, result)
}

fn check_cuts(bytes: &[u8], cuts: &[usize]) -> Result<(), TestCaseError> {
    let whole = parse(bytes, std::iter::empty());
    prop_assert_eq!(&parse(bytes, std::iter::repeat(1)), &whole, "byte by byte: {}", bytes.escape_ascii());
    let cut = parse(bytes, cuts.iter().copied().cycle());
    prop_assert_eq!(&cut, &whole, "cut at {:?}: {}", cuts, bytes.escape_ascii());
    // The charset is looked for in the first bytes taken together: behind them the cuts come through.
    let padded = [&[b' '; 4_200][..], bytes].concat();
    let whole = parse(&padded, std::iter::empty());
    let one_by_one = std::iter::once(4_200).chain(std::iter::repeat(1));
    prop_assert_eq!(&parse(&padded, one_by_one), &whole, "byte by byte: {}", bytes.escape_ascii());
    let cut = parse(&padded, std::iter::once(4_200).chain(cuts.iter().copied().cycle()));
    prop_assert_eq!(&cut, &whole, "cut at {:?}: {}", cuts, bytes.escape_ascii());
    Ok(())
}

/// Pieces that sitemaps, good and bad, are made of.
const PIECES: &[&str] = &[
    "<urlset>",
    "</urlset>",
    "<sitemapindex>",
    "<url>",
    "</url>",
    "<sitemap>",
    "</sitemap>",
    "<loc>",
    "</loc>",
    "<loc/>",
    "http://h.example/",
    "https://h.example/a?b=c&amp;d",
    "/relative",
    " ",
    "\n",
    "<lastmod>",
    "</lastmod>",
    "2024-05-06",
    "2024-05-06T07:08:09+02:00",
    "<priority>0.5</priority>",
    "<image:image>",
    "</image:image>",
    "<image:loc>",
    "</image:loc>",
    "<video:video>",
    "</video:video>",
    "<news:news>",
    "<xhtml:link rel='alternate' href='/x'/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?x",
    "?>",
    "<!DOCTYPE a [",
    "]>",
    "&",
    "&amp;",
    "&nbsp;",
    "<",
    ">",
    "\"",
    "'",
    "-",
    "]",
    "\u{FEFF}",
    "é",
    "日本",
    "😀",
    "<rss>",
    "<channel>",
    "<item>",
    "</item>",
    "<link>",
    "</link>",
    "<guid>",
    "</guid>",
    "<feed>",
    "<entry>",
    "</entry>",
    "<link rel='self' href='http://h.example/s'/>",
    "<html>",
    "</html>",
    "<script>",
    "</script>",
    "<b>",
    "<a b=\"",
    "\u{0}",
    "\r",
    "#",
    "x",
    "<URL>",
    "</URL>",
    "<sm:url xmlns:sm='u'>",
    "<sm:loc>",
    "</",
];

fn soup() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..80)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// A case of the conformance table with some bytes changed.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<u8>(), 0..3_u8);
    (any::<prop::sample::Index>(), proptest::collection::vec(change, 0..6)).prop_map(|(case, changes)| {
        let mut bytes = case.get(&cases::all().collect::<Vec<_>>()).1.as_bytes().to_vec();
        for (at, byte, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => drop(bytes.splice(at..at, PIECES[usize::from(byte) % PIECES.len()].bytes())),
            }
        }
        bytes
    })
}

fn cuts() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(1..40_usize, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn how_markup_soup_is_cut_makes_no_difference(bytes in soup(), cuts in cuts()) {
        check_cuts(&bytes, &cuts)?;
    }

    #[test]
    fn how_a_damaged_sitemap_is_cut_makes_no_difference(bytes in mutated(), cuts in cuts()) {
        check_cuts(&bytes, &cuts)?;
    }

    #[test]
    fn how_random_bytes_are_cut_makes_no_difference(bytes in proptest::collection::vec(any::<u8>(), 0..300), cuts in cuts()) {
        check_cuts(&bytes, &cuts)?;
    }

    #[test]
    fn any_text_is_a_date_or_none(text in "[0-9TZ:+./, a-zA-Z-]{0,40}") {
        let date = sitemap::LastMod::parse(&text);
        if let Some(date) = date {
            let again = sitemap::LastMod::parse(&date.to_string());
            prop_assert_eq!(again.map(sitemap::LastMod::unix_ms).is_some(), true, "{}", date);
        }
    }
}

#[test]
fn how_each_case_is_cut_makes_no_difference() {
    for (name, text, _) in cases::all() {
        check_cuts(text.as_bytes(), &[7, 3]).expect(name);
    }
    for (name, text, _) in cases::REFUSED {
        check_cuts(text.as_bytes(), &[7, 3]).expect(name);
    }
}

#[test]
fn a_large_file_is_the_same_in_any_pieces() {
    let entries: String = (0..2_000)
        .map(|n| format!("<url><loc>http://h.example/é/{n}</loc><lastmod>2024-05-06</lastmod></url>\n"))
        .collect();
    let bytes = format!("<urlset>{entries}</urlset>").into_bytes();
    check_cuts(&bytes, &[4_093, 1, 70_000]).expect("the same");
}
