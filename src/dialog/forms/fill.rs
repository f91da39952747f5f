//! Values out of what was said.

use super::cues::Heard;
use super::declare::SlotSpec;
use crate::text::normalise;

const ORDINALS: [(&[&str], usize); 5] = [
    (&["第一", "first", "1"], 0),
    (&["第二", "second", "2"], 1),
    (&["第三", "third", "3"], 2),
    (&["第四", "fourth", "4"], 3),
    (&["第五", "fifth", "5"], 4),
];
/// A pick by its place is hardly longer, in characters: 第二个就是, the second one please.
const SHORT_ZH: usize = 12;
const SHORT_EN: usize = 30;
/// Longest free text that is kept, in characters.
const LONGEST: usize = 200;

/// The value of a slot in a message; `asked` says that the message answers the question for it.
pub fn found(slot: &SlotSpec, heard: Heard<'_>, asked: bool) -> Option<String> {
    let text = normalise(heard.text.trim());
    if !slot.options.is_empty() {
        let chosen = slot.options.iter().find(|option| asked && option.is(&text));
        return chosen.map(|option| option.value.clone());
    }
    let recognised = heard.slots.iter().filter(|s| slot.from.contains(&s.name)).rev();
    let from_slots = recognised.filter_map(|s| fitting(slot, &s.value)).next();
    let anywhere = || slot.found.as_ref().and_then(|pattern| group(pattern, &text));
    let as_answer =
        || asked.then(|| fitting(slot, heard.text.trim())).flatten().filter(|_| slot.fits.is_some());
    let free = || (asked && slot.free).then(|| heard.text.trim().to_owned());
    let value = from_slots.or_else(anywhere).or_else(as_answer).or_else(free)?;
    let value: String = value.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let value = if slot.upper { value.to_uppercase() } else { value };
    (!value.trim().is_empty()).then_some(value)
}

/// Which of `count` offered things a message picks by its place.
pub fn ordinal(text: &str, count: usize) -> Option<usize> {
    let text = normalise(text.trim());
    let short = text.chars().count() <= if text.is_ascii() { SHORT_EN } else { SHORT_ZH };
    let names = |(words, _): &&(&[&str], usize)| {
        words.iter().any(|word| text == *word || (word.len() > 1 && short && text.contains(word)))
    };
    ORDINALS.iter().find(names).map(|(_, place)| *place).filter(|place| *place < count)
}

fn fitting(slot: &SlotSpec, value: &str) -> Option<String> {
    match &slot.fits {
        None => Some(value.to_owned()),
        Some(pattern) => group(pattern, &normalise(value)),
    }
}

fn group(pattern: &regex::Regex, text: &str) -> Option<String> {
    let captures = pattern.captures(text)?;
    captures.get(1).or_else(|| captures.get(0)).map(|m| m.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_list_is_understood_in_both_languages() {
        assert_eq!(ordinal("第二个", 3), Some(1));
        assert_eq!(ordinal("the first one", 2), Some(0));
        assert_eq!(ordinal("2", 3), Some(1));
        assert_eq!(ordinal("第三单", 2), None);
        assert_eq!(ordinal("我要退的是第一次买的那个东西呀", 3), None);
    }
}
