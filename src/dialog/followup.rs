//! Messages that lean on what was said before: "那生鲜呢？", "and by air?", "它多重".
//!
//! A message that may lean is completed with what the visitor asked before. Whether the completed text or the message
//! alone is gone by is decided afterwards, by which of them finds the surer answer.

use crate::domain::{Lang, SenderKind};
use crate::text::mention::mentions;
use crate::text::normalise;
use crate::text::segment::terms;

use super::courtesy::courtesy;
use super::input::HistoryTurn;
use super::replace::replaced;

/// How much a message leans on the turns before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaning {
    /// Short enough that it may.
    Maybe,
    /// Begins or points like one that does.
    Clearly,
    /// Names a thing and asks nothing by itself: "那生鲜呢", "and to Japan?".
    Wholly,
}

/// A message completed from context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Completed {
    pub text: String,
    pub leaning: Leaning,
    /// Terms of the message that were not asked about before: what an answer must speak of.
    pub fresh: Vec<String>,
}

/// Messages up to this many characters (Chinese) or words (others) may lean.
const SHORT_CHARS: usize = 12;
const SHORT_WORDS: usize = 6;
/// A follow-up of up to this many characters (Chinese, with its 呢) or words (others) may be a mere name.
const NAME_CHARS: usize = 6;
const NAME_WORDS: usize = 3;
/// Words that ask something by themselves.
const ASKING_ZH: [&str; 8] = ["怎么", "多少", "几", "什么", "哪", "能", "可以", "为啥"];
const ASKING_EN: [&str; 10] = ["how", "what", "when", "where", "which", "why", "who", "can", "do", "is"];
/// How far back a full question is looked for, in visitor's messages.
const LOOK_BACK: usize = 4;

/// The message completed with what the visitor asked before, if it may lean on it.
pub(super) fn complete(text: &str, lang: Lang, history: &[HistoryTurn]) -> Option<Completed> {
    if courtesy(text).is_some() {
        return None;
    }
    let leaning = leaning(text, lang)?;
    let mut thread = Thread::of(history, lang)?;
    let former = thread.text();
    if normalise(&former) == normalise(text) {
        return None;
    }
    thread.go_on(text, lang);
    let known = terms(&former);
    let fresh = terms(without_lead(text, lang)).into_iter().filter(|term| !known.contains(term)).collect();
    Some(Completed { text: thread.text(), leaning, fresh })
}

/// What the visitor is asking about: the last full question, as the follow-ups since have changed it.
struct Thread {
    question: String,
    /// The last follow-up, where it changed nothing but stands beside the question.
    tail: Option<String>,
}

impl Thread {
    /// The thread of the visitor's last messages.
    fn of(history: &[HistoryTurn], lang: Lang) -> Option<Self> {
        let said = history.iter().rev().filter(|turn| turn.role == SenderKind::Visitor);
        let said =
            said.map(|turn| turn.text.trim()).filter(|text| has_words(text) && courtesy(text).is_none());
        let said: Vec<&str> = said.take(LOOK_BACK).collect();
        let mut thread: Option<Self> = None;
        for text in said.into_iter().rev() {
            match &mut thread {
                Some(thread) if leaning(text, lang) >= Some(Leaning::Clearly) => thread.go_on(text, lang),
                _ => thread = Some(Self { question: text.to_owned(), tail: None }),
            }
        }
        thread
    }

    /// Follows up: in the place of what the question named, or beside it. "生鲜呢" after "家电呢" asks about the same
    /// question again; "这个多少钱" after it asks about what came out.
    fn go_on(&mut self, text: &str, lang: Lang) {
        let rest = without_lead(text, lang);
        if let Some(question) = replaced(&self.question, rest, lang) {
            *self = Self { question, tail: None };
            return;
        }
        if points(&normalise(text), lang) {
            self.question = self.text();
        }
        self.tail = Some(rest.to_owned());
    }

    fn text(&self) -> String {
        match &self.tail {
            Some(tail) => format!("{} {tail}", self.question),
            None => self.question.clone(),
        }
    }
}

