//! Sitemap text to typed records, against other readers of the same bytes in the same run.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use sitemap::{Options, parse};

fn main() {
    divan::main();
}

const ENTRIES: usize = 50_000;

/// Entries of about 216 bytes with all four fields, as WordPress and shops write them.
fn plain() -> String {
    let entry = |n: usize| {
        format!(
            "  <url>\n    <loc>https://www.example.com/catalogue/department-{}/product-{n}-with-a-longer-name</loc>\n    \
             <lastmod>2024-{:02}-{:02}T{:02}:30:15+00:00</lastmod>\n    <changefreq>weekly</changefreq>\n    \
             <priority>0.{}</priority>\n  </url>\n",
            n % 97,
            n % 12 + 1,
            n % 28 + 1,
            n % 24,
            n % 10
        )
    };
    wrapped((0..ENTRIES).map(entry).collect())
}

/// Entries with two images and three languages each.
fn extended() -> String {
    let entry = |n: usize| {
        let page = format!("https://www.example.com/catalogue/department-{}/product-{n}", n % 97);
        let image = |k: usize| {
            format!(
                "<image:image><image:loc>https://cdn.example.com/images/{n}-{k}.jpg</image:loc><image:title>Product {n} &amp; view {k}</image:title></image:image>\n"
            )
        };
        let link = |language: &str| {
            format!(
                "<xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"{page}?lang={language}&amp;x=1\"/>\n"
            )
        };
        let (images, links) = (image(0) + &image(1), link("de") + &link("fr-CH") + &link("x-default"));
        format!("<url><loc>{page}</loc>\n<lastmod>2024-05-06</lastmod>\n{images}{links}</url>\n")
    };
    wrapped((0..ENTRIES).map(entry).collect())
}

fn wrapped(entries: String) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
         xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n\
         {entries}</urlset>\n"
    )
}

fn run(bencher: Bencher<'_, '_>, text: &str, read: impl Fn(&str) -> usize + Sync) {
    assert_eq!(read(text), ENTRIES);
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .counter(BytesCount::new(text.len()))
        .bench_local(|| black_box(read(black_box(text))));
}

/// This crate: typed records.
fn records(text: &str) -> usize {
    let mut count = 0;
    let summary = parse(text.as_bytes(), Options::default(), |entry| {
        black_box(&entry);
        count += 1;
    });
    assert!(summary.is_ok_and(|summary| summary.complete));
    count
}

/// This crate: typed records, and all that the extensions say.
fn records_with_extensions(text: &str) -> usize {
    let mut count = 0;
    let summary = parse(text.as_bytes(), Options::default(), |entry| {
        black_box(entry.extensions.images().count() + entry.extensions.alternates().count());
        count += 1;
    });
    assert!(summary.is_ok());
    count
}

/// A bare loop over quick-xml's events that only counts.
fn quick_xml_events(text: &str) -> usize {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    let mut count = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return count,
            Ok(Event::Start(tag)) if tag.name().as_ref() == "url" => count += 1,
            Ok(event) => drop(black_box(event)),
        }
    }
}

/// The crate sitemapo: typed records of its own.
fn sitemapo_records(text: &str) -> usize {
    sitemapo::Parser::new(text.as_bytes()).filter(Result::is_ok).count()
}

/// The least that can be done: looking for `<loc>`.
fn memmem_scan(text: &str) -> usize {
    memchr::memmem::find_iter(text.as_bytes(), b"<loc>").count()
}

#[divan::bench_group(name = "plain", sample_count = 20, sample_size = 1)]
mod plain_text {
    use super::*;

    #[divan::bench]
    fn this(bencher: Bencher<'_, '_>) {
        run(bencher, &plain(), records);
    }

    #[divan::bench]
    fn quick_xml_event_loop(bencher: Bencher<'_, '_>) {
        run(bencher, &plain(), quick_xml_events);
    }

    #[divan::bench]
    fn sitemapo(bencher: Bencher<'_, '_>) {
        run(bencher, &plain(), sitemapo_records);
    }

    #[divan::bench]
    fn memmem(bencher: Bencher<'_, '_>) {
        run(bencher, &plain(), memmem_scan);
    }
}

#[divan::bench_group(name = "extended", sample_count = 20, sample_size = 1)]
mod extended_text {
    use super::*;

    #[divan::bench]
    fn this(bencher: Bencher<'_, '_>) {
        run(bencher, &extended(), records);
    }

    #[divan::bench]
    fn this_with_extensions_read(bencher: Bencher<'_, '_>) {
        run(bencher, &extended(), records_with_extensions);
    }

    #[divan::bench]
    fn quick_xml_event_loop(bencher: Bencher<'_, '_>) {
        run(bencher, &extended(), quick_xml_events);
    }

    #[divan::bench]
    fn sitemapo(bencher: Bencher<'_, '_>) {
        run(bencher, &extended(), sitemapo_records);
    }

    #[divan::bench]
    fn memmem(bencher: Bencher<'_, '_>) {
        run(bencher, &extended(), memmem_scan);
    }
}
