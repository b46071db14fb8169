//! A small disk of its own that can be filled to the last byte and emptied again: what a full disk does to a program.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, UnmountFlags, mount, mount_remount, unmount};
use tempfile::TempDir;

use crate::Error;

/// The file that takes the room away.
const BALLAST: &str = "ballast";
/// It grows by so much at a time.
static PIECE: [u8; 64 * 1024] = [0xA5; 64 * 1024];

/// A mounted disk in memory; gone when dropped.
#[derive(Debug)]
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// Mounts a disk of so many bytes in a temporary folder. Needs the right to mount, which root has.
    ///
    /// # Errors
    /// [`Error::Mount`] without that right.
    pub fn mount(bytes: u64) -> Result<Self, Error> {
        let failed = |cause| Error::File { path: std::env::temp_dir(), cause };
        let folder = tempfile::Builder::new().prefix("sitelode-disk-").tempdir().map_err(failed)?;
        let data = std::ffi::CString::new(format!("size={bytes},mode=0755")).map_err(|e| failed(e.into()))?;
        let flags = MountFlags::NOSUID | MountFlags::NODEV;
        mount("sitelode-disk", folder.path(), "tmpfs", flags, &*data)
            .map_err(|cause| Error::Mount { path: folder.path().to_owned(), cause: cause.into() })?;
        Ok(Self { folder })
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Takes all the room there is; how many bytes it took.
    ///
    /// # Errors
    /// [`Error::File`] for anything but the disk being full.
    pub fn fill(&self) -> Result<u64, Error> {
        let path = self.ballast();
        let failed = |cause| Error::File { path: path.clone(), cause };
        let mut file = File::options().create(true).append(true).open(&path).map_err(failed)?;
        let mut piece = &PIECE[..];
        let mut taken = 0;
        loop {
            match file.write(piece) {
                Ok(written) => taken += written as u64,
                Err(cause) if cause.kind() == ErrorKind::StorageFull && piece.len() == 1 => return Ok(taken),
                Err(cause) if cause.kind() == ErrorKind::StorageFull => piece = &piece[..piece.len() / 2],
                Err(cause) => return Err(failed(cause)),
            }
        }
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// [`Error::File`] when the system refuses.
    pub fn free(&self) -> Result<(), Error> {
        match fs::remove_file(self.ballast()) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                Err(Error::File { path: self.ballast(), cause })
            }
            _ => Ok(()),
        }
    }

    /// Lets nobody write, or lets all write again. Takes no file open for writing.
    ///
    /// # Errors
    /// [`Error::Mount`] when somebody has one open.
    pub fn read_only(&self, yes: bool) -> Result<(), Error> {
        let locked = if yes { MountFlags::RDONLY } else { MountFlags::empty() };
        let flags = MountFlags::NOSUID | MountFlags::NODEV | locked;
        mount_remount(self.path(), flags, c"")
            .map_err(|cause| Error::Mount { path: self.path().to_owned(), cause: cause.into() })
    }

    fn ballast(&self) -> PathBuf {
        self.path().join(BALLAST)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Also while a program still has files open on it: it then goes with the last of them.
        let _ = unmount(self.path(), UnmountFlags::DETACH);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk, where the system lets us mount one.
    fn disk() -> Option<Disk> {
        match Disk::mount(1 << 20) {
            Err(Error::Mount { .. }) => None,
            other => Some(other.unwrap()),
        }
    }

    #[test]
    fn a_full_disk_takes_no_byte_until_it_is_freed() {
        let Some(disk) = disk() else { return };
        assert!(disk.fill().unwrap() > 900 << 10);
        let file = disk.path().join("more");
        assert_eq!(fs::write(&file, "x").unwrap_err().kind(), ErrorKind::StorageFull);
        disk.free().unwrap();
        fs::write(&file, "x").unwrap();
        assert!(disk.fill().unwrap() > 900 << 10);
    }

    #[test]
    fn nothing_is_left_of_a_dropped_disk() {
        let Some(disk) = disk() else { return };
        let path = disk.path().to_owned();
        drop(disk);
        assert!(!path.exists());
        assert!(!fs::read_to_string("/proc/mounts").unwrap().contains(&*path.to_string_lossy()));
    }
}
