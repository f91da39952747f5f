//! Writes training data as Rasa's YAML, version 3.1.

use std::fmt::Write as _;

use super::{OUT_OF_SCOPE_THERE, annotation};
use crate::domain::OUT_OF_SCOPE;
use crate::nlu::examples::{TrainingData, count_by_intent};

/// The whole of `data` as one file, and in words what had to be left out because the format cannot say it. A slot named
/// `city.from#2` becomes the entity `city` with the role `from` in the group `2`; line breaks and repeated blanks become
/// one blank, as Rasa's lists have one utterance a line; spellings of a listed value become its synonyms.
pub fn write_rasa(data: &TrainingData) -> (String, Vec<String>) {
    let mut out = String::from("version: \"3.1\"\nnlu:\n");
    let mut left_out = Vec::new();
    for (intent, _) in count_by_intent(&data.examples) {
        let of_intent = data.examples.iter().filter(|e| e.intent == intent);
        let mut lines = Vec::new();
        for written in of_intent.map(annotation::write) {
            match written {
                Ok(line) => lines.push(line),
                Err(problem) => left_out.push(problem),
            }
        }
        let name = if intent == OUT_OF_SCOPE { OUT_OF_SCOPE_THERE } else { &intent };
        section(&mut out, "intent", name, lines.into_iter());
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
    named.sort();
    named.dedup();
    for slot in named {
        let patterns = lexicon.patterns.iter().filter(|(name, _)| name == slot);
        section(&mut out, "regex", slot, patterns.map(|(_, pattern)| pattern.clone()));
    }
    (out, left_out)
}

/// Nothing where there are no lines: a section needs examples.
fn section(out: &mut String, kind: &str, name: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    // A JSON string is a YAML string, whatever the name holds.
    let name = serde_json::Value::from(name);
    let _ = writeln!(out, "- {kind}: {name}\n  examples: |");
    for line in lines {
        let printable = line.replace(|c: char| c.is_control(), " ");
        let _ = writeln!(out, "    - {}", printable.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::LexiconEntry;
    use super::super::read_rasa;
    use super::*;
    use crate::domain::{Example, SlotLabel};

    fn example(text: &str, intent: &str, slots: Vec<SlotLabel>) -> Example {
        Example { text: text.into(), intent: intent.into(), slots, lang: None, split: None }
    }

    /// What is read back, with nothing left out.
    fn there_and_back(data: &TrainingData) -> TrainingData {
        let (written, left_out) = write_rasa(data);
        assert_eq!(left_out, [""; 0]);
        TrainingData { places: vec![], ..read_rasa(&written, &|_| None).unwrap() }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let slot = |start, end, name: &str, value: &str| SlotLabel {
            start,
            end,
            name: name.into(),
            value: value.into(),
        };
        let slots = vec![slot(1, 3, "city.from", "北京"), slot(4, 6, "city#2", "上海")];
        let mut data = TrainingData {
            examples: vec![
                example("从北京到魔都", "book: ticket", slots),
                example("- hi", "greet", vec![]),
                example("讲个笑话", OUT_OF_SCOPE, vec![]),
            ],
            ..Default::default()
        };
        data.lexicon.patterns.push(("order_no".into(), r"E\d+".into()));
        data.lexicon.synonyms.push(("沪".into(), "上海".into()));
        data.lexicon
            .entries
            .push(LexiconEntry { slot: "city".into(), value: "北京".into(), forms: vec![] });
        assert_eq!(there_and_back(&data), data);
        assert!(write_rasa(&data).0.contains("- intent: \"out_of_scope\""));
    }

    fn word() -> impl Strategy<Value = String> {
        "[a-z北京上海:#'\"|>&*!%{},-]{1,5}"
    }

    fn examples() -> impl Strategy<Value = Vec<Example>> {
        let name = "[a-z:)'\"城市]{1,4}(\\.[a-z]{1,3})?(#[0-9])?";
        let slotted = (word(), name, proptest::option::of("[a-z上海}\"\\\\]{1,4}"), word());
        let one = (proptest::collection::vec(slotted, 0..3), word()).prop_map(|(parts, end)| {
            let (mut text, mut slots) = (String::new(), Vec::new());
            for (raw, name, value, between) in parts {
                let start = text.chars().count();
                text.push_str(&raw);
                let value = value.unwrap_or(raw);
                slots.push(SlotLabel { start, end: text.chars().count(), name, value });
                text.push_str(&format!(" {between} "));
            }
            text.push_str(&end);
            (text, slots)
        });
        // Grouped by intent, as a file is.
        let intents = proptest::collection::btree_map(word(), proptest::collection::vec(one, 1..4), 1..4);
        intents.prop_map(|intents| {
            let of = |(intent, examples): (String, Vec<(String, Vec<SlotLabel>)>)| {
                examples
                    .into_iter()
                    .map(move |(text, slots)| example(&text, &intent, slots))
                    .collect::<Vec<_>>()
            };
            intents.into_iter().flat_map(of).collect()
        })
    }

    proptest! {
        #[test]
        fn any_training_data_are_read_back(
            examples in examples(),
            cities in proptest::collection::btree_set("[a-z京沪#-]{1,4}", 0..4),
            synonyms in proptest::collection::btree_map("[0-9]{2,5}", "[a-z京沪:]{1,4}", 0..4),
            patterns in proptest::collection::btree_map("[a-z:]{1,4}", "[a-z]\\\\d\\{2,3\\}", 0..3),
        ) {
            let mut data = TrainingData { examples, ..Default::default() };
            let entry = |value| LexiconEntry { slot: "city".into(), value, forms: vec![] };
            data.lexicon.entries.extend(cities.into_iter().map(entry));
            data.lexicon.synonyms.extend(synonyms);
            data.lexicon.synonyms.sort_by(|a, b| a.1.cmp(&b.1));
            data.lexicon.patterns.extend(patterns);
            prop_assert_eq!(there_and_back(&data), data);
        }
    }
}
