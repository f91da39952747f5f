//! Where sentences begin and end, in Chinese and English running text and in lists.

/// Byte ranges of the sentences of `text`, in order, without the white space around them. List lines and lines after
/// a blank line are sentences of their own; a hard-wrapped English line goes on in the next one. Full stops inside
/// numbers, abbreviations, addresses and initials end nothing.
pub fn split(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        let ends = match c {
            '\n' => breaks_line(&text[start..at], &text[after..]),
            '。' | '！' | '？' | '；' | '!' | '?' | '…' | '｡' => true,
            ';' => text[after..].starts_with([' ', '\n']) || follows_han(&text[..at]),
            '.' => ends_with_full_stop(&text[start..at], &text[after..]),
            _ => false,
        };
        if !ends {
            continue;
        }
        let mut end = after;
        while let Some(&(next, c)) = chars.peek() {
            if c == '\n' || !is_closing(c) {
                break;
            }
            end = next + c.len_utf8();
            chars.next();
        }
        push(text, start, end, &mut ranges);
        start = end;
    }
    push(text, start, text.len(), &mut ranges);
    ranges
}

fn push(text: &str, start: usize, end: usize, ranges: &mut Vec<(usize, usize)>) {
    let part = &text[start..end];
    let trimmed = part.trim();
    if trimmed.chars().any(char::is_alphanumeric) {
        let from = start + (part.len() - part.trim_start().len());
        ranges.push((from, from + trimmed.len()));
    } else if let (false, Some(last)) = (trimmed.is_empty(), ranges.last_mut()) {
        // Punctuation alone belongs to the sentence before it.
        if text[last.1..start].trim().is_empty() && !text[last.1..start].contains('\n') {
            last.1 = start + part.trim_end().len();
        }
    }
}

/// What may follow the end mark and still belongs to the sentence.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '”' | '’'
            | '」'
            | '』'
            | '）'
            | ')'
            | '】'
            | '》'
            | '"'
            | '\''
            | '。'
            | '！'
            | '？'
            | '!'
            | '?'
            | '…'
            | '.'
            | '~'
            | '～'
    )
}

fn follows_han(before: &str) -> bool {
    before.chars().next_back().is_some_and(super::is_han)
}

/// Whether a line break between `line` (since the sentence's start) and `rest` ends the sentence.
fn breaks_line(line: &str, rest: &str) -> bool {
    let next = rest.split('\n').next().unwrap_or_default().trim_start();
    let goes_on = next.chars().next().is_some_and(char::is_lowercase)
        && line.trim_end().chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == ',');
    !goes_on || starts_list_item(next)
}

/// `- `, `* `, `• `, `1. `, `(2)`, `一、`, `①`.
fn starts_list_item(line: &str) -> bool {
    let mut chars = line.chars();
    match chars.next() {
        Some('-' | '*' | '+') => chars.next() == Some(' '),
        Some('•' | '·' | '●' | '○' | '■' | '◆' | '①'..='⑳' | '(' | '（') => true,
        Some(c) if c.is_ascii_digit() || "一二三四五六七八九十".contains(c) => chars
            .find(|c| !c.is_ascii_digit() && !"一二三四五六七八九十".contains(*c))
            .is_some_and(|c| "、.．)）".contains(c)),
        _ => false,
    }
}

/// Words that end with a full stop without ending the sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "etc", "e.g", "i.e", "eg", "ie", "approx", "inc",
    "ltd", "co", "corp", "dept", "est", "fig", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "a.m", "p.m", "u.s", "u.k",
    "min", "max", "tel", "ext",
];

fn ends_with_full_stop(before: &str, after: &str) -> bool {
    let next = after.chars().next();
    if next.is_some_and(|c| c.is_alphanumeric() && !super::is_han(c)) {
        return false;
    }
    let word =
        before.rsplit(|c: char| c.is_whitespace() || c == '(' || super::is_han(c)).next().unwrap_or_default();
    let following = after.trim_start().chars().next();
    if ABBREVIATIONS.contains(&word.to_ascii_lowercase().as_str()) {
        // "at 5 p.m. Orders ship …": an abbreviation can end a sentence too, when a new one clearly begins.
        return following.is_none()
            || (word.contains("m") && word.contains('.') && following.is_some_and(char::is_uppercase));
    }
    // Initials ("J. Smith") and list numbers ("1. Open the box") go on.
    let initial = word.len() == 1 && word.bytes().all(|b| b.is_ascii_uppercase());
    let list_number = !word.is_empty()
        && word.bytes().all(|b| b.is_ascii_digit())
        && before.trim_start().len() == word.len();
    !initial && !list_number
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|(s, e)| &text[s..e]).collect()
    }

    #[test]
    fn chinese_end_marks_with_closing_quotes() {
        assert_eq!(
            parts("他说：“七天内可退。”超过七天呢？！联系客服；谢谢……"),
            ["他说：“七天内可退。”", "超过七天呢？！", "联系客服；", "谢谢……"]
        );
    }

    #[test]
    fn full_stops_inside_numbers_and_abbreviations_end_nothing() {
        assert_eq!(
            parts(
                "Orders over $49.50 ship free, e.g. 2 shirts. Ask Dr. Wu or visit example.com. Open until 5 p.m. Bye"
            ),
            [
                "Orders over $49.50 ship free, e.g. 2 shirts.",
                "Ask Dr. Wu or visit example.com.",
                "Open until 5 p.m.",
                "Bye"
            ]
        );
        assert_eq!(parts("重量1.5kg.容量2L"), ["重量1.5kg.", "容量2L"]);
    }

    #[test]
    fn list_lines_stand_alone_and_wrapped_lines_go_on() {
        assert_eq!(
            parts("步骤：\n1. 打开盒子\n2. 充电\n- 完成"),
            ["步骤：", "1. 打开盒子", "2. 充电", "- 完成"]
        );
        assert_eq!(
            parts("We ship to every\ncountry in Asia.\nNext"),
            ["We ship to every\ncountry in Asia.", "Next"]
        );
    }

    #[test]
    fn punctuation_alone_is_no_sentence() {
        assert!(parts("。。。\n!!").is_empty());
    }

    proptest! {
        #[test]
        fn ranges_are_ordered_and_slice(text in "[\\PC。！?.\n 退a1]{0,40}") {
            let mut last = 0;
            for (start, end) in split(&text) {
                prop_assert!(last <= start && start < end);
                prop_assert!(text.get(start..end).is_some());
                last = end;
            }
        }
    }
}
