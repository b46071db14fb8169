//! Why a domain has no sitemap, in words: absent, blocked, moved, or merely not reachable.

use engine::Failure;

use crate::discover::home::Home;
use crate::discover::probe::Found;

/// What is to be said of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    notes: Vec<String>,
    blocked: bool,
}

impl Verdict {
    pub(super) fn of(home: &Home, found: &Found) -> Self {
        let mut notes = Vec::new();
        if let Some(moved_to) = &home.moved_to {
            notes.push(format!("the domain leads to {moved_to}"));
        }
        match home.status {
            None => notes.push("robots.txt forbids the home page".to_owned()),
            Some(200..=299) => {}
            Some(status) => notes.push(format!("the home page answers {status}")),
        }
        let nothing = found.files.is_empty();
        if nothing {
            let misses: Vec<String> =
                found.misses.iter().map(|(why, count)| format!("{count} x {why}")).collect();
            let misses = if misses.is_empty() { "nothing to look at".to_owned() } else { misses.join(", ") };
            notes.push(format!("no sitemap found ({misses})"));
            if home.page.is_some() {
                notes.push("took the pages that the home page links to".to_owned());
            }
        }
        let refused = |status: u16| matches!(status, 401 | 403 | 407 | 429 | 451 | 503);
        Self { notes, blocked: nothing && home.status.is_some_and(refused) }
    }

    /// The failure of a domain that lets us nowhere in.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.blocked
            .then(|| Failure::fatal("blocked", format!("the site does not let us in: {}", self.note())))
    }

    /// In one line; empty if all is well.
    pub(super) fn note(&self) -> String {
        self.notes.join("; ")
    }
}
