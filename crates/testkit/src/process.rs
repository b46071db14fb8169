//! Real processes for tests: started, watched, stopped in every way a system can, and never left behind.
//!
//! A [`Process`] leads a process group of its own that is killed when the handle is dropped. Where `setpriv` is
//! installed the kernel kills it too if the test itself dies.

use std::ffi::OsString;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use clock::{Clock, SystemClock};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process, kill_process_group, waitid};

use crate::Error;
use output::Output;

mod keeper;
mod output;
mod wall_clock;

pub use output::OUTPUT_BYTES_MAX;
pub use wall_clock::WallClock;

/// How often a waiting process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How a program is to be started.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    user: Option<String>,
}

impl Program {
    /// The program at that path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), args: Vec::new(), env: Vec::new(), folder: None, user: None }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// With an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// With a wall clock of its own, which may be wrong and may jump. Time that is only measured is not touched.
    #[must_use]
    pub fn wall_clock(mut self, clock: &WallClock) -> Self {
        self.env.extend(clock.environment());
        self
    }

    /// In that working folder.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// As that system user. Needs root and `setpriv`.
    #[must_use]
    pub fn user(mut self, name: impl Into<String>) -> Self {
        self.user = Some(name.into());
        self
    }

    /// Starts it, with nothing on its standard input.
    ///
    /// # Errors
    /// [`Error::Start`] when the system refuses.
    pub fn start(&self) -> Result<Process, Error> {
        let (child, output) = self.spawn()?;
        Ok(Process { program: self.clone(), child, output, clock: SystemClock::default(), over: false })
    }

    fn spawn(&self) -> Result<(Child, Output), Error> {
        let refused = |cause| Error::Start { program: self.path.clone(), cause };
        // Asked here because the wrapper would only print it.
        if self.path.components().count() > 1 && !self.path.exists() {
            return Err(refused(std::io::ErrorKind::NotFound.into()));
        }
        let mut command = keeper::tied_to_this_process(&self.path, self.user.as_deref());
        command.args(&self.args).envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        let mut child = keeper::spawn(command).map_err(refused)?;
        let output = Output::of(&mut child);
        Ok((child, output))
    }
}

/// A process that is running, or has ended and not been dropped.
#[derive(Debug)]
pub struct Process {
    program: Program,
    child: Child,
    output: Output,
    clock: SystemClock,
    /// Its end was seen.
    over: bool,
}

impl Process {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The program it runs.
    pub fn path(&self) -> &Path {
        &self.program.path
    }

    /// What it printed on standard output so far.
    pub fn stdout(&self) -> String {
        self.output.stdout()
    }

    /// What it printed on standard error so far.
    pub fn stderr(&self) -> String {
        self.output.stderr()
    }

    /// Waits for a line, on either output, that contains `part`, and returns it. Lines already printed count.
    ///
    /// # Errors
    /// [`Error::TimedOut`]; [`Error::Ended`] when it ends without printing it.
    pub fn wait_for_line(&mut self, part: &str, within: Duration) -> Result<String, Error> {
        let what = format!("a line with {part:?}");
        self.until(&what, within, |process| {
            // The order matters: what it printed last is read before its end is believed.
            let ended = process.ended();
            if ended.is_some() {
                process.output.finish();
            }
            match (process.output.line_with(part), ended) {
                (Some(line), _) => Ok(Some(line)),
                (None, Some(status)) => Err(process.ended_early(&what, status)),
                (None, None) => Ok(None),
            }
        })
    }

