//! How Chinese sounds: most Chinese is typed by sound, so that is how it is misspelt, and some type the sounds alone.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::LazyLock;

use pinyin::ToPinyin;

/// The syllable of a character in plain letters; `None` for what is not Chinese.
pub fn syllable(c: char) -> Option<&'static str> {
    c.to_pinyin().map(|pinyin| pinyin.plain())
}

/// A syllable with those sounds made one that many speakers do not tell apart: z and zh, in and ing.
pub fn blurred(syllable: &str) -> Cow<'_, str> {
    let hissing = ["zh", "ch", "sh"].iter().any(|start| syllable.starts_with(start));
    let nasal = syllable.ends_with("ing") || syllable.ends_with("eng");
    if !hissing && !nasal {
        return Cow::Borrowed(syllable);
    }
    let mut sound = String::with_capacity(syllable.len());
    let rest = if hissing {
        sound.push_str(&syllable[..1]);
        &syllable[2..]
    } else {
        syllable
    };
    sound.push_str(if nasal { &rest[..rest.len() - 1] } else { rest });
    Cow::Owned(sound)
}

/// The blurred sounds of Chinese characters, with a mark between; `None` when one of them is not Chinese.
pub fn sound(chars: &[char]) -> Option<String> {
    let mut sounds = String::new();
    for c in chars {
        sounds.push_str(&blurred(syllable(*c)?));
        sounds.push('\'');
    }
    Some(sounds)
}

/// The letters in which Chinese characters are typed; `None` when one of them is not Chinese.
pub fn letters(chars: &[char]) -> Option<String> {
    chars.iter().map(|c| syllable(*c)).collect()
}

/// Whether these letters are one syllable.
pub fn is_syllable(letters: &str) -> bool {
    static SYLLABLES: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| ('\u{4E00}'..='\u{9FFF}').filter_map(syllable).collect());
    SYLLABLES.contains(letters)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_is_the_same() {
        let of = |word: &str| sound(&word.chars().collect::<Vec<_>>());
        assert_eq!(of("运费"), of("云费"));
        assert_eq!(of("真丝"), of("征丝"));
        assert_ne!(of("西安"), of("先"));
        assert_eq!(of("a运"), None);
        assert_eq!(blurred("sheng"), "sen");
    }

    #[test]
    fn letters_are_what_is_typed() {
        assert_eq!(letters(&['运', '费']).unwrap(), "yunfei");
        assert!(is_syllable("zhuang") && !is_syllable("refund"));
    }
}
