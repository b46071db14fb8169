//! Any bytes as a sitemap: no panic, valid addresses, and the same outcome however the input is cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sitemap::{Entry, Error, Limits, Options, Parser, Summary, Url};

/// Everything that the entries say, and the outcome.
fn parse(bytes: &[u8], piece: usize) -> (Vec<String>, Result<Summary, Error>) {
    let limits = Limits { token_bytes: 1_024, entry_bytes: 4_096, prolog_bytes: 2_048, depth: 8, ..Limits::default() };
    let base = Url::parse("https://example.com/sitemap.xml").ok();
    let mut parser = Parser::new(Options { base, limits, ..Options::default() });
    let mut entries = Vec::new();
    let mut sink = |entry: Entry<'_>| {
        let url = Url::parse(&entry.loc).expect("a valid address");
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host());
        assert_eq!(entry.loc, entry.loc.trim());
        assert!(entry.priority.is_none_or(|priority| (0.0..=1.0).contains(&priority)));
        let extensions = entry.extensions;
        let images = extensions.images().count();
        assert!(images <= extensions.image_count as usize);
        assert!(extensions.alternates().count() <= extensions.alternate_count as usize);
        let (videos, news) = (extensions.videos().count(), extensions.news().count());
        entries.push(format!("{} {:?} {images} {videos} {news}", entry.loc, entry.lastmod));
    };
    for piece in bytes.chunks(piece) {
        if parser.feed(piece, &mut sink).is_err() {
            break;
        }
    }
    let result = parser.finish(&mut sink);
    if let Ok(summary) = &result {
        assert_eq!(summary.entries, entries.len() as u64);
    }
    (entries, result)
}

fuzz_target!(|data: &[u8]| {
    let Some((&piece, bytes)) = data.split_first() else { return };
    // The charset is looked for in the first bytes taken together: behind white space the cuts come through.
    let padding = if piece & 1 == 0 { 0 } else { 4_200 };
    let bytes = &[&vec![b' '; padding][..], bytes].concat();
    let whole = parse(bytes, usize::MAX);
    assert_eq!(parse(bytes, usize::from(piece).max(1)), whole);
});
