//! An entry whose end has not come yet: what was read of it so far.

use crate::entry::{ChangeFreq, EntryKind};
use crate::lastmod::LastMod;
use crate::xml::names::Element;
use crate::xml::scan::NameId;

/// The entry being read. Positions count from `start`, so that they outlive moves of the buffer.
#[derive(Debug)]
pub(super) struct Open {
    /// Where it begins in the buffer.
    pub(super) start: usize,
    /// How its own element is called.
    pub(super) name: NameId,
    pub(super) prefix: NameId,
    pub(super) element: Element,
    pub(super) loc: LocSource,
    /// How good the location is: the best candidate counts, 0 is none.
    pub(super) loc_rank: u8,
    /// A location was there but is lost, and counted as such.
    pub(super) loc_lost: bool,
    pub(super) lastmod: Option<LastMod>,
    pub(super) lastmod_rank: u8,
    pub(super) changefreq: Option<ChangeFreq>,
    pub(super) priority: Option<f32>,
    pub(super) images: u32,
    pub(super) videos: u32,
    pub(super) news: u32,
    pub(super) alternates: u32,
}

/// Where the text of the location is.
#[derive(Clone, Copy, Debug)]
pub(super) enum LocSource {
    /// In the buffer, from and to, counted from the entry's start.
    Buffer(usize, usize),
    /// In the reader's own copy.
    Copy,
}

impl Open {
    pub(super) fn new(start: usize, name: NameId, prefix: NameId, element: Element) -> Self {
        Self {
            start,
            name,
            prefix,
            element,
            loc: LocSource::Copy,
            loc_rank: 0,
            loc_lost: false,
            lastmod: None,
            lastmod_rank: 0,
            changefreq: None,
            priority: None,
            images: 0,
            videos: 0,
            news: 0,
            alternates: 0,
        }
    }

    pub(super) fn kind(&self) -> EntryKind {
        if self.element == Element::Sitemap { EntryKind::Sitemap } else { EntryKind::Page }
    }

    pub(super) fn is_feed(&self) -> bool {
        matches!(self.element, Element::Item | Element::AtomEntry)
    }
}

/// What a field's text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// The location; a higher rank replaces a lower one.
    Loc(u8),
    /// A date; a higher rank replaces a lower one.
    Date(u8),
    ChangeFreq,
    Priority,
}

impl Open {
    /// Takes a field other than the location from its text as written.
    pub(super) fn set(&mut self, field: Field, text: &str) {
        match field {
            Field::Loc(_) => {}
            Field::Date(rank) => {
                if rank > self.lastmod_rank
                    && let Some(date) = LastMod::parse(text)
                {
                    (self.lastmod, self.lastmod_rank) = (Some(date), rank);
                }
            }
            Field::ChangeFreq => self.changefreq = change_freq(text).or(self.changefreq),
            Field::Priority => self.priority = priority(text).or(self.priority),
        }
    }
}

fn change_freq(text: &str) -> Option<ChangeFreq> {
    const WORDS: [(&str, ChangeFreq); 7] = [
        ("daily", ChangeFreq::Daily),
        ("weekly", ChangeFreq::Weekly),
        ("monthly", ChangeFreq::Monthly),
        ("always", ChangeFreq::Always),
        ("hourly", ChangeFreq::Hourly),
        ("yearly", ChangeFreq::Yearly),
        ("never", ChangeFreq::Never),
    ];
    let word = crate::loc::trim(text);
    WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|&(_, freq)| freq)
}

/// A number from 0 to 1, with a point or a comma; numbers outside are clamped.
fn priority(text: &str) -> Option<f32> {
    if let &[whole @ (b'0' | b'1'), b'.', tenths @ b'0'..=b'9'] = text.as_bytes() {
        return Some((f32::from(whole - b'0') + f32::from(tenths - b'0') / 10.0).min(1.0));
    }
    let text = crate::loc::trim(text);
    let number: f32 = match text.split_once(',') {
        Some((whole, fraction)) if text.len() < 16 => format!("{whole}.{fraction}").parse().ok()?,
        _ => text.parse().ok()?,
    };
    (!number.is_nan()).then(|| number.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_numbers_from_0_to_1() {
        for (text, expected) in [
            ("0.8", Some(0.8)),
            ("1.0", Some(1.0)),
            ("1", Some(1.0)),
            (" 0.65 ", Some(0.65)),
            ("0,8", Some(0.8)),
            (".5", Some(0.5)),
            ("1.5", Some(1.0)),
            ("-1", Some(0.0)),
            ("NaN", None),
            ("high", None),
            ("", None),
            ("0,8,1", None),
        ] {
            assert_eq!(priority(text), expected, "{text:?}");
        }
    }

    #[test]
    fn change_frequencies_are_seven_words_in_any_case() {
        assert_eq!(change_freq(" Daily\n"), Some(ChangeFreq::Daily));
        assert_eq!(change_freq("NEVER"), Some(ChangeFreq::Never));
        assert_eq!(change_freq("sometimes"), None);
    }
}
