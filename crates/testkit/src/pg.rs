//! A private PostgreSQL for tests: made in a temporary folder, on a free port, gone when dropped.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use clock::{Clock, SystemClock};
use tempfile::TempDir;

use crate::Error;
use crate::process::{Process, Program};

/// Where Debian keeps the server's programs, one folder a version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The cluster's superuser.
const SUPERUSER: &str = "sitelode";
/// Names a running server to use instead of a cluster of our own, such as `postgres://me@127.0.0.1:5432`, so
/// that a whole test run needs one start.
pub const SERVER_VARIABLE: &str = "SITELODE_TEST_POSTGRES";
/// The longest wait for the server to start or stop.
const PATIENCE: Duration = Duration::from_secs(30);
/// Free ports that are tried before a start is given up.
const PORT_TRIES: usize = 5;

/// Set for speed: a test's data need not survive the machine, but what is committed survives the server's crash.
const SETTINGS: [&str; 8] = [
    "fsync=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "max_wal_size=1GB",
    "logging_collector=off",
    "log_min_messages=warning",
    "listen_addresses=127.0.0.1",
];

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// In order: clients are sent away, what is in memory is written down (SIGINT).
    Fast,
    /// At once, without a word; the next start repairs (SIGQUIT).
    Immediate,
    /// Killed (SIGKILL). Its children notice on their own.
    Kill,
}

/// A running cluster, or the server that [`SERVER_VARIABLE`] names.
#[derive(Debug)]
pub struct Cluster {
    bin: PathBuf,
    /// Address without a database name.
    url: String,
    made: AtomicU64,
    own: Option<Own>,
}

/// What is ours and goes with us.
#[derive(Debug)]
struct Own {
    server: Mutex<Process>,
    socket_folder: PathBuf,
    _folder: TempDir,
}

impl Cluster {
    /// The cluster all tests of this process share, started by the first and stopped with the last. With
    /// [`SERVER_VARIABLE`] set, the server it names.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn shared() -> Result<Arc<Self>, Error> {
        static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(running);
        }
        let cluster = match std::env::var(SERVER_VARIABLE) {
            Ok(url) if !url.is_empty() => {
                let url = url.trim_end_matches('/').to_owned();
                Arc::new(Self { bin: programs()?, url, made: AtomicU64::new(0), own: None })
            }
            _ => Self::start()?,
        };
        *shared = Arc::downgrade(&cluster);
        Ok(cluster)
    }

    /// Makes and starts a cluster of its own.
    ///
    /// # Errors
    /// [`Error::NoPostgres`] when it is not installed; what `initdb` or the server said otherwise.
    pub fn start() -> Result<Arc<Self>, Error> {
        Self::start_in(&std::env::temp_dir(), &[])
    }

    /// As [`Cluster::start`], with its data below `parent`, such as a small [`Disk`](crate::disk::Disk), and with
    /// these settings (`name=value`) over the usual ones.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_in(parent: &Path, settings: &[&str]) -> Result<Arc<Self>, Error> {
        let bin = programs()?;
        let user = rustix::process::geteuid().is_root().then(server_user);
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |cause| Error::File { path, cause }
        };
        let folder =
            tempfile::Builder::new().prefix("sitelode-pg-").tempdir_in(parent).map_err(failed(parent))?;
        if let Some(user) = &user {
            std::os::unix::fs::chown(folder.path(), Some(user.uid), Some(user.gid))
                .map_err(failed(folder.path()))?;
        }
        let name = user.map(|user| user.name);
        let data = folder.path().join("data");
        init(&bin, &data, name)?;
        let (server, port) = start_on_free_port(&bin, &data, folder.path(), name, settings)?;
        let socket_folder = folder.path().to_owned();
        Ok(Arc::new(Self {
            bin,
            url: format!("postgres://{SUPERUSER}@127.0.0.1:{port}"),
            made: AtomicU64::new(0),
            own: Some(Own { server: Mutex::new(server), socket_folder, _folder: folder }),
        }))
    }

    /// A fresh, empty database, dropped with its handle.
    ///
    /// # Errors
    /// [`Error::Postgres`] when the server refuses.
    pub fn database(self: &Arc<Self>) -> Result<Database, Error> {
        let name = format!("t{}_{}", std::process::id(), self.made.fetch_add(1, Ordering::Relaxed));
        self.program("createdb", &[&self.maintenance(), "--template=template0", &name])?;
        Ok(Database { cluster: self.clone(), name })
    }

    /// Its address without a database name.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it listens; none for a server that is not ours.
    pub fn addr(&self) -> Option<SocketAddr> {
        let (_, addr) = self.url.split_once('@').filter(|_| self.own.is_some())?;
        addr.parse().ok()
    }

    /// The folder of its unix socket; none for a server that is not ours.
    pub fn socket_folder(&self) -> Option<&Path> {
        self.own.as_ref().map(|own| &*own.socket_folder)
    }

    /// Stops the server at once, as a crash would; connections break. Nothing happens to one that is not ours.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when it does not stop.
    pub fn crash(&self) -> Result<(), Error> {
        self.stop(Stop::Immediate)
    }

    /// Stops the server; [`Cluster::restart`] starts it again. Nothing happens to one that is not ours.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when it does not stop.
    pub fn stop(&self, how: Stop) -> Result<(), Error> {
        self.server().map_or(Ok(()), |mut server| stop(&mut server, how))
    }

    /// Starts a stopped server again, on the same port with the same data; a running one is stopped first.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn restart(&self) -> Result<(), Error> {
        let Some(mut server) = self.server() else { return Ok(()) };
        stop(&mut server, Stop::Immediate)?;
        let clock = SystemClock::default();
        loop {
            server.restart()?;
            match ready(&mut server) {
                // Children of a killed server hold its memory for a moment longer.
                Err(Error::Ended { .. }) if clock.elapsed() < PATIENCE => {}
                result => return result,
            }
        }
    }

    /// Whether a server of ours runs: one whose disk is full may have ended by itself.
    pub fn is_running(&self) -> bool {
        self.server().is_none_or(|mut server| server.ended().is_none())
    }

    fn server(&self) -> Option<MutexGuard<'_, Process>> {
        self.own.as_ref().map(|own| own.server.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn maintenance(&self) -> String {
        format!("--maintenance-db={}/postgres", self.url)
    }

    fn program(&self, name: &str, args: &[&str]) -> Result<String, Error> {
        run(Command::new(self.bin.join(name)).args(args))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The server's own children end with it only if it is asked; the handle's SIGKILL is the last resort.
        let _ = self.crash();
    }
}

