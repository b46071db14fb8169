//! The sitelode binary: one command line for a person's job.
#![expect(unreachable_pub, reason = "a binary has no outside")]

mod commands;
mod config;
mod control;
mod failure;
mod http;
mod progress;
mod results;
mod wire;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use model::NodeKind;

use crate::commands::{
    audit, classify, db, demo, extract, openapi, parse_sitemap, scan, serve, token, user, worker,
};
use crate::config::Config;
use crate::failure::Failure;
use crate::wire::Global;

/// Parsing and extraction make many small values on many threads: a tenth of a scan's time went to the system's
/// allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turns a list of web domains into curated pages and contacts: domains -> sitemaps -> pages -> emails, phones,
/// addresses, profiles.
#[derive(Parser)]
#[command(name = "sitelode", version, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "Examples:
  sitelode scan example.com example.org
  sitelode scan --file domains.csv --output contacts.csv
  sitelode extract page.html --base-url https://example.com/contact
  sitelode demo";

#[derive(Subcommand)]
enum Verb {
    Scan(scan::Scan),
    Serve(serve::Serve),
    Worker(worker::Worker),
    Demo(demo::Demo),
    ParseSitemap(parse_sitemap::ParseSitemap),
    Extract(extract::Extract),
    Classify(classify::Classify),
    Openapi(openapi::Openapi),
    Db(db::Db),
    User(user::User),
    Token(token::Token),
    Audit(audit::Audit),
    /// Prints a completion script for a shell.
    #[command(after_help = "Example:\n  sitelode completions bash > /etc/bash_completion.d/sitelode")]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

impl Verb {
    /// The name of the node that it runs, if it runs one.
    fn node_name(&self, config: &Config) -> Option<String> {
        match self {
            Self::Serve(serve) => Some(serve.node.name(config, NodeKind::Serve)),
            Self::Worker(worker) => Some(worker.node.name(config, NodeKind::Worker)),
            _ => None,
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let Cli { global, verb } = cli;
    if let Verb::Completions { shell } = verb {
        clap_complete::generate(shell, &mut Cli::command(), "sitelode", &mut std::io::stdout());
        return Ok(ExitCode::SUCCESS);
    }
    let config = global.config()?;
    wire::start_log(&config.log, verb.node_name(&config))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match verb {
            Verb::Scan(scan) => scan.run(&global, config).await,
            Verb::Serve(serve) => serve.run(&config).await,
            Verb::Worker(worker) => worker.run(&config).await,
            Verb::Demo(demo) => demo.run(&global, config).await,
            Verb::ParseSitemap(parse) => parse.run(&config).await,
            Verb::Extract(extract) => extract.run(&config).await,
            Verb::Classify(classify) => classify.run(&global, &config),
            Verb::Openapi(openapi) => openapi.run(),
            Verb::Db(db) => db.run(&global, &config).await,
            Verb::User(user) => user.run(&global, &config).await,
            Verb::Token(token) => token.run(&global, &config).await,
            Verb::Audit(audit) => audit.run(&global, &config).await,
            Verb::Completions { .. } => Ok(ExitCode::SUCCESS),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{} has no example", command.get_name());
        }
    }
}
