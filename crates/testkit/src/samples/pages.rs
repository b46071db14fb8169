//! Sample sites as they are kept: one frame a site, its pages one after another in one file.

use crate::site::Site;

/// Starts a page in `pages.html`: `=== /path | Title`, then its content up to the next such line.
const MARK: &str = "=== ";

/// Adds every page of a sample to its site, each put into the frame.
pub(super) fn add(site: Site, frame: &str, pages: &str) -> Site {
    list(pages).into_iter().fold(site, |site, page| {
        let html = frame.replace("{title}", page.title).replace("{content}", page.content);
        site.page(page.path, html)
    })
}

/// The paths of all pages, in the order they are kept.
pub(super) fn paths(pages: &str) -> Vec<&str> {
    list(pages).into_iter().map(|page| page.path).collect()
}

/// One page before it is put into its frame.
pub(super) struct Page<'a> {
    pub(super) path: &'a str,
    pub(super) title: &'a str,
    content: &'a str,
}

/// The pages of a file. A part without a path is left out; a test sees that there is none.
pub(super) fn list(pages: &str) -> Vec<Page<'_>> {
    let parts = pages.strip_prefix(MARK).unwrap_or(pages).split("\n=== ");
    parts
        .filter_map(|part| {
            let (head, content) = part.split_once('\n')?;
            let (path, title) = head.split_once(" | ")?;
            Some(Page { path, title, content: content.trim() })
        })
        .collect()
}
