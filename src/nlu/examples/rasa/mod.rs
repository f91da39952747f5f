//! Rasa's training data, YAML version 3.1: intents with `[text](slot)` annotations, synonyms, lookups and regexes.
//!
//! A slot with a role becomes `slot.role`, one of a group `slot#group`. Intents named `out_of_scope` or `nlu_fallback`
//! become `oos`. Metadata have no counterpart here and are left out.

mod annotation;
mod domain;
mod lines;
mod write;

use std::collections::HashMap;

use regex::Regex;
use serde::Deserialize;

pub use annotation::{EntityName, read as read_annotated};
pub use domain::RasaDomain;
pub use write::write_rasa;

use self::lines::Lines;
use super::{ExamplesError, LexiconEntry, LineError, Place, TrainingData, problem};
use crate::domain::{Example, OUT_OF_SCOPE};

/// What Rasa's own examples call text that belongs to no intent.
pub const OUT_OF_SCOPE_THERE: &str = "out_of_scope";

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
    /// `examples: |` with a `- ` before each line; or the name of a file of values.
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

/// One example with its line.
struct Line {
    number: usize,
    text: String,
}

/// Whether a YAML file of Rasa's holds training examples; stories, rules, domain and settings do not.
pub fn holds_examples(content: &str) -> bool {
    content.lines().any(|line| line.trim_end().starts_with("nlu:"))
}

/// Reads a Rasa training file. `file` gives the content of the file that a lookup names, when there is one. Other
/// sections than `nlu` are left alone; all unusable lines are reported at once.
pub fn read_rasa(
    content: &str,
    file: &dyn Fn(&str) -> Option<String>,
) -> Result<TrainingData, ExamplesError> {
    let read: File = serde_norway::from_str(content).map_err(|e| {
        let line = e.location().map_or(1, |l| l.line());
        ExamplesError::one(line, format!("not the YAML of Rasa's training data: {e}"))
    })?;
    let Some(sections) = read.nlu else {
        return Err(ExamplesError::one(
            1,
            "there is no `nlu:` section; give the file with the training examples",
        ));
    };
    let mut reader =
        Reader { lines: Lines::new(content), file, data: TrainingData::default(), errors: Vec::new() };
    for section in sections {
        reader.section(section);
    }
    reader.resolve_synonyms();
    reader.errors.sort_by_key(|e| e.line);
    if reader.errors.is_empty() { Ok(reader.data) } else { Err(ExamplesError(reader.errors)) }
}

struct Reader<'a> {
    lines: Lines<'a>,
    file: &'a dyn Fn(&str) -> Option<String>,
    data: TrainingData,
    errors: Vec<LineError>,
}

impl Reader<'_> {
    fn section(&mut self, section: Section) {
        let Section { intent, synonym, lookup, regex, examples } = section;
        let kinds = [("intent", &intent), ("synonym", &synonym), ("lookup", &lookup), ("regex", &regex)];
        let Some((kind, name)) = kinds.into_iter().find_map(|(kind, name)| Some((kind, name.clone()?)))
        else {
            let line = self.lines.here();
            self.error(line, "a section needs `intent:`, `synonym:`, `lookup:` or `regex:`");
            return;
        };
        let heading = self.lines.heading(kind);
        if name.trim().is_empty() {
            self.error(heading, format!("this `{kind}:` has no name"));
            return;
        }
        let Some(examples) = examples else {
            self.error(heading, "this section has no `examples:`");
            return;
        };
        let examples = self.examples(examples, kind == "lookup");
        match kind {
            "intent" => self.intent(&name, examples),
            "synonym" => {
                let forms = examples.into_iter().map(|form| (form.text, name.clone()));
                self.data.lexicon.synonyms.extend(forms);
            }
            "lookup" => {
                let entry =
                    |value: Line| LexiconEntry { slot: name.clone(), value: value.text, forms: Vec::new() };
                self.data.lexicon.entries.extend(examples.into_iter().map(entry));
            }
            _ => self.patterns(&name, examples),
        }
    }

    /// The examples of a section, without empty ones.
    fn examples(&mut self, examples: Examples, may_name_file: bool) -> Vec<Line> {
        let mut found = Vec::new();
        match examples {
            Examples::List(items) => {
                for item in items {
                    let (Item::Text(text) | Item::Full { text }) = item;
                    found.push(Line { number: self.lines.holding(&text), text: text.trim().to_owned() });
                }
            }
            Examples::Block(block) if may_name_file && names_file(&block) => {
                let line = self.lines.holding(block.trim());
                match (self.file)(block.trim()) {
                    Some(values) => {
                        let value = |text: &str| Line { number: line, text: text.trim().to_owned() };
                        found.extend(values.lines().map(value));
                    }
                    None => self.error(
                        line,
                        format!("the lookup file `{}` cannot be read; name it from this file's folder, or write its values here", block.trim()),
                    ),
                }
            }
            Examples::Block(block) => {
                for written in block.lines().map(str::trim).filter(|l| !l.is_empty()) {
                    let number = self.lines.exactly(written);
                    match written.strip_prefix('-') {
                        Some(text) => found.push(Line { number, text: text.trim().to_owned() }),
                        None => self.error(number, format!("`{written}` does not begin with `-`")),
                    }
                }
            }
        }
        found.retain(|line| !line.text.is_empty());
        found
    }

    fn intent(&mut self, intent: &str, examples: Vec<Line>) {
        let outside = matches!(intent, OUT_OF_SCOPE_THERE | "nlu_fallback");
        let intent = if outside { OUT_OF_SCOPE } else { intent };
        for Line { number, text } in examples {
            let (text, slots) = match annotation::read(&text) {
                Ok(parts) => parts,
                Err(problem) => {
                    self.error(number, problem);
                    continue;
                }
            };
            let example = Example { text, intent: intent.to_owned(), slots, lang: None, split: None };
            match problem(&example) {
                Some(problem) => self.error(number, problem),
                None => {
                    self.data.examples.push(example);
                    self.data.places.push(Place::line(number));
                }
            }
        }
    }

    fn patterns(&mut self, slot: &str, patterns: Vec<Line>) {
        for Line { number, text } in patterns {
            match Regex::new(&text) {
                Ok(_) => self.data.lexicon.patterns.push((slot.to_owned(), text)),
                Err(e) => self.error(
                    number,
                    format!("regex `{slot}` cannot be used (look-around and back references are not supported): {e}"),
                ),
            }
        }
    }

    /// A slot written as one of the synonyms has the value they stand for; upper and lower case are the same, as in
    /// Rasa.
    fn resolve_synonyms(&mut self) {
        let lower = |(form, value): &(String, String)| (form.to_lowercase(), value.clone());
        let synonyms: HashMap<String, String> = self.data.lexicon.synonyms.iter().map(lower).collect();
        for slot in self.data.examples.iter_mut().flat_map(|e| &mut e.slots) {
            if let Some(value) = synonyms.get(&slot.value.to_lowercase()) {
                slot.value.clone_from(value);
            }
        }
    }

    fn error(&mut self, line: usize, problem: impl Into<String>) {
        self.errors.push(LineError { line, problem: problem.into() });
    }
}

