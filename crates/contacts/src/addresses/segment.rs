//! Lines cut where the parts of an address are parted: commas, dots in the middle, dashes, bars.

/// Parts of one line.
const MAX_PARTS: usize = 24;

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it starts in the line.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
}

/// The parts of a line between two offsets, in order; a house number behind a comma stays with its street.
pub(super) fn parts(line: &str, from: usize, to: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut start = from;
    let text = line.get(from..to).unwrap_or_default();
    for (at, width) in cuts(text).chain([(text.len(), 0)]) {
        push(line, start, from + at, &mut parts);
        start = from + at + width;
        if parts.len() == MAX_PARTS {
            break;
        }
    }
    merged(line, parts)
}

/// Where to cut, and how many bytes the separator takes.
fn cuts(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    text.char_indices().filter_map(|(at, letter)| {
        let bytes = text.as_bytes();
        let blanks = |width: usize| {
            (at == 0 || bytes.get(at - 1).is_some_and(|byte| *byte == b' ' || *byte == 0xa0))
                && bytes.get(at + width).is_none_or(|byte| *byte == b' ' || *byte == 0xc2)
        };
        let cut = match letter {
            ','
            | ';'
            | '|'
            | '•'
            | '·'
            | '»'
            | '«'
            | '\t'
            | '、'
            | '，'
            | '‧'
            | '¦'
            | '→'
            | '\u{f0b7}'
            | '\u{2580}'..='\u{27bf}' => true,
            '-' | '–' | '—' | '/' | '*' | '~' | '+' => blanks(letter.len_utf8()),
            '.' => is_sentence_end(text, at),
            _ => false,
        };
        cut.then(|| (at, letter.len_utf8()))
    })
}

/// Whether a dot ends a sentence: a long word before it, a blank and a capital letter behind.
fn is_sentence_end(text: &str, at: usize) -> bool {
    const MIN_LETTERS: usize = 6;
    let word = text[..at].chars().rev().take(MIN_LETTERS).filter(|letter| letter.is_alphabetic()).count();
    let mut rest = text[at + 1..].chars();
    word == MIN_LETTERS && rest.next() == Some(' ') && rest.next().is_some_and(char::is_uppercase)
}

/// Adds a part without white space and brackets at its ends.
fn push(line: &str, start: usize, end: usize, parts: &mut Vec<Part>) {
    let Some(raw) = line.get(start..end) else { return };
    let left = raw.trim_start_matches([' ', '\u{a0}', '.', ':', '(']);
    let trimmed = left.trim_end_matches([' ', '\u{a0}', '(', ':']);
    if !trimmed.is_empty() {
        let start = start + raw.len() - left.len();
        parts.push(Part { start, end: start + trimmed.len() });
    }
}

/// Joins house numbers to the part before, or to the street that follows: `Via Roma` + `12`, `10` + `rue …`.
fn merged(line: &str, parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::with_capacity(parts.len());
    let text = |part: &Part| line.get(part.start..part.end).unwrap_or_default();
    for (at, part) in parts.iter().enumerate() {
        let own = text(part);
        let previous = merged.last().map(&text);
        let opened =
            parts.get(at + 1).is_some_and(|next| is_number(own) && super::unit::is_opened(text(next)));
        let joins = previous.is_some_and(|previous| {
            is_number(own) && !opened && !previous.ends_with(|letter: char| letter.is_ascii_digit())
                || is_number(previous) && !is_number(own)
        });
        match merged.last_mut() {
            Some(last) if joins => last.end = part.end,
            _ => merged.push(*part),
        }
    }
    merged
}

/// Whether a part is a house number or a unit's number: `12`, `12/A`, `n. 5`, `#205`, `s/n`, `д. 5`.
fn is_number(text: &str) -> bool {
    const MAX_CHARS: usize = 9;
    if text.len() > 4 * MAX_CHARS {
        return false;
    }
    if ["s/n", "sn", "snc", "s.n.c.", "s/nº"].iter().any(|none| text.eq_ignore_ascii_case(none)) {
        return true;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (1..=4).contains(&digits)
        && text.chars().filter(|letter| letter.is_alphabetic()).count() <= 3
        && text.chars().count() <= MAX_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_between_the_parts_of_an_address() {
        for (line, expected) in [
            ("Acme GmbH · Hauptstr. 5 · 80335 München", vec!["Acme GmbH", "Hauptstr. 5", "80335 München"]),
            ("Via Roma, 12 - 20121 Milano", vec!["Via Roma, 12", "20121 Milano"]),
            ("10, rue de la Paix, 75002 Paris", vec!["10, rue de la Paix", "75002 Paris"]),
            ("2 Cavendish Drive ♦ Burlington ★ Phone", vec!["2 Cavendish Drive", "Burlington", "Phone"]),
            ("12-14 High St, London", vec!["12-14 High St", "London"]),
            ("ул. Тверская, д. 5, стр. 1", vec!["ул. Тверская, д. 5", "стр. 1"]),
        ] {
            let found: Vec<&str> =
                parts(line, 0, line.len()).iter().map(|part| &line[part.start..part.end]).collect();
            assert_eq!(found, expected);
        }
    }
}
