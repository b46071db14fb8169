//! The outside web, fetched politely and safely.
