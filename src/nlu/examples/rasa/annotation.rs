//! Annotations inside an utterance: `[Beijing](city)`, `[魔都](city:上海)`, `[LA]{"entity": "city", "role": "to"}`; and the
//! names of slots, which hold what Rasa says in three fields.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::{Example, SlotLabel};
use crate::text;

/// What Rasa calls a slot `city.from#2`: the entity `city` with the role `from` in the group `2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityName<'a> {
    pub entity: &'a str,
    pub role: Option<&'a str>,
    pub group: Option<&'a str>,
}

impl<'a> EntityName<'a> {
    /// The parts of a slot's name. A name that would lack its entity is an entity as it is.
    pub fn of(slot: &'a str) -> Self {
        let (named, group) = parts(slot, '#');
        let (entity, role) = parts(named, '.');
        Self { entity, role, group }
    }

    /// The slot's name.
    pub fn slot(self) -> String {
        let mut name = self.entity.to_owned();
        for (mark, part) in [('.', self.role), ('#', self.group)] {
            if let Some(part) = part.filter(|p| !p.is_empty()) {
                name.push(mark);
                name.push_str(part);
            }
        }
        name
    }
}

fn parts(name: &str, mark: char) -> (&str, Option<&str>) {
    match name.split_once(mark) {
        Some((before, after)) if !before.is_empty() && !after.is_empty() => (before, Some(after)),
        _ => (name, None),
    }
}

/// The part of an annotation that is written as JSON.
#[derive(Deserialize, Serialize)]
struct Label {
    entity: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// Takes the annotations out of a text: the plain text and its slots.
pub fn read(annotated: &str) -> Result<(String, Vec<SlotLabel>), String> {
    let mut plain = String::new();
    let mut slots = Vec::new();
    let mut rest = annotated;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some((raw, label, after)) = annotation(rest)? else {
            plain.push('[');
            rest = &rest[1..];
            continue;
        };
        let start = plain.chars().count();
        plain.push_str(raw);
        let name =
            EntityName { entity: &label.entity, role: label.role.as_deref(), group: label.group.as_deref() };
        let value = label.value.unwrap_or_else(|| raw.to_owned());
        slots.push(SlotLabel { start, end: plain.chars().count(), name: name.slot(), value });
        rest = after;
    }
    plain.push_str(rest);
    Ok((plain, slots))
}

/// The annotation at the beginning of `text`: the raw text, what was said about it and what comes after. Brackets that
/// are followed by neither are just brackets.
fn annotation(text: &str) -> Result<Option<(&str, Label, &str)>, String> {
    let Some((raw, after)) = text[1..].split_once(']').filter(|(raw, _)| !raw.is_empty()) else {
        return Ok(None);
    };
    if let Some(inside) = after.strip_prefix('(') {
        let Some((label, after)) = inside.split_once(')') else {
            return Err(format!("the annotation of `{raw}` has no closing bracket"));
        };
        let (entity, value) = match label.split_once(':') {
            Some((entity, value)) => (entity, Some(value.to_owned())),
            None => (label, None),
        };
        let label = Label { entity: entity.to_owned(), role: None, group: None, value };
        return Ok(Some((raw, label, after)));
    }
    if after.starts_with('{') {
        let Some((label, after)) = after.split_once('}') else {
            return Err(format!("the annotation of `{raw}` has no closing brace"));
        };
        let label = serde_json::from_str(&format!("{label}}}"))
            .map_err(|e| format!("the annotation of `{raw}` is not JSON with an `entity`: {e}"))?;
        return Ok(Some((raw, label, after)));
    }
    Ok(None)
}

/// The utterance with its slots annotated; an error in words when Rasa's format has no way to say it.
pub(super) fn write(example: &Example) -> Result<String, String> {
    let mut slots: Vec<&SlotLabel> = example.slots.iter().collect();
    slots.sort_by_key(|s| s.start);
    let mut out = String::new();
    let mut at = 0;
    for slot in slots {
        let raw = text::slice(&example.text, slot.start, slot.end);
        if raw.contains(']') {
            return Err(format!("\"{}\": the slot `{raw}` holds a bracket", example.text));
        }
        out.push_str(text::slice(&example.text, at, slot.start));
        let _ = write!(out, "[{raw}]{}", label(slot, raw));
        at = slot.end;
    }
    out.push_str(text::slice(&example.text, at, usize::MAX));
    // What only looks like an annotation would be read as one.
    match read(&out) {
        Ok((plain, slots)) if plain == example.text && slots.len() == example.slots.len() => Ok(out),
        _ => Err(format!("\"{}\" holds brackets that look like an annotation", example.text)),
    }
}

fn label(slot: &SlotLabel, raw: &str) -> String {
    let name = EntityName::of(&slot.name);
    let value = Some(slot.value.clone()).filter(|v| !v.is_empty() && v != raw);
    let plain = name.role.is_none() && name.group.is_none() && value.is_none();
    if plain && !name.entity.contains([':', ')']) {
        return format!("({})", name.entity);
    }
    let owned = |part: Option<&str>| part.map(str::to_owned);
    let label =
        Label { entity: name.entity.to_owned(), role: owned(name.role), group: owned(name.group), value };
    // Strings always serialise. The first closing brace ends an annotation, so there is none inside.
    let json = serde_json::to_string(&label).unwrap_or_default();
    let inside = json.strip_suffix('}').unwrap_or(&json).replace('}', "\\u007d");
    format!("{inside}}}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn roles_and_groups_are_part_of_a_slots_name() {
        let text = r#"[大]{"entity": "size", "group": "1"}[芝士]{"entity": "topping", "role": "extra", "group": "1"}"#;
        let (plain, slots) = read(text).unwrap();
        let names: Vec<&str> = slots.iter().map(|s| s.name.as_str()).collect();
        assert_eq!((plain.as_str(), names), ("大芝士", vec!["size#1", "topping.extra#1"]));
        let name = EntityName::of("topping.extra#1");
        assert_eq!((name.entity, name.role, name.group), ("topping", Some("extra"), Some("1")));
        assert_eq!(EntityName::of("#1").entity, "#1");
    }

    #[test]
    fn what_cannot_be_said_in_the_format_is_an_error() {
        let example = |text: &str, end: usize| Example {
            text: text.into(),
            intent: "a".into(),
            slots: vec![SlotLabel { start: 0, end, name: "s".into(), value: "}x\"}".into() }],
            lang: None,
            split: None,
        };
        assert!(write(&example("a] b", 2)).is_err());
        assert!(write(&example("a [b](c)", 1)).is_err());
        let written = write(&example("ab [c]", 2)).unwrap();
        assert_eq!(read(&written).unwrap().1[0].value, "}x\"}");
    }
}
