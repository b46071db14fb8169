//! JSON-LD blocks as items: objects become items, `@graph` is opened, nested objects become values.

use std::borrow::Cow;

use super::{
    entity,
    item::{Item, Items, Value, property_name},
    json::{self, Json},
};
use crate::values::Source;

/// Reads a block and adds what it says.
pub(super) fn read<'h>(block: &'h str, items: &mut Items<'h>) {
    for json in json::read(block) {
        add(json, None, "", items);
    }
}

/// Adds one value, as the property `name` of `parent` when there is one.
fn add<'h>(json: Json<'h>, parent: Option<usize>, name: &str, items: &mut Items<'h>) {
    match json {
        Json::Null => {}
        Json::Text(text) => {
            if let Some(parent) = parent {
                items.add_property(parent, property_name(name), Value::Text(tidy(text)));
            }
        }
        Json::List(list) => list.into_iter().for_each(|json| add(json, parent, name, items)),
        Json::Object(object) => add_object(object, parent, name, items),
    }
}

fn add_object<'h>(
    object: Vec<(Cow<'h, str>, Json<'h>)>,
    parent: Option<usize>,
    name: &str,
    items: &mut Items<'h>,
) {
    let plain = object.iter().any(|(key, _)| matches!(key.as_ref(), "@value" | "@graph" | "@list" | "@set"));
    if plain {
        for (key, value) in object {
            if matches!(key.as_ref(), "@value" | "@graph" | "@list" | "@set") {
                add(value, parent, name, items);
            }
        }
        return;
    }
    let kind = object.iter().find(|(key, _)| matches!(key.as_ref(), "@type" | "type"));
    let item = Item {
        source: Source::JsonLd,
        kind: kind.map_or_else(String::new, |(_, kind)| kind_of(kind)),
        parent,
        ..Item::default()
    };
    let Some(index) = items.add(item) else { return };
    if let Some(parent) = parent {
        items.add_property(parent, property_name(name), Value::Item(index));
    }
    for (key, value) in object {
        if key != "@type" && key != "@context" {
            add(value, Some(index), last_part(&key), items);
        }
    }
}

fn kind_of(json: &Json<'_>) -> String {
    match json {
        Json::Text(text) => last_part(text).to_ascii_lowercase(),
        Json::List(list) => list.iter().map(kind_of).collect::<Vec<_>>().join(" "),
        Json::Null | Json::Object(_) => String::new(),
    }
}

/// `http://schema.org/Place`, `schema:Place` and `Place` are one name.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit(['/', ':', '#']).next().unwrap_or(name).trim()
}

/// Text without entities, tags and superfluous white space, which should not stand in JSON but do.
fn tidy(text: Cow<'_, str>) -> Cow<'_, str> {
    let plain =
        text.contains(['&', '<', '\n', '\t']) || text.contains("  ") || text.trim().len() != text.len();
    if !plain {
        return text;
    }
    let decoded = entity::decode_text(&text);
    let mut pieces = decoded.split('<');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('>') {
            Some((tag, rest)) => {
                out.push_str(if tag.starts_with("br") { ", " } else { " " });
                out.push_str(rest);
            }
            None => out.extend(["<", piece]),
        }
    }
    Cow::Owned(out.split_whitespace().collect::<Vec<_>>().join(" "))
}
