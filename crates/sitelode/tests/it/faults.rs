//! Faults: processes, links, clocks, disks and servers fail in the middle of the work, and what comes of it is what
//! comes of a run that nobody disturbed.
//!
//! `cargo xtask crash` runs [`seeded_rounds`](seeded::rounds_end_as_if_nothing_had_happened) with other seeds, more
//! rounds and chosen faults.

mod drive;
mod fault;
mod judge;
mod node;
mod place;
mod postgres;
mod seeded;
mod sqlite;
mod world;
