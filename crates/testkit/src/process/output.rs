//! What a process prints, read by threads of its own so that it never blocks on a full pipe.

use std::io::Read;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How much of each output is kept: the first so many bytes.
pub const OUTPUT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How much of the end is shown in an error.
const SHOWN_BYTES: usize = 4 * 1024;

/// Both outputs of a process.
#[derive(Debug)]
pub(super) struct Output {
    shared: Arc<Shared>,
    readers: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    printed: Mutex<[Vec<u8>; 2]>,
    more: Condvar,
}

impl Output {
    /// Takes over the outputs of a child.
    pub(super) fn of(child: &mut Child) -> Self {
        let shared = Arc::<Shared>::default();
        let pipes: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
            child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        ];
        let readers = pipes.into_iter().enumerate().filter_map(|(at, pipe)| {
            let shared = shared.clone();
            let pipe = pipe?;
            std::thread::Builder::new()
                .name("process-output".into())
                .spawn(move || shared.read(at, pipe))
                .ok()
        });
        Self { readers: readers.collect(), shared }
    }

    pub(super) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.shared.printed()[0]).into_owned()
    }

    pub(super) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.shared.printed()[1]).into_owned()
    }

    /// The first whole line that contains `part`.
    pub(super) fn line_with(&self, part: &str) -> Option<String> {
        let printed = self.shared.printed();
        printed.iter().find_map(|bytes| {
            let whole = bytes.iter().rposition(|byte| *byte == b'\n')?;
            let text = String::from_utf8_lossy(&bytes[..whole]);
            text.lines().find(|line| line.contains(part)).map(str::to_owned)
        })
    }

    /// The end of both outputs, for a message.
    pub(super) fn end(&self) -> String {
        let end = |bytes: &[u8]| {
            let from = bytes.len().saturating_sub(SHOWN_BYTES);
            String::from_utf8_lossy(&bytes[from..]).into_owned()
        };
        let printed = self.shared.printed();
        format!("{}{}", end(&printed[0]), end(&printed[1]))
    }

    /// Waits until more was printed, at most so long.
    pub(super) fn wait_for_more(&self, at_most: Duration) {
        drop(self.shared.more.wait_timeout(self.shared.printed(), at_most));
    }

    /// Reads what is left once the process has ended. A grandchild that holds the pipe open is not waited for.
    pub(super) fn finish(&mut self) {
        const LOOKS_MAX: u32 = 200;
        for _ in 0..LOOKS_MAX {
            if self.readers.iter().all(JoinHandle::is_finished) {
                break;
            }
            self.wait_for_more(Duration::from_millis(5));
        }
        self.readers.retain(|reader| !reader.is_finished());
    }
}

impl Shared {
    fn printed(&self) -> MutexGuard<'_, [Vec<u8>; 2]> {
        self.printed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self, at: usize, mut pipe: Box<dyn Read + Send>) {
        let mut piece = [0; 8 * 1024];
        while let Ok(read) = pipe.read(&mut piece) {
            if read == 0 {
                break;
            }
            let mut printed = self.printed();
            let room = OUTPUT_BYTES_MAX.saturating_sub(printed[at].len());
            printed[at].extend_from_slice(&piece[..read.min(room)]);
            self.more.notify_all();
        }
        self.more.notify_all();
    }
}
