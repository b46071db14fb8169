//! The stages: discover, import, scrape; and the rules between them.

pub mod intake;
