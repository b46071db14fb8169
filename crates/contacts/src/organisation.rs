//! The name of who runs the page: from structured data, meta elements, the copyright line, a line with a legal
//! form, the title; the best by trust, agreement and likeness to the host.

mod copyright;
mod legal;

use std::collections::HashMap;

use crate::{
    Document, Options, Organisation, Source,
    document::{Item, Within},
    site::Site,
};

/// Characters of a name.
const MIN_NAME_CHARS: usize = 2;
const MAX_NAME_CHARS: usize = 90;
/// Names that are weighed.
const MAX_CANDIDATES: usize = 200;
/// Lines of text in which a legal form is looked for, from the end of the page.
const MAX_LINES: usize = 400;

/// Signs of copyright that are looked at.
const MAX_COPYRIGHTS: usize = 40;
/// Longer lines are prose.
const MAX_LINE_BYTES: usize = 300;

/// Kinds of structured items that have a name and are no organisation.
#[rustfmt::skip]
const OTHER_KINDS: [&str; 48] = [
    "person", "postaladdress", "website", "webpage", "article", "newsarticle", "blogposting",
    "socialmediaposting", "product", "offer", "aggregateoffer", "review", "rating", "aggregaterating",
    "breadcrumblist", "listitem", "itemlist", "imageobject", "videoobject", "mediaobject", "event",
    "musicevent", "geocoordinates", "searchaction", "contactpoint", "question", "answer", "faqpage",
    "collectionpage", "itempage", "contactpage", "aboutpage", "sitenavigationelement", "wpheader",
    "wpfooter", "wpsidebar", "blog", "recipe", "jobposting", "creativework", "comment", "country", "city",
    "place", "service", "brand", "book", "movie",
];

/// Words that are a page's and nobody's name.
#[rustfmt::skip]
const PAGE_WORDS: [&str; 48] = [
    "us", "contactus", "home", "homepage", "home page", "welcome", "index", "contact", "contact us", "contacts", "kontakt",
    "contacto", "contatti", "contato", "about", "about us", "über uns", "impressum", "imprint", "untitled",
    "untitled document", "start", "startseite", "inicio", "accueil", "strona główna", "hem", "forside",
    "etusivu", "terms", "privacy policy", "privacy", "news", "blog", "login", "search", "menu", "services",
    "products", "portfolio", "team", "careers", "jobs", "faq", "nous contacter", "legal notice", "404",
    "page not found",
];

/// Finds the best name.
pub(crate) fn find(document: &Document<'_>, options: &Options) -> Option<Organisation> {
    let mut names = Names { site: Site::of(options), list: Vec::new() };
    names.items(document);
    names.metas(document);
    names.lines(document);
    names.title(&document.title);
    names.best()
}

struct Candidate {
    name: String,
    source: Source,
    score: i32,
}

struct Names {
    site: Site,
    list: Vec<Candidate>,
}

impl Names {
    fn add(&mut self, name: &str, source: Source, score: i32) {
        let name = tidy(name);
        let length = name.chars().count();
        let page = is_page_word(&name);
        let fine = (MIN_NAME_CHARS..=MAX_NAME_CHARS).contains(&length)
            && !page
            && name.chars().any(char::is_alphabetic);
        if fine && !name.contains("://") && !name.contains('@') && self.list.len() < MAX_CANDIDATES {
            let legal = if legal::ends_with_form(&name) { 10 } else { 0 };
            let like_host = if is_like(&name, self.site.name()) { 25 } else { 0 };
            self.list.push(Candidate { name, source, score: score + legal + like_host });
        }
    }

    fn items(&mut self, document: &Document<'_>) {
        for item in &document.items {
            let parent = item.parent.and_then(|parent| document.items.get(parent));
            if let Some(name) = item.text("org") {
                self.add(name, item.source, 85);
            }
            let Some(name) = item.text("name").or(item.text("legalname")) else { continue };
            if item.is("website") {
                self.add(name, item.source, 60);
            } else if item.is("vcard") {
                let placed = item.properties.iter().any(|property| property.name == "address");
                self.add(name, item.source, if placed && item.text("org").is_none() { 60 } else { 30 });
            } else if is_organisation(item) {
                self.add(
                    name,
                    item.source,
                    if parent.is_some_and(|parent| !is_own(parent)) { 50 } else { 95 },
                );
            }
        }
    }

