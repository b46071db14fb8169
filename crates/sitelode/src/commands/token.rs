//! `sitelode token`: API tokens, handled at the machine itself.

use std::process::ExitCode;
use std::time::Duration;

use admin::Role;
use admin::identity::{NewApiToken, TokenView};
use clap::Subcommand;
use model::RecordKind;
use serde_json::json;

use crate::config::Config;
use crate::control::{Control, number_of};
use crate::failure::Failure;
use crate::wire::Global;

/// Handles API tokens for scripts, directly in the database.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode token create nightly --role operator --scope 'job.*' --expires-in 90d
  sitelode token list
  sitelode token revoke 00000070-ce40-8000-8000-000000000001
Run them while no server has the embedded database open; on PostgreSQL at any time.")]
pub struct Token {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a token and prints it once
    Create {
        /// What to call it
        name: String,
        /// What it may do at most: viewer, operator, admin or superadmin
        #[arg(long)]
        role: Role,
        /// The only actions that it may do, such as job.retry or job.*; may be given several times
        #[arg(long = "scope", value_name = "ACTION")]
        scopes: Vec<String>,
        /// How long it holds, such as 12h, 90d or 1y; without it until it is revoked
        #[arg(long, value_parser = parse_life)]
        expires_in: Option<Duration>,
    },
    /// Lists all tokens, without their secrets
    List,
    /// Revokes a token for good
    Revoke {
        /// Its id
        token: String,
    },
}

/// How many tokens are read at a time.
const AT_A_TIME: usize = 500;

impl Token {
    /// Does it.
    ///
    /// # Errors
    /// If the database can't be used, or what is asked for is refused.
    pub async fn run(self, global: &Global, config: &Config) -> Result<ExitCode, Failure> {
        let control = Control::open(config).await?;
        let done = match self.verb {
            Verb::Create { name, role, scopes, expires_in } => {
                let scopes = Some(scopes.as_slice()).filter(|scopes| !scopes.is_empty());
                create(&control, NewApiToken { name: &name, role, scopes, expires_in }, global.json).await
            }
            Verb::List => list(&control, global.json).await,
            Verb::Revoke { token } => revoke(&control, token, global.json).await,
        };
        control.close().await?;
        done.map(|()| ExitCode::SUCCESS)
    }
}

async fn create(control: &Control, wanted: NewApiToken<'_>, json: bool) -> Result<(), Failure> {
    let parameters = json!({
        "name": wanted.name, "role": wanted.role, "scopes": wanted.scopes,
        "expires_in_s": wanted.expires_in.map(|life| life.as_secs()),
    });
    let subject = Some(("token", wanted.name.to_owned()));
    let deed = control.identity.create_token(wanted, &control.who);
    let (view, whole) = control.audited("token.create", subject, parameters, deed).await?;
    if json {
        println!("{}", json!({ "token": view, "secret": whole }));
    } else {
        println!("{whole}\nIt is shown this once. Send it as: Authorization: Bearer {}...", view.begins);
    }
    Ok(())
}

async fn list(control: &Control, json: bool) -> Result<(), Failure> {
    let mut table = crate::results::plain_table();
    table.set_header(["name", "begins", "role", "scopes", "expires", "last used", "state", "id"]);
    let mut before = None;
    loop {
        let tokens = control.identity.tokens(before, AT_A_TIME).await?;
        let Some(last) = tokens.last() else { break };
        before = RecordKind::Token.number(last.id);
        for token in tokens {
            if json {
                println!("{}", json!(token));
            } else {
                table.add_row(row(token));
            }
        }
    }
    if !json {
        println!("{table}");
    }
    Ok(())
}

fn row(token: TokenView) -> [String; 8] {
    let state = if token.revoked_at.is_some() { "revoked" } else { "active" };
    [
        token.name,
        token.begins,
        token.role.to_string(),
        token.scopes.map_or_else(|| "all".to_owned(), |scopes| scopes.join(" ")),
        token.expires_at.unwrap_or_else(|| "never".to_owned()),
        token.last_used_at.unwrap_or_else(|| "never".to_owned()),
        state.to_owned(),
        token.id.to_string(),
    ]
}

async fn revoke(control: &Control, token: String, json: bool) -> Result<(), Failure> {
    let deed = async {
        let number = number_of(RecordKind::Token, "token", &token)?;
        control.identity.revoke_token(number, &control.who.name).await
    };
    let subject = Some(("token", token.clone()));
    let view = control.audited("token.revoke", subject, json!({ "token": token }), deed).await?;
    if json {
        println!("{}", json!(view));
    } else {
        println!("{} ({}...) is revoked", view.name, view.begins);
    }
    Ok(())
}

/// A number of minutes, hours, days, weeks or years.
fn parse_life(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no time such as 30m, 12h, 90d, 4w or 1y");
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit {
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        "y" => 365 * 86_400,
        _ => return Err(wrong()),
    };
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lives_are_numbers_with_units() {
        assert_eq!(parse_life("90d"), Ok(Duration::from_secs(90 * 86_400)));
        assert_eq!(parse_life("30m"), Ok(Duration::from_secs(1_800)));
        for wrong in ["", "d", "90", "-1d", "1.5h", "99999999999999999999y", "18446744073709551615y", "3ä"] {
            assert!(parse_life(wrong).is_err(), "{wrong}");
        }
    }
}
