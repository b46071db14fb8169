//! The two statuses of a record: what a person decided, and how far the machine is. Never mixed.

use crate::words::words;

/// A person's (or a rule's) decision about a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CurationStatus {
    /// Nobody has decided yet.
    #[default]
    New,
    /// Wanted: setting this queues the processing.
    Selected,
    /// Not wanted.
    Rejected,
    /// Put away.
    Archived,
}

words!(CurationStatus, UnknownStatus, "status", {
    New => "New", Selected => "Selected", Rejected => "Rejected", Archived => "Archived",
});

/// The machine's progress with a record; a record that nobody asked to process has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProcessingStatus {
    /// A job for it waits.
    Queued,
    /// A job for it runs.
    Processing,
    /// Its job ended well.
    Complete,
    /// Its job ended with an error, which stands beside it.
    Error,
}

words!(ProcessingStatus, UnknownProcessingStatus, "processing status", {
    Queued => "Queued", Processing => "Processing", Complete => "Complete", Error => "Error",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_back_from_its_word() {
        for status in CurationStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
        for status in ProcessingStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
        }
    }

    #[test]
    fn a_wrong_word_is_told_with_the_right_ones() {
        let error = "done".parse::<CurationStatus>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"done\" is no status; it is one of: New, Selected, Rejected, Archived"
        );
    }
}