    fn metas(&mut self, document: &Document<'_>) {
        for meta in &document.metas {
            let score = match meta.name.as_str() {
                "og:site_name" => 72,
                "application-name" | "apple-mobile-web-app-title" => 50,
                "publisher" | "dc.publisher" | "copyright" | "dcterms.publisher" | "dc.rights" => 45,
                "author" | "owner" | "dc.creator" => 30,
                _ => continue,
            };
            let name = if score == 45 { copyright::after_sign(&meta.content) } else { &meta.content };
            self.add(name, Source::Meta, score);
        }
    }

    /// The copyright line, and lines that end with a legal form.
    fn lines(&mut self, document: &Document<'_>) {
        for place in copyright::places(&document.text).take(MAX_COPYRIGHTS) {
            let line = document.line_at(place).map_or("", |line| document.line_text(&document.lines[line]));
            if line.len() <= MAX_LINE_BYTES {
                self.add(copyright::after_sign(line), Source::Copyright, 62);
            }
        }
        for line in document.lines.iter().rev().take(MAX_LINES) {
            let text = document.line_text(line);
            if let Some(name) =
                Some(text).filter(|text| text.len() <= MAX_LINE_BYTES).and_then(legal::name_in)
            {
                let address = line.within.has(Within::ADDRESS);
                let source = if address { Source::AddressElement } else { Source::Text };
                self.add(name, source, if address { 52 } else { 42 });
            }
        }
    }

    /// The parts of a title, of which one is usually the name.
    fn title(&mut self, title: &str) {
        let parts: Vec<_> = title
            .split(['|', '–', '—', '»', '«', '·', '•', ':', '>'])
            .flat_map(|part| part.split(" - "))
            .collect();
        let last = parts.len().saturating_sub(1);
        for (index, part) in parts.iter().enumerate() {
            let part = part.trim();
            if is_page_word(part) {
                continue;
            }
            let part = without_page_words(part);
            let score = if index == last { 36 } else { 34 };
            self.add(part, Source::Title, score);
            // Titles for search engines list words: the name stands first, if anywhere.
            if part.matches(", ").count() > 1 {
                self.add(part.split(", ").next().unwrap_or(""), Source::Title, score + 1);
            }
        }
    }

    fn best(mut self) -> Option<Organisation> {
        let mut said: HashMap<String, i32> = HashMap::new();
        for candidate in &self.list {
            *said.entry(folded(&candidate.name)).or_default() += 1;
        }
        for candidate in &mut self.list {
            let mentions = said.get(&folded(&candidate.name)).copied().unwrap_or(1);
            candidate.score += 6 * (mentions - 1).min(4);
        }
        // Of equals the first counts.
        let best = self.list.into_iter().rev().max_by_key(|candidate| candidate.score)?;
        Some(Organisation { name: best.name, source: best.source })
    }
}

fn is_page_word(name: &str) -> bool {
    let lower = name.to_lowercase();
    PAGE_WORDS.contains(&lower.as_str())
}

/// A part of a title without the words for the page at either end: `Acme Contact Us`.
fn without_page_words(part: &str) -> &str {
    const WORDS: [&str; 7] =
        ["contact us", "contactus", "contact", "about us", "home page", "homepage", "home"];
    for word in WORDS {
        let tail = part.len().checked_sub(word.len()).and_then(|at| part.split_at_checked(at));
        if let Some((rest, _)) =
            tail.filter(|(rest, tail)| tail.eq_ignore_ascii_case(word) && rest.ends_with(' '))
        {
            return rest.trim_end();
        }
        let head = part.split_at_checked(word.len());
        if let Some((_, rest)) =
            head.filter(|(head, rest)| head.eq_ignore_ascii_case(word) && rest.starts_with(' '))
        {
            return rest.trim_start();
        }
    }
    part
}

/// Whether an item is an organisation: it says so, or has a name and what organisations have.
fn is_organisation(item: &Item<'_>) -> bool {
    let says = ["organization", "corporation", "localbusiness", "business", "store", "ngo"];
    let kinds = || item.kind.split(' ').filter(|kind| !kind.is_empty());
    let known = kinds().any(|kind| says.iter().any(|word| kind.ends_with(word)));
    let other = kinds().any(|kind| OTHER_KINDS.contains(&kind));
    let has = ["telephone", "address", "legalname", "email", "vatid", "logo"];
    let equipped = item.properties.iter().any(|property| has.contains(&property.name.as_ref()));
    known || equipped && !other && kinds().next().is_some()
}

