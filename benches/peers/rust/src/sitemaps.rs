//! Readers of one sitemap's text.

use std::hint::black_box;

use quick_xml::events::Event;

use crate::Reader;

/// Ours first; the others say how many entries they found too, in whatever form they give them.
pub const READERS: &[Reader<'_, String>] = &[
    ("sitelode", records),
    ("quick-xml", quick_xml_events),
    ("sitemapo", sitemapo_records),
    ("memmem", memmem_scan),
];

/// Typed records.
fn records(text: &String) -> usize {
    let mut count = 0;
    let summary = sitemap::parse(text.as_bytes(), sitemap::Options::default(), |entry| {
        black_box(&entry);
        count += 1;
    });
    assert!(summary.is_ok_and(|summary| summary.complete), "the sitemap was not read to its end");
    count
}

/// A bare loop over events that only counts.
fn quick_xml_events(text: &String) -> usize {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut count = 0;
    loop {
        match reader.read_event() {
            Ok(Event::Eof) | Err(_) => return count,
            Ok(Event::Start(tag)) if tag.name().as_ref() == "url" => count += 1,
            Ok(_) => {}
        }
    }
}

/// Typed records of its own.
fn sitemapo_records(text: &String) -> usize {
    sitemapo::Parser::new(text.as_bytes()).filter(Result::is_ok).count()
}

/// The least that can be done: looking for `<loc>`.
fn memmem_scan(text: &String) -> usize {
    memchr::memmem::find_iter(text.as_bytes(), b"<loc>").count()
}
