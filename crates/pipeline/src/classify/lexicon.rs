//! The words of the rules, checked and arranged for look-up.

use std::collections::HashMap;
use std::str::FromStr;

use foldhash::fast::FixedState;
use model::{PageType, PriorityLevel};

use super::file::{Query, RulesFile, Scoring, TypeRules};
use super::fold::fold;
use super::scan::{LETTERS_MAX, Span, hash_of, letters};
use super::{RulesError, Selects};

/// Most words a file of rules can hold.
const WORDS_MAX: usize = 50_000;

/// Everything the judge looks up.
#[derive(Debug)]
pub(super) struct Lexicon {
    pub(super) scoring: Scoring,
    pub(super) query: Query,
    entries: HashMap<u64, Entry, FixedState>,
    /// For each first byte, which numbers of letters there are words of: most look-ups end here.
    lengths: Box<[u64; 256]>,
    types: Vec<TypeInfo>,
    /// The rule of `/2024/05/title`.
    pub(super) dated: Finding,
    /// The rule of `?page_id=7`.
    pub(super) numbered: Finding,
    /// The text of each rule.
    rules: Vec<Box<str>>,
}

/// What one word means. It may mean several things; which one counts depends on where it stands.
#[derive(Debug, Default)]
pub(super) struct Entry {
    letters: Box<[u8]>,
    pub(super) finding: Option<Finding>,
    pub(super) filler: bool,
    pub(super) language: bool,
    pub(super) wrapper: bool,
    pub(super) page_ending: bool,
    pub(super) other_ending: bool,
}

/// A type of page and the rule that says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finding {
    at: u8,
    rule: u32,
}

/// What the rules say of a type of page.
#[derive(Clone, Debug)]
pub(super) struct TypeInfo {
    pub(super) page_type: PageType,
    pub(super) priority: PriorityLevel,
    pub(super) selects: Selects,
    pub(super) section: bool,
    pub(super) stands_alone: bool,
    pub(super) below: f32,
}

impl Lexicon {
    pub(super) fn new(file: RulesFile) -> Result<Self, RulesError> {
        check_scoring(&file.scoring)?;
        let nothing = Finding { at: 0, rule: 0 };
        let mut lexicon = Self {
            entries: HashMap::default(),
            lengths: Box::new([0; 256]),
            types: Vec::new(),
            dated: nothing,
            numbered: nothing,
            rules: Vec::new(),
            scoring: file.scoring,
            query: file.query,
        };
        lexicon.types =
            PageType::ALL.iter().map(|page_type| unmentioned(*page_type, &lexicon.scoring)).collect();
        for (name, rules) in &file.types {
            lexicon.add_type(name, rules)?;
        }
        lexicon.dated = lexicon.finding(PageType::Blog, "blog dated path")?;
        lexicon.numbered = lexicon.finding(PageType::WpProspect, "wp_prospect numbered page")?;
        lexicon.flag_all("ignored.languages", &file.ignored.languages, |entry| entry.language = true)?;
        lexicon.flag_all("ignored.wrappers", &file.ignored.wrappers, |entry| entry.wrapper = true)?;
        lexicon.flag_all("files.pages", &file.files.pages, |entry| entry.page_ending = true)?;
        lexicon.flag_all("files.others", &file.files.others, |entry| entry.other_ending = true)?;
        for (language, words) in &file.ignored.fillers {
            lexicon.flag_all(&format!("ignored.fillers.{language}"), words, |entry| entry.filler = true)?;
        }
        Ok(lexicon)
    }

    /// What some words of a segment mean.
    pub(super) fn find(&self, span: &Span<'_>) -> Option<&Entry> {
        if span.letters > LETTERS_MAX || self.lengths[usize::from(span.first)] & (1 << span.letters) == 0 {
            return None;
        }
        let entry = self.entries.get(&span.hash)?;
        letters(span.text).eq(entry.letters.iter().copied()).then_some(entry)
    }

    pub(super) fn info(&self, finding: Finding) -> &TypeInfo {
        &self.types[usize::from(finding.at)]
    }

    pub(super) fn rule(&self, finding: Finding) -> &str {
        self.rules.get(finding.rule as usize).map_or("", |rule| rule)
    }

    /// The first found is the more telling of two: types are listed so.
    pub(super) fn tells_more(&self, one: Finding, other: Finding) -> bool {
        one.at < other.at
    }

