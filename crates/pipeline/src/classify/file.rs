//! The form of a file of rules.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Selects;

/// The whole file. Word lists are kept by language so that people can find their way; the language tells the
/// matcher nothing, since sites mix them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RulesFile {
    pub(super) scoring: Scoring,
    pub(super) files: Files,
    pub(super) ignored: Ignored,
    pub(super) query: Query,
    pub(super) types: BTreeMap<String, TypeRules>,
}

/// What a finding is worth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scoring {
    /// For a page at depth 1, 2, 3 ...; the last one goes for anything deeper.
    pub(super) depth: Vec<f32>,
    /// For each further word in the segment that means nothing to us.
    pub(super) extra_word: f32,
    /// For each further word that adds nothing (`our`, `page`, a number).
    pub(super) filler_word: f32,
    /// For each segment below the one that was recognised.
    pub(super) below: f32,
    /// For what stands below a section and belongs to it.
    pub(super) section: f32,
    /// For a page that bears its own name inside a section (`/shop/contact`).
    pub(super) inside_section: f32,
    /// For what is named by the query instead of the path.
    pub(super) query: f32,
    /// For what is named by the text of a link instead of its URL.
    pub(super) link_text: f32,
    /// For `/2024/05/a-title`.
    pub(super) dated: f32,
    /// Anything less sure is unknown.
    pub(super) least: f32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Files {
    /// Endings that do not change what a page is.
    pub(super) pages: Vec<String>,
    /// Endings of what is no page.
    pub(super) others: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ignored {
    /// First segments that only choose a language or country.
    pub(super) languages: Vec<String>,
    /// Segments that hold everything and say nothing.
    pub(super) wrappers: Vec<String>,
    /// Words that add nothing beside another.
    pub(super) fillers: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Query {
    /// Parameters whose value names the page.
    pub(super) names: Vec<String>,
    /// Parameters whose number names the page, as WordPress has them.
    pub(super) numbers: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TypeRules {
    pub(super) priority: i64,
    /// The least generous profile that selects it.
    #[serde(default)]
    pub(super) select: Selects,
    /// Everything below such a segment is of this type too.
    #[serde(default)]
    pub(super) section: bool,
    /// Keeps its name inside a section.
    #[serde(default)]
    pub(super) stands_alone: bool,
    /// In place of the general worth of what stands below.
    pub(super) below: Option<f32>,
    pub(super) words: BTreeMap<String, Vec<String>>,
}
