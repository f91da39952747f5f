//! Which of the two languages a text is to be answered in.

use crate::domain::Lang;

/// Chinese as soon as its characters carry the sentence; a Latin product name does not make a Chinese question
/// English, nor a Chinese brand an English one Chinese. Text without letters counts as Chinese.
pub fn detect_lang(text: &str) -> Lang {
    let mut han = 0usize;
    let mut latin_words = 0usize;
    let mut in_word = false;
    for c in text.chars() {
        if is_han(c) {
            han += 1;
        }
        let letter = c.is_alphabetic() && !is_han(c);
        if letter && !in_word {
            latin_words += 1;
        }
        in_word = letter || (in_word && (c == '\'' || c == '’' || c.is_ascii_digit()));
    }
    if han >= latin_words { Lang::Zh } else { Lang::En }
}

/// Whether `c` is a Chinese character.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{323AF}' | '々' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_names_do_not_change_the_language() {
        assert_eq!(detect_lang("iPhone 15 Pro Max 有货吗"), Lang::Zh);
        assert_eq!(detect_lang("Where can I buy 龙井 tea in your store?"), Lang::En);
        assert_eq!(detect_lang("可以退嗎"), Lang::Zh);
        assert_eq!(detect_lang("ok"), Lang::En);
    }

    #[test]
    fn without_letters_it_is_chinese() {
        for text in ["", "？？", "😀", "13800138000"] {
            assert_eq!(detect_lang(text), Lang::Zh);
        }
    }
}
