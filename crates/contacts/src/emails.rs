//! E-mail addresses: from links, structured data, text, meta elements, scripts and attributes.

mod cloak;
mod links;
mod mailbox;
mod script;
mod text;
mod words;

use std::collections::HashMap;

use crate::{
    Document, Email, Options, Source,
    document::{Value, Within},
    site::Site,
};

/// Addresses that are kept of a page.
const MAX_EMAILS: usize = 2_000;

/// Parts of a meta element's name that say it may hold an address.
const META_WORDS: [&str; 5] = ["email", "mail", "reply-to", "contact", "description"];

/// Finds every address, best first.
pub(crate) fn find(document: &Document<'_>, options: &Options) -> Vec<Email> {
    let site = Site::of(options);
    let mut emails = Emails { document, list: Vec::new(), places: HashMap::new() };
    emails.links();
    emails.items();
    emails.text();
    emails.metas();
    emails.cloaks();
    emails.scripts(&site);
    emails.sorted(&site)
}

/// An address with what speaks for it.
struct Candidate {
    email: Email,
    hidden: bool,
    mentions: u32,
}

struct Emails<'d, 'h> {
    document: &'d Document<'h>,
    list: Vec<Candidate>,
    places: HashMap<String, usize>,
}

impl Emails<'_, '_> {
    /// Adds an address; one that is there already keeps the better source and any context.
    fn add(&mut self, value: String, source: Source, place: Option<(usize, usize)>) {
        let context = |document: &Document<'_>| {
            place.map(|(start, end)| document.context(start, end)).unwrap_or_default()
        };
        let line = place.and_then(|(start, _)| self.document.line_at(start));
        let hidden = line.is_some_and(|line| self.document.lines[line].within.has(Within::HIDDEN));
        if let Some(known) = self.places.get(&value).and_then(|&index| self.list.get_mut(index)) {
            known.mentions += 1;
            known.hidden &= hidden;
            known.email.source = known.email.source.min(source);
            if known.email.context.is_empty() {
                known.email.context = context(self.document);
            }
        } else if self.list.len() < MAX_EMAILS {
            self.places.insert(value.clone(), self.list.len());
            let email = Email { value, source, context: context(self.document) };
            self.list.push(Candidate { email, hidden, mentions: 1 });
        }
    }

    fn links(&mut self) {
        for link in &self.document.links {
            let place = Some((link.start, link.end));
            if link.href.contains("/cdn-cgi/l/email-protection#") {
                for value in links::cloudflare(&link.href) {
                    self.add(value, Source::Cloudflare, place);
                }
                continue;
            }
            for value in links::mailto(&link.href).into_iter().chain(links::bare(&link.href)) {
                self.add(value, Source::Mailto, place);
            }
        }
    }

    fn items(&mut self) {
        for item in &self.document.items {
            for property in item.properties.iter().filter(|property| property.name == "email") {
                if let Value::Text(text) = &property.value {
                    let linked = links::mailto(text);
                    let found = text::scan_str(text).into_iter().map(|found| found.value);
                    for value in linked.into_iter().chain(found) {
                        self.add(
                            value,
                            item.source,
                            (item.end > item.start).then_some((item.start, item.start)),
                        );
                    }
                }
            }
        }
    }

    fn text(&mut self) {
        let document = self.document;
        let links: Vec<_> =
            document.links.iter().filter(|link| link.end > link.start).map(|link| link.start).collect();
        let text = text::Text { text: &document.text, seams: &document.seams, links: &links };
        for found in text::scan(text) {
            let decoded = document.decoded.partition_point(|decoded| decoded.end <= found.start);
            let within = document.decoded.get(decoded).filter(|decoded| decoded.start < found.end);
            let line = document.line_at(found.start).map(|line| document.lines[line].within);
            let source = match (within, found.decoded) {
                (Some(decoded), _) => decoded.source,
                (None, true) => Source::Deobfuscated,
                _ if line.is_some_and(|within| within.has(Within::ADDRESS)) => Source::AddressElement,
                _ => Source::Text,
            };
            self.add(found.value, source, Some((found.start, found.end)));
        }
    }

    fn metas(&mut self) {
        for meta in &self.document.metas {
            if meta.content.contains(['@', '[', '('])
                && META_WORDS.iter().any(|word| meta.name.contains(word))
            {
                for found in text::scan_str(&meta.content) {
                    self.add(found.value, Source::Meta, None);
                }
            }
        }
    }

    fn cloaks(&mut self) {
        for element in &self.document.cloaks {
            for (value, hidden) in cloak::addresses(element) {
                let source = if hidden { Source::Deobfuscated } else { Source::Script };
                self.add(value, source, Some((element.at, element.at)));
            }
        }
    }

    fn scripts(&mut self, site: &Site) {
        let mut left = script::MAX_CODE_BYTES;
        let handlers = self.document.links.iter().filter_map(|link| {
            let code = link.href.get(..11).filter(|scheme| scheme.eq_ignore_ascii_case("javascript:"));
            let mangled = link.href.contains("<script");
            (code.is_some() || mangled).then(|| (crate::cipher::percent_decode(&link.href), link.start))
        });
        let scripts = self.document.scripts.iter().map(|script| (script.body.as_ref().into(), script.at));
        let mails = self.document.scripts.iter().any(|script| script.body.contains("mailto:"));
        let all: Vec<(std::borrow::Cow<'_, str>, usize)> = handlers.chain(scripts).collect();
        for (code, at) in all {
            let calls = mails && code.len() <= script::MAX_CALL_BYTES;
            if code.len() > left || !(calls || script::is_of_interest(&code)) {
                continue;
            }
            left -= code.len();
            for found in script::addresses(&code, calls) {
                if found.made {
                    self.add(found.value, Source::Deobfuscated, Some((at, at)));
                } else if site.owns_email(&found.value) {
                    self.add(found.value, Source::Script, None);
                }
            }
        }
    }

    fn sorted(mut self, site: &Site) -> Vec<Email> {
        let score = |candidate: &Candidate| {
            let base = match candidate.email.source {
                Source::Mailto | Source::JsonLd | Source::Microdata | Source::Rdfa | Source::Hcard => 90,
                Source::Cloudflare | Source::AddressElement | Source::Text => 80,
                Source::Deobfuscated => 75,
                Source::Meta => 60,
                _ => 40,
            };
            let own = if site.owns_email(&candidate.email.value) { 20 } else { 0 };
            let hidden = if candidate.hidden { 30 } else { 0 };
            base + own - hidden + i32::try_from(candidate.mentions.min(5)).unwrap_or(5)
        };
        self.list.sort_by_cached_key(|candidate| -score(candidate));
        self.list.into_iter().map(|candidate| candidate.email).collect()
    }
}
