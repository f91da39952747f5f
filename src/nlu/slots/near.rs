//! Misspellings: forms that differ from the text by one character added, left out, swapped or wrong.
//!
//! Every form is kept under the hashes of itself and of itself without any one character (Garbe's symmetric deletion);
//! a part of a text looks itself up in the same way. So the time depends on the text and not on how many forms there
//! are.

use std::collections::{HashMap, HashSet};

use crate::text::{is_han, segment};

/// Forms with Chinese characters need so many in all, others so many letters.
const FEWEST_HAN: usize = 4;
const FEWEST_LATIN: usize = 6;
/// Forms longer than this are not misspelt but abbreviated.
const LONGEST_FORM: usize = 24;
/// In longer texts only exact forms and sounds are sought.
const LONGEST_TEXT: usize = 200;
/// Base of the rolling hash, odd and large.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Forms that may be misspelt.
#[derive(Clone, Debug, Default)]
pub struct Near {
    forms: Vec<(usize, Vec<char>)>,
    variants: HashMap<u64, Vec<u32>>,
    lengths: HashSet<usize>,
}

impl Near {
    /// Of folded `forms`, those that are long enough.
    pub fn new<'a>(forms: impl Iterator<Item = (usize, &'a str)>) -> Self {
        let mut near = Self::default();
        for (index, form) in forms {
            let chars: Vec<char> = form.chars().collect();
            let fewest = if chars.iter().any(|c| is_han(*c)) { FEWEST_HAN } else { FEWEST_LATIN };
            let words = chars.iter().filter(|c| !c.is_ascii_digit()).count();
            if words < fewest || chars.len() > LONGEST_FORM {
                continue;
            }
            let own = near.forms.len() as u32;
            for variant in Hashes::new(&chars).variants(0, chars.len()) {
                near.variants.entry(variant).or_default().push(own);
            }
            near.lengths.extend([chars.len() - 1, chars.len(), chars.len() + 1]);
            near.forms.push((index, chars));
        }
        near
    }

    /// Spans of folded `chars` that are one edit from a form: first and last scalar (exclusive) and the form. A span
    /// that is near to several forms is given with each of them.
    pub fn find(&self, chars: &[char]) -> Vec<(usize, usize, usize)> {
        if self.forms.is_empty() || chars.len() > LONGEST_TEXT {
            return Vec::new();
        }
        let hashes = Hashes::new(chars);
        let mut found = Vec::new();
        for start in 0..chars.len() {
            if inside_word(chars, start) || chars[start] == ' ' {
                continue;
            }
            for end in start + 1..=chars.len() {
                if !self.lengths.contains(&(end - start)) || inside_word(chars, end) || chars[end - 1] == ' '
                {
                    continue;
                }
                let mut seen: Vec<u32> = Vec::new();
                for variant in hashes.variants(start, end) {
                    let Some(forms) = self.variants.get(&variant) else { continue };
                    for own in forms {
                        if seen.contains(own) {
                            continue;
                        }
                        seen.push(*own);
                        let (index, form) = &self.forms[*own as usize];
                        let Some(edit) = one_edit(&chars[start..end], form) else { continue };
                        if is_misspelling(chars, start, end, form, edit) {
                            found.push((start, end, *index));
                        }
                    }
                }
            }
        }
        found
    }
}

/// How a text differs from a form.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Edit {
    /// Another character at this place.
    Wrong(usize),
    /// This place and the next are in the other order.
    Swapped(usize),
    /// The text has one more, at this place.
    Added(usize),
    /// The form has one more, at this place.
    LeftOut(usize),
}

/// The one edit between text and form; none when there are more, or none at all.
fn one_edit(text: &[char], form: &[char]) -> Option<Edit> {
    let same_start = text.iter().zip(form).take_while(|(a, b)| a == b).count();
    let (rest, of_form) = (&text[same_start..], &form[same_start..]);
    match (text.len() as isize) - (form.len() as isize) {
        0 if rest.is_empty() => None,
        0 if rest[1..] == of_form[1..] => Some(Edit::Wrong(same_start)),
        0 if rest.len() > 1
            && rest[0] == of_form[1]
            && rest[1] == of_form[0]
            && rest[2..] == of_form[2..] =>
        {
            Some(Edit::Swapped(same_start))
        }
        1 if rest[1..] == *of_form => Some(Edit::Added(same_start)),
        -1 if *rest == of_form[1..] => Some(Edit::LeftOut(same_start)),
        _ => None,
    }
}

