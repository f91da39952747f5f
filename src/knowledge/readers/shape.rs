//! What the shape of a line of text says: heading, list item, rule, or just text; and how broken lines join again.
//!
//! Used where a format has no marks of its own: plain text, and the lines rebuilt from a PDF.

/// A line by its shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Line<'a> {
    Empty,
    /// A drawn line of one repeated sign.
    Rule(char),
    /// `level` 0: a heading only if it stands alone between empty lines.
    Heading {
        level: u8,
        text: &'a str,
    },
    /// A list item. `mark` is kept where it counts (`3.`), and empty for a bullet.
    Item {
        indent: usize,
        mark: &'a str,
        text: &'a str,
    },
    Text(&'a str),
}

/// Longest heading, in columns (a Chinese character takes two).
const HEADING_WIDTH: usize = 60;

/// Tells the shape of one line.
pub(super) fn line(raw: &str) -> Line<'_> {
    let text = raw.trim();
    if text.is_empty() {
        return Line::Empty;
    }
    if let Some(sign) = rule(text) {
        return Line::Rule(sign);
    }
    if let Some((level, text)) = hashes(text).or_else(|| numbered_heading(text)) {
        return Line::Heading { level, text };
    }
    if let Some((mark, text)) = item(text) {
        return Line::Item { indent: width(raw) - width(raw.trim_start()), mark, text };
    }
    if is_heading_like(text) && reads_as_title(text) {
        return Line::Heading { level: 0, text: text.trim_matches(['【', '】']).trim_matches('=').trim() };
    }
    Line::Text(text)
}

fn rule(text: &str) -> Option<char> {
    let sign = text.chars().next().filter(|c| "-=_*~#─━═—".contains(*c))?;
    (text.chars().count() >= 3 && text.chars().all(|c| c == sign)).then_some(sign)
}

fn hashes(text: &str) -> Option<(u8, &str)> {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    let rest = text[level..].strip_prefix(' ')?.trim();
    (1..=6).contains(&level).then(|| (level as u8, rest.trim_end_matches('#').trim_end()))
}

/// 第三章 …, 第二节 …, 一、…, （一）…, 1.2 …: numbering that only headings carry.
fn numbered_heading(text: &str) -> Option<(u8, &str)> {
    if !is_heading_like(text) {
        return None;
    }
    let digits = |s: &str| s.chars().take_while(|c| c.is_ascii_digit() || is_chinese_digit(*c)).count();
    let after = |s: &'_ str, n: usize| {
        s.char_indices().nth(n).map_or("", |(i, _)| &text[text.len() - s.len() + i..]).to_owned()
    };

    if let Some(rest) = text.strip_prefix('第') {
        let n = digits(rest);
        let unit = after(rest, n).chars().next()?;
        let level = match unit {
            '章' | '篇' | '编' => 1,
            '部' => 1,
            '节' => 2,
            '条' => 3,
            _ => return None,
        };
        return (n > 0).then_some((level, text));
    }
    let n = text.chars().take_while(|c| is_chinese_digit(*c)).count();
    if n > 0 && after(text, n).starts_with('、') {
        return Some((2, text));
    }
    if let Some(rest) = text.strip_prefix(['（', '(']) {
        let n = rest.chars().take_while(|c| is_chinese_digit(*c)).count();
        if n > 0 && after(rest, n).starts_with(['）', ')']) {
            return Some((3, text));
        }
    }
    let number: &str = &text[..text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count()];
    let dots = number.trim_end_matches('.').matches('.').count();
    let sections = number.split('.').all(|part| part.len() <= 2);
    let rest = &text[number.len()..];
    let starts_a_title =
        rest.starts_with([' ', '\u{3000}']) && rest.trim().chars().next().is_some_and(char::is_alphabetic);
    ((1..=4).contains(&dots) && sections && starts_a_title).then_some((dots as u8 + 1, text))
}

fn is_chinese_digit(c: char) -> bool {
    "一二三四五六七八九十百零〇".contains(c)
}

/// Short, without the end of a sentence.
pub(super) fn is_heading_like(text: &str) -> bool {
    width(text) <= HEADING_WIDTH
        && !text.ends_with(['。', '.', '；', ';', '，', ',', '：', ':', '、', '…', '”', '"', '|'])
}

/// A name rather than data: has letters, no value after a colon, hardly any figures.
fn reads_as_title(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
        && !text.contains(['：', ':', '\t', '|', '@', '=', '，'])
        && !text.contains(", ")
        && text.chars().filter(char::is_ascii_digit).count() < 5
}