    fn add_type(&mut self, name: &str, rules: &TypeRules) -> Result<(), RulesError> {
        let page_type = PageType::from_str(name).map_err(|_| RulesError::PageType {
            name: name.to_owned(),
            expected: PageType::ALL.iter().map(|page_type| page_type.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        let priority = PriorityLevel::try_from(rules.priority)
            .map_err(|_| RulesError::Priority { name: name.to_owned(), priority: rules.priority })?;
        let below = rules.below.unwrap_or(self.scoring.below);
        check_share(&format!("types.{name}.below"), below)?;
        let info = TypeInfo {
            page_type,
            priority,
            selects: rules.select,
            section: rules.section,
            stands_alone: rules.stands_alone,
            below,
        };
        if let Some(slot) = self.types.iter_mut().find(|slot| slot.page_type == page_type) {
            *slot = info;
        }
        // Many words are the same in several languages: English first, since its rule is read by most.
        let (english, others) = rules.words.iter().partition::<Vec<_>, _>(|(language, _)| *language == "en");
        for (language, words) in english.into_iter().chain(others) {
            let place = format!("types.{name}.words.{language}");
            for word in words {
                self.add_word(&place, &format!("{page_type} {language} {word}"), page_type, word)?;
            }
        }
        Ok(())
    }

    fn add_word(
        &mut self,
        place: &str,
        rule: &str,
        page_type: PageType,
        word: &str,
    ) -> Result<(), RulesError> {
        let finding = self.finding(page_type, rule)?;
        let entry = self.entry(place, word)?;
        let Some(before) = entry.finding else {
            entry.finding = Some(finding);
            return Ok(());
        };
        if before.at == finding.at {
            return Ok(()); // the same word in another language
        }
        let first = self.rule(before).to_owned();
        Err(RulesError::Twice { word: word.to_owned(), first, second: rule.to_owned() })
    }

    fn finding(&mut self, page_type: PageType, rule: &str) -> Result<Finding, RulesError> {
        let too_many = RulesError::TooMany { most: WORDS_MAX };
        let at = PageType::ALL.iter().position(|one| *one == page_type);
        let at = at.and_then(|at| u8::try_from(at).ok()).ok_or(too_many.clone())?;
        let number =
            u32::try_from(self.rules.len()).ok().filter(|_| self.rules.len() < WORDS_MAX).ok_or(too_many)?;
        self.rules.push(rule.into());
        Ok(Finding { at, rule: number })
    }

    fn flag_all(&mut self, place: &str, words: &[String], set: fn(&mut Entry)) -> Result<(), RulesError> {
        for word in words {
            set(self.entry(place, word)?);
        }
        Ok(())
    }

    /// The entry of a word, made if there is none.
    fn entry(&mut self, place: &str, word: &str) -> Result<&mut Entry, RulesError> {
        let refused =
            || RulesError::Word { place: place.to_owned(), word: word.to_owned(), most: LETTERS_MAX };
        let spelled: Box<[u8]> = letters(fold(word).as_bytes()).collect();
        let first = *spelled.first().filter(|_| spelled.len() <= LETTERS_MAX).ok_or_else(refused)?;
        self.lengths[usize::from(first)] |= 1 << spelled.len();
        let entry = self.entries.entry(hash_of(spelled.iter().copied())).or_default();
        if entry.letters.is_empty() {
            entry.letters = spelled;
        } else if entry.letters != spelled {
            return Err(refused()); // two words with one hash: never seen, and told rather than mixed up
        }
        Ok(entry)
    }
}

/// A type the rules say nothing of.
fn unmentioned(page_type: PageType, scoring: &Scoring) -> TypeInfo {
    TypeInfo {
        page_type,
        priority: PriorityLevel::Three,
        selects: Selects::Never,
        section: false,
        stands_alone: false,
        below: scoring.below,
    }
}

fn check_scoring(scoring: &Scoring) -> Result<(), RulesError> {
    let named = [
        ("extra_word", scoring.extra_word),
        ("filler_word", scoring.filler_word),
        ("below", scoring.below),
        ("section", scoring.section),
        ("inside_section", scoring.inside_section),
        ("query", scoring.query),
        ("dated", scoring.dated),
        ("least", scoring.least),
    ];
    for (name, share) in named {
        check_share(&format!("scoring.{name}"), share)?;
    }
    if scoring.depth.is_empty() {
        return Err(RulesError::Share { place: "scoring.depth".to_owned(), value: "empty".to_owned() });
    }
    scoring.depth.iter().try_for_each(|share| check_share("scoring.depth", *share))
}

fn check_share(place: &str, share: f32) -> Result<(), RulesError> {
    if (0.0..=1.0).contains(&share) {
        return Ok(());
    }
    Err(RulesError::Share { place: place.to_owned(), value: share.to_string() })
}
