//! `sitelode user`: people who may sign in, handled at the machine itself.

use std::io::Read;
use std::process::ExitCode;

use admin::Role;
use admin::identity::{NewPerson, UserView, WithPassword};
use clap::Subcommand;
use serde_json::json;

use crate::config::Config;
use crate::control::{self, Control};
use crate::failure::Failure;
use crate::wire::Global;

/// Handles the people who may sign in to the control plane, directly in the database.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sitelode user init
  sitelode user create ann --role operator
  sitelode user list
  sitelode user set-role ann admin
  sitelode user reset-password ann
  echo \"$PASSWORD\" | sitelode user create bob --role viewer --password-stdin
Run them while no server has the embedded database open; on PostgreSQL at any time.")]
pub struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Makes a person; without a password one is made up and printed once
    Create {
        /// Their name
        name: String,
        /// viewer, operator, admin or superadmin
        #[arg(long)]
        role: Role,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Makes the first superadmin, as the first start of a server does, if there is nobody yet
    Init,
    /// Lists everybody
    List,
    /// Gives a person another role; they have to sign in again
    SetRole {
        /// Their name or id
        user: String,
        /// viewer, operator, admin or superadmin
        role: Role,
    },
    /// Keeps a person out: sessions and tokens hold no more
    Disable {
        /// Their name or id
        user: String,
    },
    /// Lets a person in again
    Enable {
        /// Their name or id
        user: String,
    },
    /// Gives a person another password and lifts a lockout; without one it is made up and printed once
    ResetPassword {
        /// Their name or id
        user: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Most bytes of a password that are read.
const PASSWORD_MAX: u64 = 4_096;
/// How many people are read at a time.
const AT_A_TIME: usize = 500;

impl User {
    /// Does it.
    ///
    /// # Errors
    /// If the database can't be used, or what is asked for is refused.
    pub async fn run(self, global: &Global, config: &Config) -> Result<ExitCode, Failure> {
        let control = Control::open(config).await?;
        let done = self.verb.run(&control, global.json).await;
        control.close().await?;
        done.map(|()| ExitCode::SUCCESS)
    }
}

impl Verb {
    async fn run(self, control: &Control, json: bool) -> Result<(), Failure> {
        let identity = &control.identity;
        match self {
            Self::List => return list(control, json).await,
            Self::Init => match control::first_superadmin(identity, &control.audit).await? {
                Some(words) => println!("{words}"),
                None => println!("there is somebody who can sign in"),
            },
            Self::Create { name, role, password_stdin } => {
                let password = password_stdin.then(read_password).transpose()?;
                let person = NewPerson { name: &name, role, password: password.as_deref() };
                let parameters = json!({ "name": name, "role": role });
                let deed = identity.create_user(person, &control.who.name);
                let made =
                    control.audited("user.create", Some(("user", name.clone())), parameters, deed).await?;
                print_with_password(&made, json);
            }
            Self::SetRole { user, role } => {
                let deed = async { identity.set_role(identity.user_number(&user).await?, role).await };
                let parameters = json!({ "user": user, "role": role });
                let subject = Some(("user", user.clone()));
                print(&control.audited("user.set_role", subject, parameters, deed).await?, json);
            }
            Self::Disable { user } => print(&set_disabled(control, user, true).await?, json),
            Self::Enable { user } => print(&set_disabled(control, user, false).await?, json),
            Self::ResetPassword { user, password_stdin } => {
                let password = password_stdin.then(read_password).transpose()?;
                let given = password.as_deref();
                let deed = async { identity.reset_password(identity.user_number(&user).await?, given).await };
                let subject = Some(("user", user.clone()));
                let made =
                    control.audited("user.reset_password", subject, json!({ "user": user }), deed).await?;
                print_with_password(&made, json);
            }
        }
        Ok(())
    }
}

async fn set_disabled(control: &Control, user: String, disabled: bool) -> Result<UserView, Failure> {
    let identity = &control.identity;
    let deed = async { identity.set_disabled(identity.user_number(&user).await?, disabled).await };
    let parameters = json!({ "user": user, "disabled": disabled });
    control.audited("user.disable", Some(("user", user.clone())), parameters, deed).await
}

async fn list(control: &Control, json: bool) -> Result<(), Failure> {
    let mut table = crate::results::plain_table();
    table.set_header(["name", "role", "state", "last sign-in", "id"]);
    let mut after = None;
    loop {
        let users = control.identity.users(after, AT_A_TIME).await?;
        let Some(last) = users.last() else { break };
        after = model::RecordKind::User.number(last.id);
        for user in &users {
            if json {
                print(user, true);
            } else {
                let seen = user.last_sign_in_at.clone().unwrap_or_else(|| "never".to_owned());
                let row = [
                    user.name.clone(),
                    user.role.to_string(),
                    state(user).to_owned(),
                    seen,
                    user.id.to_string(),
                ];
                table.add_row(row);
            }
        }
    }
    if !json {
        println!("{table}");
    }
    Ok(())
}

fn state(user: &UserView) -> &'static str {
    match (user.disabled, user.must_change_password) {
        (true, _) => "disabled",
        (false, true) => "must change password",
        (false, false) => "active",
    }
}

fn print(user: &UserView, json: bool) {
    if json {
        println!("{}", json!(user));
    } else {
        println!("{}: {}, {}", user.name, user.role, state(user));
    }
}

fn print_with_password(made: &WithPassword, json: bool) {
    if json {
        println!("{}", json!({ "user": made.user, "one_time_password": made.one_time_password }));
        return;
    }
    print(&made.user, false);
    if let Some(password) = &made.one_time_password {
        println!(
            "one-time password: {password}\nIt is shown this once; it is to be changed at the first sign-in."
        );
    }
}

/// The first line of standard input.
fn read_password() -> Result<String, Failure> {
    let mut text = String::new();
    std::io::stdin().take(PASSWORD_MAX).read_to_string(&mut text)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
