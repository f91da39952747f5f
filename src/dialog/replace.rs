//! What a follow-up puts in the place of: "and to Japan?" after "How much is shipping to Korea?" asks how much it is to
//! Japan.
//!
//! Searched side by side, the old name goes on winning over the new one: the former question has all its words and
//! the follow-up one. So the former question is taken with the new name in the place of the old one of its kind. The
//! kind is told by form alone (a code, a place, a name, the same preposition, the same last character), before
//! anything is encoded, so that the completed question needs no encoder pass of its own.

use std::ops::Range;

use crate::domain::Lang;
use crate::text::segment::{place_names, words};
use crate::text::{byte_offset, is_han};

/// Longest thing, in characters, that stands for another by its last character.
const LONGEST_ALIKE: usize = 4;
/// Longest English phrase, in words, that stands for another.
const LONGEST_PHRASE: usize = 4;

const PREPOSITIONS: [&str; 12] =
    ["to", "in", "from", "for", "by", "with", "within", "on", "at", "of", "over", "under"];
/// After these, "to" begins a verb.
const BEFORE_VERBS: [&str; 12] =
    ["have", "has", "need", "want", "able", "going", "how", "like", "where", "way", "possible", "allowed"];
/// Where a phrase of a question that is put carelessly ends: "shipping to Singapore how long".
const QUESTION_WORDS: [&str; 9] = ["how", "what", "when", "which", "why", "who", "is", "does", "do"];

/// `question` with what `rest` names in the place of what it named; `None` when they name nothing of one kind.
pub(super) fn replaced(question: &str, rest: &str, lang: Lang) -> Option<String> {
    let rest = rest.trim().trim_end_matches(|c: char| !c.is_alphanumeric() || "呢吗嘛啊呀".contains(c));
    let (old, new) = by_code(question, rest).or_else(|| match lang {
        Lang::Zh => by_place(question, rest).or_else(|| by_last_character(question, rest)),
        Lang::En => by_preposition(question, rest).or_else(|| by_name(question, rest)),
    })?;
    if question[old.clone()].eq_ignore_ascii_case(&rest[new.clone()]) {
        return None;
    }
    let swapped = format!("{}{}{}", &question[..old.start], &rest[new.clone()], &question[old.end..]);
    // More than the bare name asks for more than its place in the old question.
    let more = rest.len() > new.len();
    Some(if more { format!("{swapped} {rest}") } else { swapped })
}

type Pair = (Range<usize>, Range<usize>);

/// The last of the question and the first of the rest, when both have some.
fn pair(question: Vec<Range<usize>>, rest: Vec<Range<usize>>) -> Option<Pair> {
    Some((question.into_iter().next_back()?, rest.into_iter().next()?))
}

/// Letters with digits: error codes, models.
fn by_code(question: &str, rest: &str) -> Option<Pair> {
    let codes = |text: &str| -> Vec<Range<usize>> {
        latin_words(text)
            .filter(|range| {
                let word = &text[range.clone()];
                word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic())
            })
            .collect()
    };
    pair(codes(question), codes(rest))
}

/// Names of places; several in the rest ("新疆和西藏") stand together.
fn by_place(question: &str, rest: &str) -> Option<Pair> {
    let places = |text: &str| -> Vec<Range<usize>> {
        let bytes = |(start, end): (usize, usize)| byte_offset(text, start)..byte_offset(text, end);
        place_names(text).into_iter().map(bytes).collect()
    };
    let old = places(question).into_iter().next_back()?;
    let new = places(rest);
    Some((old, new.first()?.start..new.last()?.end))
}

/// A bare word for one of the same length and last character: 五楼 for 三楼, 换货 for 退货, 月卡 for 季卡.
fn by_last_character(question: &str, rest: &str) -> Option<Pair> {
    let length = rest.chars().count();
    let last = rest.chars().next_back()?;
    if !(2..=LONGEST_ALIKE).contains(&length) || !rest.chars().all(is_han) {
        return None;
    }
    let starts: Vec<usize> = words(question).into_iter().map(|word| word.start).collect();
    let range = |start: usize| byte_offset(question, start)..byte_offset(question, start + length);
    let alike = |range: &Range<usize>| {
        let old = &question[range.clone()];
        old.chars().count() == length && old.chars().all(is_han) && old.ends_with(last)
    };
    let old = starts.into_iter().map(range).find(alike)?;
    Some((old, 0..rest.len()))
}

