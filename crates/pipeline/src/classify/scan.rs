//! A folded path taken apart into segments and words, with a hash that costs one multiplication a byte.

/// Words of a segment that are looked at; a longer segment is a title, and no root page.
pub(super) const WORDS_MAX: usize = 6;
/// Letters of a segment (and of a word in the rules) that are looked at.
pub(super) const LETTERS_MAX: usize = 63;

/// Base of the polynomial hash modulo 2^64; odd, otherwise arbitrary. Equal hashes are compared in full.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
const POWERS: [u64; LETTERS_MAX + 1] = powers();
const CLASSES: [u8; 256] = classes();

/// Between words.
const GAP: u8 = 0;
/// Between segments.
const SLASH: u8 = 1;
/// The end of the path.
const END: u8 = 2;
/// The start of parameters of a segment (`;jsessionid=`), which say nothing.
const PARAMETERS: u8 = 3;

const fn powers() -> [u64; LETTERS_MAX + 1] {
    let mut powers = [1_u64; LETTERS_MAX + 1];
    let mut at = 1;
    while at <= LETTERS_MAX {
        powers[at] = powers[at - 1].wrapping_mul(BASE);
        at += 1;
    }
    powers
}

/// What each byte is: a letter or digit is itself in lower case (never below 4), as is any byte of a native script.
const fn classes() -> [u8; 256] {
    let mut classes = [GAP; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        classes[byte] = match b {
            b'A'..=b'Z' => b + 32,
            b'a'..=b'z' | b'0'..=b'9' | 128..=255 => b,
            b'/' | b'\\' => SLASH,
            b'?' | b'#' => END,
            b';' => PARAMETERS,
            _ => GAP,
        };
        byte += 1;
    }
    classes
}

const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// The letters of a piece of folded text, in lower case, without what parts them.
pub(super) fn letters(text: &[u8]) -> impl Iterator<Item = u8> {
    text.iter().map(|byte| class(*byte)).filter(|letter| *letter > PARAMETERS)
}

/// The hash under which some letters are kept.
pub(super) fn hash_of(letters: impl Iterator<Item = u8>) -> u64 {
    letters.fold(0, step)
}

fn step(hash: u64, letter: u8) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(u64::from(letter))
}

/// One word of a segment.
#[derive(Clone, Copy, Default)]
struct Word {
    /// Hash of all letters of the segment before it.
    before: u64,
    /// Where it starts in the path.
    start: usize,
    /// How many letters of the segment come before it.
    letters_before: usize,
    first: u8,
    digits: bool,
}

/// One segment of a path.
pub(super) struct Segment<'a> {
    path: &'a [u8],
    words: [Word; WORDS_MAX + 1],
    count: usize,
    /// Too long for a root page: only its place counts.
    pub(super) long: bool,
    /// Whether a dot stands before the last word.
    pub(super) dotted: bool,
}

/// Some words of a segment that follow each other, as they are looked up.
#[derive(Clone, Copy)]
pub(super) struct Span<'a> {
    pub(super) hash: u64,
    pub(super) first: u8,
    pub(super) letters: usize,
    /// The text they stand in, with what parts them.
    pub(super) text: &'a [u8],
}

impl<'a> Segment<'a> {
    /// How many words it has (at most [`WORDS_MAX`]).
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The words from `from` up to and without `to`; none if there are no such words.
    pub(super) fn span(&self, from: usize, to: usize) -> Option<Span<'a>> {
        if from >= to || to > self.count {
            return None;
        }
        let (first, end) = (self.words.get(from)?, self.words.get(to)?);
        let letters = end.letters_before - first.letters_before;
        let hash = end.before.wrapping_sub(first.before.wrapping_mul(*POWERS.get(letters)?));
        Some(Span { hash, first: first.first, letters, text: self.path.get(first.start..end.start)? })
    }

    /// Whether word `at` is a number.
    pub(super) fn is_number(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|word| word.digits)
    }

    /// The segment as a year from 1900 to 2099, if it is one.
    pub(super) fn is_year(&self) -> bool {
        let span = self.span(0, 1).filter(|span| self.count == 1 && span.letters == 4);
        span.is_some_and(|span| {
            self.is_number(0) && (span.text.starts_with(b"19") || span.text.starts_with(b"20"))
        })
    }

    /// The same without its last word.
    pub(super) fn without_last(mut self) -> Self {
        self.count = self.count.saturating_sub(1);
        self
    }
}

