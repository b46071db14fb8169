//! Where a run keeps what it finds: the embedded database or a PostgreSQL of its own, each on a disk that may be small.

use std::path::PathBuf;
use std::sync::Arc;

use clock::SystemClock;
use model::{PageUrl, Site};
use pipeline::plan;
use store::{NewDomain, Store, StoreOptions};
use testkit::disk::Disk;
use testkit::pg::{Cluster, Database};
use testkit::process::Process;
use testkit::proxy::Proxy;

/// Room for an embedded database with all that a run finds.
const SMALL_DISK_BYTES: u64 = 96 << 20;
/// Room for a cluster with all that a run finds.
const SERVER_DISK_BYTES: u64 = 256 << 20;
/// Else the server alone would fill its disk.
const SERVER_SETTINGS: [&str; 3] = ["max_wal_size=64MB", "min_wal_size=32MB", "shared_buffers=32MB"];

/// A database that is empty at first.
pub(crate) struct Place {
    kept: Kept,
    /// What it stands on, where it can be filled.
    pub(crate) disk: Option<Disk>,
    /// A transaction that somebody holds open.
    pub(crate) held: Option<Process>,
}

enum Kept {
    Sqlite { _folder: tempfile::TempDir, file: PathBuf },
    Postgres { database: Database, cluster: Arc<Cluster> },
}

impl Place {
    /// An embedded database in a folder of its own.
    pub(crate) fn sqlite() -> Self {
        Self::sqlite_in(&std::env::temp_dir())
    }

    /// An embedded database on a small disk; none where no disk may be mounted.
    pub(crate) fn sqlite_on_a_disk() -> Option<Self> {
        let disk = Disk::mount(SMALL_DISK_BYTES).inspect_err(|error| eprintln!("left out: {error}")).ok()?;
        let place = Self::sqlite_in(disk.path());
        Some(Self { disk: Some(disk), ..place })
    }

    fn sqlite_in(parent: &std::path::Path) -> Self {
        let folder = tempfile::tempdir_in(parent).expect("a temporary folder");
        let file = folder.path().join("sitelode.db");
        Self { kept: Kept::Sqlite { _folder: folder, file }, disk: None, held: None }
    }

    /// A database on this server.
    pub(crate) fn on(cluster: &Arc<Cluster>) -> Self {
        let database = cluster.database().expect("a database");
        Self { kept: Kept::Postgres { database, cluster: cluster.clone() }, disk: None, held: None }
    }

    /// A database on a server of its own on a small disk; none where no disk may be mounted.
    pub(crate) fn postgres_on_a_disk() -> Option<Self> {
        let disk = Disk::mount(SERVER_DISK_BYTES).inspect_err(|error| eprintln!("left out: {error}")).ok()?;
        let cluster = Cluster::start_in(disk.path(), &SERVER_SETTINGS).expect("PostgreSQL on a small disk");
        Some(Self { disk: Some(disk), ..Self::on(&cluster) })
    }

    /// The path of the file, or the URL of the database.
    pub(crate) fn location(&self) -> String {
        match &self.kept {
            Kept::Sqlite { file, .. } => file.to_string_lossy().into_owned(),
            Kept::Postgres { database, .. } => database.url(),
        }
    }

    /// What the program is told to use it.
    pub(crate) fn arguments(&self) -> [String; 2] {
        match &self.kept {
            Kept::Sqlite { file, .. } => {
                let folder = file.parent().unwrap_or(file);
                ["--data".to_owned(), folder.to_string_lossy().into_owned()]
            }
            Kept::Postgres { database, .. } => ["--database".to_owned(), database.url()],
        }
    }

    /// Takes the sites in, for nodes to find.
    pub(crate) fn take_in(&self, urls: &[String]) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let taken = runtime.block_on(async {
            let store = Store::open(&self.location(), StoreOptions::new(SystemClock::shared())).await?;
            let job = plan::discoveries(Some("faults".to_owned()));
            let wanted: Vec<NewDomain> = urls.iter().map(|url| new_domain(url)).collect();
            store.scan_domains(&wanted, &job, false, store.now()).await?;
            store.close().await
        });
        taken.expect("the sites are taken in");
    }

    /// A link to the server that can fail, and the URL by way of it; none for an embedded database.
    pub(crate) fn link(&self) -> Option<(Proxy, String)> {
        let Kept::Postgres { database, cluster } = &self.kept else { return None };
        let proxy = Proxy::to(cluster.addr()?).expect("a proxy");
        let url = database.url_by(proxy.addr());
        Some((proxy, url))
    }

    /// The server, if there is one.
    pub(crate) fn cluster(&self) -> Option<&Arc<Cluster>> {
        match &self.kept {
            Kept::Sqlite { .. } => None,
            Kept::Postgres { cluster, .. } => Some(cluster),
        }
    }

    /// Opens a transaction elsewhere that stays open.
    pub(crate) fn hold(&mut self) {
        if let Kept::Postgres { database, .. } = &self.kept {
            self.held = Some(database.hold("SELECT count(*) FROM pg_class").expect("a transaction is held"));
        }
    }
}

/// A site as `scan --select wide` takes it in.
fn new_domain(url: &str) -> NewDomain {
    let site = Site::parse(url).expect("a site");
    let base = PageUrl::from_url(site.base().clone()).expect("a page");
    NewDomain {
        domain: site.name().to_owned(),
        lane: plan::lane(&base),
        base_url: base.into_string(),
        scheme_given: site.scheme_given(),
        asked: None,
        select_profile: "wide".to_owned(),
        max_pages: None,
        auto_import: true,
        auto_scrape: true,
    }
}
