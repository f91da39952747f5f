//! Dictionaries as tables: CSV with a column of values and a column of other spellings.

use std::collections::HashMap;

use super::DictionaryEntry;
use super::check::entry_problem;
use crate::nlu::examples::{ExamplesError, LineError};

const VALUES: &[&str] = &["value", "值", "标准值", "名称", "name"];
const FORMS: &[&str] = &["forms", "synonyms", "同义词", "别名", "其他写法"];
/// Between the spellings within a cell.
const SEPARATORS: [char; 5] = ['|', ';', '；', '\n', '、'];

/// Reads a table with a header: `value` (值, 标准值, 名称) and, if there are others, `forms` (synonyms, 同义词, 别名) with
/// `|`, `;` or line ends between them. Commas, semicolons and tabs separate cells, whichever the header uses. A value
/// that occurs in several rows has the spellings of all of them. Every line that cannot be used is reported.
pub fn read_csv(text: &str) -> Result<Vec<DictionaryEntry>, ExamplesError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let delimiter = [b',', b'\t', b';'].into_iter().find(|d| header.contains(char::from(*d))).unwrap_or(b',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = reader.records();
    let header = match rows.next() {
        Some(Ok(header)) => header,
        Some(Err(e)) => return Err(ExamplesError::one(1, format!("the header cannot be read: {e}"))),
        None => return Err(ExamplesError::one(1, "the file is empty; it needs a header with `value`")),
    };
    let column =
        |names: &[&str]| header.iter().position(|cell| names.contains(&cell.trim().to_lowercase().as_str()));
    let Some(values) = column(VALUES) else {
        return Err(ExamplesError::one(
            1,
            "the header names no column `value` (or 值, 标准值, 名称); the first line must be e.g. `value,forms`",
        ));
    };
    let forms = column(FORMS);

    let mut entries: Vec<DictionaryEntry> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut errors = Vec::new();
    let mut line = 1;
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(e) => {
                line = e.position().map_or(line + 1, |p| p.line() as usize);
                errors.push(LineError { line, problem: format!("the row cannot be read: {e}") });
                continue;
            }
        };
        line = row.position().map_or(line + 1, |p| p.line() as usize);
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let value = row.get(values).unwrap_or_default().trim().to_owned();
        let cell = forms.and_then(|at| row.get(at)).unwrap_or_default();
        let forms = cell.split(SEPARATORS).map(str::trim).filter(|f| !f.is_empty()).map(str::to_owned);
        let entry = DictionaryEntry { value, forms: forms.collect() };
        match entry_problem(&entry) {
            Some(problem) => errors.push(LineError { line, problem }),
            None => match places.get(&entry.value) {
                Some(at) => entries[*at].forms.extend(entry.forms),
                None => {
                    places.insert(entry.value.clone(), entries.len());
                    entries.push(entry);
                }
            },
        }
    }
    if errors.is_empty() { Ok(entries) } else { Err(ExamplesError(errors)) }
}

/// Writes what [`read_csv`] reads.
pub fn write_csv(entries: &[DictionaryEntry]) -> String {
    let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut out = String::from("value,forms\n");
    for entry in entries {
        out.push_str(&format!("{},{}\n", quoted(&entry.value), quoted(&entry.forms.join("|"))));
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let shown = |e: &DictionaryEntry| format!("{}={}", e.value, e.forms.join("/"));
        read_csv(text).unwrap().iter().map(shown).collect()
    }

    #[test]
    fn headers_and_separators_of_either_language() {
        for text in [
            "value,forms\n空气炸锅,炸锅|air fryer\n云朵枕,\n",
            "编号,名称,同义词\n1,空气炸锅,炸锅；air fryer\n\n2,云朵枕\n",
            "值\t别名\n空气炸锅\t炸锅、air fryer\n云朵枕\t\n",
            "\u{feff}VALUE;Synonyms\n空气炸锅;\"炸锅\nair fryer\"\n云朵枕;\n",
            "value,forms\n空气炸锅,炸锅\n云朵枕,\n空气炸锅,air fryer\n",
        ] {
            assert_eq!(shown(text), ["空气炸锅=炸锅/air fryer", "云朵枕="], "{text}");
        }
    }

    #[test]
    fn every_bad_line_is_named() {
        let long = "长".repeat(201);
        let error = read_csv(&format!("value,forms\na,b\n,c\n\"x\ny\",\n{long},\n")).unwrap_err();
        insta::assert_snapshot!(error, @r#"line 3: a value or spelling is empty; line 4: "x\ny" has white space at its ends or control characters; line 6: `长长长长长长长长长长长长长长长长长长长长…` is longer than 200 characters"#);
        assert_eq!(read_csv("sku,price\n1,2\n").unwrap_err().0[0].line, 1);
        assert_eq!(read_csv("").unwrap_err().0[0].line, 1);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(words in proptest::collection::btree_map("[a-z\",空锅 ]{0,4}[a-z]", proptest::collection::vec("[a-z\",空锅]{1,5}", 0..3), 0..6)) {
            let entries: Vec<DictionaryEntry> = words
                .into_iter()
                .map(|(value, forms)| DictionaryEntry { value: value.trim().to_owned(), forms })
                .collect();
            let mut seen = std::collections::BTreeSet::new();
            prop_assume!(entries.iter().all(|e| seen.insert(e.value.clone())));
            prop_assert_eq!(read_csv(&write_csv(&entries)).unwrap(), entries);
        }
    }
}
