//! Where a tagged span really begins and ends: tokens are not words.

use crate::text;

/// Tokens may be parts of a Latin word or number; values are not.
pub(super) fn whole_words(chars: &[char], mut start: usize, mut end: usize) -> (usize, usize) {
    let latin = |i: usize| chars.get(i).is_some_and(|c| c.is_alphanumeric() && !text::is_han(*c));
    while start > 0 && latin(start - 1) && latin(start) {
        start -= 1;
    }
    while end > 0 && latin(end - 1) && latin(end) {
        end += 1;
    }
    (start, end)
}

/// Tokens may carry white space and punctuation at their ends; values do not. A token that is nothing but punctuation is
/// the tagger's own choice: in `N.W.A.` it belongs to the value. None when nothing but punctuation is left.
pub(super) fn trimmed(
    chars: &[char],
    offsets: &[(usize, usize)],
    start: usize,
    end: usize,
) -> Option<(usize, usize)> {
    let plain =
        |c: &char| c.is_alphanumeric() || matches!(c, '#' | '¥' | '￥' | '$' | '€' | '£' | '+' | '%' | '℃');
    let chosen = |at: usize| {
        let own = offsets.iter().find(|(s, e)| *s <= at && at < *e);
        let token = own.and_then(|(s, e)| chars.get(*s..*e));
        token.is_some_and(|token| !token.iter().any(|c| c.is_alphanumeric()))
    };
    let inner = |at: &usize| chars.get(*at).is_some_and(|c| plain(c) || (!c.is_whitespace() && chosen(*at)));
    if !chars.get(start..end)?.iter().any(plain) {
        return None;
    }
    let first = (start..end).find(inner)?;
    let last = (start..end).rfind(inner)?;
    Some((first, last + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_not_cut() {
        let chars: Vec<char> = "la Romántica买大米".chars().collect();
        assert_eq!(whole_words(&chars, 5, 9), (3, 12));
        assert_eq!(whole_words(&chars, 13, 14), (13, 14));
    }

    #[test]
    fn punctuation_at_the_ends_is_no_part_of_a_value() {
        let chars: Vec<char> = " “大米”，".chars().collect();
        assert_eq!(trimmed(&chars, &[(0, 6)], 0, 6), Some((2, 4)));
        assert_eq!(trimmed(&chars, &[(0, 6)], 0, 2), None);
    }

    #[test]
    fn punctuation_that_is_a_token_may_be_part_of_one() {
        let chars: Vec<char> = "by N.W.A. ".chars().collect();
        let tokens = [(0, 2), (2, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9)];
        assert_eq!(trimmed(&chars, &tokens, 2, 10), Some((3, 9)));
        assert_eq!(trimmed(&chars, &tokens, 8, 9), None);
    }
}
