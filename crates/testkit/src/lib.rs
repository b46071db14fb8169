//! A scripted fake web on loopback, processes to kill, links to cut, disks to fill and databases to throw away: for
//! tests, benches and the demo.
//!
//! Nothing here reaches another machine: servers listen on 127.0.0.1 only, and whatever is started is
//! stopped when its handle is dropped.

pub mod disk;
mod error;
pub mod pg;
pub mod process;
pub mod proxy;
mod rows;
pub mod samples;
pub mod site;
mod wait;

pub use error::Error;
pub use rows::rows;
pub use wait::until;
