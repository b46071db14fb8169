//! Who asks: a person, a token, or someone at the machine itself; what they may do; and from where.

use std::net::IpAddr;

use model::{PublicId, RecordKind, Role};

/// Longest user agent that is kept, in characters.
const USER_AGENT_MAX: usize = 256;
/// Longest trace or request id that is kept, in characters.
const TRACE_ID_MAX: usize = 128;

/// What stands behind a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person with this number.
    User(i64),
    /// An API token with this number, made by a person or at the machine.
    Token {
        /// Its number.
        token: i64,
        /// Whose it is; none if it was made at the machine itself.
        owner: Option<i64>,
    },
    /// Somebody with a shell on the machine and the right to open its database.
    Local,
}

/// How it was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Means {
    /// A session cookie.
    Session,
    /// A short-lived signed token (JWT).
    Bearer,
    /// An API token.
    Token,
    /// The operating system.
    Local,
}

impl Means {
    /// The word for it in the audit log and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Bearer => "bearer",
            Self::Token => "token",
            Self::Local => "local",
        }
    }
}

/// Someone who has proved who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// What stands behind it.
    pub actor: Actor,
    /// The user's or the token's name, or `local:` and the name of the operating system's user.
    pub name: String,
    /// What they may do at most.
    pub role: Role,
    /// How it was proved.
    pub means: Means,
    /// The only actions that a token may do, as types or `area.*`; none if its role alone decides.
    pub scopes: Option<Vec<String>>,
    /// The session it came with, if it came with one.
    pub session: Option<i64>,
}

impl Principal {
    /// Somebody at the machine itself: whoever can open the database may do anything with it anyway.
    pub fn local(user: &str) -> Self {
        Self {
            actor: Actor::Local,
            name: format!("local:{user}"),
            role: Role::Superadmin,
            means: Means::Local,
            scopes: None,
            session: None,
        }
    }

    /// The id of the user or token as the API shows it.
    pub fn id(&self) -> Option<PublicId> {
        match self.actor {
            Actor::User(number) => Some(RecordKind::User.id(number)),
            Actor::Token { token, .. } => Some(RecordKind::Token.id(token)),
            Actor::Local => None,
        }
    }

    /// The person behind it, also behind a token.
    pub const fn user(&self) -> Option<i64> {
        match self.actor {
            Actor::User(number) => Some(number),
            Actor::Token { owner, .. } => owner,
            Actor::Local => None,
        }
    }

    /// True if the role suffices.
    pub fn has(&self, role: Role) -> bool {
        self.role >= role
    }

    /// True if a token's scopes, if it has any, name this action.
    pub fn is_in_scope(&self, action: &str) -> bool {
        let Some(scopes) = &self.scopes else { return true };
        scopes.iter().any(|scope| match scope.strip_suffix(".*") {
            Some(area) => action.split_once('.').is_some_and(|(of, _)| of == area),
            None => scope == action,
        })
    }
}

/// From where a request came, and what ties its traces together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the client, as far as it can be trusted.
    pub ip: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// What ties this request to others, of ours or of the client's.
    pub trace_id: String,
    /// This request alone.
    pub request_id: String,
}

impl Origin {
    /// Puts it together; what is too long is cut, control characters become spaces.
    pub fn new(ip: Option<IpAddr>, user_agent: Option<&str>, trace_id: &str, request_id: &str) -> Self {
        Self {
            // An IPv4 client of an IPv6 socket is the same client.
            ip: ip.map(|ip| ip.to_canonical()),
            user_agent: user_agent.map(|text| cut(text, USER_AGENT_MAX)),
            trace_id: cut(trace_id, TRACE_ID_MAX),
            request_id: cut(request_id, TRACE_ID_MAX),
        }
    }
}

fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(scopes: &[&str], action: &str, expected: bool) {
        let scopes = Some(scopes.iter().map(|scope| (*scope).to_owned()).collect());
        let principal = Principal { scopes, ..Principal::local("tester") };
        assert_eq!(principal.is_in_scope(action), expected, "{action} in {:?}", principal.scopes);
    }

    #[test]
    fn scopes_name_actions_or_whole_areas() {
        check(&["job.retry"], "job.retry", true);
        check(&["job.retry"], "job.retry_all", false);
        check(&["job.*"], "job.cancel", true);
        check(&["job.*"], "jobs.cancel", false);
        check(&["job.*"], "job", false);
        check(&[], "job.cancel", false);
        assert!(Principal::local("tester").is_in_scope("anything"));
    }

    #[test]
    fn an_origin_is_bounded_and_has_no_control_characters() {
        let origin = Origin::new("::ffff:10.1.2.3".parse().ok(), Some(&"a\n".repeat(400)), "t", "r");
        assert_eq!(origin.ip, "10.1.2.3".parse().ok());
        let agent = origin.user_agent.unwrap();
        assert!(agent.len() == USER_AGENT_MAX && !agent.contains('\n'));
    }
}