fn leaning(text: &str, lang: Lang) -> Option<Leaning> {
    let folded = normalise(text);
    let leads: &[&str] = match lang {
        Lang::Zh => &LEADS_ZH,
        Lang::En => &LEADS_EN,
    };
    let short = match lang {
        Lang::Zh => folded.chars().filter(|c| c.is_alphanumeric()).count() <= SHORT_CHARS,
        Lang::En => folded.split_whitespace().count() <= SHORT_WORDS,
    };
    let leads =
        leads.iter().any(|lead| folded.starts_with(lead)) || (lang == Lang::Zh && ends_in_ne(&folded));
    let points = points(&folded, lang);
    let bounded = folded.chars().count() <= 4 * SHORT_CHARS;
    match (leads || points, short) {
        (true, true) if !points && names_only(&folded, lang) => Some(Leaning::Wholly),
        (true, true) => Some(Leaning::Clearly),
        (true, false) if bounded => Some(Leaning::Maybe),
        (false, true) => Some(Leaning::Maybe),
        _ => None,
    }
}

/// Whether a normalised follow-up is hardly more than a name.
fn names_only(folded: &str, lang: Lang) -> bool {
    let rest = without_lead(folded, lang);
    match lang {
        Lang::Zh => {
            ends_in_ne(folded)
                && rest.chars().filter(|c| c.is_alphanumeric()).count() <= NAME_CHARS
                && !ASKING_ZH.iter().any(|word| rest.contains(word))
        }
        Lang::En => {
            rest.len() < folded.len()
                && rest.split_whitespace().count() <= NAME_WORDS
                && !ASKING_EN.iter().any(|word| mentions(rest, word))
        }
    }
}

/// Whether a normalised message points back at something.
fn points(folded: &str, lang: Lang) -> bool {
    let words: &[&str] = match lang {
        Lang::Zh => &POINTS_ZH,
        Lang::En => &POINTS_EN,
    };
    words.iter().any(|word| mentions(folded, word))
}

const LEADS_ZH: [&str; 9] = ["那", "那么", "还有", "如果", "要是", "可是", "但是", "换成", "改成"];
const LEADS_EN: [&str; 9] =
    ["and ", "what about", "how about", "but ", "what if", "or ", "also ", "then ", "so "];
const POINTS_ZH: [&str; 11] =
    ["它", "这个", "那个", "这款", "那款", "这种", "那种", "这样", "刚才", "上面", "另外"];
const POINTS_EN: [&str; 9] = ["it", "that", "this", "they", "them", "those", "these", "one", "there"];

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
        assert_eq!(completed.leaning, Leaning::Wholly);
        assert_eq!(completed.text, "普通商品几天能退？ 生鲜呢？");
        assert_eq!(completed.fresh, ["生鲜"]);
    }

    #[test]
    fn follow_ups_of_follow_ups_lean_on_the_question_as_it_was_changed() {
        let history = [
            visitor("how much is the first kilo to Malaysia"),
            bot("88 yuan."),
            visitor("and to Japan?"),
            bot("79 yuan."),
        ];
        let completed = complete("what about each extra kilo there", Lang::En, &history).unwrap();
        assert_eq!(completed.text, "how much is the first kilo to Japan each extra kilo there");
        let history = [visitor("寄到青海首重多少"), bot("15元。"), visitor("那西藏呢"), bot("22元。")];
        let completed = complete("包邮要满多少，就说后面这个", Lang::Zh, &history).unwrap();
        assert_eq!(completed.text, "寄到西藏首重多少 包邮要满多少，就说后面这个");
    }

    #[test]
    fn thanks_complete_nothing_and_are_nothing_to_lean_on() {
        let history = [visitor("小时达起步要买多少钱的"), bot("29元。")];
        assert_eq!(complete("好的谢谢", Lang::Zh, &history), None);
        let history = [visitor("小时达起步要买多少钱的"), bot("29元。"), visitor("好的"), bot("不客气。")];
        let completed = complete("配送费呢", Lang::Zh, &history).unwrap();
        assert_eq!(completed.text, "小时达起步要买多少钱的 配送费呢");
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
