//! Where the binary is run: a folder of its own, and a few words to speak of what came of it.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A folder to run in.
pub(crate) struct Home {
    pub(crate) folder: tempfile::TempDir,
}

/// What a run left.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The binary, to be run in this folder without settings from outside.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sitelode"));
        command.args(args).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs the binary to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_with_input(args, b"")
    }

    /// Runs the binary to its end, with this on its standard input.
    pub(crate) fn run_with_input(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("standard input");
        let input = input.to_vec();
        // A child that does not read its input closes it: no failure of the test.
        let writing = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the binary ends");
        writing.join().expect("the input is written");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// Writes a file; its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file is written");
        path
    }

    /// Scans without politeness, with loopback allowed, and gives the summary.
    pub(crate) fn scan(&self, args: &[&str]) -> Value {
        let fixed = ["scan", "--allow-private-networks", "--delay", "0", "--json"];
        let ran = self.run(&[&fixed, args].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("no JSON: {}{}", ran.stdout, ran.stderr))
    }
}

impl Ran {
    /// Standard output as JSON lines.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }
}

/// The values of one kind in a summary, sorted.
pub(crate) fn values(summary: &Value, kind: &str) -> Vec<String> {
    let contacts = summary["contacts"].as_array().expect("contacts");
    let of_kind = contacts.iter().filter(|contact| contact["kind"] == kind);
    let mut values: Vec<String> =
        of_kind.map(|contact| contact["value"].as_str().unwrap_or_default().to_owned()).collect();
    values.sort();
    values
}
