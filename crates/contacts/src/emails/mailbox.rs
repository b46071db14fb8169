//! What is an address: the syntax, a domain whose top level exists, and none of the things that look alike.

use std::borrow::Cow;

use crate::cipher;

/// RFC 5321 section 4.5.3.1.
const MAX_LOCAL_BYTES: usize = 64;
const MAX_DOMAIN_BYTES: usize = 253;
const MAX_LABEL_BYTES: usize = 63;

/// Joins a local part and a domain to an address in lower case, its domain in ASCII, when they make one.
pub(super) fn join(local: &str, domain: &str) -> Option<String> {
    let local = local_part(local)?;
    let domain = domain_name(domain)?;
    (!is_junk(&local, &domain)).then(|| format!("{local}@{domain}"))
}

fn local_part(local: &str) -> Option<String> {
    let decoded = if local.contains('%') { cipher::percent_decode(local) } else { Cow::Borrowed(local) };
    let local = decoded.rsplit(char::is_whitespace).next().unwrap_or("");
    // A ruler of dots before the address is none of its characters; dots at its end say that it was cut.
    let local = local.rsplit("..").next().unwrap_or("");
    let local = local.trim_start_matches(|c: char| !c.is_alphanumeric());
    let fine = !local.is_empty()
        && local.len() <= MAX_LOCAL_BYTES
        && !local.ends_with('.')
        && local.chars().all(|c| c.is_alphanumeric() || is_local_sign(c));
    fine.then(|| local.to_lowercase())
}

/// The signs of RFC 5322's dot-atom.
pub(super) fn is_local_sign(character: char) -> bool {
    matches!(
        character,
        '.' | '_'
            | '-'
            | '+'
            | '\''
            | '&'
            | '~'
            | '='
            | '!'
            | '#'
            | '$'
            | '%'
            | '*'
            | '/'
            | '?'
            | '^'
            | '`'
            | '{'
            | '|'
            | '}'
    )
}

/// A domain in lower case ASCII, when its top level exists.
pub(super) fn domain_name(domain: &str) -> Option<String> {
    let domain = domain.trim_end_matches(['.', '-']);
    if domain.len() > MAX_DOMAIN_BYTES || !domain.contains('.') {
        return None;
    }
    let ascii =
        if domain.is_ascii() { domain.to_ascii_lowercase() } else { idna::domain_to_ascii(domain).ok()? };
    let fine = |label: &str| {
        let hyphen = label.starts_with('-') || label.ends_with('-');
        let signs = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        !label.is_empty() && label.len() <= MAX_LABEL_BYTES && signs && !hyphen
    };
    (ascii.split('.').all(fine) && top_level_exists(&ascii) && !is_bare_suffix(&ascii)).then_some(ascii)
}

