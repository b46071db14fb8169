//! By which rules something was read, in one short word: what was read by others is to be fetched whole again, though
//! the site calls it unchanged.

use store::DomainRow;
use twox_hash::XxHash3_64;

use crate::Pipeline;

/// The rules by which the sitemap files of a domain become its pages.
pub(crate) fn of_files(pipeline: &Pipeline, domain: &DomainRow) -> String {
    let max_pages = domain.max_pages.unwrap_or_default().to_string();
    let rules = pipeline.rules.fingerprint().to_string();
    word(&[sitemap::VERSION, &rules, &domain.select_profile, &max_pages, &domain.domain, &domain.base_url])
}

/// The rules by which pages become contacts.
pub(crate) fn of_pages(pipeline: &Pipeline) -> String {
    word(&[contacts::VERSION, pipeline.settings.region.as_deref().unwrap_or_default()])
}

fn word(parts: &[&str]) -> String {
    // No text holds a nil: `a`, `b` and `ab` differ.
    format!("{:016x}", XxHash3_64::oneshot(parts.join("\0").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_part_changes_the_word() {
        assert_eq!(word(&["a", "b"]), word(&["a", "b"]));
        assert_ne!(word(&["a", "b"]), word(&["ab", ""]));
        assert_ne!(word(&["a", "b"]), word(&["a", "c"]));
    }
}
