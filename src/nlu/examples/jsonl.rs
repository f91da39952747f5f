//! One example a line: `{"text", "intent", "slots": [{"start", "end", "name", "value"}], "lang"?, "split"?}`.

use super::{ExamplesError, LineError, Place, TrainingData, problem};
use crate::domain::Example;
use crate::text;

/// Reads examples, one JSON object a line; empty lines are skipped. A slot without a value gets its text as value.
/// All unusable lines are reported at once.
pub fn read_jsonl(content: &str) -> Result<Vec<Example>, ExamplesError> {
    read_data(content).map(|data| data.examples)
}

/// The same with the lines they stand on.
pub(super) fn read_data(content: &str) -> Result<TrainingData, ExamplesError> {
    let mut data = TrainingData::default();
    let mut errors = Vec::new();
    for (index, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        match read_line(line) {
            Ok(example) => {
                data.examples.push(example);
                data.places.push(Place::line(index + 1));
            }
            Err(problem) => errors.push(LineError { line: index + 1, problem }),
        }
    }
    if errors.is_empty() { Ok(data) } else { Err(ExamplesError(errors)) }
}

fn read_line(line: &str) -> Result<Example, String> {
    let mut example: Example = serde_json::from_str(line)
        .map_err(|e| format!("{} (column {})", without_position(&e), e.column()))?;
    if let Some(problem) = problem(&example) {
        return Err(problem);
    }
    for slot in example.slots.iter_mut().filter(|s| s.value.is_empty()) {
        slot.value = text::slice(&example.text, slot.start, slot.end).to_owned();
    }
    Ok(example)
}

/// serde_json's message without its own "at line 1 column 7": the file's line is named instead.
fn without_position(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or(&message).to_owned()
}

/// Writes examples, one JSON object a line.
pub fn write_jsonl(examples: &[Example]) -> String {
    let mut out = String::new();
    for example in examples {
        // An Example holds only strings and numbers, which always serialise.
        out.push_str(&serde_json::to_string(example).unwrap_or_default());
        out.push('\n');
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let content = r#"{"text":"查单 E5-77","intent":"order_status","slots":[{"start":3,"end":8,"name":"order_no","value":"E5-77"}],"lang":"zh"}"#;
        let examples = read_jsonl(content).unwrap();
        assert_eq!(read_jsonl(&write_jsonl(&examples)).unwrap(), examples);
    }

    #[test]
    fn a_missing_value_is_the_text_of_the_slot() {
        let examples =
            read_jsonl(r#"{"text":"买三件","intent":"buy","slots":[{"start":1,"end":3,"name":"count"}]}"#)
                .unwrap();
        assert_eq!(examples[0].slots[0].value, "三件");
    }

    #[test]
    fn every_bad_line_is_named() {
        let content = "{\"text\":\"a\",\"intent\":\"x\"}\n\nnot json\n{\"text\":\" \",\"intent\":\"x\"}\n\
            {\"text\":\"ab\",\"intent\":\"x\",\"slots\":[{\"start\":1,\"end\":5,\"name\":\"s\"}]}\n\
            {\"text\":\"ab\",\"intent\":\"x\",\"slots\":[{\"start\":0,\"end\":2,\"name\":\"s\"},{\"start\":1,\"end\":2,\"name\":\"t\"}]}";
        let error = read_jsonl(content).unwrap_err();
        let lines: Vec<_> = error.0.iter().map(|e| e.line).collect();
        assert_eq!(lines, [3, 4, 5, 6]);
        insta::assert_snapshot!(error, @"line 3: expected ident (column 2); line 4: `text` is empty; line 5: slot `s` spans 1..5, outside the text of 2 characters (offsets count Unicode characters, the end is exclusive); line 6: slots `s` and `t` overlap at 1..2");
    }
}