    /// Waits until `ready` says so.
    ///
    /// # Errors
    /// [`Error::TimedOut`]; [`Error::Ended`] when the process ends first.
    pub fn wait_until(
        &mut self,
        what: &str,
        within: Duration,
        mut ready: impl FnMut() -> bool,
    ) -> Result<(), Error> {
        self.until(what, within, |process| match (ready(), process.ended()) {
            (true, _) => Ok(Some(())),
            (false, Some(status)) => Err(process.ended_early(what, status)),
            (false, None) => Ok(None),
        })
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`Error::TimedOut`]; it goes on running then.
    pub fn wait(&mut self, within: Duration) -> Result<ExitStatus, Error> {
        let status = self.until("its end", within, |process| Ok(process.ended()))?;
        self.output.finish();
        Ok(status)
    }

    /// How it ended; none while it runs. What it started and left behind is killed once its end is seen.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        if !self.over {
            // Not reaped yet: until then nobody else can get its id, and signals reach the right group.
            let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
            self.over = matches!(waitid(WaitId::Pid(self.pid()), look), Ok(Some(_)));
            if self.over {
                let _ = kill_process_group(self.pid(), Signal::KILL);
            }
        }
        if self.over { self.child.wait().ok() } else { None }
    }

    /// Kills it and all it started, at once (SIGKILL), and waits until it is gone.
    pub fn kill(&mut self) {
        if self.ended().is_none() {
            let _ = kill_process_group(self.pid(), Signal::KILL);
            let _ = kill_process(self.pid(), Signal::KILL);
            let _ = self.child.wait();
            self.over = true;
        }
        self.output.finish();
    }

    /// Stops it where it stands (SIGSTOP), as a machine that hangs would.
    ///
    /// # Errors
    /// [`Error::Signal`] when it is gone.
    pub fn pause(&self) -> Result<(), Error> {
        self.signal(Signal::STOP)
    }

    /// Lets a paused process go on (SIGCONT).
    ///
    /// # Errors
    /// [`Error::Signal`] when it is gone.
    pub fn resume(&self) -> Result<(), Error> {
        self.signal(Signal::CONT)
    }

    /// Asks it to end (SIGTERM).
    ///
    /// # Errors
    /// [`Error::Signal`] when it is gone.
    pub fn terminate(&self) -> Result<(), Error> {
        self.signal(Signal::TERM)
    }

    /// Asks it to end as Ctrl-C does (SIGINT).
    ///
    /// # Errors
    /// [`Error::Signal`] when it is gone.
    pub fn interrupt(&self) -> Result<(), Error> {
        self.signal(Signal::INT)
    }

    /// Kills it if it still runs and starts the same again. What was printed before is forgotten.
    ///
    /// # Errors
    /// [`Error::Start`] when the system refuses.
    pub fn restart(&mut self) -> Result<(), Error> {
        self.kill();
        (self.child, self.output) = self.program.spawn()?;
        self.over = false;
        Ok(())
    }

    /// Asks it to end without delay (SIGQUIT).
    ///
    /// # Errors
    /// [`Error::Signal`] when it is gone.
    pub fn quit(&self) -> Result<(), Error> {
        self.signal(Signal::QUIT)
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        // Once it is reaped its id may be somebody else's.
        let sent = if self.over { Err(Errno::SRCH) } else { kill_process(self.pid(), signal) };
        sent.map_err(|cause| Error::Signal { pid: self.id(), cause: cause.into() })
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn until<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut look: impl FnMut(&mut Self) -> Result<Option<T>, Error>,
    ) -> Result<T, Error> {
        let started = self.clock.elapsed();
        loop {
            if let Some(found) = look(self)? {
                return Ok(found);
            }
            let waited = self.clock.elapsed().saturating_sub(started);
            if waited >= within {
                return Err(Error::TimedOut { what: what.to_owned(), waited, output: self.output.end() });
            }
            self.output.wait_for_more(LOOK_EVERY);
        }
    }

    fn ended_early(&self, what: &str, status: ExitStatus) -> Error {
        let status = match (status.code(), status.signal()) {
            (Some(code), _) => format!("exit code {code}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => status.to_string(),
        };
        Error::Ended { what: what.to_owned(), status, output: self.output.end() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[cfg(test)]
mod tests;
