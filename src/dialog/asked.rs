//! What a message asks: its single questions, each with what it leans on.
//!
//! "锅昨天刚到。能退吗？运费谁出？另外你们几点下班" asks three things. What is said without asking belongs to the question
//! after it, or to the last one; of a long story only what stands right beside the question.

use crate::domain::Lang;
use crate::text::normalise;
use crate::text::sentences;

/// A message with more questions than this is taken as one.
const MOST: usize = 3;
/// A question with fewer letters or characters of its own is a part of the one before it: "对吧？"
const FEWEST_CHARS: usize = 4;
/// What is said beside a question counts up to so many characters; a sentence of more than twice as many is a story.
const CONTEXT_ZH: usize = 24;
const CONTEXT_EN: usize = 80;

/// A message of more characters is a story: what is said in it may have little to do with what is asked.
const STORY_ZH: usize = 60;
const STORY_EN: usize = 200;

/// One question of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// With what is said beside it.
    pub text: String,
    /// The question alone, where the message is a story.
    pub alone: Option<String>,
}

/// Words that go from one question to the next within a sentence.
const JOINS_ZH: [&str; 8] = ["另外", "还有", "顺便", "再问", "再请问", "以及", "对了", "然后"];
const JOINS_EN: [&str; 6] = ["and also", "also", "another question", "by the way", "besides", "and"];

/// Words that ask, wherever they stand.
const ASKING_ZH: [&str; 20] = [
    "吗",
    "么",
    "怎么",
    "咋",
    "多少",
    "多久",
    "多长",
    "多大",
    "几",
    "什么",
    "啥",
    "哪",
    "谁",
    "能不能",
    "可不可以",
    "能否",
    "是否",
    "是不是",
    "有没有",
    "要不要",
];
/// Words that ask at the end of a sentence.
const ASKING_LAST_ZH: [&str; 6] = ["不", "没", "呢", "否", "没有", "行不行"];
/// Words that ask at the beginning of a sentence.
const ASKING_FIRST_EN: [&str; 25] = [
    "how", "what", "what's", "when", "where", "which", "why", "who", "whose", "can", "could", "do", "does",
    "did", "is", "are", "will", "would", "should", "may", "am", "was", "were", "has", "have",
];

/// The questions of a message, in order; the message itself where it asks one thing in few words, or too many.
pub(super) fn questions(text: &str, lang: Lang) -> Vec<Asked> {
    let (context, story) = match lang {
        Lang::Zh => (CONTEXT_ZH, STORY_ZH),
        Lang::En => (CONTEXT_EN, STORY_EN),
    };
    let story = text.chars().count() > story;
    let mut questions: Vec<Asked> = Vec::new();
    let mut said: Vec<&str> = Vec::new();
    for (from, to) in sentences::split(text) {
        for clause in clauses(&text[from..to], lang) {
            if !asks(clause, lang) {
                said.extend(pieces(clause, context));
                continue;
            }
            let (told, clause, rest) = core(clause, lang, 2 * context);
            said.extend(told);
            let before = nearest(&said, context);
            said = rest;
            match questions.last_mut().filter(|_| letters(clause) < FEWEST_CHARS) {
                Some(last) => last.text = join(&last.text, clause),
                None => {
                    let beside = before.iter().fold(String::new(), |so_far, part| join(&so_far, part));
                    let alone = (story && !before.is_empty()).then(|| clause.to_owned());
                    questions.push(Asked { text: join(&beside, clause), alone });
                }
            }
        }
    }
    if questions.is_empty() || questions.len() > MOST {
        return vec![Asked { text: text.trim().to_owned(), alone: None }];
    }
    if let Some(last) = questions.last_mut() {
        // "能退吗？昨天刚到的" says what the question is about after it.
        let after: usize = said.iter().map(|part| part.chars().count()).sum();
        if after <= context {
            said.iter().for_each(|part| last.text = join(&last.text, part));
        }
    }
    questions
}

/// Parts of a sentence that ask for themselves, joined by such words as "另外".
fn clauses(sentence: &str, lang: Lang) -> Vec<&str> {
    let joins: &[&str] = match lang {
        Lang::Zh => &JOINS_ZH,
        Lang::En => &JOINS_EN,
    };
    let mut parts = Vec::new();
    let mut rest = sentence;
    let mut from = 0;
    while let Some(comma) = rest[from..].find(['，', ',']).map(|at| from + at) {
        let after = comma + rest[comma..].chars().next().map_or(1, char::len_utf8);
        let next = rest[after..].trim_start();
        let joined = joins.iter().find(|join| starts_with_word(next, join));
        if let Some(join) = joined
            && asks(&rest[..comma], lang)
            && asks(without_join(next, join), lang)
        {
            parts.push(rest[..comma].trim());
            rest = without_join(next, join);
            from = 0;
        } else {
            from = after;
        }
    }
    let lead = joins.iter().find(|join| starts_with_word(rest, join)).filter(|join| **join != "and");
    parts.push(lead.map_or(rest, |join| without_join(rest, join)).trim());
    parts
}

/// The pieces of a long sentence between its commas; a short one is one piece.
fn pieces(sentence: &str, most: usize) -> Vec<&str> {
    if sentence.chars().count() <= most {
        return vec![sentence];
    }
    sentence.split_inclusive(['，', ',']).map(str::trim).filter(|piece| letters(piece) > 0).collect()
}

