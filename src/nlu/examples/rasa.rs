//! Rasa's training data, YAML version 3.1: intents with `[text](slot)` annotations, synonyms, lookups and regexes.
//!
//! A slot with a role becomes `slot.role`. Intents named `out_of_scope` or `nlu_fallback` become `oos`. Groups and
//! metadata have no counterpart here and are left out.

use regex::Regex;
use serde::Deserialize;

use super::{ExamplesError, LexiconEntry, LineError, TrainingData, problem};
use crate::domain::{Example, OUT_OF_SCOPE, SlotLabel};

#[derive(Deserialize)]
struct File {
    nlu: Option<Vec<Section>>,
}

#[derive(Deserialize)]
struct Section {
    intent: Option<String>,
    synonym: Option<String>,
    lookup: Option<String>,
    regex: Option<String>,
    examples: Option<Examples>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Examples {
    /// `examples: |` with a `- ` before each line.
    Block(String),
    /// A YAML list of texts or of `{text, metadata}`.
    List(Vec<Item>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Text(String),
    Full { text: String },
}

/// The part of an annotation that is written as JSON: `[北京]{"entity": "city", "role": "from"}`.
#[derive(Deserialize)]
struct Annotation {
    entity: String,
    role: Option<String>,
    value: Option<String>,
}

/// Reads a Rasa training file. Other sections than `nlu` are left alone; all unusable lines are reported at once.
pub fn read_rasa(content: &str) -> Result<TrainingData, ExamplesError> {
    let file: File = serde_norway::from_str(content).map_err(|e| {
        let line = e.location().map_or(1, |l| l.line());
        ExamplesError::one(line, format!("not the YAML of Rasa's training data: {e}"))
    })?;
    let Some(sections) = file.nlu else {
        return Err(ExamplesError::one(
            1,
            "there is no `nlu:` section; give the file with the training examples",
        ));
    };
    let mut reader = Reader { lines: Lines::new(content), data: TrainingData::default(), errors: Vec::new() };
    for section in sections {
        reader.section(section);
    }
    reader.resolve_synonyms();
    if reader.errors.is_empty() { Ok(reader.data) } else { Err(ExamplesError(reader.errors)) }
}

struct Reader<'a> {
    lines: Lines<'a>,
    data: TrainingData,
    errors: Vec<LineError>,
}

impl Reader<'_> {
    fn section(&mut self, section: Section) {
        let name = [&section.intent, &section.synonym, &section.lookup, &section.regex];
        let heading = self.lines.find(name.into_iter().flatten().next().map_or("", String::as_str));
        let Some(examples) = section.examples else {
            self.error(heading, "this section has no `examples:`");
            return;
        };
        let texts = texts(examples);
        if let Some(intent) = section.intent {
            self.intent(&intent, &texts);
        } else if let Some(value) = section.synonym {
            self.lines.skip(&texts);
            self.data.lexicon.synonyms.extend(texts.into_iter().map(|form| (form, value.clone())));
        } else if let Some(slot) = section.lookup {
            self.lines.skip(&texts);
            let entry = |value| LexiconEntry { slot: slot.clone(), value, forms: Vec::new() };
            self.data.lexicon.entries.extend(texts.into_iter().map(entry));
        } else if let Some(slot) = section.regex {
            self.patterns(&slot, texts);
        } else {
            self.error(heading, "a section needs `intent:`, `synonym:`, `lookup:` or `regex:`");
        }
    }

    fn intent(&mut self, intent: &str, texts: &[String]) {
        let intent = if matches!(intent, "out_of_scope" | "nlu_fallback") { OUT_OF_SCOPE } else { intent };
        for annotated in texts {
            let line = self.lines.find(annotated);
            let (text, slots) = match annotations(annotated) {
                Ok(parts) => parts,
                Err(problem) => {
                    self.error(line, problem);
                    continue;
                }
            };
            let example = Example { text, intent: intent.to_owned(), slots, lang: None, split: None };
            match problem(&example) {
                Some(problem) => self.error(line, problem),
                None => self.data.examples.push(example),
            }
        }
    }

    fn patterns(&mut self, slot: &str, texts: Vec<String>) {
        for pattern in texts {
            let line = self.lines.find(&pattern);
            match Regex::new(&pattern) {
                Ok(_) => self.data.lexicon.patterns.push((slot.to_owned(), pattern)),
                Err(e) => self.error(
                    line,
                    format!("regex `{slot}` cannot be used (look-around and back references are not supported): {e}"),
                ),
            }
        }
    }

    /// A slot written as one of the synonyms has the value they stand for.
    fn resolve_synonyms(&mut self) {
        let synonyms = &self.data.lexicon.synonyms;
        for slot in self.data.examples.iter_mut().flat_map(|e| &mut e.slots) {
            if let Some((_, value)) = synonyms.iter().find(|(form, _)| *form == slot.value) {
                slot.value.clone_from(value);
            }
        }
    }

