//! Choices: what they are called, and how picking one is recognised.
//!
//! A picked choice comes back as the visitor's text. The engine keeps nothing between turns, so the choice is
//! recognised by its name, among what is found for the question that led to it.

use crate::domain::{Chunk, Lang, SenderKind};
use crate::rank::Ranked;
use crate::text::normalise;

use super::Phrases;
use super::input::HistoryTurn;
use super::lookup::Findings;

/// What stands between title and section in a name.
const BETWEEN: &str = " · ";

/// What a passage is called as a choice, and what picking it sends: a FAQ pair's question, or title and section.
pub(super) fn name_of(chunk: &Chunk) -> String {
    match chunk.questions.first() {
        Some(question) => question.clone(),
        None if chunk.section.is_empty() => chunk.title.clone(),
        None => format!("{}{BETWEEN}{}", chunk.title, chunk.section),
    }
}

/// Whether a text can be nobody's own words: the name of a pair or of a section. A mere title is not, people say it.
fn distinctive(chunk: &Chunk) -> bool {
    !chunk.questions.is_empty() || !chunk.section.is_empty()
}

/// The visitor's question that the bot has just answered with choices, as the place of its line in `history`.
pub(super) fn asked_before_choices(history: &[HistoryTurn]) -> Option<usize> {
    let (last, before) = history.split_last()?;
    let offered = last.role == SenderKind::Bot
        && [Lang::Zh, Lang::En].map(|l| Phrases::new(l).which_one()).contains(&last.text.trim());
    if !offered {
        return None;
    }
    before.iter().rposition(|turn| turn.role == SenderKind::Visitor)
}

/// The findings with nothing but the passage that is called `text`, which is certain, if there is one.
/// `offered` says that the text answers choices.
pub(super) fn picked(text: &str, findings: &Findings, offered: bool) -> Option<Ranked> {
    let wanted = normalise(text.trim());
    let called = |ranked: &&Ranked| {
        let chunk = ranked.chunk();
        (offered || distinctive(chunk)) && normalise(&name_of(chunk)) == wanted
    };
    let mut chosen = findings.ranked.iter().find(called)?.clone();
    chosen.probability = 1.0;
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(role: SenderKind, text: &str) -> HistoryTurn {
        HistoryTurn { role, text: text.into() }
    }

    #[test]
    fn choices_stand_for_the_question_before_them() {
        let which = Phrases::new(Lang::Zh).which_one();
        let mut history = vec![
            turn(SenderKind::Visitor, "你好"),
            turn(SenderKind::Bot, "您好"),
            turn(SenderKind::Visitor, "怎么退"),
            turn(SenderKind::Bot, which),
        ];
        assert_eq!(asked_before_choices(&history), Some(2));
        history.push(turn(SenderKind::Visitor, "算了"));
        history.push(turn(SenderKind::Bot, "好的"));
        assert_eq!(asked_before_choices(&history), None);
        assert_eq!(asked_before_choices(&[]), None);
    }
}