/// The segments of a path, up to its query or fragment. Empty ones are passed over.
pub(super) struct Segments<'a> {
    path: &'a [u8],
    at: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn of(path: &'a [u8]) -> Self {
        Self { path, at: 0 }
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            let segment = scan(self.path, &mut self.at);
            if segment.count > 0 || segment.long {
                return Some(segment);
            }
            match self.path.get(self.at).map(|byte| class(*byte)) {
                Some(SLASH) => self.at += 1,
                _ => return None,
            }
        }
    }
}

/// Reads one segment from `at`, which is left on the slash or end after it.
fn scan<'a>(path: &'a [u8], at: &mut usize) -> Segment<'a> {
    let mut segment =
        Segment { path, words: [Word::default(); WORDS_MAX + 1], count: 0, long: false, dotted: false };
    let (mut hash, mut letters, mut in_word) = (0, 0, false);
    while let Some(&byte) = path.get(*at) {
        let class = class(byte);
        match class {
            SLASH | END | PARAMETERS => break,
            GAP => in_word = false,
            letter => {
                if !in_word {
                    if segment.count == WORDS_MAX || letters >= LETTERS_MAX {
                        segment.long = true;
                        skip_segment(path, at);
                        return segment;
                    }
                    in_word = true;
                    segment.dotted = *at > 0 && path[*at - 1] == b'.';
                    segment.words[segment.count] = Word {
                        before: hash,
                        start: *at,
                        letters_before: letters,
                        first: letter,
                        digits: true,
                    };
                    segment.count += 1;
                }
                segment.words[segment.count - 1].digits &= letter.is_ascii_digit();
                hash = step(hash, letter);
                letters += 1;
            }
        }
        *at += 1;
    }
    if letters > LETTERS_MAX {
        segment.long = true;
    }
    let end = Word { before: hash, start: *at, letters_before: letters, ..Word::default() };
    segment.words[segment.count] = end;
    skip_segment(path, at);
    segment
}

fn skip_segment(path: &[u8], at: &mut usize) {
    let rest = path.get(*at..).unwrap_or_default();
    *at += rest.iter().position(|byte| matches!(class(*byte), SLASH | END)).unwrap_or(rest.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str) -> Vec<Vec<String>> {
        let text = |span: Span<'_>| letters(span.text).map(char::from).collect();
        let words = |segment: Segment<'_>| {
            (0..segment.len()).filter_map(|at| segment.span(at, at + 1)).map(text).collect()
        };
        Segments::of(path.as_bytes()).map(words).collect()
    }

    #[test]
    fn a_path_falls_into_segments_and_words() {
        assert_eq!(
            words("/About-Us//index.PHP;sid=1/x?y/z"),
            [vec!["about", "us"], vec!["index", "php"], vec!["x"]]
        );
        assert!(words("///?a").is_empty());
    }

    #[test]
    fn words_hash_alike_however_they_are_parted() {
        let whole = hash_of(letters(b"aboutus"));
        for path in ["/about-us", "/About_Us.html", "/x/about.us/", "/aboutus"] {
            let found = Segments::of(path.as_bytes()).any(|segment| {
                (1..=segment.len()).any(|to| segment.span(0, to).is_some_and(|span| span.hash == whole))
            });
            assert!(found, "{path}");
        }
    }

    #[test]
    fn an_inner_word_hashes_as_if_it_stood_alone() {
        let segment = Segments::of(b"our-team-page").next().unwrap();
        assert_eq!(segment.span(1, 2).unwrap().hash, hash_of(letters(b"team")));
    }

    #[test]
    fn a_title_is_long() {
        assert!(Segments::of(b"/one-two-three-four-five-six-seven/").next().unwrap().long);
        assert!(!Segments::of(b"/one-two-three-four-five-six/").next().unwrap().long);
        assert!(Segments::of("x".repeat(200).as_bytes()).next().unwrap().long);
    }
}