/// "to Japan" for "to Korea".
fn by_preposition(question: &str, rest: &str) -> Option<Pair> {
    let preposition = latin_words(rest).next().filter(|first| first.start == 0)?;
    let wanted = rest[preposition].to_ascii_lowercase();
    if !PREPOSITIONS.contains(&wanted.as_str()) || latin_words(rest).count() > 1 + LONGEST_PHRASE {
        return None;
    }
    let said: Vec<Range<usize>> = latin_words(question).collect();
    let word = |at: usize| question[said[at].clone()].to_ascii_lowercase();
    let at = (0..said.len()).rev().find(|&at| {
        word(at) == wanted && (at == 0 || wanted != "to" || !BEFORE_VERBS.contains(&word(at - 1).as_str()))
    })?;
    let ends = |word: &str| PREPOSITIONS.contains(&word) || QUESTION_WORDS.contains(&word);
    let last = (at + 1..said.len()).take_while(|next| !ends(&word(*next))).last()?;
    if last - at > LONGEST_PHRASE {
        return None;
    }
    Some((said[at].start..said[last].end, 0..rest.len()))
}

/// Names in capitals: "Hong Kong" for "Singapore".
fn by_name(question: &str, rest: &str) -> Option<Pair> {
    if latin_words(rest).count() > LONGEST_PHRASE {
        return None;
    }
    let first = latin_words(question).next()?;
    pair(names(question).filter(|name| name.start > first.start).collect(), names(rest).collect())
}

/// Runs of capitalised words.
fn names(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for word in latin_words(text) {
        let said = &text[word.clone()];
        if !said.starts_with(|c: char| c.is_ascii_uppercase()) || said.starts_with("I'") || said == "I" {
            continue;
        }
        match runs.last_mut() {
            Some(run) if text[run.end..word.start].trim().is_empty() => run.end = word.end,
            _ => runs.push(word),
        }
    }
    runs.into_iter()
}

/// Byte ranges of runs of Latin letters, digits and apostrophes.
fn latin_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric() || *c == '\'') {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end = at + c.len_utf8(),
            _ => runs.push(at..at + c.len_utf8()),
        }
    }
    runs.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zh(question: &str, rest: &str) -> Option<String> {
        replaced(question, rest, Lang::Zh)
    }

    fn en(question: &str, rest: &str) -> Option<String> {
        replaced(question, rest, Lang::En)
    }

    #[test]
    fn a_place_stands_for_a_place() {
        assert_eq!(zh("寄到青海首重多少", "西藏呢").as_deref(), Some("寄到西藏首重多少"));
        assert_eq!(zh("浙江包邮要多少", "新疆和西藏呢").as_deref(), Some("新疆和西藏包邮要多少"));
        assert_eq!(
            zh("寄到青海首重多少", "西藏要几天").as_deref(),
            Some("寄到西藏首重多少 西藏要几天"),
            "what more is asked is kept"
        );
    }

    #[test]
    fn a_phrase_stands_for_the_one_with_the_same_preposition() {
        assert_eq!(
            en("How much is shipping to Korea?", "to Japan?").as_deref(),
            Some("How much is shipping to Japan?")
        );
        assert_eq!(
            en("shipping to Singapore how long", "to hong kong").as_deref(),
            Some("shipping to hong kong how long")
        );
        assert_eq!(en("how long do I have to return it", "to Japan"), None);
    }

    #[test]
    fn a_name_stands_for_a_name_and_a_code_for_a_code() {
        assert_eq!(
            en("shipping to Singapore how long", "Hong Kong").as_deref(),
            Some("shipping to Hong Kong how long")
        );
        assert_eq!(
            en("What does F1 on my kettle mean?", "F2").as_deref(),
            Some("What does F2 on my kettle mean?")
        );
        assert_eq!(zh("电饭煲E1是什么意思", "E3呢").as_deref(), Some("电饭煲E3是什么意思"));
    }

    #[test]
    fn a_word_stands_for_one_of_its_length_and_last_character() {
        assert_eq!(zh("三楼没电梯搬沙发收费吗", "五楼呢").as_deref(), Some("五楼没电梯搬沙发收费吗"));
        assert_eq!(zh("退货运费谁出", "换货呢").as_deref(), Some("换货运费谁出"));
        assert_eq!(zh("金麦会员生日有什么", "银麦呢").as_deref(), Some("银麦会员生日有什么"));
    }

    #[test]
    fn what_is_of_no_kind_in_the_question_replaces_nothing() {
        assert_eq!(zh("小时达起步要买多少钱的", "配送费呢"), None);
        assert_eq!(zh("寄到青海首重多少", "包邮要满多少，就说后面这个"), None);
        assert_eq!(en("can I return a kettle", "how much is it"), None);
        assert_eq!(en("How much is shipping to Korea?", "to korea?"), None, "the same again");
    }
}
