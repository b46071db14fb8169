//! The methods of strings and lists that addresses are put together with: `split`, `reverse`, `join`, `replace`.

use super::{MAX_TEXT_BYTES, Run, Text, Token, UNKNOWN};
use crate::cipher;

impl Run<'_> {
    /// The methods that are called on a value.
    pub(super) fn methods(&mut self, mut value: Text, depth: usize) -> Text {
        if let (true, Some(Token::Number(index)), true) =
            (self.is_sign(0, b'['), self.peek(1), self.is_sign(2, b']'))
        {
            let part = value.list.as_ref().and_then(|list| list.get(usize::try_from(*index).ok()?));
            value = Text::plain(part.map_or(UNKNOWN, String::as_str));
            self.at += 3;
        }
        while self.is_sign(0, b'.') {
            let Some(Token::Name(method)) = self.peek(1) else { break };
            let method = *method;
            self.at += 2;
            if !self.is_sign(0, b'(') {
                return Text::plain(UNKNOWN);
            }
            let arguments = self.at + 1;
            self.at = arguments;
            value = match method {
                "replace" | "replaceAll" => self.replaced(value),
                "split" | "join" | "concat" => {
                    let argument =
                        if self.is_sign(0, b')') { Text::plain(",") } else { self.expression(depth + 1) };
                    self.applied(value, method, &argument)
                }
                "reverse" => match value.list {
                    Some(list) => Text { list: Some(list.into_iter().rev().collect()), ..value },
                    None => Text::made(cipher::reversed(&value.text)),
                },
                "toLowerCase" | "toString" | "trim" => value,
                _ => Text::plain(UNKNOWN),
            };
            self.skip_to(b')');
        }
        value
    }

    fn applied(&mut self, value: Text, method: &str, argument: &Text) -> Text {
        match (method, value.list) {
            ("split", None) if argument.text.is_empty() => {
                Text { list: Some(value.text.chars().map(String::from).collect()), ..Text::default() }
            }
            ("split", None) => Text {
                list: Some(value.text.split(&argument.text).map(String::from).collect()),
                ..Text::default()
            },
            ("join", Some(list)) => {
                let mut text = list.join(&argument.text);
                text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
                self.total += text.len();
                Text::made(text)
            }
            ("concat", None) => {
                let value = Text { list: None, ..value };
                self.joined(value, argument.clone())
            }
            (_, list) => Text { list, ..value },
        }
    }

    /// `.replace(/\*/g, '@')`, and the replacement of all letters by those 13 places on.
    fn replaced(&mut self, value: Text) -> Text {
        let from = match self.peek(0) {
            Some(Token::Text(text)) => text.to_string(),
            Some(Token::Pattern(pattern)) => (*pattern).to_owned(),
            _ => return Text::plain(UNKNOWN),
        };
        self.at += 1;
        if let (Token::Sign(b','), Some(Token::Text(to))) =
            (self.peek(0).unwrap_or(&Token::Sign(0)), self.peek(1))
        {
            let from = from.replace('\\', "");
            if from.is_empty() || to.len() > 20 {
                return value;
            }
            let mut text = value.text.replace(from.trim_matches(['[', ']']), to);
            text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
            self.total += text.len();
            return Text::made(text);
        }
        let mut rest = self.tokens.iter().skip(self.at).take(60);
        let letters = from.contains("a-z") || from.contains("A-Z");
        if letters && rest.any(|token| *token == Token::Number(13)) {
            return Text::made(cipher::rot13(&value.text));
        }
        Text::plain(UNKNOWN)
    }
}
