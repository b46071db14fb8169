//! Addresses in running text: around each `@`, with what stands glued to them cut off.

use memchr::memchr_iter;

use super::{mailbox, words};
use crate::cipher;

/// Bytes looked at on the left and on the right of an `@`.
const MAX_LEFT: usize = 120;
const MAX_RIGHT: usize = 260;

/// An address in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: String,
    /// Whether it was written so that robots shall not read it.
    pub(super) decoded: bool,
}

/// A text with the places where inline elements and links meet in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) seams: &'t [usize],
    /// The places where links start.
    pub(super) links: &'t [usize],
}

/// Finds every address of a text, in order.
pub(super) fn scan(text: Text<'_>) -> Vec<Found> {
    let mut out: Vec<Found> =
        memchr_iter(b'@', text.text.as_bytes()).filter_map(|at| around(text, at)).collect();
    words::scan(text.text, &mut out);
    out
}

/// Finds every address of a text that stands for itself.
pub(super) fn scan_str(text: &str) -> Vec<Found> {
    scan(Text { text, ..Text::default() })
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'\'' | b'&' | b'~' | b'%')
}

/// Whether a character may stand in a domain: letters of all scripts may.
pub(super) fn is_domain_char(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '.')
}

fn around(text: Text<'_>, at: usize) -> Option<Found> {
    let bytes = text.text.as_bytes();
    let length = bytes[..at].iter().rev().take(MAX_LEFT).take_while(|byte| is_local_byte(**byte)).count();
    let whole = at - length;
    // An address that is too long for its place may be broken behind the sign.
    let broken = usize::from(bytes.get(at + 1) == Some(&b'\n'));
    let right = &text.text[at + 1 + broken..];
    let right = &right[..right.floor_char_boundary(MAX_RIGHT)];
    let domain_length = right.find(|c| !is_domain_char(c)).unwrap_or(right.len());
    if length == 0 || domain_length == 0 || is_part_of_more(text.text, whole, at + 1 + broken + domain_length)
    {
        return None;
    }
    let start = cut_left(text, whole, at);
    let local = &text.text[start..at];
    let domain = &right[..domain_length];
    let domain_at = at + 1 + broken;
    if let Some(value) = without_traps(local, domain) {
        return Some(Found { start, end: domain_at + domain_length, value, decoded: true });
    }
    match domain_end(text, domain_at, domain, local) {
        Some((length, value)) => Some(Found { start, end: domain_at + length, value, decoded: false }),
        None if broken == 1 => None,
        None => backwards(&text.text[whole..at], domain).map(|value| Found {
            start: whole,
            end: domain_at + domain_length,
            value,
            decoded: true,
        }),
    }
}

/// The address without the words in capitals that the reader is to remove: `info@NOSPAM.acme.org`.
fn without_traps(local: &str, domain: &str) -> Option<String> {
    const TRAPS: [&str; 7] =
        ["NOSPAM", "NO-SPAM", "NO_SPAM", "REMOVETHIS", "REMOVE-THIS", "REMOVE_THIS", "ANTISPAM"];
    let trap = TRAPS.iter().find(|trap| local.contains(**trap) || domain.contains(**trap))?;
    let cleaned = |part: &str| {
        let part = part.replace(trap, "").replace("..", ".");
        part.trim_matches(['.', '-', '_']).to_owned()
    };
    mailbox::join(&cleaned(local), &cleaned(domain))
}

/// Whether what stands around says that it is a part of something else: a URL, a masked address, a handle.
fn is_part_of_more(text: &str, start: usize, end: usize) -> bool {
    const REACH: usize = 200;
    let before = &text[text.floor_char_boundary(start.saturating_sub(REACH))..start];
    let token =
        before.rsplit(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | '<' | '>' | ',')).next();
    let token = token.unwrap_or("");
    let url =
        token.contains("://") || token.ends_with('/') && token.contains('.') || token.starts_with("www.");
    let masked = before.ends_with(['*', '•', '…', '@', '\\']);
    url || masked || text[end..].starts_with('@')
}

/// Cuts what is glued to the left: a link starts there, or another element after a number or a label.
fn cut_left(text: Text<'_>, start: usize, at: usize) -> usize {
    if let Some(link) = last_between(text.links, start, at) {
        return link;
    }
    let start = start + number_before(text.text, start, at);
    let Some(seam) = last_between(text.seams, start, at) else { return start };
    let before = text.text[start..seam].trim_matches(['.', '-', '_']).to_ascii_lowercase();
    let number = before.len() > 3 && before.bytes().all(|byte| !byte.is_ascii_alphabetic());
    if number || words::is_label(&before) { seam } else { start }
}

/// The digits at the start of a local part that are the end of a telephone number: `0111 462769info@acme.org`.
fn number_before(text: &str, start: usize, at: usize) -> usize {
    let digits = text[start..at].bytes().take_while(u8::is_ascii_digit).count();
    let letter = text[start + digits..at].starts_with(|c: char| c.is_ascii_alphabetic());
    let before = text[..start].trim_end_matches([' ', '/', '-', '.', ')']);
    let number = before.len() < start && before.ends_with(|c: char| c.is_ascii_digit());
    if digits > 3 && letter && number { digits } else { 0 }
}

/// The last of some sorted places strictly between two others.
fn last_between(places: &[usize], start: usize, end: usize) -> Option<usize> {
    let index = places.partition_point(|place| *place < end);
    places[..index].last().copied().filter(|place| *place > start)
}

