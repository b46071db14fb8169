//! Laying one set of keys over another; what is wrong is told with the layer it came from.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

/// The file that is read if no other is named.
const USUAL_FILE: &str = "sitelode.toml";
/// What the names of our environment variables begin with.
const PREFIX: &str = "SITELODE_";

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A layer is not as it should be.
    #[error("{layer}: {detail}")]
    Layer {
        /// The file or the environment.
        layer: String,
        /// What is wrong, with its place.
        detail: String,
    },
    /// A value is out of its range.
    #[error("{key} is {value}; it must be {range}")]
    Range {
        /// Which key.
        key: &'static str,
        /// What it is.
        value: String,
        /// What it may be.
        range: &'static str,
    },
}

/// Reads all layers below the command line.
pub(super) fn read<T: DeserializeOwned>(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<T, ConfigError> {
    let mut table = parse(super::DEFAULTS, "the defaults")?;
    let usual = Path::new(USUAL_FILE);
    if let Some(path) = file.or_else(|| usual.exists().then_some(usual)) {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let layer = path.display().to_string();
        lay(&mut table, parse(&text, &layer)?, &layer)?;
    }
    let environment = from_environment(environment, &table);
    lay(&mut table, environment, "the environment")?;
    Value::Table(table).try_into().map_err(|error: toml::de::Error| ConfigError::Layer {
        layer: "configuration".to_owned(),
        detail: error.message().to_owned(),
    })
}

fn parse(text: &str, layer: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|error: toml::de::Error| ConfigError::Layer {
        layer: layer.to_owned(),
        detail: error.to_string(),
    })
}

/// Puts the keys of `over` in the place of those of `under`, which must know them.
fn lay(under: &mut Table, over: Table, layer: &str) -> Result<(), ConfigError> {
    let wrong = |detail: String| ConfigError::Layer { layer: layer.to_owned(), detail };
    for (section, keys) in over {
        let Some(Value::Table(known)) = under.get_mut(&section) else {
            return Err(wrong(format!("there is no section [{section}]")));
        };
        let Value::Table(keys) = keys else { return Err(wrong(format!("[{section}] must be a section"))) };
        for (key, value) in keys {
            let Some(place) = known.get_mut(&key) else {
                let names: Vec<&str> = known.keys().map(String::as_str).collect();
                return Err(wrong(format!("[{section}] has no key {key}; it has {}", names.join(", "))));
            };
            if !place.same_type(&value) {
                return Err(wrong(format!(
                    "[{section}] {key} must be a {}, not a {}",
                    place.type_str(),
                    value.type_str()
                )));
            }
            *place = value;
        }
    }
    Ok(())
}

/// The keys that environment variables set; variables that name no known section are not for us.
fn from_environment(environment: impl Iterator<Item = (String, String)>, known: &Table) -> Table {
    let mut table = Table::new();
    for (name, text) in environment {
        let Some(rest) = name.strip_prefix(PREFIX) else { continue };
        let Some((section, key)) = rest.split_once('_') else { continue };
        let (section, key) = (section.to_ascii_lowercase(), key.to_ascii_lowercase());
        let Some(Value::Table(keys)) = known.get(&section) else { continue };
        let value = match keys.get(&key) {
            Some(Value::String(_)) => Value::String(text),
            _ => format!("v = {text}")
                .parse::<Table>()
                .ok()
                .and_then(|mut t| t.remove("v"))
                .unwrap_or(Value::String(text)),
        };
        let section = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
        if let Value::Table(section) = section {
            section.insert(key, value);
        }
    }
    table
}
