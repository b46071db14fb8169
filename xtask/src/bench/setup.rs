//! What the measurements stand on: built programs, a folder for their files, sizes and numbers of runs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run;

/// What every measurement is given.
pub struct Setup {
    /// How often to measure.
    pub runs: usize,
    /// Whether the Python peers run too.
    pub peers: bool,
    quick: bool,
    no_build: bool,
    target: PathBuf,
}

impl Setup {
    /// Finds where things are built, and says what may disturb the figures.
    ///
    /// # Errors
    /// If the folder for the files can't be made.
    pub fn new(runs: usize, quick: bool, peers: bool, no_build: bool) -> Result<Self> {
        let setup = Self { runs, peers, quick, no_build, target: run::target_dir()? };
        std::fs::create_dir_all(setup.folder()).context("no folder for the files of the bench")?;
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load = load.split(' ').next().and_then(|load| load.parse::<f64>().ok()).unwrap_or(0.0);
        if load > 0.5 {
            eprintln!("warning: the machine is busy (load {load}): figures will be low, ratios rough");
        }
        Ok(setup)
    }

    /// `full`, or a hundredth of it for a quick look.
    pub fn size(&self, full: usize) -> usize {
        if self.quick { (full / 100).max(1) } else { full }
    }

    /// Where the files of the bench lie.
    pub fn folder(&self) -> PathBuf {
        self.target.join("bench")
    }

    /// An empty folder of that name.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn empty_folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder().join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// The product, as released.
    ///
    /// # Errors
    /// If it can't be built.
    pub fn sitelode(&self) -> Result<PathBuf> {
        self.build(&["--package", "sitelode"])?;
        Ok(self.target.join("release/sitelode"))
    }

    /// The fake web as a process of its own.
    ///
    /// # Errors
    /// If it can't be built.
    pub fn web(&self) -> Result<PathBuf> {
        self.build(&["--package", "testkit", "--example", "serve"])?;
        Ok(self.target.join("release/examples/serve"))
    }

    /// A private PostgreSQL as a process of its own.
    ///
    /// # Errors
    /// If it can't be built.
    pub fn postgres(&self) -> Result<PathBuf> {
        self.build(&["--package", "testkit", "--example", "postgres"])?;
        Ok(self.target.join("release/examples/postgres"))
    }

    /// A bench of the store, as a program.
    ///
    /// # Errors
    /// If it can't be built.
    pub fn store_bench(&self, name: &str) -> Result<PathBuf> {
        let built = run::output(
            "cargo",
            &[
                "bench",
                "--quiet",
                "--package",
                "store",
                "--bench",
                name,
                "--no-run",
                "--message-format",
                "json",
            ],
        )?;
        let program =
            built.lines().rev().find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next());
        program.map(PathBuf::from).with_context(|| format!("cargo does not say where the bench {name} is"))
    }

    /// Job queues of others.
    ///
    /// # Errors
    /// If they can't be built.
    pub fn job_peers(&self) -> Result<PathBuf> {
        self.build(&["--manifest-path", "benches/peers/jobs/Cargo.toml"])?;
        Ok(self.target.join("release/job-peers"))
    }

    /// The program that runs our parts beside Rust crates of others.
    ///
    /// # Errors
    /// If it can't be built.
    pub fn rust_peers(&self) -> Result<PathBuf> {
        self.build(&["--manifest-path", "benches/peers/rust/Cargo.toml"])?;
        Ok(self.target.join("release/peers"))
    }

    fn build(&self, what: &[&str]) -> Result<()> {
        if self.no_build {
            return Ok(());
        }
        let target = self.target.to_string_lossy();
        let args = [&["build", "--release", "--quiet"], what].concat();
        // Told, since the peers are a workspace of their own.
        run::run_with("cargo", &args, &[("CARGO_TARGET_DIR", &target)])
    }

    /// A Python that has the peers, installed once with the versions that `requirements.txt` names.
    ///
    /// # Errors
    /// If they can't be installed.
    pub fn python(&self) -> Result<PathBuf> {
        let venv = self.target.join("bench-venv");
        let python = venv.join("bin/python");
        let wanted = run::root().join("benches/peers/python/requirements.txt");
        let installed = venv.join("requirements.txt");
        let read = |path: &Path| std::fs::read_to_string(path).ok();
        if read(&wanted).is_none() || read(&wanted) != read(&installed) {
            run::run("python3", &["-m", "venv", &venv.to_string_lossy()])?;
            let (python, wanted) = (python.to_string_lossy(), wanted.to_string_lossy());
            run::run(&python, &["-m", "pip", "install", "--quiet", "--requirement", &wanted])?;
            std::fs::copy(&*wanted, &installed).context("cannot note what is installed")?;
        }
        Ok(python)
    }

    /// A script of the Python peers, ready for its arguments.
    ///
    /// # Errors
    /// As [`Setup::python`].
    pub fn python_peer(&self, script: &str) -> Result<Command> {
        let script = run::root().join("benches/peers/python").join(script);
        if !script.is_file() {
            bail!("{} is not there", script.display());
        }
        let mut command = Command::new(self.python()?);
        command.arg(script);
        Ok(command)
    }
}
