//! The binary as its user meets it: real processes, a fake web on loopback, files in temporary folders.

mod cli;
mod crash;
mod discovery;
mod faults;
mod hell;
mod home;
mod limits;
mod politeness;
mod rescan;
mod resume;
mod samples;