/// Whether what an item says of others is about the page's owner.
fn is_own(item: &Item<'_>) -> bool {
    item.is("website")
        || item.is("webpage")
        || item.is("contactpage")
        || item.is("aboutpage")
        || is_organisation(item)
}

fn tidy(name: &str) -> String {
    let joined = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let trimmed = joined.trim_matches(|c: char| {
        matches!(
            c,
            '|' | '-'
                | '–'
                | '—'
                | ','
                | ':'
                | ';'
                | '"'
                | '“'
                | '”'
                | '»'
                | '«'
                | '*'
                | '•'
                | '·'
                | '©'
                | '™'
                | '®'
        ) || c.is_whitespace()
    });
    let trimmed = trimmed.strip_prefix("Welcome to ").or(trimmed.strip_prefix("About ")).unwrap_or(trimmed);
    // A full stop belongs to `Inc.` and `S.p.A.`, not to a sentence.
    let stop = trimmed.ends_with('.') && !legal::ends_with_abbreviation(trimmed);
    trimmed.trim_end_matches(|c: char| stop && c == '.').to_owned()
}

/// Letters and digits in lower case, without a legal form.
fn folded(name: &str) -> String {
    legal::without_form(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name is like the host's: one contains the other, or the host is its initials.
fn is_like(name: &str, host: &str) -> bool {
    let host: String = host.chars().filter(|c| c.is_alphanumeric()).collect();
    let name_folded = folded(name);
    if host.len() < 2 || name_folded.len() < 2 {
        return false;
    }
    let initials: String =
        name.split_whitespace().filter_map(|word| word.chars().next()).flat_map(char::to_lowercase).collect();
    let whole = name_folded.contains(&host) && name_folded.len() <= 4 * host.len();
    let part = host.contains(&name_folded) && name_folded.len() * 3 >= host.len() && name_folded.len() > 3;
    whole || part || initials.len() > 2 && initials == host
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(html: &str, url: &str) -> String {
        let options = Options { url: Some(url.into()), ..Options::default() };
        find(&Document::parse(html), &options).map(|found| found.name).unwrap_or_default()
    }

    #[test]
    fn the_best_name_is_found() {
        let check =
            |html: &str, expected: &str| assert_eq!(best(html, "https://www.acme.org/"), expected, "{html}");
        check(
            r#"<title>Contact | Acme</title><script type="application/ld+json">{"@type":"Organization","name":"Acme Tools Ltd"}</script>"#,
            "Acme Tools Ltd",
        );
        check("<title>Contact - Acme Tools</title>", "Acme Tools");
        check("<title>Acme Tools Contact Us</title>", "Acme Tools");
        check("<title>Acme Tools, hammers, nails, tools</title>", "Acme Tools");
        check(
            "<title>Home</title><p>© 2012-2024 Acme Tools GmbH. Alle Rechte vorbehalten.",
            "Acme Tools GmbH",
        );
        check("<p>Copyright © 2024 by Acme Tools, Inc. All rights reserved", "Acme Tools, Inc.");
        check("<p>Acme Tools © 2024", "Acme Tools");
        check("<meta property=og:site_name content='Acme Tools'><title>Contact us</title>", "Acme Tools");
        check("<div class=vcard><b class='fn org'>Acme Tools</b></div><title>Contact</title>", "Acme Tools");
        check(
            "<h1>Impressum</h1><address>Acme Tools GmbH<br>Weg 1</address><title>Impressum</title>",
            "Acme Tools GmbH",
        );
        check("<title>Contact us</title>", "");
    }

    #[test]
    fn a_product_or_a_person_is_no_organisation() {
        let html = r#"<title>Acme Tools</title><script type="application/ld+json">[{"@type":"Product","name":"Hammer"},{"@type":"Person","name":"J. Doe","telephone":"1"}]</script>"#;
        assert_eq!(best(html, "https://acme.org"), "Acme Tools");
    }
}
