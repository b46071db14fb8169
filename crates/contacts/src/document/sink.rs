//! The text sink: pieces of text become lines, white space collapsed and invisible characters dropped.

use super::{
    entity,
    line::{Gap, Line, Within},
};

/// Bytes of visible text that are kept.
pub(super) const MAX_TEXT_BYTES: usize = 4 << 20;
/// Places where inline elements meet that are kept.
const MAX_SEAMS: usize = 100_000;

/// Where text stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) block: u32,
    pub(super) depth: u16,
    pub(super) within: Within,
}

/// Collects lines.
#[derive(Debug, Default)]
pub(super) struct Sink {
    pub(super) text: String,
    pub(super) lines: Vec<Line>,
    /// Places in the text where an inline element starts or ends between two characters, in order.
    pub(super) seams: Vec<usize>,
    pub(super) place: Place,
    pub(super) full: bool,
    gap: Option<Gap>,
    space: bool,
}

/// What to do at a byte.
const PLAIN: u8 = 0;
const SPACE: u8 = 1;
const REFERENCE: u8 = 2;
const MAYBE_SPECIAL: u8 = 3;

const KIND: [u8; 256] = {
    let mut kind = [PLAIN; 256];
    let mut byte = 0;
    while byte <= 0x20 {
        kind[byte] = SPACE;
        byte += 1;
    }
    kind[0x7F] = SPACE;
    kind[b'&' as usize] = REFERENCE;
    // The lead bytes of invisible characters and of spaces that are not ASCII.
    kind[0xC2] = MAYBE_SPECIAL;
    kind[0xE1] = MAYBE_SPECIAL;
    kind[0xE2] = MAYBE_SPECIAL;
    kind[0xE3] = MAYBE_SPECIAL;
    kind[0xEF] = MAYBE_SPECIAL;
    kind
};

impl Sink {
    /// Adds text as written in HTML.
    pub(super) fn push_html(&mut self, html: &str) {
        self.push(html, true);
    }

    /// Adds text that is already decoded.
    pub(super) fn push_plain(&mut self, text: &str) {
        self.push(text, false);
    }

    /// Parts what follows from what came before; a gap between cells stays one, whatever the cells hold.
    pub(super) fn part(&mut self, gap: Gap) {
        self.gap = match (self.gap, gap) {
            (Some(Gap::Block), Gap::Break | Gap::Cell) => Some(Gap::Block),
            (Some(Gap::Cell), _) => Some(Gap::Cell),
            _ => Some(gap),
        };
    }

    /// Parts a cell from the one before it in its row.
    pub(super) fn part_cells(&mut self) {
        self.gap = Some(Gap::Cell);
    }

    /// Parts rows and tables.
    pub(super) fn part_rows(&mut self) {
        self.gap = Some(Gap::Block);
    }

    /// A space that is seen, such as around an image.
    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// Notes that an inline element starts or ends here.
    pub(super) fn seam(&mut self) {
        let here = self.text.len();
        let inside = !self.space && self.gap.is_none() && here > 0;
        if inside && self.seams.last() != Some(&here) && self.seams.len() < MAX_SEAMS {
            self.seams.push(here);
        }
    }

    /// Where the text from `mark` on really starts, behind the gap that was pending at `mark`.
    pub(super) fn start_of(&self, mark: usize) -> usize {
        let skipped = self.text.as_bytes().get(mark..).unwrap_or_default();
        mark + skipped.iter().take_while(|byte| matches!(byte, b' ' | b'\n')).count()
    }

    fn push(&mut self, text: &str, is_html: bool) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = bytes[at..].iter().position(|&byte| KIND[usize::from(byte)] != PLAIN);
            let end = run.map_or(bytes.len(), |run| at + run);
            if end > at {
                self.visible(&text[at..end]);
                at = end;
                continue;
            }
            at += match KIND[usize::from(bytes[at])] {
                SPACE => {
                    self.space = true;
                    1
                }
                REFERENCE => {
                    let (character, length) =
                        is_html.then(|| entity::reference(&text[at..], false)).flatten().unwrap_or(('&', 1));
                    self.character(character);
                    length
                }
                _ => {
                    let character = text[at..].chars().next().unwrap_or(' ');
                    self.character(character);
                    character.len_utf8()
                }
            };
        }
    }

    fn character(&mut self, character: char) {
        match character {
            // Soft hyphen, zero-width space and joiners, direction marks, word joiner, byte order mark.
            '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' => {}
            '\0'..=' '
            | '\u{7F}'..='\u{A0}'
            | '\u{1680}'
            | '\u{2000}'..='\u{200A}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202F}'
            | '\u{205F}'
            | '\u{3000}' => self.space = true,
            character => self.visible(character.encode_utf8(&mut [0; 4])),
        }
    }

    fn visible(&mut self, piece: &str) {
        if self.text.len() + piece.len() >= MAX_TEXT_BYTES {
            self.full = true;
            return;
        }
        match (self.gap.take(), self.lines.last_mut()) {
            (None, Some(line)) => {
                if self.space {
                    self.text.push(' ');
                }
                self.text.push_str(piece);
                line.end = self.text.len();
            }
            (gap, last) => {
                if last.is_some() {
                    self.text.push('\n');
                }
                let start = self.text.len();
                self.text.push_str(piece);
                let Place { block, depth, within } = self.place;
                let gap = gap.unwrap_or_default();
                self.lines.push(Line { start, end: self.text.len(), block, depth, gap, within });
            }
        }
        self.space = false;
    }

    /// Turns the characters from `mark` on round, where they are written backwards; they must be of one line.
    pub(super) fn reverse_from(&mut self, mark: usize) {
        let start = self.start_of(mark);
        let of_one_line = self.lines.last().is_some_and(|line| line.start <= start);
        if of_one_line && start < self.text.len() {
            let backwards: String = self.text[start..].chars().rev().collect();
            self.text.truncate(start);
            self.text.push_str(&backwards);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_collapses_and_invisible_characters_vanish() {
        let mut sink = Sink::default();
        sink.push_html("  a \n b&nbsp;&shy;c\u{200b}d\u{a0} ");
        sink.part(Gap::Block);
        sink.push_html(" é&#8203;&amp; ");
        assert_eq!(sink.text, "a b cd\né&");
        assert_eq!(sink.lines.len(), 2);
        assert_eq!(&sink.text[sink.lines[1].start..sink.lines[1].end], "é&");
    }
}
