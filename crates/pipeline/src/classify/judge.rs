//! From the words of a URL to one verdict.

use model::{PageType, PriorityLevel};

use super::fold::fold;
use super::lexicon::{Entry, Finding, Lexicon};
use super::scan::{Segment, Segments, WORDS_MAX};
use super::{CONFIDENCE_MIN, Classification, Selects};

/// Leading segments that may choose a language or country (`/ch/de/`).
const LANGUAGES_MAX: u8 = 2;
/// A longer text of a link is a sentence, and names no root page; in bytes.
const TEXT_BYTES_MAX: usize = 80;
/// Parameters of a query that are looked at.
const PARAMETERS_MAX: usize = 32;

/// Classifies a path with or without query, or a whole URL.
pub(super) fn classify<'r>(lexicon: &'r Lexicon, url: &str) -> Classification<'r> {
    let target = without_origin(url);
    let target = target.split('#').next().unwrap_or(target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut verdict = judge_path(lexicon, path);
    if verdict.depth == 0 && !query.is_empty() {
        verdict = judge_query(lexicon, query).unwrap_or(verdict);
    }
    verdict.into_classification(lexicon)
}

/// Classifies a few words that people read as if they were a segment of a path.
pub(super) fn classify_text<'r>(lexicon: &'r Lexicon, text: &str) -> Classification<'r> {
    if text.len() > TEXT_BYTES_MAX {
        return unknown(1);
    }
    let segment = text.replace(['/', '\\', '?', '#', ';', '%', '.'], " ");
    let mut verdict = judge_path(lexicon, segment.trim());
    if let Some(found) = &mut verdict.found {
        found.share *= lexicon.scoring.link_text;
    }
    verdict.into_classification(lexicon)
}

/// Whether a URL leads to something that is no page: an image, a document.
pub(super) fn is_file(lexicon: &Lexicon, url: &str) -> bool {
    let target = without_origin(url);
    let path = &target[..target.find(['?', '#']).unwrap_or(target.len())];
    let folded = fold(path);
    Segments::of(folded.as_bytes())
        .last()
        .is_some_and(|last| without_ending(lexicon, last).1 == Ending::Other)
}

/// The part of a URL after its host. What has neither scheme nor leading slash may start with a host all the same.
fn without_origin(url: &str) -> &str {
    let from_path = |rest: &'_ str| rest.find(['/', '?', '#']).unwrap_or(rest.len());
    if let Some(rest) = url.strip_prefix("//") {
        return &rest[from_path(rest)..];
    }
    if url.starts_with(['/', '?', '#']) {
        return url;
    }
    let (first, after) = url.split_at(from_path(url));
    if let (true, Some(rest)) = (first.ends_with(':'), after.strip_prefix("//")) {
        return &rest[from_path(rest)..];
    }
    if first.contains('.') && !after.is_empty() { after } else { url }
}

/// What was found, and how sure it is, before the depth is counted in.
#[derive(Clone, Copy)]
struct Sure {
    finding: Finding,
    share: f32,
}

/// Everything known after the last segment.
#[derive(Clone, Copy, Default)]
struct Verdict {
    found: Option<Sure>,
    depth: u16,
}

/// What is known after some segments.
#[derive(Default)]
struct Walk {
    verdict: Verdict,
    /// A section (`/blog/`, `/2024/`) that claims what stands below it.
    section: Option<Section>,
    /// A page that keeps its name inside the section.
    alone: bool,
    languages: u8,
    /// It ends in something that is no page.
    file: bool,
}

/// A section and the depth it stands at.
struct Section {
    below: Sure,
    depth: u16,
}

fn judge_path(lexicon: &Lexicon, path: &str) -> Verdict {
    if path.is_ascii() && !path.as_bytes().contains(&b'%') {
        return walk(lexicon, path.as_bytes());
    }
    walk(lexicon, fold(path).as_bytes())
}

