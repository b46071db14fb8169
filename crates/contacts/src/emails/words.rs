//! Addresses spelt in words: `info [at] acme [dot] org`, in many languages and bracket styles.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memchr3_iter;

use super::{
    mailbox,
    text::{Found, is_domain_char},
};

/// What `@` is called, between brackets; in lower case.
#[rustfmt::skip]
const AT_WORDS: [&str; 44] = [
    "@", "at", "ät", "aet", "æt", "a", "à", "ad", "et", "an", "bei", "chez", "arroba", "arrobas", "arrob@",
    "arobase", "arobas", "arrobase", "chiocciola", "chiocciolina", "snabel-a", "snabela", "snabel",
    "alfakrøll", "krøllalfa", "kukac", "zavinac", "zavináč", "malpa", "małpa", "maimun", "apenstaartje",
    "apestaartje", "klammeraffe", "affe", "miukumauku", "papaki", "παπάκι", "sobaka", "собака", "afna",
    "kuyruklu", "kyaku", "acircum",
];

/// What `.` is called, between brackets; in lower case.
#[rustfmt::skip]
const DOT_WORDS: [&str; 29] = [
    ".", "dot", "punkt", "pkt", "point", "punto", "ponto", "punt", "punct", "piste", "prik", "prikk",
    "kropka", "tecka", "tečka", "bodka", "pont", "točka", "tocka", "nokta", "τελεία", "teleia", "точка",
    "тчк", "крапка", "d", "dt", "dott", "period",
];

/// What `@` and `.` are called in plain text, with a space on both sides: words that mean nothing else, or `at`.
#[rustfmt::skip]
const BARE_AT: [&str; 14] = [
    " at ", " ät ", " arroba ", " arobase ", " chiocciola ", " snabel-a ", " kukac ", " zavináč ",
    " zavinac ", " małpa ", " malpa ", " apenstaartje ", " собака ", " @",
];
const BARE_DOT: [&str; 11] =
    ["dot", "punkt", "point", "punto", "ponto", "punt", "piste", "kropka", "tečka", "tecka", "точка"];
/// `info -at- acme.org` and its kin, and an `@` with a space behind it.
const DRAWN_AT: [&str; 9] = ["-at-", "_at_", "*at*", "=at=", "|at|", "~at~", "--at--", "@ ", "＠"];

/// Words before `at` that make it prose: "visit us at acme dot com".
#[rustfmt::skip]
const PROSE: [&str; 36] = [
    "us", "me", "him", "her", "them", "it", "here", "online", "look", "looking", "find", "found", "visit",
    "page", "site", "website", "web", "blog", "shop", "store", "call", "meet", "today", "now", "is", "are",
    "was", "be", "live", "located", "available", "more", "home", "based", "out", "at",
];

/// Words that stand before an address and are no part of it.
#[rustfmt::skip]
const LABELS: [&str; 30] = [
    "email", "e-mail", "mail", "mailto", "correo", "courriel", "mél", "mel", "e-post", "epost", "e-posta",
    "eposta", "sähköposti", "pošta", "posta", "почта", "contact", "kontakt", "contacto", "contatto",
    "contato", "tel", "phone", "telefon", "telefono", "fax", "mob", "mobile", "adresse", "address",
];

/// Longest inside of a pair of brackets.
const MAX_INSIDE: usize = 24;
/// Labels of a domain, parts of a local part.
const MAX_PARTS: usize = 6;

/// How the `@` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Between brackets: nobody writes that for another purpose.
    Bracketed,
    /// Drawn with signs, or an `@` set apart.
    Drawn,
    /// A word in the text.
    Bare,
}

/// Whether a word (lower case) stands before addresses and is no part of one.
pub(super) fn is_label(word: &str) -> bool {
    LABELS.contains(&word)
}

/// Adds every address that is spelt in words to `out`.
pub(super) fn scan(text: &str, out: &mut Vec<Found>) {
    for open in memchr3_iter(b'(', b'[', b'{', text.as_bytes()).chain(rare_brackets(text)) {
        if let Some((inside, end)) = bracketed(text, open).filter(|(inside, _)| is_word(&AT_WORDS, inside)) {
            let short = inside.chars().count() == 1 && inside != "@" || matches!(inside, "et" | "ad" | "an");
            let glued = !text[..open].ends_with(char::is_whitespace);
            if !short || glued {
                out.extend(spelt(text, open, end, Style::Bracketed));
            }
        }
    }
    static SIGNS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let patterns = BARE_AT.iter().chain(&DRAWN_AT);
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(patterns).ok()
    });
    let Some(signs) = SIGNS.as_ref() else { return };
    for found in signs.find_iter(text) {
        let drawn = found.pattern().as_usize() >= BARE_AT.len() || text[found.range()].contains('@');
        let style = if drawn { Style::Drawn } else { Style::Bare };
        out.extend(spelt(text, found.start(), found.end(), style));
    }
}