    fn error(&mut self, line: usize, problem: impl Into<String>) {
        self.errors.push(LineError { line, problem: problem.into() });
    }
}

fn texts(examples: Examples) -> Vec<String> {
    let items: Vec<String> = match examples {
        Examples::List(items) => items
            .into_iter()
            .map(|item| match item {
                Item::Text(text) | Item::Full { text } => text,
            })
            .collect(),
        Examples::Block(block) => block.lines().map(str::to_owned).collect(),
    };
    let trimmed = items.iter().map(|line| {
        let line = line.trim();
        line.strip_prefix("- ").or(line.strip_prefix('-')).unwrap_or(line).trim().to_owned()
    });
    trimmed.filter(|line| !line.is_empty()).collect()
}

/// Takes the annotations out of a text: the plain text and its slots.
fn annotations(annotated: &str) -> Result<(String, Vec<SlotLabel>), String> {
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
        let name = match label.role {
            Some(role) => format!("{}.{role}", label.entity),
            None => label.entity,
        };
        let value = label.value.unwrap_or_else(|| raw.to_owned());
        slots.push(SlotLabel { start, end: plain.chars().count(), name, value });
        rest = after;
    }
    plain.push_str(rest);
    Ok((plain, slots))
}

/// `[raw](slot)`, `[raw](slot:value)` or `[raw]{"entity": …}` at the beginning of `text`: the raw text, what was said
/// about it and what comes after. Brackets that are followed by neither are just brackets.
fn annotation(text: &str) -> Result<Option<(&str, Annotation, &str)>, String> {
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
        return Ok(Some((raw, Annotation { entity: entity.to_owned(), role: None, value }, after)));
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

/// Finds the line of a text that the YAML parser has already taken out of its file, reading forward.
struct Lines<'a> {
    lines: Vec<&'a str>,
    at: usize,
}

impl<'a> Lines<'a> {
    fn new(content: &'a str) -> Self {
        Self { lines: content.lines().collect(), at: 0 }
    }

    /// The number (from 1) of the next line that holds `text`; the current one where none does, as in folded text.
    fn find(&mut self, text: &str) -> usize {
        let first = text.lines().next().unwrap_or_default();
        if let Some(offset) = self.lines[self.at..].iter().position(|l| l.contains(first)) {
            self.at += offset;
        }
        self.at + 1
    }

    fn skip(&mut self, texts: &[String]) {
        for text in texts {
            self.find(text);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    const FILE: &str = r#"version: "3.1"
nlu:
- intent: book
  examples: |
    - 从[北京]{"entity": "city", "role": "from"}到[魔都](city:上海)
    - 订[明天](date)的票 [不是标注]
- intent: out_of_scope
  examples:
  - 今天天气如何
  - text: 讲个笑话
    metadata: {source: log}
- synonym: 上海
  examples: |
    - 沪
- lookup: city
  examples: |
    - 北京
    - 上海
- regex: order_no
  examples: |
    - E\d+-\d+
"#;

    #[test]
    fn annotations_become_slots() {
        let data = read_rasa(FILE).unwrap();
        let first = &data.examples[0];
        assert_eq!(first.text, "从北京到魔都");
        let slots: Vec<_> =
            first.slots.iter().map(|s| (s.start, s.end, s.name.as_str(), s.value.as_str())).collect();
        assert_eq!(slots, [(1, 3, "city.from", "北京"), (4, 6, "city", "上海")]);
        assert_eq!(data.examples[1].text, "订明天的票 [不是标注]");
    }

    #[test]
    fn out_of_scope_lists_and_dictionaries_are_read() {
        let data = read_rasa(FILE).unwrap();
        assert_eq!(data.examples[2].intent, OUT_OF_SCOPE);
        assert_eq!(data.examples[3].text, "讲个笑话");
        assert_eq!(data.lexicon.synonyms, [("沪".to_owned(), "上海".to_owned())]);
        assert_eq!(data.lexicon.entries.len(), 2);
        assert_eq!(data.lexicon.patterns[0].0, "order_no");
    }

    #[test]
    fn errors_name_their_line() {
        let error = read_rasa(
            "nlu:\n- intent: a\n  examples: |\n    - hello\n    - broken [x](slot\n    - [y]{\"role\": 1}\n- regex: r\n  examples: |\n    - (?=x)\n",
        )
        .unwrap_err();
        let lines: Vec<_> = error.0.iter().map(|e| e.line).collect();
        assert_eq!(lines, [5, 6, 9]);
        assert_eq!(read_rasa("nlu: [").unwrap_err().0.len(), 1);
        assert_eq!(read_rasa("rules: []").unwrap_err().0[0].line, 1);
    }
}
