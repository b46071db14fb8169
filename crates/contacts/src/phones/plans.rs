//! The numbering plans as one page may ask them: each question once, so many in all.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::number::Number;
use crate::region::Country;

/// Questions that are answered for one page.
const MAX_QUESTIONS: usize = 3_000;

/// A number's digits, their count (32 more with a plus), and the country it is dialled in.
type Question = (u64, usize, Option<Country>);

/// The answers of one page.
#[derive(Debug)]
pub(crate) struct Plans {
    left: usize,
    answers: HashMap<Question, Option<Number>, RandomState>,
}

impl Default for Plans {
    fn default() -> Self {
        Self { left: MAX_QUESTIONS, answers: HashMap::default() }
    }
}

impl Plans {
    /// Reads digits, with a leading `+` in international form, otherwise as dialled in a country; nothing when they
    /// are no number, or when the page has asked too much.
    pub(super) fn read(&mut self, digits: &str, country: Option<Country>) -> Option<Number> {
        let question = question(digits, country)?;
        if let Some(answer) = self.answers.get(&question) {
            return answer.clone();
        }
        self.left = self.left.checked_sub(1)?;
        let answer = Number::parse(digits, country);
        self.answers.insert(question, answer.clone());
        answer
    }
}

/// The key of a question; none for what no plan has.
fn question(digits: &str, country: Option<Country>) -> Option<Question> {
    const PLUS: usize = 32;
    let (plus, bare) = digits.strip_prefix('+').map_or((0, digits), |bare| (PLUS, bare));
    Some((bare.parse().ok()?, bare.len() + plus, country))
}