/// The places of `<` and `«`, few in a text.
fn rare_brackets(text: &str) -> impl Iterator<Item = usize> {
    memchr::memchr2_iter(b'<', 0xC2, text.as_bytes())
        .filter(|&at| text.as_bytes()[at] == b'<' || text[at..].starts_with('«'))
}

/// What stands between the bracket at `open` and the one that closes it, and where that ends.
fn bracketed(text: &str, open: usize) -> Option<(&str, usize)> {
    let mut characters = text[open..].chars();
    let close = match characters.next()? {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        '«' => '»',
        _ => return None,
    };
    let rest = characters.as_str();
    let reach = &rest[..rest.floor_char_boundary(MAX_INSIDE)];
    let length = reach.find(close)?;
    let end = text.len() - rest.len() + length + close.len_utf8();
    // `((at))`, `[(at)]`
    Some((reach[..length].trim().trim_matches(['(', '[', '*', '-', '_', '"', '\'']).trim(), end))
}

fn is_word(words: &[&str], word: &str) -> bool {
    !word.is_empty()
        && words.iter().any(|known| known.eq_ignore_ascii_case(word) || *known == word.to_lowercase())
}

/// The address around a word for `@` that stands at `start..end`.
fn spelt(text: &str, start: usize, end: usize, style: Style) -> Option<Found> {
    let (local_start, local) = local_before(text, start)?;
    let domain = domain_after(text, end)?;
    let labelled = labelled(&text[..local_start]);
    let lower = local.to_ascii_lowercase();
    let prose = PROSE.contains(&lower.as_str()) || lower.bytes().all(|byte| byte.is_ascii_digit());
    let fine = match style {
        Style::Bracketed => true,
        // Of the words in the text only `at` has another use.
        Style::Bare => !prose && (domain.spelt || !text[start..end].eq_ignore_ascii_case(" at ")) || labelled,
        Style::Drawn => {
            // A space on one side only is how handles are written.
            let handle = text[start..].starts_with(" @") && !text[end..].starts_with(' ');
            labelled || !(prose || handle || domain.value.starts_with("www."))
        }
    };
    let value = fine.then(|| mailbox::join(&local, &domain.value)).flatten()?;
    Some(Found { start: local_start, end: domain.end, value, decoded: true })
}

/// Whether the text before an address says that one follows.
fn labelled(before: &str) -> bool {
    let before = before.trim_end();
    let Some(label) = before.strip_suffix([':', '=', '>']) else { return false };
    let word = label.trim_end().rsplit(|c: char| !(c.is_alphanumeric() || c == '-')).next().unwrap_or("");
    word.len() < 40 && (is_label(&word.to_lowercase()) || word.to_lowercase().ends_with("mail"))
}

/// The local part that ends at `end`, its words for dots resolved, and where it starts.
fn local_before(text: &str, end: usize) -> Option<(usize, String)> {
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = text[..end].trim_end_matches(' ');
    if end - rest.len() > 3 {
        return None;
    }
    let mut start = rest.len();
    while parts.len() < MAX_PARTS {
        let from = rest.len() - local_length(rest);
        let part = &rest[from..];
        if part.is_empty() {
            break;
        }
        parts.push(part);
        start = from;
        match dot_before(&rest[..from]) {
            Some(before) => rest = before,
            None => break,
        }
    }
    parts.reverse();
    // A masked address is not spelt out.
    let masked = text[..start].ends_with(['*', '•', '@', '/']);
    (!parts.is_empty() && !masked).then(|| (start, parts.join(".")))
}

fn local_length(text: &str) -> usize {
    const LONGEST: usize = 64;
    let fits =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'\'' | b'&');
    text.bytes().rev().take(LONGEST).take_while(|byte| fits(byte)).count()
}

/// The text before a word for a dot that `text` ends with.
fn dot_before(text: &str) -> Option<&str> {
    let trimmed = text.trim_end_matches(' ');
    let close = trimmed.chars().next_back()?;
    if matches!(close, ')' | ']' | '}' | '>') {
        let reach = trimmed.floor_char_boundary(trimmed.len().saturating_sub(MAX_INSIDE));
        let open = trimmed[reach..].rfind(['(', '[', '{', '<'])? + reach;
        let (inside, _) = bracketed(trimmed, open)?;
        return is_word(&DOT_WORDS, inside).then(|| trimmed[..open].trim_end_matches(' '));
    }
    let word = trimmed.rsplit(' ').next().unwrap_or("");
    let bare = text.ends_with(' ') && is_word(&BARE_DOT, word);
    bare.then(|| trimmed[..trimmed.len() - word.len()].trim_end_matches(' '))
}

