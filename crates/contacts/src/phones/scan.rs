//! Runs of digits that may hold telephone numbers: found in one pass over the text, split into groups with
//! what parts them. Nothing is judged here.

/// Digit groups of one run; a longer run (a table of figures) is cut there.
const MAX_GROUPS: usize = 48;

/// Characters between two groups of one run.
const MAX_GAP_CHARS: usize = 6;

/// What parts a digit group from the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gap {
    /// A `+`: a number starts here.
    pub(crate) plus: bool,
    /// A `(` or `[` opens before the group.
    pub(crate) open: bool,
    /// A `)` or `]` closes before the group.
    pub(crate) close: bool,
    /// A slash.
    pub(crate) slash: bool,
    /// A dot or a middle dot.
    pub(crate) dot: bool,
    /// A dot with a blank behind it: the end of a sentence, or of an abbreviation.
    pub(crate) stop: bool,
    /// A hyphen or dash.
    pub(crate) dash: bool,
    /// White space.
    pub(crate) space: bool,
    /// Two blanks or more, or a tab.
    pub(crate) wide: bool,
}

impl Gap {
    /// A slash or dash with a blank beside it: it may part two numbers.
    pub(crate) fn parts(self) -> bool {
        self.wide || (self.slash || self.dash) && self.space
    }

    /// Takes in one character; whether it may stand between digit groups.
    fn absorb(&mut self, letter: char) -> bool {
        match letter {
            ' ' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                self.wide |= self.space && !(self.dash || self.slash || self.open || self.close);
                self.stop |= self.dot && !self.space;
                self.space = true;
            }
            '\t' => {
                self.space = true;
                self.wide = true;
            }
            '-'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | 'ー'
            | '－'
            | '~'
            | '\u{2053}'
            | '\u{223c}'
            | '～' => self.dash = true,
            '.' | '·' | '．' | '•' | '‧' | '・' => self.dot = true,
            '/' | '／' => self.slash = true,
            '(' | '[' | '（' | '［' => self.open = true,
            ')' | ']' | '）' | '］' => self.close = true,
            '+' | '＋' => self.plus = true,
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            _ => return false,
        }
        true
    }
}

/// Digits without anything between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Where it starts in the text.
    pub(crate) start: usize,
    /// Where it ends.
    pub(crate) end: usize,
    /// Its digits as ASCII.
    pub(crate) digits: String,
    /// What parts it from the group before, or stands before the run.
    pub(crate) gap: Gap,
}

impl Group {
    /// Its value; large ones are all the same.
    pub(crate) fn value(&self) -> u32 {
        self.digits.parse().unwrap_or(u32::MAX)
    }

    /// The number of its digits.
    pub(crate) fn len(&self) -> usize {
        self.digits.len()
    }
}

/// The value of a decimal digit of any script that pages use.
pub(crate) fn digit(letter: char) -> Option<u8> {
    const ZEROS: [u32; 9] = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10, 0xed0, 0x1040];
    let code = u32::from(letter);
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&code))?;
    u8::try_from(code - zero).ok()
}

/// The digits after the plus at the start of a text, with the plus.
pub(crate) fn international(text: &str) -> Option<String> {
    let mut runs = Runs { text: text.get(..text.floor_char_boundary(40))?, at: 0 };
    let run = runs.next()?;
    if run.first()?.start > 3 {
        return None;
    }
    let groups = run
        .iter()
        .enumerate()
        .take_while(|(index, group)| *index == 0 || !group.gap.plus && !group.gap.parts());
    let digits: String = groups.map(|(_, group)| group.digits.as_str()).collect();
    Some(format!("+{digits}"))
}

/// All runs of a text, in order.
pub(crate) fn runs(text: &str) -> Runs<'_> {
    Runs { text, at: 0 }
}

/// See [`runs`].
pub(crate) struct Runs<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Runs<'_> {
    type Item = Vec<Group>;

    fn next(&mut self) -> Option<Vec<Group>> {
        let first = self.next_digit()?;
        let mut groups = Vec::with_capacity(4);
        let mut gap = self.gap_before(first);
        self.at = first;
        loop {
            let group = self.group(gap);
            groups.push(group);
            if groups.len() == MAX_GROUPS {
                return Some(groups);
            }
            match self.gap() {
                Some((next, found)) => (self.at, gap) = (next, found),
                None => return Some(groups),
            }
        }
    }
}

impl Runs<'_> {
    /// The offset of the next digit.
    fn next_digit(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at += bytes.get(at..)?.iter().position(|byte| byte.is_ascii_digit() || *byte >= 0xd9)?;
            if bytes[at].is_ascii_digit() {
                return Some(at);
            }
            let letter = self.text.get(at..).and_then(|rest| rest.chars().next());
            match letter {
                Some(letter) if digit(letter).is_some() => return Some(at),
                Some(letter) => at += letter.len_utf8(),
                None => at += 1,
            }
        }
    }

    /// What stands directly before the run: `+`, `(+`, `+ (`.
    fn gap_before(&self, first: usize) -> Gap {
        let mut gap = Gap::default();
        let before = self.text.get(..first).unwrap_or_default();
        for letter in before.chars().rev().take(3) {
            if !matches!(letter, '+' | '＋' | '(' | '[' | ' ' | '\u{a0}' | '（' | '\u{202a}'..='\u{202e}') {
                break;
            }
            gap.absorb(letter);
        }
        gap
    }

    /// Reads the group at the present place.
    fn group(&mut self, gap: Gap) -> Group {
        let start = self.at;
        let mut digits = String::new();
        for letter in self.text.get(start..).unwrap_or_default().chars() {
            let Some(value) = digit(letter) else { break };
            digits.push(char::from(b'0' + value));
            self.at += letter.len_utf8();
        }
        Group { start, end: self.at, digits, gap }
    }

    /// What stands until the next group and where that starts, when it belongs to the same run.
    fn gap(&self) -> Option<(usize, Gap)> {
        let mut gap = Gap::default();
        let mut at = self.at;
        for letter in self.text.get(at..)?.chars().take(MAX_GAP_CHARS + 1) {
            if digit(letter).is_some() {
                return Some((at, gap));
            }
            if !gap.absorb(letter) {
                return None;
            }
            at += letter.len_utf8();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<Vec<String>> {
        runs(text).map(|run| run.into_iter().map(|group| group.digits).collect()).collect()
    }

    #[test]
    fn digits_and_what_people_put_between_them_are_one_run() {
        for (text, expected) in [
            ("Tel 0731 / 153 87-0", vec![vec!["0731", "153", "87", "0"]]),
            ("+44 (0)20 7123\u{a0}4567", vec![vec!["44", "0", "20", "7123", "4567"]]),
            ("０３－１２３４－５６７８", vec![vec!["03", "1234", "5678"]]),
            ("٠٢ ١٢٣", vec![vec!["02", "123"]]),
            ("a1, b22\n33", vec![vec!["1"], vec!["22"], vec!["33"]]),
            ("none", vec![]),
        ] {
            assert_eq!(groups(text), expected, "{text}");
        }
    }

    #[test]
    fn gaps_remember_what_they_held() {
        let run = runs("(+49) 30 / 12 - 5").next().expect("a run");
        assert!(run[0].gap.plus && run[0].gap.open);
        assert!(run[1].gap.close && !run[1].gap.parts());
        assert!(run[2].gap.parts() && run[3].gap.dash);
    }
}