/// A database of one test.
#[derive(Debug)]
pub struct Database {
    cluster: Arc<Cluster>,
    name: String,
}

impl Database {
    /// Its address: `postgres://user@127.0.0.1:port/name`.
    pub fn url(&self) -> String {
        format!("{}/{}", self.cluster.url, self.name)
    }

    /// Its address by way of a proxy.
    pub fn url_by(&self, addr: SocketAddr) -> String {
        format!("postgres://{SUPERUSER}@{addr}/{}", self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The cluster it is in.
    pub fn cluster(&self) -> &Arc<Cluster> {
        &self.cluster
    }

    /// Runs SQL through `psql` and returns its rows, columns parted by `|`.
    ///
    /// # Errors
    /// [`Error::Postgres`] with what the server said.
    pub fn psql(&self, sql: &str) -> Result<String, Error> {
        self.cluster.program("psql", &["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, &self.url()])
    }

    /// Opens a transaction that runs `sql`, sees the database as it is now, and stays open until the handle is
    /// dropped: nothing that is deleted meanwhile can be vacuumed away.
    ///
    /// # Errors
    /// [`Error::Ended`] with what the server said.
    pub fn hold(&self, sql: &str) -> Result<Process, Error> {
        let psql = Program::new(self.cluster.bin.join("psql")).args(["-XAtq", "-v", "ON_ERROR_STOP=1"]);
        let steps = [
            // Else the server would sleep on after its client is gone.
            "SET client_connection_check_interval = 100",
            "BEGIN ISOLATION LEVEL REPEATABLE READ",
            sql,
            "SELECT 'held'",
            "SELECT pg_sleep(86400)",
        ];
        let psql = steps.iter().fold(psql, |psql, step| psql.args(["-c", step]));
        let mut holder = psql.arg(self.url()).env("PGCONNECT_TIMEOUT", "20").start()?;
        holder.wait_for_line("held", PATIENCE)?;
        Ok(holder)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let maintenance = self.cluster.maintenance();
        let _ = self.cluster.program("dropdb", &[&maintenance, "--if-exists", "--force", &self.name]);
    }
}

/// The programs of the newest version that has them.
fn programs() -> Result<PathBuf, Error> {
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path())
        .filter(|version| version.join("bin/initdb").exists())
        .max_by_key(|path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok()));
    newest.map(|version| version.join("bin")).ok_or(Error::NoPostgres { looked_in: VERSIONS.to_owned() })
}

struct ServerUser {
    name: &'static str,
    uid: u32,
    gid: u32,
}

/// PostgreSQL refuses to run as root: the user its package made, or nobody.
fn server_user() -> ServerUser {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let id = |name: &str| {
        let mut fields =
            accounts.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let named = |name| id(name).map(|(uid, gid)| ServerUser { name, uid, gid });
    named("postgres").unwrap_or(ServerUser { name: "nobody", uid: 65534, gid: 65534 })
}

fn init(bin: &Path, data: &Path, user: Option<&str>) -> Result<(), Error> {
    let program = bin.join("initdb");
    let args =
        ["--username", SUPERUSER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"];
    let program = as_user(Program::new(program).args(args).arg(data), user);
    let mut initdb = program.start()?;
    let status = initdb.wait(PATIENCE * 2)?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Postgres { program: "initdb".to_owned(), output: initdb.stdout() + &initdb.stderr() })
}

fn start_on_free_port(
    bin: &Path,
    data: &Path,
    sockets: &Path,
    user: Option<&str>,
    settings: &[&str],
) -> Result<(Process, u16), Error> {
    let mut last = None;
    for _ in 0..PORT_TRIES {
        let port = free_port()?;
        let mut program = Program::new(bin.join("postgres")).arg("-D").arg(data).arg("-k").arg(sockets);
        program = program.args(["-p".to_owned(), port.to_string()]);
        for setting in SETTINGS.iter().chain(settings) {
            program = program.args(["-c", *setting]);
        }
        let mut server = as_user(program, user).start()?;
        // Another process may take the port between our look and the server's: then it ends at once.
        match ready(&mut server) {
            Ok(()) => return Ok((server, port)),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or(Error::NoPostgres { looked_in: VERSIONS.to_owned() }))
}

fn as_user(program: Program, user: Option<&str>) -> Program {
    let program = program.folder("/");
    match user {
        Some(user) => program.user(user),
        None => program,
    }
}

fn free_port() -> Result<u16, Error> {
    let refused = |cause| Error::Listen { port: 0, cause };
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(refused)?;
    Ok(listener.local_addr().map_err(refused)?.port())
}

fn ready(server: &mut Process) -> Result<(), Error> {
    server.wait_for_line("ready to accept connections", PATIENCE).map(drop)
}

fn stop(server: &mut Process, how: Stop) -> Result<(), Error> {
    if server.ended().is_some() {
        return Ok(());
    }
    let _ = server.resume();
    match how {
        Stop::Fast => server.interrupt()?,
        Stop::Immediate => server.quit()?,
        Stop::Kill => server.kill(),
    }
    server.wait(PATIENCE).map(drop)
}

fn run(command: &mut Command) -> Result<String, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let ran = command.env("PGCONNECT_TIMEOUT", "20").output();
    let ran = ran.map_err(|cause| Error::Start { program: program.clone().into(), cause })?;
    if ran.status.success() {
        return Ok(String::from_utf8_lossy(&ran.stdout).trim_end().to_owned());
    }
    Err(Error::Postgres { program, output: String::from_utf8_lossy(&ran.stderr).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_test_has_a_fresh_database_on_a_shared_cluster() {
        let cluster = Cluster::shared().unwrap();
        let (one, two) = (cluster.database().unwrap(), cluster.database().unwrap());
        one.psql("CREATE TABLE held (id BIGINT)").unwrap();
        assert_eq!(two.psql("SELECT count(*) FROM pg_tables WHERE tablename = 'held'").unwrap(), "0");
        assert!(Arc::ptr_eq(&cluster, &Cluster::shared().unwrap()));
    }

    #[test]
    fn a_crashed_server_comes_back_with_its_data_on_the_same_port() {
        let cluster = Cluster::start().unwrap();
        let database = cluster.database().unwrap();
        database.psql("CREATE TABLE kept AS SELECT 7 AS n").unwrap();
        cluster.crash().unwrap();
        assert!(matches!(database.psql("SELECT 1"), Err(Error::Postgres { .. })));
        cluster.restart().unwrap();
        assert_eq!(database.psql("SELECT n FROM kept").unwrap(), "7");
    }

    #[test]
    fn a_server_comes_back_however_it_was_stopped() {
        let cluster = Cluster::start().unwrap();
        let database = cluster.database().unwrap();
        for how in [Stop::Fast, Stop::Immediate, Stop::Kill] {
            cluster.stop(how).unwrap();
            assert!(!cluster.is_running());
            cluster.restart().unwrap();
            assert_eq!(database.psql("SELECT 1").unwrap(), "1", "{how:?}");
        }
    }

    #[test]
    fn a_held_transaction_sees_the_past_until_it_is_dropped() {
        let cluster = Cluster::shared().unwrap();
        let database = cluster.database().unwrap();
        let old = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                   AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()";
        let mut holder = database.hold("SELECT 1").unwrap();
        assert_eq!(database.psql(old).unwrap(), "1");
        holder.kill();
        let mut probe = Program::new("/bin/sleep").arg("60").start().unwrap();
        probe.wait_until("its end", PATIENCE, || database.psql(old).unwrap() == "0").unwrap();
    }

    #[test]
    fn nothing_is_left_of_a_dropped_cluster() {
        let cluster = Cluster::start().unwrap();
        let folder = cluster.socket_folder().unwrap().to_owned();
        assert!(folder.exists());
        drop(cluster);
        assert!(!folder.exists());
    }
}