fn walk(lexicon: &Lexicon, path: &[u8]) -> Verdict {
    let mut walk = Walk::default();
    for segment in Segments::of(path) {
        walk.pass(lexicon, segment);
    }
    walk.end()
}

impl Walk {
    /// Goes one segment down.
    fn pass(&mut self, lexicon: &Lexicon, segment: Segment<'_>) {
        let (segment, ending) = without_ending(lexicon, segment);
        self.file = ending == Ending::Other;
        let whole = segment.span(0, segment.len()).filter(|_| !segment.long);
        let whole = whole.and_then(|span| lexicon.find(&span));
        if self.is_passed_over(whole, ending) {
            return;
        }
        self.verdict.depth = self.verdict.depth.saturating_add(1);
        if let Some(found) = &mut self.verdict.found {
            found.share *= lexicon.info(found.finding).below;
        }
        self.alone = false;
        let exact = whole.and_then(|entry| entry.finding);
        if self.section.is_some() {
            self.pass_inside_section(lexicon, exact);
        } else {
            self.pass_outside(lexicon, &segment, exact);
        }
    }

    /// Language prefixes at the start, and wrappers there or as file names (`index.php`).
    fn is_passed_over(&mut self, whole: Option<&Entry>, ending: Ending) -> bool {
        let Some(entry) = whole else { return false };
        let first = self.verdict.depth == 0;
        if first && entry.language && self.languages < LANGUAGES_MAX && ending == Ending::None {
            self.languages += 1;
            return true;
        }
        entry.wrapper && (first || ending == Ending::Page)
    }

    fn pass_inside_section(&mut self, lexicon: &Lexicon, exact: Option<Finding>) {
        if let Some(finding) = exact.filter(|finding| lexicon.info(*finding).stands_alone) {
            self.alone = true;
            self.verdict.found = Some(Sure { finding, share: lexicon.scoring.inside_section });
        }
    }

    fn pass_outside(&mut self, lexicon: &Lexicon, segment: &Segment<'_>, exact: Option<Finding>) {
        let found = match exact {
            Some(finding) => Some(Sure { finding, share: 1.0 }),
            None => among_words(lexicon, segment),
        };
        let section = exact.filter(|finding| lexicon.info(*finding).section);
        let section = section.map(|finding| Sure { finding, share: lexicon.scoring.section });
        let year = segment.is_year().then_some(Sure { finding: lexicon.dated, share: lexicon.scoring.dated });
        self.section = section.or(year).map(|below| Section { below, depth: self.verdict.depth });
        // The last segment names the page, unless an earlier one is much the surer.
        if let Some(found) = found
            && self.verdict.found.is_none_or(|before| found.share >= before.share)
        {
            self.verdict.found = Some(found);
        }
    }

    fn end(mut self) -> Verdict {
        if let Some(section) = self.section
            && self.verdict.depth > section.depth
            && !self.alone
        {
            self.verdict.found = Some(section.below);
        }
        if self.file {
            self.verdict.found = None;
        }
        self.verdict
    }
}

/// How a segment ends as a file name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    None,
    Page,
    Other,
}

fn without_ending<'a>(lexicon: &Lexicon, segment: Segment<'a>) -> (Segment<'a>, Ending) {
    let last = segment.len();
    if !segment.dotted || last < 2 || segment.long {
        return (segment, Ending::None);
    }
    let ending = segment.span(last - 1, last).and_then(|span| lexicon.find(&span));
    match ending {
        Some(entry) if entry.page_ending => (segment.without_last(), Ending::Page),
        Some(entry) if entry.other_ending => (segment.without_last(), Ending::Other),
        _ => (segment, Ending::None),
    }
}

