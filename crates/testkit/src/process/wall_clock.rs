//! A wall clock for one process, as wrong as wanted: set before its start or moved under its feet, by libfaketime.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Error;

/// Where Debian keeps libraries, one folder an architecture.
const LIBRARIES: &str = "/usr/lib";
/// The library that answers for the clock; the one made for programs with threads.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// What the wall clock says to the processes that were started with it. Outlive them with it.
#[derive(Debug)]
pub struct WallClock {
    library: PathBuf,
    folder: TempDir,
}

impl WallClock {
    /// A clock that is wrong by so many seconds.
    ///
    /// # Errors
    /// [`Error::NoFaketime`] when libfaketime is not installed.
    pub fn off_by(seconds: i64) -> Result<Self, Error> {
        let library = library().ok_or(Error::NoFaketime)?;
        let failed = |cause| Error::File { path: std::env::temp_dir(), cause };
        let folder = tempfile::Builder::new().prefix("sitelode-clock-").tempdir().map_err(failed)?;
        let clock = Self { library, folder };
        clock.set(seconds)?;
        Ok(clock)
    }

    /// Sets it: processes see it within a second.
    ///
    /// # Errors
    /// [`Error::File`] when it cannot be written.
    pub fn set(&self, seconds: i64) -> Result<(), Error> {
        let path = self.path();
        // In one step: a process may read it at any time.
        let next = path.with_extension("next");
        let written = fs::write(&next, format!("{seconds:+}\n")).and_then(|()| fs::rename(&next, &path));
        written.map_err(|cause| Error::File { path, cause })
    }

    /// What makes a process believe it.
    pub(super) fn environment(&self) -> [(OsString, OsString); 4] {
        [
            ("LD_PRELOAD".into(), self.library.clone().into()),
            ("FAKETIME_TIMESTAMP_FILE".into(), self.path().into()),
            ("FAKETIME_CACHE_DURATION".into(), "1".into()),
            ("FAKETIME_DONT_FAKE_MONOTONIC".into(), "1".into()),
        ]
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("offset")
    }
}

fn library() -> Option<PathBuf> {
    let folders = fs::read_dir(Path::new(LIBRARIES)).ok()?.flatten();
    folders.map(|folder| folder.path().join(LIBRARY)).find(|path| path.exists())
}
