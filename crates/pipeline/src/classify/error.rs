//! What can be wrong with a file of rules.

/// Why a file of rules, or the name of a profile, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RulesError {
    /// It is not TOML, or not of the form that is expected.
    #[error("the rules cannot be read: {0}")]
    Syntax(String),
    /// A section is named after a type of page that does not exist.
    #[error("[types.{name}] is no type of page; expected one of {expected}")]
    PageType {
        /// What stands there.
        name: String,
        /// The types there are.
        expected: String,
    },
    /// A priority that does not exist.
    #[error("[types.{name}] has priority {priority}; a priority is 1, 2 or 3")]
    Priority {
        /// The section.
        name: String,
        /// What stands there.
        priority: i64,
    },
    /// A number that is no share.
    #[error("{place} is {value}; expected a number from 0 to 1")]
    Share {
        /// Where it stands.
        place: String,
        /// What stands there.
        value: String,
    },
    /// A word without letters, or with too many.
    #[error("{place} holds {word:?}; a word has 1 to {most} bytes without spaces and marks")]
    Word {
        /// Where it stands.
        place: String,
        /// The word.
        word: String,
        /// The longest word, in bytes.
        most: usize,
    },
    /// One word with two meanings.
    #[error("{word:?} stands in {first} and in {second}; a word can mean only one thing")]
    Twice {
        /// The word.
        word: String,
        /// Where it stands first.
        first: String,
        /// Where it stands again.
        second: String,
    },
    /// More words than can be held.
    #[error("the rules hold more than {most} words")]
    TooMany {
        /// The most that can be held.
        most: usize,
    },
    /// A profile that does not exist.
    #[error("{0:?} is no selection profile; expected auto, wide, all or none")]
    Profile(String),
}
