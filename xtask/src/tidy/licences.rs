//! Every crate that is built upon has a licence that deny.toml allows.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run::{output, root};

/// Adds a finding for each crate whose licence is not allowed.
///
/// # Errors
/// If cargo or deny.toml can't be read.
pub(super) fn check(findings: &mut Vec<String>) -> Result<()> {
    let deny: toml::Table = fs::read_to_string(root().join("deny.toml"))?.parse().context("deny.toml")?;
    let allowed =
        deny.get("licenses").and_then(|section| section.get("allow")).and_then(toml::Value::as_array);
    let allowed: Vec<&str> = allowed.into_iter().flatten().filter_map(toml::Value::as_str).collect();
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--locked"])?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata")?;
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or_default();
        if !Expression::new(licence).allowed_by(&allowed) {
            findings.push(format!("the crate {name} is under \"{licence}\", which deny.toml does not allow"));
        }
    }
    Ok(())
}

/// An SPDX licence expression: names joined by `OR`, `AND` and brackets; `/` is an old way to write `OR`.
struct Expression {
    words: Vec<String>,
    at: usize,
}

impl Expression {
    fn new(text: &str) -> Self {
        let text =
            text.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ").replace(" WITH ", "-WITH-");
        Self { words: text.split_whitespace().map(str::to_owned).collect(), at: 0 }
    }

    fn allowed_by(mut self, allowed: &[&str]) -> bool {
        self.any(allowed) && self.at == self.words.len()
    }

    fn any(&mut self, allowed: &[&str]) -> bool {
        let mut result = self.all(allowed);
        while self.take("OR") {
            result |= self.all(allowed);
        }
        result
    }

    fn all(&mut self, allowed: &[&str]) -> bool {
        let mut result = self.one(allowed);
        while self.take("AND") {
            result &= self.one(allowed);
        }
        result
    }

    fn one(&mut self, allowed: &[&str]) -> bool {
        if self.take("(") {
            let result = self.any(allowed);
            return self.take(")") && result;
        }
        let word = self.words.get(self.at).cloned().unwrap_or_default().replace("-WITH-", " WITH ");
        self.at += 1;
        allowed.contains(&word.as_str())
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.words.get(self.at).is_some_and(|next| next == word);
        self.at += usize::from(there);
        there
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_allowed_choice_is_enough_and_all_parts_are_needed() {
        let allowed =
            |text: &str| Expression::new(text).allowed_by(&["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
        for text in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(GPL-3.0 OR MIT) AND ISC",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(allowed(text), "{text}");
        }
        for text in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT MIT"] {
            assert!(!allowed(text), "{text}");
        }
    }
}