/// Whether the last label is a top-level domain; `.example` counts, for documents and trials are written with it.
fn top_level_exists(domain: &str) -> bool {
    let top = domain.rsplit('.').next().unwrap_or("");
    top == "example" || psl::suffix(top.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// `co.uk` and the like are nobody's own domain.
fn is_bare_suffix(domain: &str) -> bool {
    let Some((second, top)) = domain.split_once('.') else { return true };
    top.len() == 2
        && matches!(second, "co" | "com" | "org" | "net" | "gov" | "edu" | "ac")
        && psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == domain.as_bytes())
}

/// Whether an address is a machine's, a template's or a file's name that got past the syntax.
fn is_junk(local: &str, domain: &str) -> bool {
    is_machine(local, domain) || is_placeholder(local, domain) || is_file(local, domain)
}

fn is_machine(local: &str, domain: &str) -> bool {
    let within =
        |site: &str| domain == site || domain.strip_suffix(site).is_some_and(|rest| rest.ends_with('.'));
    let key = local.len() >= 24 && local.bytes().all(|byte| byte.is_ascii_hexdigit());
    let first = domain.split('.').next().unwrap_or("");
    key || within("sentry.io")
        || within("wixpress.com") && first.starts_with("sentry")
        || within("sentry.wixpress.com")
        || first == "sentry"
        || local == "git" && ["github.com", "gitlab.com", "bitbucket.org"].iter().any(|site| within(site))
        || local == "rating" && domain == "mail.ru"
}

/// Domains that stand for the reader's own.
#[rustfmt::skip]
const PLACEHOLDER_DOMAINS: [&str; 22] = [
    "domain.com", "yourdomain.com", "mydomain.com", "yoursite.com", "mysite.com", "website.com",
    "yourwebsite.com", "mywebsite.com", "yourcompany.com", "mycompany.com", "sitename.com",
    "domainname.com", "site.com", "yourdomain.org", "yourdomain.net", "yourdomain.co.uk", "domain.tld",
    "youremail.com", "yourmail.com", "somewhere.com", "somedomain.com", "youraddress.com",
];

/// Names that stand for the reader's own.
#[rustfmt::skip]
const PLACEHOLDER_NAMES: [&str; 35] = [
    "you", "your", "yourname", "your.name", "your-name", "your_name", "name", "username", "user",
    "user.name", "email", "e-mail", "mail", "myemail", "youremail", "your.email", "your-email",
    "your_email", "emailaddress", "youremailaddress", "john", "johndoe", "john.doe", "john_doe", "jane",
    "janedoe", "jane.doe", "someone", "somebody", "abc", "xxx", "first.last", "firstname.lastname",
    "test", "sample",
];

fn is_placeholder(local: &str, domain: &str) -> bool {
    let reserved =
        ["example.com", "example.org", "example.net", "email.com", "test.com", "company.com", "address.com"];
    let own = PLACEHOLDER_DOMAINS.contains(&domain);
    let general = reserved.contains(&domain) || domain.starts_with("example.");
    let crossed = |text: &str| text.len() > 1 && text.bytes().all(|byte| byte == b'x');
    own || general && PLACEHOLDER_NAMES.contains(&local)
        || crossed(local) && domain.split('.').next().is_some_and(crossed)
        || local.starts_with("your") && domain.starts_with("your")
}

/// Endings of files that are top-level domains too.
fn is_file(local: &str, domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let (top, second) = (labels.next().unwrap_or(""), labels.next().unwrap_or(""));
    // `logo@2x.zip`, `8ohm.load`, `package@1.2.media`
    let scale =
        second.strip_suffix('x').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    let version = second.bytes().all(|byte| byte.is_ascii_digit())
        && domain.bytes().filter(|byte| *byte == b'.').count() > 1
        && !top.is_empty()
        && top.len() > 3;
    let code = matches!(top, "js" | "map") || local.starts_with("jquery") && version;
    scale || version || code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_looks_alike() {
        let check = |local: &str, domain: &str, expected: Option<&str>| {
            assert_eq!(join(local, domain).as_deref(), expected, "{local}@{domain}");
        };
        check("Info", "ACME.org.", Some("info@acme.org"));
        check("o'neil+web", "acme.co.uk", Some("o'neil+web@acme.co.uk"));
        check("info", "müller.de", Some("info@xn--mller-kva.de"));
        check("info", "пример.рф", Some("info@xn--e1afmkfd.xn--p1ai"));
        check("_________Info", "acme.org", Some("info@acme.org"));
        check("%20info", "acme.org", Some("info@acme.org"));
        check("info", "huber.example", Some("info@huber.example"));
        check("info", "123.com", Some("info@123.com"));
        check("debi...", "lists.debian.org", None);
        check("info", "aiyarathairestaurant", None);
        check("boost", "50hz", None);
        check("25w", "8ohm.load", None);
        check("jquery", "3.5.1.min", None);
        check("@scope/pkg", "1.2.media", None);
        check("logo", "2x.png", None);
        check("logo", "2x.zip", None);
        check("info", "co.uk", None);
        check("info", "-acme.org", None);
        check("you", "example.com", None);
        check("johndoe", "domain.com", None);
        check("4bcb0a1fd0c94d8e9d3a7b1c2d3e4f50", "o123.ingest.sentry.io", None);
        check("605a7baede844d278b89dc95ae0a9123", "sentry-next.wixpress.com", None);
        check("git", "github.com", None);
    }
}
