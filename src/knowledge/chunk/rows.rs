//! Tables: rows become lines that are found with their header and can be quoted alone.

use super::{ChunkOptions, CountTokens};
use crate::knowledge::parsed::Table;

/// The texts of the passages of one table, one row a line.
pub(super) fn cut(table: &Table, options: &ChunkOptions, count_tokens: CountTokens) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for row in &table.rows {
        for line in row_lines(&table.header, row, options.max_tokens, count_tokens) {
            let tokens = count_tokens(&line);
            lines.push((line, tokens));
        }
    }
    let total: usize = lines.iter().map(|(_, tokens)| tokens).sum();
    let passages = if total <= options.max_tokens { 1 } else { total.div_ceil(options.target_tokens.max(1)) };
    let goal = total.div_ceil(passages.max(1));

    let mut texts = Vec::new();
    let (mut open, mut length) = (String::new(), 0);
    for (line, tokens) in lines {
        if !open.is_empty() && (length + tokens > options.max_tokens || length + tokens / 2 > goal) {
            texts.push(std::mem::take(&mut open));
            length = 0;
        }
        if !open.is_empty() {
            open.push('\n');
        }
        open.push_str(&line);
        length += tokens;
    }
    if !open.is_empty() {
        texts.push(open);
    }
    texts
}

/// One line, or, for a row longer than a passage, several lines that each begin with the row's first cell.
fn row_lines(header: &[String], row: &[String], max_tokens: usize, count_tokens: CountTokens) -> Vec<String> {
    let statements = statements(header, row);
    let whole = statements.join("; ");
    if statements.len() < 3 || count_tokens(&whole) <= max_tokens {
        return if whole.is_empty() { Vec::new() } else { vec![whole] };
    }
    let Some((subject, rest)) = statements.split_first() else { return Vec::new() };
    let mut lines: Vec<String> = Vec::new();
    for statement in rest {
        match lines.last_mut() {
            Some(line) if count_tokens(line) + count_tokens(statement) <= max_tokens => {
                line.push_str("; ");
                line.push_str(statement);
            }
            _ => lines.push(format!("{subject}; {statement}")),
        }
    }
    lines
}

/// `header: value` for every cell that has a value.
fn statements(header: &[String], row: &[String]) -> Vec<String> {
    let nameless = header.iter().all(|name| name.trim().is_empty());
    if nameless
        && let [key, value] = row
        && !key.trim().is_empty()
        && !value.trim().is_empty()
    {
        return vec![format!("{}: {}", flat(key), flat(value))];
    }
    let mut statements: Vec<String> = Vec::new();
    for (column, cell) in row.iter().enumerate() {
        let value = flat(cell);
        if value.is_empty() {
            continue;
        }
        let name = header.get(column).map(|name| flat(name)).unwrap_or_default();
        // A cell merged over several nameless columns is said once.
        if name.is_empty() && column > 0 && row[column - 1] == *cell {
            continue;
        }
        let statement = if name.is_empty() || name == value { value } else { format!("{name}: {value}") };
        statements.push(statement);
    }
    statements
}

/// A cell on one line, without the separators of this notation at its end.
fn flat(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for line in cell.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !text.is_empty() {
            text.push_str(if text.ends_with(['。', '.', '；', ';', '，', ',', '、', '：', ':']) {
                " "
            } else {
                ", "
            });
        }
        text.push_str(line);
    }
    text.trim_end_matches([';', ':', '；', '：', ' ']).to_owned()
}
