//! Children are started by one thread that lives as long as the process, and die with it.

use std::io;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Sender};

type Order = (Command, Sender<io::Result<Child>>);

/// Starts a command from the keeper thread: the kernel's parent-death signal watches the *thread* that
/// started a child, and a test's own thread ends too early.
pub(crate) fn spawn(command: Command) -> io::Result<Child> {
    static KEEPER: OnceLock<Option<Sender<Order>>> = OnceLock::new();
    let gone = || io::Error::other("the thread that starts processes is gone");
    let keeper = KEEPER.get_or_init(|| {
        let (orders, taken) = mpsc::channel::<Order>();
        let run = move || {
            for (mut command, answer) in taken {
                let _ = answer.send(command.spawn());
            }
        };
        std::thread::Builder::new().name("process-keeper".into()).spawn(run).ok().map(|_| orders)
    });
    let (answer, answered) = mpsc::channel();
    keeper.as_ref().ok_or_else(gone)?.send((command, answer)).map_err(|_| gone())?;
    answered.recv().map_err(|_| gone())?
}

/// A command for the program that the kernel kills when this process dies, where `setpriv` can arrange that;
/// as `user` (and the group of that name, or its own) if one is given.
pub(crate) fn tied_to_this_process(program: &Path, user: Option<&str>) -> Command {
    let Some(setpriv) = setpriv() else { return Command::new(program) };
    let mut command = Command::new(setpriv);
    if let Some(user) = user {
        command.args(["--reuid", user, "--init-groups"]);
    }
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// Where `setpriv` (util-linux 2.33 and later) is installed.
pub(crate) fn setpriv() -> Option<&'static Path> {
    ["/usr/bin/setpriv", "/bin/setpriv"].into_iter().map(Path::new).find(|path| path.exists())
}