/// Splits a list mark from its text: `-`, `•`, `1.`, `2)`, `3、`, `(4)`, `①`, `a)`.
pub(super) fn item(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    if "-*+•·●○■□◆◇▪▶►➢✓√–—".contains(first) {
        let rest = &text[first.len_utf8()..];
        let sticky = !"-*+–—".contains(first);
        return ((sticky || rest.starts_with([' ', '\t', '\u{3000}'])) && !rest.trim().is_empty())
            .then(|| ("", rest.trim()));
    }
    if ('①'..='⑳').contains(&first) {
        let (mark, rest) = text.split_at(first.len_utf8());
        return Some((mark, rest.trim_start_matches(['、', '.', ' ', '\u{3000}'])));
    }
    let open = text.starts_with(['(', '（']);
    let body = text.trim_start_matches(['(', '（']);
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let letters = usize::from(digits == 0 && body.bytes().next().is_some_and(|b| b.is_ascii_lowercase()));
    let n = digits + letters;
    if n == 0 || n > 3 {
        return None;
    }
    let stop = body[n..].chars().next()?;
    let rest = &body[n + stop.len_utf8()..];
    let ends_mark = match stop {
        ')' | '）' => true,
        '、' => !open && digits > 0,
        '．' => !open && digits > 0,
        // `3.5 kg` is no list item, nor is `1.2 Scope`.
        '.' => !open && digits > 0 && !rest.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    let mark = &text[..text.len() - rest.len()];
    (ends_mark && !rest.trim().is_empty()).then(|| (mark, rest.trim()))
}

/// Joins a line to the text before it: Chinese without a space, a word broken by a hyphen without the hyphen.
pub(super) fn join(text: &mut String, next: &str) {
    let next = next.trim_start();
    let (Some(last), Some(first)) = (text.trim_end().chars().next_back(), next.chars().next()) else {
        text.push_str(next);
        return;
    };
    text.truncate(text.trim_end().len());
    let before = text[..text.len() - last.len_utf8()].chars().next_back();
    if last == '\u{ad}' || (last == '-' && first.is_lowercase() && before.is_some_and(char::is_lowercase)) {
        text.truncate(text.len() - last.len_utf8());
    } else if !(is_wide(last) || is_wide(first)) && last != '-' && last != '/' {
        text.push(' ');
    }
    text.push_str(next);
}

/// Chinese, Japanese and Korean characters and full-width signs, which are written without spaces.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’' | '…')
}

/// Columns a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(|c| if c == '\t' { 4 } else { 1 + usize::from(is_wide(c)) }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(text: &str) -> Option<u8> {
        match line(text) {
            Line::Heading { level, .. } => Some(level),
            _ => None,
        }
    }

    #[test]
    fn numbering_that_only_headings_carry() {
        assert_eq!(heading("第三章 售后服务"), Some(1));
        assert_eq!(heading("第二节 退货"), Some(2));
        assert_eq!(heading("二、运费说明"), Some(2));
        assert_eq!(heading("（一）国内配送"), Some(3));
        assert_eq!(heading("1.2 Shipping costs"), Some(2));
        assert_eq!(heading("## 保养"), Some(2));
        assert_eq!(heading("二、本店所有商品均支持七天无理由退货。"), None);
    }

    #[test]
    fn a_short_name_may_be_a_heading_but_data_is_not() {
        assert_eq!(heading("售后服务"), Some(0));
        assert_eq!(heading("Opening hours"), Some(0));
        assert_eq!(heading("电话：400-800-1234"), None);
        assert_eq!(heading("400-800-1234"), None);
        assert_eq!(heading("We ship worldwide."), None);
    }

    #[test]
    fn list_marks() {
        assert_eq!(item("- 生鲜"), Some(("", "生鲜")));
        assert_eq!(item("•生鲜"), Some(("", "生鲜")));
        assert_eq!(item("3. Pack it"), Some(("3.", "Pack it")));
        assert_eq!(item("3、打包"), Some(("3、", "打包")));
        assert_eq!(item("（2）联系客服"), Some(("（2）", "联系客服")));
        assert_eq!(item("①联系客服"), Some(("①", "联系客服")));
        assert_eq!(item("3.5 kg"), None);
        assert_eq!(item("-5℃"), None);
        assert_eq!(item("2024 was good"), None);
    }

    #[test]
    fn broken_lines_join_as_they_were_written() {
        let joined = |a: &str, b: &str| {
            let mut text = a.to_owned();
            join(&mut text, b);
            text
        };
        assert_eq!(joined("七天无理", "由退货"), "七天无理由退货");
        assert_eq!(joined("within seven", "days"), "within seven days");
        assert_eq!(joined("the informa-", "tion"), "the information");
        assert_eq!(joined("COVID-", "19"), "COVID-19");
        assert_eq!(joined("支持 USB", "充电"), "支持 USB充电");
    }
}
