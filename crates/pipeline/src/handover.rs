//! What discovery has learnt of sitemap files that import is about to ask for: kept a moment in memory, so that a
//! site is not asked twice. Forgetting one costs a request, nothing else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// The largest file that is kept, in bytes as they came.
pub(crate) const FILE_BYTES_MAX: usize = 1 << 20;
/// The most bytes that are kept in all.
const TOTAL_BYTES_MAX: usize = 32 << 20;
/// What a file costs beside its body, in bytes.
const FILE_COST: usize = 256;

/// What the site said of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// It came whole.
    Whole(Whole),
    /// It is as it was when it was last read.
    Unchanged,
}

/// A file as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whole {
    /// The undecoded body.
    pub body: Vec<u8>,
    /// The charset of the answer's `Content-Type`.
    pub charset: Option<String>,
    /// The answer's `ETag`.
    pub etag: Option<String>,
    /// The answer's `Last-Modified`.
    pub last_modified: Option<String>,
}

impl Held {
    fn cost(&self) -> usize {
        match self {
            Self::Whole(whole) => FILE_COST + whole.body.len(),
            Self::Unchanged => FILE_COST,
        }
    }
}

/// The files in hand, by the address that a job will ask for, in normal form.
#[derive(Debug, Default)]
pub(crate) struct Handover {
    held: Mutex<Hand>,
}

#[derive(Debug, Default)]
struct Hand {
    files: HashMap<String, Held>,
    /// The addresses in the order in which they came, with some that were taken since.
    order: VecDeque<String>,
    bytes: usize,
}

impl Handover {
    /// Keeps a file, letting go of the oldest ones if there is no room.
    pub(crate) fn put(&self, url: &str, file: Held) {
        if file.cost() > FILE_COST + FILE_BYTES_MAX {
            return;
        }
        let mut hand = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        hand.remove(url);
        hand.bytes += file.cost();
        hand.files.insert(url.to_owned(), file);
        hand.order.push_back(url.to_owned());
        while hand.bytes > TOTAL_BYTES_MAX
            && let Some(oldest) = hand.order.pop_front()
        {
            hand.remove(&oldest);
        }
        hand.forget_taken();
    }

    /// Takes a file out, once.
    pub(crate) fn take(&self, url: &str) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).remove(url)
    }
}

impl Hand {
    fn remove(&mut self, url: &str) -> Option<Held> {
        let file = self.files.remove(url)?;
        self.bytes -= file.cost();
        Some(file)
    }

    /// Drops the addresses of files that were taken, before they outweigh the others.
    fn forget_taken(&mut self) {
        if self.order.len() > 2 * self.files.len() + 64 {
            let files = &self.files;
            self.order.retain(|url| files.contains_key(url));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(size: usize) -> Held {
        Held::Whole(Whole { body: vec![0; size], charset: None, etag: None, last_modified: None })
    }

    #[test]
    fn a_file_is_handed_over_once() {
        let handover = Handover::default();
        handover.put("a", held(10));
        assert_eq!(handover.take("a"), Some(held(10)));
        assert_eq!(handover.take("a"), None);
    }

    #[test]
    fn what_came_last_of_one_address_counts() {
        let handover = Handover::default();
        handover.put("a", held(10));
        handover.put("a", Held::Unchanged);
        assert_eq!(handover.take("a"), Some(Held::Unchanged));
        assert_eq!(handover.take("a"), None);
    }

    #[test]
    fn the_oldest_goes_when_there_is_no_room() {
        let handover = Handover::default();
        for number in 0..40 {
            handover.put(&number.to_string(), held(FILE_BYTES_MAX));
        }
        assert_eq!(handover.take("0"), None);
        assert!(handover.take("39").is_some());
        handover.put("huge", held(FILE_BYTES_MAX + 1));
        assert_eq!(handover.take("huge"), None);
    }

    #[test]
    fn what_was_taken_leaves_nothing_behind() {
        let handover = Handover::default();
        for number in 0..10_000 {
            handover.put(&number.to_string(), Held::Unchanged);
            handover.take(&number.to_string());
        }
        let hand = handover.held.lock().expect("the files");
        assert!(hand.order.len() < 100 && hand.bytes == 0);
    }
}