/// A domain as it is spelt.
struct Domain {
    value: String,
    end: usize,
    /// Whether one of its dots is a word.
    spelt: bool,
}

/// The domain that starts at `start`, its words for dots resolved; as long as it makes one.
fn domain_after(text: &str, start: usize) -> Option<Domain> {
    let mut at = start + leading_spaces(&text[start..])?;
    let (mut value, mut spelt) = (String::new(), false);
    let mut best = None;
    for _ in 0..MAX_PARTS {
        let rest = &text[at..];
        let reach = &rest[..rest.floor_char_boundary(80)];
        let length = reach.find(|c| !is_domain_char(c)).unwrap_or(reach.len());
        let label = reach[..length].trim_end_matches(['.', '-']);
        if label.is_empty() {
            break;
        }
        let label_end = at + label.len();
        value.push_str(&label.replace("-dot-", ".").replace("_dot_", "."));
        if mailbox::domain_name(&value).is_some() {
            best = Some(Domain { value: value.clone(), end: label_end, spelt });
        }
        // A full stop with a space behind it ends the sentence.
        let Some(next) = dot_after(text, label_end) else { break };
        value.push('.');
        spelt = true;
        at = next;
    }
    best
}

fn leading_spaces(text: &str) -> Option<usize> {
    let spaces = text.len() - text.trim_start_matches(' ').len();
    (spaces <= 3).then_some(spaces)
}

/// Where the text goes on behind a word for a dot at `at`.
fn dot_after(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let spaces = leading_spaces(rest)?;
    let word_at = at + spaces;
    let rest = &text[word_at..];
    let first = rest.chars().next()?;
    if matches!(first, '(' | '[' | '{' | '<' | '«') {
        let (inside, end) = bracketed(text, word_at)?;
        return is_word(&DOT_WORDS, inside).then(|| end + leading_spaces(&text[end..]).unwrap_or(0));
    }
    if spaces == 0 {
        return None;
    }
    let word = rest.split(' ').next().unwrap_or("");
    let end = word_at + word.len();
    let known = word == "." || is_word(&BARE_DOT, word.trim_matches(['-', '_', '*']));
    (known && text[end..].starts_with(' ')).then(|| end + 1)
}

#[cfg(test)]
mod tests {
    use super::super::text::scan_str;

    fn values(text: &str) -> String {
        let mut values: Vec<_> = scan_str(text).into_iter().map(|found| found.value).collect();
        values.dedup();
        values.join(" ")
    }

    #[test]
    fn addresses_spelt_in_words_are_read() {
        let check = |text: &str| assert_eq!(values(text), "info@acme.org", "{text}");
        check("info [at] acme [dot] org");
        check("info(at)acme.org");
        check("info (AT) acme (DOT) org for more");
        check("info{at}acme{dot}org");
        check("info <at> acme <dot> org");
        check("info(a)acme.org");
        check("E-mail:_________Info(@)acme.org");
        check("E-mail: info at acme dot org");
        check("info at acme dot org");
        check("E-mail: info at acme.org");
        check("info [ät] acme [punkt] org");
        check("info (arroba) acme.org");
        check("info arroba acme punto org");
        check("info [arobase] acme [point] org");
        check("info (chiocciola) acme (punto) org");
        check("info [snabel-a] acme [punkt] org");
        check("info (kukac) acme (pont) org");
        check("info (zavináč) acme (tečka) org");
        check("info(małpa)acme(kropka)org");
        check("info (собака) acme (точка) org");
        check("info [apenstaartje] acme [punt] org");
        check("Email: info @ acme.org");
        check("Email: info @acme.org");
        check("info@ acme.org");
        check("info -at- acme.org");
        check("info -at- acme -dot- org");
        check("Write to info ät acme.org");
        check("info [at] acme . org");
        check("info＠acme.org");
        check("info (at) acme.org. Next");
    }

    #[test]
    fn parts_of_the_name_may_be_spelt_too() {
        assert_eq!(values("john [dot] doe [at] mail [dot] acme [dot] org"), "john.doe@mail.acme.org");
        assert_eq!(values("john dot doe at acme dot org"), "john.doe@acme.org");
    }

    #[test]
    fn prose_is_no_address() {
        let check = |text: &str| assert_eq!(values(text), "", "{text}");
        check("Contact Us At 911PlumbingService.com");
        check("California at Berkeley. He");
        check("Call us at 1.800.488.4066");
        check("visit our page at www.avast.com");
        check("Visit us at acme dot com");
        check("portada @24horas.cl");
        check("Lunch (at) noon");
        check("Option (a) acme.org");
        check("Follow us @acme.org");
        check("on @acme.video");
        check("at at at dot dot");
        check("(at) [at] {dot}");
    }
}
