//! What can go wrong while a test's surroundings are set up.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Why a fake web, a process, a disk or a cluster could not be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The fake web could not listen.
    #[error("cannot listen on 127.0.0.1:{port}: {cause}")]
    Listen {
        /// The port asked for; 0 for any.
        port: u16,
        /// What the system said.
        cause: io::Error,
    },
    /// A program could not be started.
    #[error("cannot start {program}: {cause}")]
    Start {
        /// The program.
        program: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A file or folder could not be made or read.
    #[error("{path}: {cause}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// A disk could not be mounted.
    #[error("cannot mount a disk on {path}: {cause}; it takes the rights of root")]
    Mount {
        /// Where.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// libfaketime is not installed.
    #[error("no libfaketime: install Debian's faketime package, or run cargo xtask setup")]
    NoFaketime,
    /// A database could not be read.
    #[error("{location}: {cause}")]
    Rows {
        /// Which database.
        location: String,
        /// What it said.
        cause: sqlx::Error,
    },
    /// A signal could not be sent.
    #[error("cannot signal process {pid}: {cause}")]
    Signal {
        /// The process.
        pid: u32,
        /// What the system said.
        cause: io::Error,
    },
    /// Something expected did not happen in time.
    #[error("waited {:.1} s for {what}; last output:\n{output}", waited.as_secs_f64())]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        waited: Duration,
        /// The end of what the process printed.
        output: String,
    },
    /// A process ended before what was expected of it happened.
    #[error("the process ended ({status}) before {what}; last output:\n{output}")]
    Ended {
        /// What was waited for.
        what: String,
        /// How it ended.
        status: String,
        /// The end of what the process printed.
        output: String,
    },
    /// No PostgreSQL programs are installed.
    #[error("no initdb under {looked_in}: install Debian's postgresql package, or run cargo xtask setup")]
    NoPostgres {
        /// Where they were looked for.
        looked_in: String,
    },
    /// A PostgreSQL program said no.
    #[error("{program} failed: {output}")]
    Postgres {
        /// The program.
        program: String,
        /// What it printed.
        output: String,
    },
}
