//! Numbers and dates as a cell's number format shows them.

/// A number in a format such as `#,##0.00`, `0%`, `"¥"0.0` or `0"元"`.
pub(super) fn shown(value: f64, format: &str) -> String {
    let Some(pattern) = Pattern::parse(format) else { return general(value) };
    let value = if pattern.percent { value * 100.0 } else { value };
    let digits = format!("{:.*}", pattern.decimals, value.abs());
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let whole = format!("{whole:0>width$}", width = pattern.whole);
    let whole = if pattern.grouped { grouped(&whole) } else { whole };
    // Decimals that are optional (`0.##`) are shown only as far as they say something.
    let keep = fraction.trim_end_matches('0').len().max(pattern.fixed_decimals);
    let fraction = &fraction[..keep.min(fraction.len())];
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if value < 0.0 && digits.bytes().any(|b| (b'1'..=b'9').contains(&b)) { "-" } else { "" };
    let percent = if pattern.percent { "%" } else { "" };
    format!("{sign}{}{whole}{point}{fraction}{percent}{}", pattern.prefix, pattern.suffix)
}

/// A number without format: up to the 15 digits that count, no trailing zeros.
fn general(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    let digits = format!("{value:.14e}");
    digits.parse::<f64>().map_or(digits, |rounded| rounded.to_string())
}

fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A date, a time, or both: what the format shows of it.
pub(super) fn date(parts: (u16, u8, u8, u8, u8, u8, u16), serial: f64, format: &str) -> String {
    let (year, month, day, hour, minute, second, _) = parts;
    let code: String = code_only(format).to_lowercase();
    let has_time = code.contains('h') || code.contains('s');
    let has_date = code.contains('y') || code.contains('d') || (code.contains('m') && !has_time);
    let mut out = String::new();
    if has_date || !has_time {
        if format.contains('月') {
            if code.contains('y') {
                out.push_str(&format!("{year}年"));
            }
            out.push_str(&format!("{month}月"));
            if code.contains('d') {
                out.push_str(&format!("{day}日"));
            }
        } else if !code.contains('d') && code.contains('y') {
            out.push_str(&format!("{year}-{month:02}"));
        } else {
            out.push_str(&format!("{year}-{month:02}-{day:02}"));
        }
    }
    let midnight = serial.fract().abs() < 1e-9;
    if has_time && !(midnight && has_date) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("{hour:02}:{minute:02}"));
        if code.contains('s') && second > 0 {
            out.push_str(&format!(":{second:02}"));
        }
    }
    out
}

/// A length of time in days, as hours and minutes.
pub(super) fn duration(days: f64) -> String {
    let minutes = (days * 24.0 * 60.0).round() as i64;
    format!("{}:{:02}", minutes / 60, (minutes % 60).abs())
}

/// The letters of a format that stand for something: without quoted text, escapes and `[...]`.
fn code_only(format: &str) -> String {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => chars.by_ref().take_while(|c| *c != '"').for_each(drop),
            '[' => chars.by_ref().take_while(|c| *c != ']').for_each(drop),
            '\\' | '_' | '*' => drop(chars.next()),
            c => out.push(c),
        }
    }
    out
}

/// What a number format asks for.
#[derive(Debug, Default, PartialEq)]
struct Pattern {
    prefix: String,
    suffix: String,
    whole: usize,
    decimals: usize,
    fixed_decimals: usize,
    grouped: bool,
    percent: bool,
}

impl Pattern {
    /// The pattern of the first section, or nothing for formats that show the number as it is.
    fn parse(format: &str) -> Option<Self> {
        let mut pattern = Self::default();
        let (mut seen_digits, mut after_point) = (false, false);
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            let literal = if seen_digits { &mut pattern.suffix } else { &mut pattern.prefix };
            match c {
                ';' => break,
                '0' | '#' | '?' => {
                    if seen_digits && !pattern.suffix.is_empty() {
                        return None;
                    }
                    seen_digits = true;
                    if after_point {
                        pattern.decimals += 1;
                        pattern.fixed_decimals =
                            if c == '0' { pattern.decimals } else { pattern.fixed_decimals };
                    } else if c == '0' {
                        pattern.whole += 1;
                    }
                }
                ',' => {
                    // Behind the digits it divides by a thousand, which is shown in no other way.
                    if seen_digits && !chars.peek().is_some_and(|c| matches!(c, '0' | '#' | '?')) {
                        return None;
                    }
                    pattern.grouped = true;
                }
                '.' => after_point = true,
                '%' => pattern.percent = true,
                '"' => literal.extend(chars.by_ref().take_while(|c| *c != '"')),
                '\\' => literal.extend(chars.next()),
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    if let Some(currency) = inside.strip_prefix('$') {
                        literal.push_str(currency.split('-').next().unwrap_or_default());
                    }
                }
                'E' | 'e' | '/' | '@' | 'G' | 'g' => return None,
                c => literal.push(c),
            }
        }
        seen_digits.then(|| {
            pattern.prefix = pattern.prefix.trim_start_matches(['(', ' ']).to_owned();
            pattern.suffix = pattern.suffix.trim_end_matches([')', ' ']).to_owned();
            pattern.whole = pattern.whole.min(30);
            pattern.decimals = pattern.decimals.min(15);
            pattern
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_their_format_says() {
        for (value, format, expected) in [
            (0.15, "0%", "15%"),
            (0.125, "0.0%", "12.5%"),
            (1234.5, "#,##0.00", "1,234.50"),
            (99.0, "\"¥\"#,##0.00", "¥99.00"),
            (99.0, "[$¥-804]#,##0.00", "¥99.00"),
            (99.0, "0.00\"元\"", "99.00元"),
            (12.5, "0.##", "12.5"),
            (12.0, "0.##", "12"),
            (-3.0, "#,##0;(#,##0)", "-3"),
            (42.0, "000000", "000042"),
            (0.1 + 0.2, "General", "0.3"),
            (13800138000.0, "General", "13800138000"),
            (5.0, "@", "5"),
            (1.0e21, "General", "1000000000000000000000"),
            (2.5, "# ?/?", "2.5"),
        ] {
            assert_eq!(shown(value, format), expected, "{value} {format}");
        }
    }

    #[test]
    fn dates_show_what_their_format_shows() {
        let parts = (2024, 5, 1, 9, 30, 0, 0);
        for (serial, format, expected) in [
            (45413.0, "yyyy-mm-dd", "2024-05-01"),
            (45413.0, "m/d/yy h:mm", "2024-05-01"),
            (45413.4, "yyyy/m/d h:mm", "2024-05-01 09:30"),
            (45413.4, "h:mm", "09:30"),
            (45413.0, "yyyy\"年\"m\"月\"d\"日\"", "2024年5月1日"),
            (45413.0, "m\"月\"d\"日\"", "5月1日"),
            (45413.0, "yyyy-mm", "2024-05"),
        ] {
            assert_eq!(date(parts, serial, format), expected, "{format}");
        }
        assert_eq!(duration(1.5208333), "36:30");
    }
}
