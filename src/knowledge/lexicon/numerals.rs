//! Numbers the other way round: documents say 七天 where people write 7天, and the reverse.

use crate::text::numbers;

/// Numbers of a text that are respelt at most.
const MOST: usize = 4;

/// Units of one character. What follows them is no part of them: 7天能退 is not cut into 7 and 天能.
const UNITS: &str = "天元年次颗层晚度岁件折";

/// `text` with each of its numbers written the other way, one text a number.
pub fn respelt(text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for found in numbers::find(text) {
        let written = crate::text::slice(text, found.start, found.end);
        let other = if written.bytes().all(|b| b.is_ascii_digit()) {
            // 2024 is a year or a code, 007 a code: neither is ever said as a number.
            if written.len() > 3 || written.starts_with('0') { continue } else { chinese(found.value as u32) }
        } else if written.chars().all(|c| !c.is_ascii()) && found.value.fract() == 0.0 {
            numbers::format(found.value)
        } else {
            continue;
        };
        let from = crate::text::byte_offset(text, found.start);
        let to = crate::text::byte_offset(text, found.end);
        let mut rest = text[to..].chars();
        let unit = rest.clone().next().filter(|c| UNITS.contains(*c));
        let after = match unit {
            Some(unit) => {
                rest.next();
                format!("{unit} {}", rest.as_str())
            }
            None => text[to..].to_owned(),
        };
        texts.push(format!("{}{other}{after}", &text[..from]));
        if texts.len() == MOST {
            break;
        }
    }
    texts
}

/// A number below 1000 in Chinese numerals.
fn chinese(value: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |n: u32| DIGITS[(n % 10) as usize];
    let (hundreds, tens, ones) = (value / 100, value / 10 % 10, value % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text.extend([digit(hundreds), '百']);
    }
    match tens {
        0 if hundreds > 0 && ones > 0 => text.push('零'),
        0 => {}
        1 if hundreds == 0 => text.push('十'),
        tens => text.extend([digit(tens), '十']),
    }
    if ones > 0 || value == 0 {
        text.push(digit(ones));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_the_other_way() {
        for (value, said) in [
            (0, "零"),
            (7, "七"),
            (10, "十"),
            (15, "十五"),
            (30, "三十"),
            (99, "九十九"),
            (105, "一百零五"),
            (120, "一百二十"),
        ] {
            assert_eq!(chinese(value), said);
            assert_eq!(numbers::parse_number(said), Some(f64::from(value)));
        }
    }

    #[test]
    fn each_number_is_respelt_by_itself() {
        assert_eq!(respelt("7天内退，十五天换"), ["七天 内退，十五天换", "7天内退，15天 换"]);
        assert!(respelt("订单 2024007 和 1.5L").is_empty());
        assert!(respelt("怎么退").is_empty());
    }
}