/// One word with the ending of a text file, and not an item of a list.
fn names_file(block: &str) -> bool {
    let block = block.trim();
    let one_line = !block.contains('\n') && !block.starts_with('-');
    one_line && [".txt", ".csv", ".lst"].iter().any(|ending| block.to_lowercase().ends_with(ending))
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
        let data = read_rasa(FILE, &|_| None).unwrap();
        let first = &data.examples[0];
        assert_eq!(first.text, "从北京到魔都");
        let slots: Vec<_> =
            first.slots.iter().map(|s| (s.start, s.end, s.name.as_str(), s.value.as_str())).collect();
        assert_eq!(slots, [(1, 3, "city.from", "北京"), (4, 6, "city", "上海")]);
        assert_eq!(data.examples[1].text, "订明天的票 [不是标注]");
    }

    #[test]
    fn out_of_scope_lists_and_dictionaries_are_read() {
        let data = read_rasa(FILE, &|_| None).unwrap();
        assert_eq!(data.examples[2].intent, OUT_OF_SCOPE);
        assert_eq!(data.examples[3].text, "讲个笑话");
        assert_eq!(data.lexicon.synonyms, [("沪".to_owned(), "上海".to_owned())]);
        assert_eq!(data.lexicon.entries.len(), 2);
        assert_eq!(data.lexicon.patterns[0].0, "order_no");
    }

    #[test]
    fn every_example_knows_its_line() {
        let places = read_rasa(FILE, &|_| None).unwrap().places;
        assert_eq!(places, [5, 6, 9, 10].map(Place::line));
        let twice = "nlu:\n- intent: a\n  examples: |\n    - a\n    - b\n    - a\n";
        let places = read_rasa(twice, &|_| None).unwrap().places;
        assert_eq!(places, [4, 5, 6].map(Place::line));
    }

    #[test]
    fn a_lookup_may_name_a_file() {
        let file = |name: &str| (name == "data/cities.txt").then(|| "北京\n\n上海\n".to_owned());
        let data = read_rasa("nlu:\n- lookup: city\n  examples: data/cities.txt\n", &file).unwrap();
        let values: Vec<&str> = data.lexicon.entries.iter().map(|e| e.value.as_str()).collect();
        assert_eq!(values, ["北京", "上海"]);
    }

    #[test]
    fn errors_name_their_line() {
        let error = read_rasa(
            "nlu:\n- intent: a\n  examples: |\n    - hello\n    - broken [x](slot\n    - [y]{\"role\": 1}\n- regex: r\n  examples: |\n    - (?=x)\n    no dash\n- lookup: l\n  examples: gone.txt\n- intent: b\n",
            &|_| None,
        )
        .unwrap_err();
        let lines: Vec<_> = error.0.iter().map(|e| e.line).collect();
        assert_eq!(lines, [5, 6, 9, 10, 12, 13]);
        assert_eq!(read_rasa("nlu: [", &|_| None).unwrap_err().0.len(), 1);
        assert_eq!(read_rasa("rules: []", &|_| None).unwrap_err().0[0].line, 1);
    }
}