/// How much of `domain` is the domain, what is glued to its right cut off, and the address that it makes.
fn domain_end(text: Text<'_>, start: usize, domain: &str, local: &str) -> Option<(usize, String)> {
    let try_length = |length: usize| {
        let domain = domain.get(..length)?;
        mailbox::join(local, domain).map(|value| (domain.trim_end_matches(['.', '-']).len(), value))
    };
    let next = next_sentence(domain).or_else(|| next_site(text.seams, start, domain)).and_then(try_length);
    next.or_else(|| try_length(domain.len()))
        .or_else(|| {
            let seams = text.seams;
            let from = seams.partition_point(|seam| *seam <= start);
            let within = seams[from..].iter().take_while(|seam| **seam < start + domain.len());
            within.take(8).find_map(|seam| try_length(seam - start))
        })
        .or_else(|| {
            // Text in another script goes on without a space.
            let ascii = domain.find(|c: char| !c.is_ascii()).unwrap_or(0);
            try_length(ascii)
        })
        .or_else(|| {
            // `acme.orgTel`, `acme.org.Tel`: a capital after a small letter starts a word.
            let bytes = domain.as_bytes();
            let starts = (1..bytes.len()).rev().filter(|&at| {
                let capital = bytes[at].is_ascii_uppercase() || bytes[at].is_ascii_digit();
                capital && (bytes[at - 1].is_ascii_lowercase() || bytes[at - 1] == b'.')
            });
            starts.take(4).find_map(try_length)
        })
}

/// Where the next sentence starts in `acme.org.Tel`: its word is in capitals alone, and may be a top-level
/// domain like any other.
fn next_sentence(domain: &str) -> Option<usize> {
    let (before, last) = domain.trim_end_matches(['.', '-']).rsplit_once('.')?;
    let capital = last.starts_with(|c: char| c.is_ascii_uppercase());
    let small = !before.bytes().any(|byte| byte.is_ascii_uppercase());
    (capital && small && last.bytes().any(|byte| byte.is_ascii_lowercase())).then_some(before.len())
}

/// Where a web address starts that is glued to the domain: `acme.orgwww.acme.org`, or at a seam any other.
fn next_site(seams: &[usize], start: usize, domain: &str) -> Option<usize> {
    let glued = domain.find("www.").filter(|&at| at > 0 && !domain[..at].ends_with(['.', '-']));
    glued.or_else(|| {
        let from = seams.partition_point(|seam| *seam <= start);
        let within = seams[from..].iter().map(|seam| seam - start).take_while(|at| *at < domain.len());
        within.take(8).find(|&at| {
            let whole = |part: &str| part.contains('.') && !part.starts_with('.') && !part.ends_with('.');
            domain.get(..at).is_some_and(whole) && domain.get(at..).is_some_and(whole)
        })
    })
}

/// An address that is written backwards: `gro.emca@ofni`.
fn backwards(left: &str, right: &str) -> Option<String> {
    let local = cipher::reversed(right);
    let plausible = local.len() > 1 && !local.starts_with('.') && left.contains('.') && left.is_ascii();
    plausible.then(|| mailbox::join(&local, &cipher::reversed(left))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> String {
        scan_str(text).into_iter().map(|found| found.value).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn addresses_in_text_end_where_they_end() {
        let check = |text: &str, expected: &str| assert_eq!(values(text), expected, "{text}");
        check("Write to info@acme.org.", "info@acme.org");
        check("'info@acme.org', <b@acme.org>; (c@acme.org)", "info@acme.org b@acme.org c@acme.org");
        check("E-mail:_________Info@acme.org", "info@acme.org");
        check("info@acme.orgTel 1", "info@acme.org");
        check("info@acme.org.Tel: 1", "info@acme.org");
        check("Email:info@acme.org/Fax", "info@acme.org");
        check("gro.emca@ofni", "info@acme.org");
        check("o'neil+web@acme.org", "o'neil+web@acme.org");
        check("info@müller.de", "info@xn--mller-kva.de");
        check("debi...@lists.debian.org j***@acme.org i***o@acme.org", "");
        check("http://user:pass@host.com/ tiktok.com/@acme.video git@github.com:acme/site.git", "");
        check("https://cdn.net/npm/bootstrap@5.3.0/dist/js/app.js jquery@3.5.1.min", "");
        check("logo@2x.png a@b@c.com", "");
        check("info@acme.orgwww.acme.org", "info@acme.org");
        check("邮箱info@acme.org电话 info@acme.org020 7946", "info@acme.org info@acme.org");
        check("Fax 0111 462769info@acme.org, 0731/15387info@acme.org", "info@acme.org info@acme.org");
        check("info@\nacme.org", "info@acme.org");
        check("info@NOSPAM.acme.org infoREMOVETHIS@acme.org", "info@acme.org info@acme.org");
        check("info@aiyarathairestaurant boost@50Hz", "");
    }

    #[test]
    fn what_is_glued_to_an_address_by_markup_is_cut_off() {
        let check = |text: &str, seams: &[usize], links: &[usize], expected: &str| {
            let found = scan(Text { text, seams, links });
            assert_eq!(found[0].value, expected, "{text}");
        };
        check("Fax 0111 462769info@acme.org", &[15], &[15], "info@acme.org");
        check("Fax 0111 462769info@acme.org", &[15], &[], "info@acme.org");
        check("Emailinfo@acme.org", &[5], &[], "info@acme.org");
        check("info@acme.org", &[1, 4], &[], "info@acme.org");
        check("info@acme.orgtelefon", &[13], &[], "info@acme.org");
    }
}