/// What is asked in a sentence that asks, with what is said before and after it, where the sentence is a story.
fn core(sentence: &str, lang: Lang, most: usize) -> (Vec<&str>, &str, Vec<&str>) {
    let mut before = pieces(sentence, most);
    let Some(at) = before.iter().rposition(|piece| asks(piece, lang)) else {
        return (Vec::new(), sentence, Vec::new());
    };
    let after = before.split_off(at + 1);
    let asked = before.pop().unwrap_or(sentence);
    (before, asked, after)
}

/// Whether a sentence asks something, by its form.
fn asks(sentence: &str, lang: Lang) -> bool {
    let sentence = sentence.trim_end();
    if sentence.ends_with(['？', '?']) {
        return true;
    }
    let folded = normalise(sentence);
    let folded = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    match lang {
        Lang::Zh => {
            ASKING_ZH.iter().any(|word| folded.contains(word))
                || ASKING_LAST_ZH.iter().any(|word| folded.ends_with(word))
        }
        Lang::En => folded.split_whitespace().next().is_some_and(|first| ASKING_FIRST_EN.contains(&first)),
    }
}

/// The last of what was said, up to `limit` characters.
fn nearest<'a>(said: &[&'a str], limit: usize) -> Vec<&'a str> {
    let mut left = limit;
    let mut kept: Vec<&str> = Vec::new();
    for part in said.iter().rev() {
        let length = part.chars().count();
        if length > left {
            break;
        }
        left -= length;
        kept.push(part);
    }
    kept.reverse();
    kept
}

fn starts_with_word(text: &str, word: &str) -> bool {
    let Some(start) = text.get(..word.len()) else { return false };
    let bounded = || !text[word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric());
    start.eq_ignore_ascii_case(word) && bounded()
}

/// What follows the joining word and its comma.
fn without_join<'a>(text: &'a str, join: &str) -> &'a str {
    text[join.len()..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '，' | ',' | '：' | ':'))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// Two pieces of a message side by side.
fn join(one: &str, other: &str) -> String {
    let closed = one.is_empty() || one.ends_with(|c: char| !c.is_alphanumeric() && !c.is_ascii());
    let between = if closed {
        ""
    } else if one.ends_with(|c: char| c.is_ascii()) {
        " "
    } else {
        "，"
    };
    format!("{one}{between}{other}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zh(text: &str) -> Vec<String> {
        questions(text, Lang::Zh).into_iter().map(|asked| asked.text).collect()
    }

    fn en(text: &str) -> Vec<String> {
        questions(text, Lang::En).into_iter().map(|asked| asked.text).collect()
    }

    #[test]
    fn every_question_is_one_of_its_own() {
        assert_eq!(zh("退货运费谁出？多久能到账？"), ["退货运费谁出？", "多久能到账？"]);
        assert_eq!(zh("能开发票吗，另外你们几点下班"), ["能开发票吗", "你们几点下班"]);
        assert_eq!(zh("可以货到付款不\n几天能到"), ["可以货到付款不", "几天能到"]);
        assert_eq!(
            en("Do you ship to Norway? And how long does it take?"),
            ["Do you ship to Norway?", "And how long does it take?"]
        );
        assert_eq!(
            en("is the pan dishwasher safe, and also can I return it"),
            ["is the pan dishwasher safe", "can I return it"]
        );
    }

    #[test]
    fn what_is_said_belongs_to_the_question_after_it() {
        assert_eq!(zh("锅昨天刚到。能退吗？运费谁出？"), ["锅昨天刚到。能退吗？", "运费谁出？"]);
        assert_eq!(zh("能退吗？昨天刚到的。"), ["能退吗？昨天刚到的。"]);
        assert_eq!(en("My kettle leaks. Can it go back?"), ["My kettle leaks. Can it go back?"]);
    }

    #[test]
    fn one_question_in_few_words_stays_as_it_is() {
        for text in ["退货运费谁出", "还能退不？", "我想退货", "你好", "能退，是吧？", "多久？对吧？"]
        {
            assert_eq!(zh(text), [text]);
        }
        assert_eq!(en("return policy"), ["return policy"]);
        assert_eq!(en("and to Japan?"), ["and to Japan?"]);
    }

    #[test]
    fn of_a_long_story_only_what_stands_beside_the_question_is_kept() {
        let story = "上个月我表姐结婚，家里人都来了，热热闹闹的一大桌子菜，大家都说好吃，还拍了好多照片发朋友圈。\
                     锅是在你们家买的。手柄松了怎么修？";
        let asked = questions(story, Lang::Zh);
        assert_eq!(asked[0].text, "还拍了好多照片发朋友圈。锅是在你们家买的。手柄松了怎么修？");
        assert_eq!((asked[0].alone.as_deref(), asked.len()), (Some("手柄松了怎么修？"), 1));
        let breathless = "你好，我想问一下，我上周在你们店里买的那个净水器，用了几天感觉水有点味道，家里人都不太敢喝，新滤芯要冲多久？";
        assert_eq!(zh(breathless), ["用了几天感觉水有点味道，家里人都不太敢喝，新滤芯要冲多久？"]);
    }

    #[test]
    fn a_flood_of_questions_is_one_message() {
        let flood = "几点开门？几点关门？有停车位吗？能刷卡吗？";
        assert_eq!(zh(flood), [flood]);
    }

    proptest! {
        #[test]
        fn any_text_has_at_least_one_question_and_invents_no_letter(text in "\\PC{0,60}") {
            for lang in [Lang::Zh, Lang::En] {
                let all = questions(&text, lang);
                prop_assert!(!all.is_empty() && all.len() <= MOST);
                prop_assert!(all.iter().flat_map(|q| q.text.chars()).filter(|c| c.is_alphanumeric()).all(|c| text.contains(c)));
            }
        }
    }
}