/// The most telling known words inside a segment of several, the longest first; the others cost confidence.
fn among_words(lexicon: &Lexicon, segment: &Segment<'_>) -> Option<Sure> {
    if segment.long || segment.len() < 2 {
        return None;
    }
    let mut best: Option<Finding> = None;
    let mut share = 1.0;
    let mut at = 0;
    while at < segment.len() {
        let (entry, words) = longest_from(lexicon, segment, at);
        match entry {
            Some(Entry { finding: Some(finding), .. }) => {
                if best.is_none_or(|best| lexicon.tells_more(*finding, best)) {
                    best = Some(*finding);
                }
            }
            Some(entry) if entry.filler || entry.language => share *= lexicon.scoring.filler_word,
            _ if segment.is_number(at) => share *= lexicon.scoring.filler_word,
            _ => share *= lexicon.scoring.extra_word,
        }
        at += words;
    }
    best.map(|finding| Sure { finding, share })
}

/// The longest run of words from `at` that means something, and how many words it has.
fn longest_from<'l>(lexicon: &'l Lexicon, segment: &Segment<'_>, at: usize) -> (Option<&'l Entry>, usize) {
    let longest = (segment.len() - at).min(WORDS_MAX);
    for words in (1..=longest).rev() {
        let found = segment.span(at, at + words).and_then(|span| lexicon.find(&span));
        if let Some(entry) = found.filter(|entry| entry.finding.is_some() || words == 1) {
            return (Some(entry), words);
        }
    }
    (None, 1)
}

/// Pages that are named by a parameter: `?page=kontakt`, `?route=information/contact`, `?page_id=7`.
fn judge_query(lexicon: &Lexicon, query: &str) -> Option<Verdict> {
    let mut numbered = None;
    for parameter in query.split(['&', ';']).take(PARAMETERS_MAX) {
        let Some((name, value)) = parameter.split_once('=') else { continue };
        let is = |names: &[String]| names.iter().any(|one| one.eq_ignore_ascii_case(name));
        if is(&lexicon.query.numbers) && !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit())
        {
            numbered = Some(lexicon.numbered);
        } else if is(&lexicon.query.names) {
            let mut verdict = judge_value(lexicon, value);
            if let Some(found) = &mut verdict.found {
                found.share *= lexicon.scoring.query;
                return Some(verdict);
            }
        }
    }
    let found = Sure { finding: numbered?, share: lexicon.scoring.query };
    Some(Verdict { found: Some(found), depth: 1 })
}

/// A value may be a path itself, with its slashes encoded.
fn judge_value(lexicon: &Lexicon, value: &str) -> Verdict {
    if value.contains("%2F") || value.contains("%2f") {
        return judge_path(lexicon, &value.replace("%2F", "/").replace("%2f", "/"));
    }
    judge_path(lexicon, value)
}

impl Verdict {
    fn into_classification(self, lexicon: &Lexicon) -> Classification<'_> {
        let scoring = &lexicon.scoring;
        let level = usize::from(self.depth).clamp(1, scoring.depth.len().max(1));
        let depth_share = scoring.depth.get(level - 1).copied().unwrap_or(1.0);
        let sure = self.found.map(|found| (found.finding, (found.share * depth_share).clamp(0.0, 1.0)));
        let Some((finding, confidence)) = sure.filter(|(_, confidence)| *confidence >= scoring.least) else {
            return unknown(self.depth);
        };
        let info = lexicon.info(finding);
        Classification {
            page_type: info.page_type,
            confidence,
            depth: self.depth,
            priority_level: if confidence >= CONFIDENCE_MIN { info.priority } else { lower(info.priority) },
            rule: lexicon.rule(finding),
            selects: info.selects,
        }
    }
}

/// A home page often bears contacts in its footer; of any other unknown page nothing can be said.
fn unknown(depth: u16) -> Classification<'static> {
    Classification {
        page_type: PageType::Unknown,
        confidence: 0.0,
        depth,
        priority_level: if depth == 0 { PriorityLevel::Two } else { PriorityLevel::Three },
        rule: "",
        selects: Selects::Never,
    }
}

fn lower(priority: PriorityLevel) -> PriorityLevel {
    match priority {
        PriorityLevel::One => PriorityLevel::Two,
        PriorityLevel::Two | PriorityLevel::Three => PriorityLevel::Three,
    }
}
