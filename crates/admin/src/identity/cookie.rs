//! The session's cookie: how it is set, cleared, and found among others.

use std::time::Duration;

/// The cookie's name where it comes over TLS: browsers then see to it that only this host can set it.
const SECURE_NAME: &str = "__Host-sitelode";
/// Its name without TLS, for a server on loopback or behind a proxy that ends TLS elsewhere.
const PLAIN_NAME: &str = "sitelode";
/// Most bytes of a `Cookie` header that are looked at.
const HEADER_MAX: usize = 8_192;

/// How the session's cookie is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    /// The browser reaches the server over TLS.
    pub secure: bool,
}

impl SessionCookie {
    /// The `Set-Cookie` value that gives a session to the browser.
    pub fn set(self, secret: &str, max_age: Duration) -> String {
        format!("{}={secret}; Max-Age={}; {}", self.name(), max_age.as_secs(), self.attributes())
    }

    /// The `Set-Cookie` value that takes it away.
    pub fn clear(self) -> String {
        format!("{}=; Max-Age=0; {}", self.name(), self.attributes())
    }

    /// The session's secret in a `Cookie` header. With two cookies of the name there is none: one of them is not ours.
    pub fn find(self, header: &str) -> Option<&str> {
        if header.len() > HEADER_MAX {
            return None;
        }
        let mut values = header.split(';').filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == self.name()).then_some(value)
        });
        let value = values.next()?;
        values.next().is_none().then_some(value)
    }

    const fn name(self) -> &'static str {
        if self.secure { SECURE_NAME } else { PLAIN_NAME }
    }

    const fn attributes(self) -> &'static str {
        if self.secure {
            "Path=/; HttpOnly; SameSite=Strict; Secure"
        } else {
            "Path=/; HttpOnly; SameSite=Strict"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let secure = SessionCookie { secure: true };
        let cookie = secure.set("abc", Duration::from_secs(60));
        assert_eq!(cookie, "__Host-sitelode=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure");
        assert!(secure.clear().starts_with("__Host-sitelode=; Max-Age=0"));
    }

    #[test]
    fn the_cookie_is_found_among_others_but_only_once() {
        let plain = SessionCookie { secure: false };
        assert_eq!(plain.find("a=b; sitelode=xyz; c=d"), Some("xyz"));
        assert_eq!(plain.find("sitelode=xyz; sitelode=other"), None);
        assert_eq!(plain.find("__Host-sitelode=xyz; xsitelode=1"), None);
        assert_eq!(plain.find(&format!("sitelode=xyz; {}", "a".repeat(10_000))), None);
        assert_eq!(plain.find(""), None);
    }
}
