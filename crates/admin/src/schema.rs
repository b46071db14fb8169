//! JSON Schemas of payloads and results, and the check of a payload against one that names every field that is wrong.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::FieldError;

/// Most wrong fields that one answer names.
const ERRORS_MAX: usize = 100;
/// How deep a schema or a payload is followed.
const DEPTH_MAX: usize = 24;

/// The schema of a type, complete in itself.
pub fn of<T: ToSchema>() -> Value {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let named: BTreeMap<String, Value> =
        named.into_iter().map(|(name, schema)| (name, serde_json::json!(schema))).collect();
    let mut schema = serde_json::json!(T::schema());
    resolve(&mut schema, &named, 0);
    schema
}

/// Puts what is referred to in the place of each reference.
fn resolve(schema: &mut Value, named: &BTreeMap<String, Value>, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or(reference);
        *schema = named.get(name).cloned().unwrap_or(Value::Bool(true));
    }
    match schema {
        Value::Object(fields) => fields.values_mut().for_each(|inner| resolve(inner, named, depth + 1)),
        Value::Array(items) => items.iter_mut().for_each(|inner| resolve(inner, named, depth + 1)),
        _ => {}
    }
}

/// Every place where `value` does not fit `schema`. Understands what the schemas of this program use: types, fields,
/// words, bounds, formats and alternatives.
pub fn check(schema: &Value, value: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    visit(schema, value, &mut String::new(), 0, &mut errors);
    errors.truncate(ERRORS_MAX);
    errors
}

fn visit(schema: &Value, value: &Value, at: &mut String, depth: usize, errors: &mut Vec<FieldError>) {
    let Some(schema) = schema.as_object() else { return };
    if depth > DEPTH_MAX {
        errors.push(FieldError::new(at.as_str(), "is nested too deeply"));
        return;
    }
    for part in list(schema, "allOf") {
        visit(part, value, at, depth + 1, errors);
    }
    let ways: Vec<&Value> = list(schema, "oneOf").chain(list(schema, "anyOf")).collect();
    if !ways.is_empty() {
        errors.extend(closest(&ways, value, at, depth));
    }
    if let Some(wrong) = wrong_type(schema, value) {
        errors.push(FieldError::new(at.as_str(), wrong));
        return;
    }
    if value.is_null() {
        return;
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array)
        && !words.contains(value)
    {
        let words: Vec<String> = words.iter().filter(|word| !word.is_null()).map(Value::to_string).collect();
        errors.push(FieldError::new(at.as_str(), format!("is none of {}", words.join(", "))));
    }
    match value {
        Value::Object(fields) => visit_fields(schema, fields, at, depth, errors),
        Value::Array(items) => visit_items(schema, items, at, depth, errors),
        Value::String(text) => {
            errors.extend(wrong_text(schema, text).map(|wrong| FieldError::new(at.as_str(), wrong)))
        }
        Value::Number(number) => {
            let wrong = number.as_f64().and_then(|number| wrong_number(schema, number));
            errors.extend(wrong.map(|wrong| FieldError::new(at.as_str(), wrong)));
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn list<'a>(schema: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    schema.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// What is wrong by the alternative that comes closest; nothing if one fits.
fn closest(ways: &[&Value], value: &Value, at: &mut String, depth: usize) -> Vec<FieldError> {
    let tried = ways.iter().map(|way| {
        let mut errors = Vec::new();
        visit(way, value, at, depth + 1, &mut errors);
        // Errors inside come closer than that it is another thing altogether.
        let whole = errors.iter().any(|error| error.pointer == *at);
        (whole, errors)
    });
    tried
        .min_by_key(|(whole, errors)| (!errors.is_empty(), *whole, errors.len()))
        .map_or_else(Vec::new, |best| best.1)
}

fn wrong_type(schema: &Map<String, Value>, value: &Value) -> Option<String> {
    let wanted: Vec<&str> = match schema.get("type")? {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let fits = |kind: &&str| match *kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    if wanted.iter().any(fits) {
        return None;
    }
    let wanted: Vec<&str> = wanted.into_iter().filter(|kind| *kind != "null").collect();
    Some(format!("must be of type {}", wanted.join(" or ")))
}

fn visit_fields(
    schema: &Map<String, Value>,
    fields: &Map<String, Value>,
    at: &mut String,
    depth: usize,
    errors: &mut Vec<FieldError>,
) {
    let known = schema.get("properties").and_then(Value::as_object);
    for name in list(schema, "required").filter_map(Value::as_str).filter(|name| !fields.contains_key(*name))
    {
        below(at, name, |at| errors.push(FieldError::new(at.as_str(), "is missing")));
    }
    for (name, value) in fields {
        below(at, name, |at| match known.and_then(|known| known.get(name)) {
            Some(schema) => visit(schema, value, at, depth + 1, errors),
            None => match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => errors.push(FieldError::new(at.as_str(), "is not a known field")),
                Some(schema) => visit(schema, value, at, depth + 1, errors),
                None => {}
            },
        });
    }
}

fn visit_items(
    schema: &Map<String, Value>,
    items: &[Value],
    at: &mut String,
    depth: usize,
    errors: &mut Vec<FieldError>,
) {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let count = items.len() as u64;
    if let Some(least) = bound("minItems").filter(|least| count < *least) {
        errors.push(FieldError::new(at.as_str(), format!("must have at least {least} items")));
    }
    if let Some(most) = bound("maxItems").filter(|most| count > *most) {
        errors.push(FieldError::new(at.as_str(), format!("must have at most {most} items")));
        return;
    }
    let Some(schema) = schema.get("items") else { return };
    for (index, item) in items.iter().enumerate() {
        below(at, &index.to_string(), |at| visit(schema, item, at, depth + 1, errors));
    }
}

fn wrong_text(schema: &Map<String, Value>, text: &str) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let length = text.chars().count() as u64;
    if let Some(least) = bound("minLength").filter(|least| length < *least) {
        return Some(format!("must have at least {least} characters"));
    }
    if let Some(most) = bound("maxLength").filter(|most| length > *most) {
        return Some(format!("must have at most {most} characters"));
    }
    match schema.get("format").and_then(Value::as_str) {
        Some("uuid") => text.parse::<model::PublicId>().err().map(|error| error.to_string()),
        Some("date-time") => text
            .parse::<jiff::Timestamp>()
            .err()
            .map(|_| "must be a time such as 2026-01-31T08:00:00Z".into()),
        Some("date") => {
            text.parse::<jiff::civil::Date>().err().map(|_| "must be a date such as 2026-01-31".into())
        }
        _ => None,
    }
}

fn wrong_number(schema: &Map<String, Value>, number: f64) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        return Some(format!("must be at least {least}"));
    }
    bound("maximum").filter(|most| number > *most).map(|most| format!("must be at most {most}"))
}

