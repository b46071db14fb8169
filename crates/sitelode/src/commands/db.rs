//! `sitelode db`: looking after the database.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use store::Store;

use crate::config::Config;
use crate::failure::Failure;
use crate::results::{self, Sink};
use crate::wire::{self, Global};

/// Looks after the database: check, backup, restore, export, migrate.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode db check
  sitelode db backup before-upgrade.db
  sitelode db restore before-upgrade.db
  sitelode db export contacts.csv")]
pub struct Db {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Looks for damage, and for records and jobs that disagree
    Check,
    /// Writes a consistent copy, also while the database is in use by this process, and checks it
    Backup {
        /// The file to write; it must not exist
        file: PathBuf,
    },
    /// Puts a backup in the place of the database; what was there is kept beside it
    Restore {
        /// A file that `db backup` wrote
        file: PathBuf,
    },
    /// Writes the contacts of all domains
    Export {
        /// The file to write, .csv or .jsonl; - for standard output
        file: PathBuf,
    },
    /// Brings the schema up to date
    Migrate,
}

impl Db {
    /// Does it.
    ///
    /// # Errors
    /// If the database or the file can't be used.
    pub async fn run(self, global: &Global, config: &Config) -> Result<ExitCode, Failure> {
        match self.verb {
            Verb::Check => check(global, config).await,
            Verb::Backup { file } => {
                let store = wire::open_store(config).await?;
                let backup = store.backup(&file).await?;
                println!(
                    "{}: {} bytes, schema version {}, checked",
                    file.display(),
                    backup.bytes,
                    backup.schema
                );
                wire::close(store).await?;
                Ok(ExitCode::SUCCESS)
            }
            Verb::Restore { file } => {
                if !config.store.database.is_empty() {
                    return Err(Failure::usage("a PostgreSQL database is restored with its own tools"));
                }
                let location = config.store.location();
                let there = Path::new(&location).exists();
                let restored = Store::restore(&file, Path::new(&location)).await?;
                println!("{location}: {} bytes restored from {}", restored.bytes, file.display());
                if there {
                    println!("the former database is kept as {location}.before-restore");
                }
                Ok(ExitCode::SUCCESS)
            }
            Verb::Export { file } => export(config, file).await,
            Verb::Migrate => {
                let store = wire::open_store(config).await?;
                println!("the schema is up to date");
                wire::close(store).await?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn check(global: &Global, config: &Config) -> Result<ExitCode, Failure> {
    let store = wire::open_store(config).await?;
    let findings = store.check().await?;
    if global.json {
        println!("{}", serde_json::json!({ "ok": findings.is_empty(), "findings": findings }));
    } else if findings.is_empty() {
        println!("ok");
    } else {
        findings.iter().for_each(|finding| println!("{finding}"));
    }
    wire::close(store).await?;
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn export(config: &Config, file: PathBuf) -> Result<ExitCode, Failure> {
    let store = wire::open_store(config).await?;
    let json_lines = file.extension().is_some_and(|end| end == "jsonl" || end == "ndjson");
    let Some(mut sink) = Sink::open(Some(&file), json_lines)? else { return Ok(ExitCode::SUCCESS) };
    let mut count = 0;
    let mut last = None;
    loop {
        let domains = store.domains_after(last, DOMAINS_AT_A_TIME).await?;
        let Some(end) = domains.last() else { break };
        last = Some(end.id);
        for domain in &domains {
            for found in results::of_domain(domain, store.contacts_of(domain.id).await?) {
                sink.write(&found)?;
                count += 1;
            }
        }
    }
    sink.close()?;
    eprintln!("{count} contacts");
    wire::close(store).await?;
    Ok(ExitCode::SUCCESS)
}

/// How many domains are read at a time.
const DOMAINS_AT_A_TIME: usize = 500;
