//! Evaluates the strings of a script without running it: literals, joins, variables and the few functions
//! that addresses are put together with.

mod methods;

use std::collections::HashMap;

use super::lex::{Token, tokens};
use crate::cipher;

/// Levels of brackets that are followed.
const MAX_DEPTH: usize = 12;
/// Bytes of one string, and of all strings of a script.
const MAX_TEXT_BYTES: usize = 20_000;
const MAX_TOTAL_BYTES: usize = 1 << 20;
/// What stands for a value that is not known: no character of an address.
const UNKNOWN: &str = "\u{1}";

/// What counters are told of, in place of a local part.
const COUNTED: [&str; 16] = [
    "click", "event", "link", "send", "page", "load", "submit", "get", "post", "set", "open", "create",
    "domain", "url", "site", "outbound",
];

/// A string that a script makes or holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) text: String,
    /// Whether the script joins, decodes or writes it, rather than just holding it.
    pub(super) made: bool,
    /// Whether the string is code to run.
    pub(super) code: bool,
}

/// The strings of a script, joined where it joins them; `mails` says that any function of the page may make an
/// address of its arguments.
pub(super) fn run(code: &str, mails: bool) -> Vec<Outcome> {
    let mut run = Run { tokens: tokens(code), mails, ..Run::default() };
    run.statements();
    run.out.extend(run.variables.into_values().map(|value| value.outcome(false)));
    run.out
}

/// The lists of numbers in a script: characters, perhaps.
pub(super) fn number_lists(code: &str) -> Vec<Vec<u32>> {
    let mut lists: Vec<Vec<u32>> = vec![Vec::new()];
    for token in tokens(code) {
        let last = lists.last_mut();
        match (token, last) {
            (Token::Number(number), Some(list)) => list.push(number),
            (Token::Sign(b','), _) => {}
            (_, Some(list)) if !list.is_empty() => lists.push(Vec::new()),
            _ => {}
        }
    }
    lists.retain(|list| list.len() > 5);
    lists
}

/// The strings of a script as they stand.
pub(super) fn literals(code: &str) -> Vec<String> {
    let text = |token| if let Token::Text(text) = token { Some(text.into_owned()) } else { None };
    tokens(code).into_iter().filter_map(text).collect()
}

#[derive(Debug, Clone, Default)]
struct Text {
    text: String,
    made: bool,
    /// The parts of a list that is not joined yet.
    list: Option<Vec<String>>,
}

impl Text {
    fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    fn made(text: String) -> Self {
        Self { text, made: true, list: None }
    }

    fn outcome(self, written: bool) -> Outcome {
        Outcome { text: self.text, made: self.made || written, code: false }
    }
}

#[derive(Debug, Default)]
struct Run<'c> {
    tokens: Vec<Token<'c>>,
    at: usize,
    variables: HashMap<&'c str, Text>,
    out: Vec<Outcome>,
    total: usize,
    mails: bool,
}