/// Does something one step further down (RFC 6901: `~` and `/` are written `~0` and `~1`).
fn below(at: &mut String, name: &str, work: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    at.push_str(&name.replace('~', "~0").replace('/', "~1"));
    work(at);
    at.truncate(length);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(serde::Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Sample {
        #[schema(value_type = String, format = "uuid")]
        id: model::PublicId,
        #[schema(minimum = 0, maximum = 9)]
        priority: i64,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        inner: Option<Inner>,
    }

    #[derive(serde::Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema counts")]
    struct Inner {
        #[schema(max_items = 2)]
        names: Vec<String>,
    }

    fn wrong(value: &Value) -> Vec<String> {
        check(&of::<Sample>(), value).into_iter().map(|error| error.pointer).collect()
    }

    const ID: &str = "0010b000-0000-8000-8000-00000000002a";

    #[test]
    fn what_fits_is_not_blamed() {
        assert!(wrong(&json!({"id": ID, "priority": 0})).is_empty());
        let inner = json!({"names": ["a", "b"]});
        assert!(wrong(&json!({"id": ID, "priority": 9, "note": null, "inner": inner})).is_empty());
        assert!(wrong(&json!({"id": ID, "priority": 9, "inner": null})).is_empty());
    }

    #[test]
    fn every_wrong_field_is_named_by_its_pointer() {
        let value =
            json!({"id": "42", "priority": 10, "note": 5, "a/b": 1, "inner": {"names": [1, "b"], "x": 0}});
        let mut found = wrong(&value);
        found.sort();
        assert_eq!(found, ["/a~1b", "/id", "/inner/names/0", "/inner/x", "/note", "/priority"]);
        assert_eq!(wrong(&json!({})), ["/id", "/priority"]);
        assert_eq!(wrong(&json!([])), [""]);
        assert_eq!(
            wrong(&json!({"id": ID, "priority": 1, "inner": {"names": ["", "", ""]}})),
            ["/inner/names"]
        );
    }
}
