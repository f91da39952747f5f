//! Writes training data as Rasa's YAML, version 3.1.

use std::fmt::Write as _;

use super::{TrainingData, count_by_intent};
use crate::domain::{Example, SlotLabel};
use crate::text;

/// The whole of `data` as one file. A slot named `city.from` becomes the entity `city` with the role `from`. Line
/// breaks inside an utterance become spaces: Rasa's lists have one a line.
pub fn write_rasa(data: &TrainingData) -> String {
    let mut out = String::from("version: \"3.1\"\nnlu:\n");
    for (intent, _) in count_by_intent(&data.examples) {
        let of_intent = data.examples.iter().filter(|e| e.intent == intent);
        section(&mut out, "intent", &intent, of_intent.map(annotated));
    }
    let lexicon = &data.lexicon;
    let mut values: Vec<&String> = lexicon.synonyms.iter().map(|(_, value)| value).collect();
    values.extend(lexicon.entries.iter().filter(|e| !e.forms.is_empty()).map(|e| &e.value));
    values.sort();
    values.dedup();
    for value in values {
        let forms = lexicon.synonyms.iter().filter(|(_, v)| v == value).map(|(form, _)| form);
        let more = lexicon.entries.iter().filter(|e| e.value == *value).flat_map(|e| &e.forms);
        section(&mut out, "synonym", value, forms.chain(more).cloned());
    }
    let mut slots: Vec<&String> = lexicon.entries.iter().map(|e| &e.slot).collect();
    slots.sort();
    slots.dedup();
    for slot in slots {
        let entries = lexicon.entries.iter().filter(|e| e.slot == *slot);
        section(
            &mut out,
            "lookup",
            slot,
            entries.flat_map(|e| std::iter::once(&e.value).chain(&e.forms)).cloned(),
        );
    }
    let mut named: Vec<&String> = lexicon.patterns.iter().map(|(slot, _)| slot).collect();
    named.dedup();
    for slot in named {
        let patterns = lexicon.patterns.iter().filter(|(name, _)| name == slot);
        section(&mut out, "regex", slot, patterns.map(|(_, pattern)| pattern.clone()));
    }
    out
}

fn section(out: &mut String, kind: &str, name: &str, lines: impl Iterator<Item = String>) {
    // A JSON string is a YAML string, whatever the name holds.
    let name = serde_json::Value::from(name);
    let _ = writeln!(out, "- {kind}: {name}\n  examples: |");
    for line in lines {
        let _ = writeln!(out, "    - {}", line.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

fn annotated(example: &Example) -> String {
    let mut slots: Vec<&SlotLabel> = example.slots.iter().collect();
    slots.sort_by_key(|s| s.start);
    let mut out = String::new();
    let mut at = 0;
    for slot in slots {
        let raw = text::slice(&example.text, slot.start, slot.end);
        out.push_str(text::slice(&example.text, at, slot.start));
        let _ = write!(out, "[{raw}]{}", label(slot, raw));
        at = slot.end;
    }
    out.push_str(text::slice(&example.text, at, usize::MAX));
    out
}

fn label(slot: &SlotLabel, raw: &str) -> String {
    let (entity, role) = match slot.name.split_once('.') {
        Some((entity, role)) => (entity, Some(role)),
        None => (slot.name.as_str(), None),
    };
    let own_value = !slot.value.is_empty() && slot.value != raw;
    if role.is_none() && !own_value {
        return format!("({entity})");
    }
    let mut fields = serde_json::Map::new();
    fields.insert("entity".into(), entity.into());
    if let Some(role) = role {
        fields.insert("role".into(), role.into());
    }
    if own_value {
        fields.insert("value".into(), slot.value.as_str().into());
    }
    serde_json::Value::Object(fields).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::{LexiconEntry, read_rasa};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let slot = |start, end, name: &str, value: &str| SlotLabel {
            start,
            end,
            name: name.into(),
            value: value.into(),
        };
        let example = |text: &str, intent: &str, slots| Example {
            text: text.into(),
            intent: intent.into(),
            slots,
            lang: None,
            split: None,
        };
        let mut data = TrainingData {
            examples: vec![
                example(
                    "从北京到魔都",
                    "book: ticket",
                    vec![slot(1, 3, "city.from", "北京"), slot(4, 6, "city", "上海")],
                ),
                example("hi", "greet", vec![]),
            ],
            ..Default::default()
        };
        data.lexicon.patterns.push(("order_no".into(), r"E\d+".into()));
        data.lexicon.synonyms.push(("沪".into(), "上海".into()));
        data.lexicon
            .entries
            .push(LexiconEntry { slot: "city".into(), value: "北京".into(), forms: vec![] });
        assert_eq!(read_rasa(&write_rasa(&data)).unwrap(), data);
    }
}