impl<'c> Run<'c> {
    fn peek(&self, ahead: usize) -> Option<&Token<'c>> {
        self.tokens.get(self.at + ahead)
    }

    fn is_sign(&self, ahead: usize, sign: u8) -> bool {
        self.peek(ahead) == Some(&Token::Sign(sign))
    }

    fn statements(&mut self) {
        let (mut written, mut code) = (false, false);
        while let Some(token) = self.tokens.get(self.at) {
            if self.total > MAX_TOTAL_BYTES {
                return;
            }
            match *token {
                Token::Sign(b';') => {
                    (written, code) = (false, false);
                    self.at += 1;
                }
                Token::Name(name) if self.assigns() => self.assign(name),
                Token::Name("eval") => {
                    code = true;
                    self.at += 1;
                }
                Token::Name("write" | "writeln" | "html" | "append" | "insertAdjacentHTML") => {
                    written = true;
                    self.at += 1;
                }
                Token::Name(name) if !self.has_value(name) => {
                    self.call(name);
                    self.at += 1;
                }
                Token::Text(_) | Token::Name(_) | Token::Sign(b'[') => {
                    let value = self.expression(0);
                    self.record(value, written, code);
                }
                _ => self.at += 1,
            }
        }
    }

    fn record(&mut self, value: Text, written: bool, code: bool) {
        for part in value.list.iter().flatten() {
            self.out.push(Outcome { text: part.clone(), made: false, code: false });
        }
        if value.list.is_none() && value.text.len() > 3 {
            self.out.push(Outcome { code, ..value.outcome(written) });
        }
    }

    /// Whether the name here is given a value: `x = `, `x += `.
    fn assigns(&self) -> bool {
        let joins = self.is_sign(1, b'+') && self.is_sign(2, b'=');
        joins || self.is_sign(1, b'=') && !self.is_sign(2, b'=')
    }

    fn assign(&mut self, name: &'c str) {
        let joins = self.is_sign(1, b'+');
        self.at += if joins { 3 } else { 2 };
        let start = self.at;
        let mut value = self.expression(0);
        // `link.href = ` shows the value; a variable may still be added to.
        if matches!(name, "innerHTML" | "href" | "location" | "outerHTML" | "textContent" | "innerText") {
            value.made |= value.list.is_none();
            return self.record(value, true, false);
        }
        let end = self.at.min(self.tokens.len());
        let own = self.tokens.get(start..end).is_some_and(|value| value.contains(&Token::Name(name)));
        let before = self.variables.remove(name);
        match before {
            Some(before) if joins => value = self.joined(before, value),
            Some(before) if !own => self.record(before, false, false),
            _ => {}
        }
        self.variables.insert(name, value);
    }

    fn has_value(&self, name: &str) -> bool {
        matches!(name, "atob" | "unescape" | "decodeURIComponent" | "decodeURI" | "String")
            || self.variables.contains_key(name)
    }

    /// A call such as `mail('info', 'acme', 'org')` or `UnCryptMailto('nbjmup+...')`.
    fn call(&mut self, name: &str) {
        let lower = name.to_ascii_lowercase();
        let named = lower.contains("mail") || lower.contains("crypt");
        if !(named || self.mails) || !self.is_sign(1, b'(') {
            return;
        }
        let mut parts = Vec::new();
        for token in self.tokens.iter().skip(self.at + 2).take(8) {
            match token {
                Token::Text(text) => parts.push(text.as_ref()),
                Token::Sign(b',') => {}
                _ => break,
            }
        }
        // Counters are called with two words too.
        if !named && parts.first().is_some_and(|first| COUNTED.contains(first)) {
            return;
        }
        let text = match parts.as_slice() {
            [user, domain] => format!("{user}@{domain}"),
            [user, domain, top, ..] if domain.contains('.') || top.is_empty() => format!("{user}@{domain}"),
            [user, domain, top, ..] => format!("{user}@{domain}.{top}"),
            [cipher] if lower.contains("crypt") => match uncrypted(cipher) {
                Some(plain) => plain,
                None => return,
            },
            _ => return,
        };
        self.out.push(Outcome { text, made: true, code: false });
    }

    fn expression(&mut self, depth: usize) -> Text {
        let mut value = self.term(depth);
        while self.is_sign(0, b'+') && !self.is_sign(1, b'+') && !self.is_sign(1, b'=') {
            self.at += 1;
            let right = self.term(depth);
            value = self.joined(value, right);
        }
        value
    }

    fn joined(&mut self, left: Text, right: Text) -> Text {
        let mut text = left.text;
        if text.len() + right.text.len() <= MAX_TEXT_BYTES {
            text.push_str(&right.text);
        }
        self.total += text.len();
        Text { text, made: true, list: None }
    }

    fn term(&mut self, depth: usize) -> Text {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        if depth > MAX_DEPTH {
            return Text::plain(UNKNOWN);
        }
        let value = match token {
            Some(Token::Text(text)) if text.contains("${") => self.template(&text),
            Some(Token::Text(text)) => Text::plain(&text[..text.floor_char_boundary(MAX_TEXT_BYTES)]),
            Some(Token::Number(number)) => Text::plain(&number.to_string()),
            Some(Token::Sign(b'(')) => {
                let value = self.expression(depth + 1);
                self.skip_to(b')');
                value
            }
            Some(Token::Sign(b'[')) => self.list(depth),
            Some(Token::Name(name)) => self.name(name, depth),
            _ => return Text::plain(UNKNOWN),
        };
        self.methods(value, depth)
    }

    /// A template literal, the names of variables in it replaced.
    fn template(&mut self, text: &str) -> Text {
        let mut parts = text.split("${");
        let mut out = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or(("", part));
            let value = self.variables.get(name.trim()).map_or(UNKNOWN, |value| value.text.as_str());
            if out.len() + value.len() + rest.len() > MAX_TEXT_BYTES {
                break;
            }
            out.extend([value, rest]);
        }
        self.total += out.len();
        Text::made(out)
    }

    fn name(&mut self, name: &'c str, depth: usize) -> Text {
        let lower = name.to_ascii_lowercase();
        if name == "String" && self.peek(1) == Some(&Token::Name("fromCharCode")) {
            self.at += 2;
            return self.characters();
        }
        if !self.is_sign(0, b'(') {
            let value = self.variables.get(name).cloned().unwrap_or_else(|| Text::plain(UNKNOWN));
            self.total += value.text.len();
            return value;
        }
        self.at += 1;
        let value = self.expression(depth + 1);
        self.skip_to(b')');
        let text = match name {
            "atob" => cipher::base64(&value.text),
            "unescape" | "decodeURIComponent" | "decodeURI" => {
                Some(cipher::percent_decode(&value.text).into_owned())
            }
            _ if lower.contains("rot13") => Some(cipher::rot13(&value.text)),
            _ if lower.contains("reverse") => Some(cipher::reversed(&value.text)),
            _ => None,
        };
        text.map_or_else(|| Text::plain(UNKNOWN), Text::made)
    }

    /// The characters of `fromCharCode(105, 110, ...)`, of `.apply(null, [105, ...])` too.
    fn characters(&mut self) -> Text {
        let mut text = String::new();
        let mut depth = 0usize;
        while let Some(token) = self.tokens.get(self.at) {
            match token {
                Token::Number(number) => text.extend(char::from_u32(*number)),
                Token::Sign(b'(' | b'[') => depth += 1,
                Token::Sign(b')' | b']') => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        self.at += 1;
                        break;
                    }
                }
                Token::Sign(b';') => break,
                _ => {}
            }
            self.at += 1;
        }
        self.total += text.len();
        Text::made(text)
    }

    fn list(&mut self, depth: usize) -> Text {
        let mut parts = Vec::new();
        while self.at < self.tokens.len() && !self.is_sign(0, b']') {
            if self.is_sign(0, b',') {
                self.at += 1;
                continue;
            }
            let before = self.at;
            let value = self.expression(depth + 1);
            parts.push(value.text);
            if self.at == before || self.is_sign(0, b';') {
                break;
            }
        }
        self.at += usize::from(self.is_sign(0, b']'));
        Text { list: Some(parts), ..Text::default() }
    }

    /// Passes everything up to a closing bracket of this level.
    fn skip_to(&mut self, close: u8) {
        let mut depth = 0usize;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::Sign(sign) if *sign == close && depth == 0 => return,
                Token::Sign(b'(' | b'[' | b'{') => depth += 1,
                Token::Sign(b')' | b']' | b'}') => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
}

