//! What kind of page a URL leads to, judged by its words alone: rules as data, millions of URLs a second.
//!
//! A path is taken apart into segments and words. A segment that *is* a known word beats one that contains it;
//! every further word and every level down costs confidence; below a section such as `/blog/` everything
//! belongs to the section. The words, and what each finding is worth, stand in `rules.toml`.
//!
//! ```
//! use pipeline::classify::{Profile, Rules};
//! let rules = Rules::default();
//! let page = rules.classify("https://example.org/de/kontakt.html");
//! assert_eq!((page.page_type, page.depth), (model::PageType::ContactRoot, 1));
//! assert!(page.selected(Profile::Auto));
//! ```

mod error;
mod file;
mod fold;
mod judge;
mod lexicon;
mod scan;

use model::{PageType, PriorityLevel};
use twox_hash::XxHash3_64;

pub use error::RulesError;
use file::RulesFile;
use lexicon::Lexicon;

/// The rules that come with the program.
pub const DEFAULT_RULES: &str = include_str!("rules.toml");

/// How sure a classification has to be before a profile selects by it.
pub const CONFIDENCE_MIN: f32 = 0.6;
/// How deep a page may stand before a profile passes it over.
pub const DEPTH_MAX: u16 = 2;

/// Which pages are selected for scraping without being asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Contact, career and legal pages.
    #[default]
    Auto,
    /// Those, and team, about and locations.
    Wide,
    /// Every page.
    All,
    /// None.
    None,
}

/// What a URL was taken for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classification<'r> {
    /// The kind of page.
    pub page_type: PageType,
    /// How sure that is, 0 to 1; 0 for an unknown page.
    pub confidence: f32,
    /// How many path segments lead to it, without language prefixes and the like; 0 for a home page.
    pub depth: u16,
    /// How likely contacts stand on it.
    pub priority_level: PriorityLevel,
    /// Which rule decided, such as `contact_root de kontakt`; empty for an unknown page.
    pub rule: &'r str,
    selects: Selects,
}

/// The least generous profile that selects a type of page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Selects {
    Auto,
    Wide,
    #[default]
    Never,
}

impl Classification<'_> {
    /// Whether a profile selects this page.
    pub fn selected(&self, profile: Profile) -> bool {
        let sure = self.confidence >= CONFIDENCE_MIN && self.depth <= DEPTH_MAX;
        match profile {
            Profile::Auto => sure && self.selects == Selects::Auto,
            Profile::Wide => sure && self.selects != Selects::Never,
            Profile::All => true,
            Profile::None => false,
        }
    }
}

impl std::str::FromStr for Profile {
    type Err = RulesError;

    fn from_str(word: &str) -> Result<Self, RulesError> {
        match word {
            "auto" => Ok(Self::Auto),
            "wide" => Ok(Self::Wide),
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => Err(RulesError::Profile(word.to_owned())),
        }
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Wide => "wide",
            Self::All => "all",
            Self::None => "none",
        })
    }
}

/// A set of rules, ready to use. Cheap to share, not to clone.
#[derive(Debug)]
pub struct Rules {
    lexicon: Lexicon,
    fingerprint: u64,
}

impl Rules {
    /// Reads rules in the form of [`DEFAULT_RULES`].
    ///
    /// # Errors
    /// [`RulesError`] says where the file is wrong and what is expected there.
    pub fn from_toml(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text).map_err(|error| RulesError::Syntax(error.to_string()))?;
        let fingerprint = XxHash3_64::oneshot([env!("CARGO_PKG_VERSION"), text].concat().as_bytes());
        Ok(Self { lexicon: Lexicon::new(file)?, fingerprint })
    }

    /// A number that other rules, or the same read by another release, do not have.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What the page at a path (with or without query) or a whole URL is. Takes time linear in its length and
    /// allocates only for paths that are not plain ASCII.
    pub fn classify(&self, url: &str) -> Classification<'_> {
        judge::classify(&self.lexicon, url)
    }

    /// As [`Rules::classify`], for a page that a home page links to with `text`, which decides where the URL tells
    /// little: `/node/17` under "Kontakt" is a contact page. What a home page names so stands directly below it.
    pub fn classify_link(&self, url: &str, text: &str) -> Classification<'_> {
        let by_url = self.classify(url);
        let is_numbered = by_url.page_type == PageType::WpProspect;
        if (by_url.confidence >= CONFIDENCE_MIN && !is_numbered) || judge::is_file(&self.lexicon, url) {
            return by_url;
        }
        let by_text = judge::classify_text(&self.lexicon, text);
        let is_surer = by_text.confidence > by_url.confidence;
        if is_surer || (is_numbered && by_text.confidence >= CONFIDENCE_MIN) { by_text } else { by_url }
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::from_toml(DEFAULT_RULES).expect("the built-in rules are valid")
    }
}

#[cfg(test)]
mod tests;
