//! Whether a text mentions a word: anywhere for Chinese, as a whole word where the word begins or ends in a Latin
//! letter or digit ("human" is not mentioned in "humane").

/// Both must be normalised alike ([`super::normalise`]).
pub fn mentions(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    text.match_indices(word).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !joins(before, word.chars().next()) && !joins(word.chars().next_back(), after)
    })
}

/// Whether two neighbours belong to one Latin word or number.
fn joins(left: Option<char>, right: Option<char>) -> bool {
    matches!((left, right), (Some(l), Some(r)) if l.is_ascii_alphanumeric() && r.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_words_are_found_anywhere_and_latin_ones_as_whole_words() {
        assert!(mentions("快给我转人工吧", "转人工"));
        assert!(mentions("get me a human, please", "human"));
        assert!(!mentions("how humane are the farms", "human"));
        assert!(mentions("拨打12315投诉", "12315"));
        assert!(!mentions("订单123150", "12315"));
        assert!(!mentions("anything", ""));
    }
}