/// A string that a function named for it turns into `mailto:...`: moved by some places, as TYPO3 does it.
pub(super) fn uncrypted(cipher: &str) -> Option<String> {
    const FARTHEST: i8 = 25;
    let cipher = cipher::percent_decode(cipher);
    let offsets = (1..=FARTHEST).flat_map(|offset| [-offset, offset]);
    let tries = offsets
        .flat_map(|offset| [Some(cipher::shift_in_ranges(&cipher, offset)), cipher::shift(&cipher, offset)]);
    tries.flatten().find(|plain| plain.contains("mailto:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(code: &str) -> Vec<String> {
        run(code, false).into_iter().filter(|outcome| outcome.made).map(|outcome| outcome.text).collect()
    }

    #[test]
    fn strings_are_joined_as_the_script_would() {
        let check = |code: &str| {
            let made = made(code);
            assert!(made.iter().any(|text| text == "info@acme.org"), "{code}: {made:?}");
        };
        check("x = 'info' + '@' + 'acme.org'");
        check("var u='info', d=\"acme.org\"; document.write(u + '@' + d);");
        check("var a='info'+'@';a=a+'acme'+'.'+'org';");
        check("var a='info'; a+='@'; a += 'acme.org';");
        check("document.write('info@acme.org')");
        check("s = String.fromCharCode(105,110,102,111,64) + 'acme.org'");
        check("s = String.fromCharCode.apply(null, [105,110,102,111,64,97,99,109,101,46,111,114,103])");
        check("x(atob('aW5mb0BhY21lLm9yZw=='))");
        check("x(unescape('%69%6e%66%6f%40acme.org'))");
        check("x('gro.emca@ofni'.split('').reverse().join(''))");
        check("x(['info','acme.org'].join('@'))");
        check("x('info*acme.org'.replace(/\\*/g, '@'))");
        check(
            "x('vasb@npzr.bet'.replace(/[a-zA-Z]/g, function(c){return f(c<=90?90:122)>=(c=c.charCodeAt(0)+13)}))",
        );
        check("mailto('info', 'acme', 'org')");
        check("a('info\\u0040acme.org' + '')");
        check("var p=['info','acme','org'];x(p[0]+'@'+p[1]+'.'+p[2])");
        check("const u='info',d='acme.org';x(`${u}@${d}`)");
    }

    #[test]
    fn hostile_scripts_end() {
        run(&"a=a+a;".repeat(10_000), false);
        run(&"(".repeat(100_000), false);
        run(&"['".repeat(100_000), false);
        run(&"a.b(".repeat(50_000), false);
        run("a = ", false);
        run(&format!("a='{}';{}", "x".repeat(20_000), "document.write(a);".repeat(10_000)), false);
        run("x='a';x=x+x+x+x+x+x+x+x;x=x+x+x+x+x+x+x+x;x=x+x+x+x+x+x+x+x;x=x+x+x+x+x+x+x+x+x;", false);
    }
}