/// Not every difference is a slip: other digits are another product, and 智能手表 is no misspelt 智能手机.
fn is_misspelling(chars: &[char], start: usize, end: usize, form: &[char], edit: Edit) -> bool {
    let text = &chars[start..end];
    let changed: Vec<char> = match edit {
        Edit::Wrong(at) => vec![text[at], form[at]],
        Edit::Swapped(at) => vec![text[at], text[at + 1]],
        Edit::Added(at) => vec![text[at]],
        Edit::LeftOut(at) => vec![form[at]],
    };
    if changed.iter().any(|c| c.is_numeric() || *c == '-') {
        return false;
    }
    if !changed.iter().any(|c| is_han(*c)) {
        return text[0] == form[0];
    }
    // A whole character more or less at either end is another name.
    match edit {
        Edit::Wrong(at) => changed.iter().all(|c| is_han(*c)) && !is_meant(chars, start + at),
        Edit::Swapped(at) => changed.iter().all(|c| is_han(*c)) && at > 0,
        Edit::Added(at) => at > 0 && at + 1 < text.len() && !is_meant(chars, start + at),
        Edit::LeftOut(at) => at > 0 && at + 1 < form.len(),
    }
}

/// Whether a Chinese character makes a word with the one before or after it: then it is no slip.
fn is_meant(chars: &[char], at: usize) -> bool {
    let word = |from: usize, to: usize| {
        chars.get(from..to).is_some_and(|pair| segment::is_word(&pair.iter().collect::<String>()))
    };
    at > 0 && word(at - 1, at + 1) || word(at, at + 2)
}

/// Whether a Latin word goes on over this place.
fn inside_word(chars: &[char], at: usize) -> bool {
    let latin = |i: Option<&char>| i.is_some_and(char::is_ascii_alphanumeric);
    at > 0 && latin(chars.get(at - 1)) && latin(chars.get(at))
}

/// Hashes of any part of a text, also of one that lacks a character, each in constant time.
struct Hashes {
    /// Hash of the first n characters.
    prefixes: Vec<u64>,
    powers: Vec<u64>,
}

impl Hashes {
    fn new(chars: &[char]) -> Self {
        let (mut prefixes, mut powers) = (vec![0u64], vec![1u64]);
        for (index, c) in chars.iter().enumerate() {
            prefixes.push(prefixes[index].wrapping_mul(BASE).wrapping_add(u64::from(u32::from(*c)) + 1));
            powers.push(powers[index].wrapping_mul(BASE));
        }
        Self { prefixes, powers }
    }

    fn of(&self, start: usize, end: usize) -> u64 {
        self.prefixes[end].wrapping_sub(self.prefixes[start].wrapping_mul(self.powers[end - start]))
    }

    /// The part itself, and the part without each of its characters.
    fn variants(&self, start: usize, end: usize) -> impl Iterator<Item = u64> {
        let without = move |at: usize| {
            let after = self.of(at + 1, end);
            self.of(start, at).wrapping_mul(self.powers[end - at - 1]).wrapping_add(after)
        };
        std::iter::once(self.of(start, end)).chain((start..end).map(without))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(forms: &[&str], text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let near = Near::new(forms.iter().copied().enumerate());
        let slice = |(s, e, f): (usize, usize, usize)| {
            format!("{}={}", chars[s..e].iter().collect::<String>(), forms[f])
        };
        near.find(&chars).into_iter().map(slice).collect()
    }

    #[test]
    fn one_slip_of_the_finger() {
        assert_eq!(find(&["air fryer"], "my air frier broke"), ["air frier=air fryer"]);
        assert_eq!(find(&["air fryer"], "air fyer"), ["air fyer=air fryer"]);
        assert_eq!(find(&["keyboard"], "a keybaord"), ["keybaord=keyboard"]);
        assert_eq!(find(&["空气炸锅"], "空气炸祸坏了"), ["空气炸祸=空气炸锅"]);
    }

    #[test]
    fn another_thing_is_not_a_misspelling() {
        assert!(find(&["智能手机"], "智能手表").is_empty(), "手表 is a word");
        assert!(find(&["thinkpad x100"], "thinkpad x200").is_empty(), "other digits");
        assert!(find(&["空气炸锅"], "空气炸").is_empty(), "cut off");
        assert!(find(&["coffee"], "toffee").is_empty(), "another first letter");
        assert!(find(&["bottle"], "my bottleneck").is_empty(), "part of a word");
        assert!(find(&["大米"], "大迷").is_empty(), "too short to tell");
    }

    proptest! {
        #[test]
        fn what_is_found_is_one_edit_away(form in "[ab]{6,9}", text in "[ab ]{0,20}") {
            let chars: Vec<char> = text.chars().collect();
            let wanted: Vec<char> = form.chars().collect();
            let near = Near::new([(0, form.as_str())].into_iter());
            for (start, end, _) in near.find(&chars) {
                prop_assert!(one_edit(&chars[start..end], &wanted).is_some());
            }
        }

        #[test]
        fn a_letter_left_out_is_found(form in "[a-z]{7,12}", at in 1usize..6) {
            let mut text: Vec<char> = form.chars().collect();
            text.remove(at);
            prop_assert_eq!(Near::new([(0, form.as_str())].into_iter()).find(&text).len(), 1);
        }
    }
}
