//! Sitemap files that discovery has read to their end and import is about to ask for: kept a moment in memory, so
//! that a site is not asked twice. Forgetting one costs a request, nothing else.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The largest file that is kept, in bytes as they came.
pub(crate) const FILE_BYTES_MAX: usize = 1 << 20;
/// The most bytes that are kept in all.
const TOTAL_BYTES_MAX: usize = 32 << 20;

/// A file as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// The address that a job will ask for, in normal form.
    pub url: String,
    /// The undecoded body.
    pub body: Vec<u8>,
    /// The charset of the answer's `Content-Type`.
    pub charset: Option<String>,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`.
    pub last_modified: Option<String>,
}

/// The files in hand, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    held: Mutex<(VecDeque<Held>, usize)>,
}

impl Handover {
    /// Keeps a file, letting go of the oldest ones if there is no room.
    pub(crate) fn put(&self, file: Held) {
        if file.body.len() > FILE_BYTES_MAX {
            return;
        }
        let mut guard = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (files, bytes) = &mut *guard;
        *bytes += file.body.len();
        files.push_back(file);
        while *bytes > TOTAL_BYTES_MAX {
            let Some(oldest) = files.pop_front() else { break };
            *bytes -= oldest.body.len();
        }
    }

    /// Takes a file out, once.
    pub(crate) fn take(&self, url: &str) -> Option<Held> {
        let mut guard = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (files, bytes) = &mut *guard;
        let place = files.iter().position(|file| file.url == url)?;
        let file = files.remove(place)?;
        *bytes -= file.body.len();
        Some(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(url: &str, size: usize) -> Held {
        Held { url: url.into(), body: vec![0; size], charset: None, etag: None, last_modified: None }
    }

    #[test]
    fn a_file_is_handed_over_once() {
        let handover = Handover::default();
        handover.put(held("a", 10));
        assert_eq!(handover.take("a"), Some(held("a", 10)));
        assert_eq!(handover.take("a"), None);
    }

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let handover = Handover::default();
        for number in 0..40 {
            handover.put(held(&number.to_string(), FILE_BYTES_MAX));
        }
        assert_eq!(handover.take("0"), None);
        assert!(handover.take("39").is_some());
        handover.put(held("huge", FILE_BYTES_MAX + 1));
        assert_eq!(handover.take("huge"), None);
    }
}
