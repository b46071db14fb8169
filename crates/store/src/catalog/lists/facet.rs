//! Facets: the words that a row can be filtered by, packed into one number as the `facet` column has it.

use model::{ContactKind, CurationStatus, PageType, ProcessingStatus, SitemapType};

/// A status that a record may not have yet.
type Progress = Option<ProcessingStatus>;

const fn curation(status: CurationStatus) -> i64 {
    match status {
        CurationStatus::New => 0,
        CurationStatus::Selected => 1,
        CurationStatus::Rejected => 2,
        CurationStatus::Archived => 3,
    }
}

const fn progress(status: Progress) -> i64 {
    match status {
        None => 0,
        Some(ProcessingStatus::Queued) => 1,
        Some(ProcessingStatus::Processing) => 2,
        Some(ProcessingStatus::Complete) => 3,
        Some(ProcessingStatus::Error) => 4,
    }
}

fn place<T: PartialEq>(all: &[T], wanted: &T) -> i64 {
    all.iter().position(|one| one == wanted).map_or(-1, |at| i64::try_from(at).unwrap_or(-1))
}

/// Which values one part of a facet may have; none means any.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    /// What the facet is divided by to get at the part.
    divisor: i64,
    /// How many values the part can have.
    range: i64,
    wanted: Vec<i64>,
}

impl Part {
    pub(super) fn curation(divisor: i64, wanted: &[CurationStatus]) -> Self {
        Self { divisor, range: 4, wanted: wanted.iter().map(|status| curation(*status)).collect() }
    }

    pub(super) fn progress(divisor: i64, wanted: &[Progress]) -> Self {
        Self { divisor, range: 8, wanted: wanted.iter().map(|status| progress(*status)).collect() }
    }

    pub(super) fn sitemap_type(divisor: i64, wanted: &[Option<SitemapType>]) -> Self {
        let number = |kind: &Option<SitemapType>| kind.map_or(0, |kind| place(SitemapType::ALL, &kind) + 1);
        Self { divisor, range: 8, wanted: wanted.iter().map(number).collect() }
    }

    pub(super) fn page_type(divisor: i64, wanted: &[PageType]) -> Self {
        Self { divisor, range: 16, wanted: wanted.iter().map(|kind| place(PageType::ALL, kind)).collect() }
    }

    pub(super) fn priority(divisor: i64, wanted: &[model::PriorityLevel]) -> Self {
        Self { divisor, range: 4, wanted: wanted.iter().map(|level| i64::from(*level)).collect() }
    }

    pub(super) fn flag(divisor: i64, wanted: Option<bool>) -> Self {
        Self { divisor, range: 2, wanted: wanted.into_iter().map(i64::from).collect() }
    }

    pub(super) fn contact_kind(divisor: i64, wanted: &[ContactKind]) -> Self {
        Self { divisor, range: 8, wanted: wanted.iter().map(|kind| place(ContactKind::ALL, kind)).collect() }
    }

    /// The same as a condition in SQL; none if any value will do.
    pub(super) fn condition(&self) -> Option<String> {
        let numbers: Vec<String> = self.wanted.iter().map(ToString::to_string).collect();
        let Self { divisor, range, .. } = self;
        (!numbers.is_empty()).then(|| format!("t.facet / {divisor} % {range} IN ({})", numbers.join(",")))
    }

    fn takes(&self, facet: i64) -> bool {
        self.wanted.is_empty() || self.wanted.contains(&(facet / self.divisor % self.range))
    }
}

/// Whether no part is limited.
pub(super) fn is_any(parts: &[Part]) -> bool {
    parts.iter().all(|part| part.wanted.is_empty())
}

/// Whether a row of this facet is wanted.
pub(super) fn takes(parts: &[Part], facet: i64) -> bool {
    parts.iter().all(|part| part.takes(facet))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_of_words_takes_the_facets_that_have_them() {
        let parts = [
            Part::curation(16, &[CurationStatus::Selected]),
            Part::progress(2, &[None, Some(ProcessingStatus::Error)]),
            Part::flag(1, None),
        ];
        let facet = |curation: i64, progress: i64, flag: i64| 3 * 1024 + curation * 16 + progress * 2 + flag;
        assert!(takes(&parts, facet(1, 0, 1)));
        assert!(takes(&parts, facet(1, 4, 0)));
        assert!(!takes(&parts, facet(1, 3, 0)));
        assert!(!takes(&parts, facet(0, 0, 0)));
        assert!(!is_any(&parts));
    }
}
