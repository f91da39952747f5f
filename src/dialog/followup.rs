//! Messages that lean on what was said before: "那生鲜呢？", "and by air?", "它多重".
//!
//! A message that may lean is completed with the visitor's last full question. Whether the completed text or the
//! message alone is searched is decided afterwards, by which of them finds the surer answer.

use crate::domain::{Lang, SenderKind};
use crate::text::normalise;

use super::engine::HistoryTurn;

/// How much a message leans on the turns before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaning {
    /// Short enough that it may.
    Maybe,
    /// Begins or points like one that does.
    Clearly,
}

/// A message completed from context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Completed {
    pub text: String,
    pub leaning: Leaning,
}

/// Messages up to this many characters (Chinese) or words (others) may lean.
const SHORT_CHARS: usize = 12;
const SHORT_WORDS: usize = 6;
/// How far back a full question is looked for, in visitor's messages.
const LOOK_BACK: usize = 4;

/// The message completed with the last full question of the visitor, if it may lean on it.
pub(super) fn complete(text: &str, lang: Lang, history: &[HistoryTurn]) -> Option<Completed> {
    let leaning = leaning(text, lang)?;
    let asked = history.iter().rev().filter(|turn| turn.role == SenderKind::Visitor).take(LOOK_BACK);
    let asked: Vec<&str> = asked.map(|turn| turn.text.trim()).filter(|text| has_words(text)).collect();
    let full = asked.iter().find(|text| self::leaning(text, lang) != Some(Leaning::Clearly));
    let question = full.or(asked.first())?;
    if normalise(question) == normalise(text) {
        return None;
    }
    let rest = without_lead(text, lang);
    Some(Completed { text: format!("{question} {rest}"), leaning })
}

fn leaning(text: &str, lang: Lang) -> Option<Leaning> {
    let folded = normalise(text);
    let (leads, points): (&[&str], &[&str]) = match lang {
        Lang::Zh => (&LEADS_ZH, &POINTS_ZH),
        Lang::En => (&LEADS_EN, &POINTS_EN),
    };
    let short = match lang {
        Lang::Zh => folded.chars().filter(|c| c.is_alphanumeric()).count() <= SHORT_CHARS,
        Lang::En => folded.split_whitespace().count() <= SHORT_WORDS,
    };
    let leads =
        leads.iter().any(|lead| folded.starts_with(lead)) || (lang == Lang::Zh && ends_in_ne(&folded));
    let points = points.iter().any(|word| crate::text::mention::mentions(&folded, word));
    let bounded = folded.chars().count() <= 4 * SHORT_CHARS;
    match (leads || points, short) {
        (true, true) => Some(Leaning::Clearly),
        (true, false) if bounded => Some(Leaning::Maybe),
        (false, true) => Some(Leaning::Maybe),
        _ => None,
    }
}

const LEADS_ZH: [&str; 9] = ["那", "那么", "还有", "如果", "要是", "可是", "但是", "换成", "改成"];
const LEADS_EN: [&str; 9] =
    ["and ", "what about", "how about", "but ", "what if", "or ", "also ", "then ", "so "];
const POINTS_ZH: [&str; 11] =
    ["它", "这个", "那个", "这款", "那款", "这种", "那种", "这样", "刚才", "上面", "另外"];
const POINTS_EN: [&str; 8] = ["it", "that", "this", "they", "them", "those", "these", "one"];

/// "生鲜呢？"
fn ends_in_ne(folded: &str) -> bool {
    folded.trim_end_matches(|c: char| !c.is_alphanumeric()).ends_with('呢')
}

/// The message without the words that only tie it to the last one.
fn without_lead(text: &str, lang: Lang) -> &str {
    let leads: &[&str] = match lang {
        Lang::Zh => &["那么", "那", "还有"],
        Lang::En => &["and what about ", "what about ", "how about ", "and "],
    };
    let lower = text.to_lowercase();
    let lead = leads.iter().find(|lead| lower.starts_with(**lead));
    let rest = lead.and_then(|lead| text.get(lead.len()..)).unwrap_or(text);
    if has_words(rest) { rest.trim() } else { text.trim() }
}

/// Whether there is a word at all.
pub(super) fn has_words(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn visitor(text: &str) -> HistoryTurn {
        HistoryTurn { role: SenderKind::Visitor, text: text.into() }
    }

    fn bot(text: &str) -> HistoryTurn {
        HistoryTurn { role: SenderKind::Bot, text: text.into() }
    }

    #[test]
    fn an_ellipsis_is_completed_with_the_last_full_question() {
        let history = [visitor("普通商品几天能退？"), bot("七天。"), visitor("那家电呢"), bot("十五天。")];
        let completed = complete("那生鲜呢？", Lang::Zh, &history).unwrap();
        assert_eq!(completed.leaning, Leaning::Clearly);
        assert_eq!(completed.text, "普通商品几天能退？ 生鲜呢？");
    }

    #[test]
    fn english_pronouns_lean_and_full_questions_do_not() {
        let history = [visitor("How long does shipping to Singapore take?"), bot("5 days.")];
        let completed = complete("and how much is it", Lang::En, &history).unwrap();
        assert_eq!(completed.text, "How long does shipping to Singapore take? how much is it");
        let full = "Can I return an opened kettle after three weeks if the box is gone?";
        assert_eq!(complete(full, Lang::En, &history), None);
    }

    #[test]
    fn the_first_message_leans_on_nothing() {
        assert_eq!(complete("那生鲜呢？", Lang::Zh, &[]), None);
        assert_eq!(complete("那生鲜呢？", Lang::Zh, &[bot("您好")]), None);
    }

    #[test]
    fn a_short_question_may_stand_alone() {
        let history = [visitor("运费多少"), bot("10元。")];
        assert_eq!(complete("发票怎么开", Lang::Zh, &history).unwrap().leaning, Leaning::Maybe);
    }
}
