//! `sitelode audit`: the log of all deeds, read and verified at the machine itself.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use admin::audit::{ExportFormat, RecordView, export_head, export_line};
use anyhow::Context;
use clap::Subcommand;
use clock::Timestamp;
use model::{AuditLevel, AuditOutcome};
use serde_json::json;
use store::{AuditFilter, AuditVerdict};

use crate::config::Config;
use crate::control::Control;
use crate::failure::Failure;
use crate::wire::Global;

/// Reads, verifies and exports the audit log, directly in the database.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode audit verify
  sitelode audit verify --expect 1234:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
  sitelode audit list --actor ann --action 'job.*' --from 2026-01-01T00:00:00Z
  sitelode audit list --outcome denied --json
  sitelode audit export audit.csv
  sitelode audit prune --older-than-days 400
Run them while no server has the embedded database open; on PostgreSQL at any time.")]
pub struct Audit {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Verifies every link of the log; exit code 1 and the first broken one if it does not hold
    Verify {
        /// An entry's number and hash that were noted before: nothing up to it may have changed since
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
    },
    /// Lists records, newest first
    List {
        #[command(flatten)]
        wanted: Wanted,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Writes all records that fit to a file, newest first
    Export {
        #[command(flatten)]
        wanted: Wanted,
        /// The file to write, .csv or .jsonl; - for CSV on standard output
        file: PathBuf,
    },
    /// Takes away old records and leaves a sealed stub, so that the rest still verifies
    Prune {
        /// How old records are that go
        #[arg(long, value_name = "DAYS")]
        older_than_days: u32,
    },
    /// Verifies the log with the former key and seals it with the newly configured one
    Reseal,
}

/// Which records.
#[derive(clap::Args)]
struct Wanted {
    /// By someone of this name
    #[arg(long)]
    actor: Option<String>,
    /// Of this action, or of an area such as job.*
    #[arg(long)]
    action: Option<String>,
    /// read, write or sign_in
    #[arg(long)]
    level: Option<AuditLevel>,
    /// done, accepted, dry_run, replayed, denied, failed, open or interrupted
    #[arg(long)]
    outcome: Option<AuditOutcome>,
    /// On the thing with this id or name
    #[arg(long)]
    subject: Option<String>,
    /// At this time or later, such as 2026-01-31T08:00:00Z
    #[arg(long, value_parser = parse_time)]
    from: Option<Timestamp>,
    /// Before this time
    #[arg(long, value_parser = parse_time)]
    to: Option<Timestamp>,
    /// With this text in a name, subject, parameter or message
    #[arg(long)]
    text: Option<String>,
}

/// How many records are read at a time.
const AT_A_TIME: usize = 500;
const DAY: u64 = 86_400;

impl Audit {
    /// Does it.
    ///
    /// # Errors
    /// If the database or the file can't be used.
    pub async fn run(self, global: &Global, config: &Config) -> Result<ExitCode, Failure> {
        let control = Control::open(config).await?;
        let done = self.verb.run(&control, global.json).await;
        control.close().await?;
        done
    }
}

impl Verb {
    async fn run(self, control: &Control, json: bool) -> Result<ExitCode, Failure> {
        match self {
            Self::Verify { expect } => {
                let verdict = verify(control, expect.as_deref()).await?;
                Ok(report(&verdict, json))
            }
            Self::List { wanted, limit } => {
                list(control, &wanted.into(), limit, json).await?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Export { wanted, file } => {
                export(control, &wanted.into(), &file).await?;
                Ok(ExitCode::SUCCESS)
            }
            Self::Prune { older_than_days } => {
                let before =
                    control.store.now().before(Duration::from_secs(u64::from(older_than_days) * DAY));
                let deed = async { Ok(control.audit.prune(before, &control.who.name).await?) };
                let parameters = json!({ "older_than_days": older_than_days });
                let gone = control.audited("audit.prune", None, parameters, deed).await?;
                println!(
                    "{}",
                    if json {
                        json!({ "entries": gone }).to_string()
                    } else {
                        format!("{gone} entries went")
                    }
                );
                Ok(ExitCode::SUCCESS)
            }
            Self::Reseal => {
                let verdict = control.audit.reseal().await?;
                Ok(report(&verdict, json))
            }
        }
    }
}

async fn verify(control: &Control, expect: Option<&str>) -> Result<AuditVerdict, Failure> {
    let wrong = || Failure::usage("--expect takes a number, a colon and 64 hexadecimal digits");
    let expected = match expect {
        None => None,
        Some(text) => {
            let (number, hash) = text.split_once(':').ok_or_else(wrong)?;
            Some((number.parse::<i64>().map_err(|_| wrong())?, hash.to_ascii_lowercase()))
        }
    };
    let mut verdict = control.audit.verify().await?;
    if let (Some((number, hash)), None) = (expected, &verdict.broken)
        && control.store.audit_hash(number).await?.as_ref() != Some(&hash)
    {
        verdict.broken =
            Some("this entry has not the expected hash: the log was written anew, or pruned".to_owned());
        verdict.broken_at = Some(number);
    }
    Ok(verdict)
}

fn report(verdict: &AuditVerdict, json: bool) -> ExitCode {
    let holds = verdict.broken.is_none();
    if json {
        println!(
            "{}",
            json!({
                "ok": holds, "entries": verdict.entries, "first": verdict.first, "last": verdict.last,
                "hash": verdict.hash, "broken_at": verdict.broken_at, "broken": verdict.broken,
            })
        );
    } else if let (Some(at), Some(broken)) = (verdict.broken_at, &verdict.broken) {
        println!("broken at entry {at}: {broken}\n{} entries before it hold", verdict.entries);
    } else {
        println!("ok: {} entries, the last one is {}:{}", verdict.entries, verdict.last, verdict.hash);
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn list(control: &Control, filter: &AuditFilter, limit: usize, json: bool) -> Result<(), Failure> {
    let mut table = crate::results::plain_table();
    table.set_header(["at", "actor", "action", "subject", "outcome", "message"]);
    let (mut left, mut before) = (limit, None);
    while left > 0 {
        let (records, next) = control.audit.records(filter, before, left.min(AT_A_TIME)).await?;
        left -= records.len();
        for record in records {
            if json {
                println!("{}", json!(record));
            } else {
                table.add_row(row(record));
            }
        }
        before = next;
        if before.is_none() {
            break;
        }
    }
    if !json {
        println!("{table}");
    }
    Ok(())
}

fn row(record: RecordView) -> [String; 6] {
    let subject =
        [record.subject_kind, record.subject_id].into_iter().flatten().collect::<Vec<_>>().join(" ");
    [
        record.at,
        record.actor_name.unwrap_or_default(),
        record.action,
        subject,
        record.outcome.to_string(),
        record.message.or(record.code).unwrap_or_default(),
    ]
}

async fn export(control: &Control, filter: &AuditFilter, file: &PathBuf) -> Result<(), Failure> {
    let is_lines = file.extension().is_some_and(|end| end == "jsonl" || end == "ndjson");
    let format = if is_lines { ExportFormat::JsonLines } else { ExportFormat::Csv };
    let mut out: Box<dyn Write> = if file.as_os_str() == "-" {
        Box::new(std::io::stdout())
    } else {
        let made = std::fs::File::create(file).with_context(|| format!("cannot write {}", file.display()))?;
        Box::new(std::io::BufWriter::new(made))
    };
    out.write_all(export_head(format).as_bytes())?;
    let (mut count, mut before) = (0_usize, None);
    loop {
        let (records, next) = control.audit.records(filter, before, AT_A_TIME).await?;
        for record in &records {
            out.write_all(export_line(record, format).as_bytes())?;
        }
        count += records.len();
        before = next;
        if before.is_none() {
            break;
        }
    }
    out.flush()?;
    eprintln!("{count} records");
    Ok(())
}

impl From<Wanted> for AuditFilter {
    fn from(wanted: Wanted) -> Self {
        Self {
            actor_name: wanted.actor,
            action: wanted.action,
            level: wanted.level,
            outcome: wanted.outcome,
            subject_id: wanted.subject,
            from: wanted.from,
            to: wanted.to,
            text: wanted.text,
            ..Self::default()
        }
    }
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    let time: jiff::Timestamp =
        text.parse().map_err(|_| format!("\"{text}\" is no time such as 2026-01-31T08:00:00Z"))?;
    Ok(Timestamp(time.as_millisecond()))
}
