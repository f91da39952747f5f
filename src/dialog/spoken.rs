//! How a passage is said: list marks fall away, a table's row becomes a sentence or a short list.
//!
//! Only what stands between the words of a passage is touched: every header and cell is said unchanged. Citations
//! keep quoting verbatim.

use crate::domain::{Chunk, ChunkKind, Lang};

/// Rows with more columns than this are said as a list, a cell a line: as one sentence they are hard to follow.
const SENTENCE_COLUMNS: usize = 3;

/// The words of `quote`, which stands in `chunk`, as the bot says them.
pub(super) fn spoken(chunk: &Chunk, quote: &str) -> String {
    match chunk.kind {
        ChunkKind::Table => rows(quote, chunk.lang),
        ChunkKind::Text | ChunkKind::Faq => prose(quote),
    }
}

/// Text without the marks of lists. The numbers of steps stay when there are several: their order is part of what
/// is said.
fn prose(text: &str) -> String {
    let steps = text.lines().filter(|line| number_mark(line.trim_start()).is_some()).count();
    let lines: Vec<&str> = text
        .lines()
        .map(|line| {
            let said = line.trim_start();
            match bullet_mark(said).or_else(|| number_mark(said).filter(|_| steps == 1)) {
                Some(mark) => said[mark..].trim_start(),
                None => line,
            }
        })
        .collect();
    lines.join("\n")
}

/// Bytes of a leading `- `, `* `, `+ `, `• `.
fn bullet_mark(line: &str) -> Option<usize> {
    let mut chars = line.chars();
    let mark = chars.next()?;
    match mark {
        '-' | '*' | '+' => chars.next()?.is_whitespace().then_some(1),
        '•' | '·' | '●' | '○' | '■' | '◆' | '–' => Some(mark.len_utf8()),
        _ => None,
    }
}

/// Bytes of a leading `1. `, `2) `, `3、`, `(4)`, `①`. Numbers of three digits and more are amounts, not steps.
fn number_mark(line: &str) -> Option<usize> {
    if let Some(circled) = line.chars().next().filter(|c| ('①'..='⑳').contains(c)) {
        return Some(circled.len_utf8());
    }
    let inner = line.strip_prefix(['(', '（']);
    let digits = inner.unwrap_or(line);
    let after = digits.trim_start_matches(|c: char| c.is_ascii_digit());
    if !(1..=2).contains(&(digits.len() - after.len())) {
        return None;
    }
    let mark = after.chars().next()?;
    let rest = &after[mark.len_utf8()..];
    let marks = match mark {
        '、' | '．' => inner.is_none(),
        '.' => inner.is_none() && rest.starts_with(char::is_whitespace),
        ')' | '）' => inner.is_some() || rest.starts_with(char::is_whitespace),
        _ => false,
    };
    marks.then(|| line.len() - rest.len())
}

/// The rows of a table's passage, each `header: value; header: value`.
fn rows(text: &str, lang: Lang) -> String {
    let rows: Vec<Vec<Cell<'_>>> = text.lines().map(cells).collect();
    let listed = rows.iter().any(|cells| cells.len() > SENTENCE_COLUMNS);
    let said: Vec<String> =
        rows.iter().map(|cells| if listed { list(cells, lang) } else { sentence(cells, lang) }).collect();
    said.join(if listed { "\n\n" } else { "\n" })
}

/// A cell with its header, where it has one.
struct Cell<'a> {
    header: Option<&'a str>,
    value: &'a str,
}

/// A row's cells. What stands after a `; ` without a header goes on with the cell before it.
fn cells(row: &str) -> Vec<Cell<'_>> {
    let mut starts = vec![0];
    for (at, separator) in row.match_indices("; ") {
        let next = at + separator.len();
        let piece = row[next..].split("; ").next().unwrap_or_default();
        if piece.contains(": ") {
            starts.push(next);
        }
    }
    let ends = starts.iter().skip(1).map(|start| start - "; ".len()).chain([row.len()]);
    let cell = |(start, end): (&usize, usize)| match row[*start..end].split_once(": ") {
        Some((header, value)) => Cell { header: Some(header), value },
        None => Cell { header: None, value: &row[*start..end] },
    };
    starts.iter().zip(ends).map(cell).collect()
}

