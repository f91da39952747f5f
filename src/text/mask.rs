//! Hides personal numbers and addresses in texts that go to logs and reports.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::constant_pattern;

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r"(?i)(?-u:\b)([a-z0-9])[a-z0-9._%+-]*@([a-z0-9-]+(?:\.[a-z0-9-]+)+)"));
/// Seven or more digits, spaced or dashed as people write phone, card and identity numbers.
static LONG_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r"\+?[0-9０-９](?:[ -]?[0-9０-９]){6,}[Xx]?"));

/// `text` with e-mail addresses and long numbers (phones, identity and bank cards, orders) made unreadable: the
/// first three and last four digits of a long number stay, so that two of them can still be told apart.
pub fn mask(text: &str) -> Cow<'_, str> {
    let masked = EMAIL.replace_all(text, |c: &Captures<'_>| format!("{}***@{}", &c[1], &c[2]));
    match LONG_NUMBER.replace_all(&masked, |c: &Captures<'_>| mask_number(&c[0])) {
        Cow::Borrowed(_) => masked,
        Cow::Owned(hidden) => Cow::Owned(hidden),
    }
}

fn mask_number(number: &str) -> String {
    let digits = number.chars().filter(|c| c.is_alphanumeric()).count();
    let (head, tail) = if digits >= 11 { (3, 4) } else { (1, 2) };
    let mut seen = 0;
    number
        .chars()
        .map(|c| {
            if !c.is_alphanumeric() {
                return c;
            }
            seen += 1;
            if seen <= head || seen + tail > digits { c } else { '*' }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_and_addresses_are_hidden() {
        assert_eq!(mask("我的电话是13812345678，谢谢"), "我的电话是138****5678，谢谢");
        assert_eq!(mask("11010119900307123X"), "110***********123X");
        assert_eq!(mask("write to li.lei@example.com"), "write to l***@example.com");
        assert_eq!(mask("call 138-1234-5678"), "call 138-****-5678");
    }

    #[test]
    fn short_numbers_stay() {
        assert_eq!(mask("买3件，满299减30"), "买3件，满299减30");
    }
}
