//! The few facts of style sheets that change what a reader sees: what is hidden, what runs backwards.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Rules that are kept of a page.
const MAX_RULES: usize = 1_000;

/// What a style does to text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Effect {
    pub(super) hidden: bool,
    pub(super) backwards: bool,
}

/// The effects of class names and ids, as the page's own style sheets say.
#[derive(Debug, Default)]
pub(super) struct Styles<'h> {
    /// By `.class` and `#id`.
    rules: HashMap<&'h str, Effect, RandomState>,
}

/// Class names that hide inline text in most frameworks' style sheets.
#[rustfmt::skip]
const HIDING_CLASSES: [&str; 12] = [
    "hidden", "hide", "d-none", "displaynone", "display-none", "sr-only", "visually-hidden",
    "screen-reader-text", "nospam", "no-spam", "honeypot", "nodisplay",
];

impl<'h> Styles<'h> {
    /// Reads a style sheet.
    pub(super) fn read(&mut self, sheet: &'h str) {
        let mut in_media = false;
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else {
                in_media = false;
                continue;
            };
            in_media |= selectors.contains('@');
            let effect = effect_of(declarations);
            if effect == Effect::default() || in_media {
                continue;
            }
            for selector in selectors.split(',') {
                let last = selector.split_ascii_whitespace().next_back().unwrap_or("");
                let name = last.find(['.', '#']).map_or("", |at| &last[at..]);
                let simple = name.len() > 1 && !name[1..].contains(['.', '#', ':', '[']);
                if simple && self.rules.len() < MAX_RULES {
                    self.rules.insert(name, effect);
                }
            }
        }
    }

    /// The effect of an element's `style`, `class` and `id`.
    pub(super) fn effect(&self, style: &str, class: &str, id: &str) -> Effect {
        let mut effect = if style.is_empty() { Effect::default() } else { effect_of(style) };
        if !self.rules.is_empty() {
            let names = class.split_ascii_whitespace().map(|name| ('.', name)).chain([('#', id)]);
            for (sign, name) in names {
                if let Some(found) = self.rule(sign, name) {
                    effect.hidden |= found.hidden;
                    effect.backwards |= found.backwards;
                }
            }
        }
        effect
    }

    fn rule(&self, sign: char, name: &str) -> Option<Effect> {
        /// Longer names are not looked up: they would have to be copied.
        const LONGEST: usize = 63;
        let mut key = [0u8; LONGEST + 1];
        let bytes = name.as_bytes();
        if bytes.len() > LONGEST || bytes.is_empty() {
            return None;
        }
        key[0] = sign as u8;
        key[1..=bytes.len()].copy_from_slice(bytes);
        std::str::from_utf8(&key[..=bytes.len()]).ok().and_then(|key| self.rules.get(key)).copied()
    }
}

/// Whether a class name is one that frameworks hide inline text with.
pub(super) fn hides(class: &str) -> bool {
    class.split_ascii_whitespace().any(|name| HIDING_CLASSES.contains(&name))
}

fn effect_of(declarations: &str) -> Effect {
    let mut effect = Effect::default();
    for declaration in declarations.split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        // Nearly every declaration is of another property.
        let property = property.trim_ascii_start();
        if !property.starts_with(['d', 'D', 'v', 'V', 'f', 'F', 'u', 'U']) {
            continue;
        }
        let value = value.trim_ascii();
        let is = |name: &str| property.trim_ascii_end().eq_ignore_ascii_case(name);
        let says = |word: &str| value.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        effect.hidden |= is("display") && says("none") || is("visibility") && says("hidden");
        effect.hidden |= is("font-size") && (value == "0" || says("0px") || says("0 "));
        effect.backwards |= is("unicode-bidi") && says("bidi-override");
    }
    // Overriding left to right is no change.
    effect.backwards &= declarations.contains("rtl");
    effect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_and_backward_text_is_known() {
        let mut styles = Styles::default();
        styles.read("a{color:red} .x, p span.y { display : none } @media print { .z{display:none} .w{display:none} } #i{visibility:hidden}");
        styles.read(".r{unicode-bidi:bidi-override;direction:rtl}");
        let hidden = |style: &str, class: &str, id: &str| styles.effect(style, class, id).hidden;
        assert!(hidden("", "a x", "") && hidden("", "y", "") && hidden("", "", "i"));
        assert!(!hidden("", "z", "") && !hidden("", "w", "") && !hidden("color:none", "a", "x"));
        assert!(hidden("color:red; DISPLAY: NONE !important", "", ""));
        assert!(styles.effect("", "r", "").backwards);
        assert!(!styles.effect("unicode-bidi:bidi-override;direction:ltr", "", "").backwards);
    }
}