/// The first cell leads, as what the row is about: `代码 E3，含义：内胆过热；处理：断电。`
fn sentence(cells: &[Cell<'_>], lang: Lang) -> String {
    let Some((subject, rest)) = cells.split_first() else { return String::new() };
    if rest.is_empty() {
        return named(subject, lang);
    }
    let rest: Vec<String> = rest.iter().map(|cell| named(cell, lang)).collect();
    let said = format!(
        "{}{}{}",
        lead(subject),
        lang.pick("，", " – "),
        rest.join(lang.pick("；", "; ")).trim_end_matches(['。', '.'])
    );
    said + lang.pick("。", ".")
}

/// A cell a line.
fn list(cells: &[Cell<'_>], lang: Lang) -> String {
    let Some((subject, rest)) = cells.split_first() else { return String::new() };
    let lines: Vec<String> =
        std::iter::once(lead(subject)).chain(rest.iter().map(|cell| named(cell, lang))).collect();
    lines.join("\n")
}

/// `代码 E3`
fn lead(cell: &Cell<'_>) -> String {
    cell.header.map_or_else(|| cell.value.to_owned(), |header| format!("{header} {}", cell.value))
}

/// `含义：内胆过热`, `Price: 39 yuan`
fn named(cell: &Cell<'_>, lang: Lang) -> String {
    let colon = lang.pick("：", ": ");
    cell.header.map_or_else(|| cell.value.to_owned(), |header| format!("{header}{colon}{}", cell.value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_item_of_a_list_reads_as_a_sentence() {
        for (written, said) in [
            ("- 生鲜不支持无理由退货。", "生鲜不支持无理由退货。"),
            ("* Free over 99 yuan.", "Free over 99 yuan."),
            ("• 次日送达", "次日送达"),
            ("2. 长按电源键三秒。", "长按电源键三秒。"),
            ("3、擦干炸篮。", "擦干炸篮。"),
            ("(1) Open the order.", "Open the order."),
            ("①断电", "断电"),
        ] {
            assert_eq!(prose(written), said);
        }
    }

    #[test]
    fn several_steps_keep_their_numbers_and_bullets_fall_away() {
        assert_eq!(prose("1. 断电\n2. 放凉"), "1. 断电\n2. 放凉");
        assert_eq!(prose("可退：\n- 服装\n- 家电"), "可退：\n服装\n家电");
    }

    #[test]
    fn numbers_and_signs_that_are_no_marks_stay() {
        for text in ["1.5公斤以内6元。", "-18度冷冻", "2024. 年报", "7天内可退", "*号为必填", "(含税) 10元"]
        {
            assert_eq!(prose(text), text);
        }
    }

    #[test]
    fn a_row_of_a_few_columns_is_a_sentence() {
        assert_eq!(
            rows("代码: E3; 含义: 内胆过热; 处理: 断电放凉30分钟。", Lang::Zh),
            "代码 E3，含义：内胆过热；处理：断电放凉30分钟。"
        );
        assert_eq!(
            rows("Code: F2; Meaning: sensor fault; What to do: request a repair", Lang::En),
            "Code F2 – Meaning: sensor fault; What to do: request a repair."
        );
        assert_eq!(rows("客服热线: 400-000-0721", Lang::Zh), "客服热线：400-000-0721");
    }

    #[test]
    fn a_wide_row_is_a_list_and_rows_stand_apart() {
        assert_eq!(
            rows("区域: 五区; 省份: 新疆、西藏; 首重: 22元; 续重: 15元", Lang::Zh),
            "区域 五区\n省份：新疆、西藏\n首重：22元\n续重：15元"
        );
        let two = "To: Japan; First kg: 79 yuan; Extra kg: 36 yuan; Days: 5-8\nTo: Korea; First kg: 69 yuan; Extra kg: 30 yuan; Days: 4-7";
        assert_eq!(rows(two, Lang::En).matches("\n\n").count(), 1);
        assert_eq!(
            rows("楼层: 1至3楼; 费用: 0元\n楼层: 4楼以上; 费用: 每层25元", Lang::Zh),
            "楼层 1至3楼，费用：0元。\n楼层 4楼以上，费用：每层25元。"
        );
    }

    #[test]
    fn a_cell_with_a_semicolon_is_not_cut() {
        assert_eq!(
            rows("Item: Kettle; Note: descale monthly; rinse twice", Lang::En),
            "Item Kettle – Note: descale monthly; rinse twice."
        );
    }

    proptest! {
        #[test]
        fn every_header_and_cell_is_said_unchanged(
            cells in prop::collection::vec(("[a-z一-龥]{1,4}", "[a-z0-9一-龥，、]{1,8}"), 1..7),
            chinese in any::<bool>(),
        ) {
            let row: Vec<String> = cells.iter().map(|(header, value)| format!("{header}: {value}")).collect();
            let said = rows(&row.join("; "), if chinese { Lang::Zh } else { Lang::En });
            for (header, value) in &cells {
                prop_assert!(said.contains(header.as_str()) && said.contains(value.as_str()));
            }
        }
    }
}
