//! Whether a passage bears on what a follow-up brings up.
//!
//! A follow-up is searched with the former question, which finds the former answer again whatever is said: a joke
//! that is asked for would be answered with the last delivery fee. An answer to the follow-up has its words.

use std::collections::HashSet;

use crate::domain::Chunk;
use crate::text::segment::terms;
use crate::text::{is_han, normalise};

/// Share of a follow-up's own words that its answer has. Set by reading the follow-ups of the development dialogs
/// beside the passages that answer them (their shares are .44 and more), not fitted.
const LEAST: f32 = 0.4;

/// Words that ask without naming anything.
const ASKING_ZH: &str = "多少几钱久要么怎能可以还不得";
const ASKING_EN: [&str; 10] =
    ["much", "many", "long", "often", "far", "soon", "more", "about", "cost", "mean"];

/// Whether the passage has enough of these terms. Chinese ones count by character: people say 延 where a document
/// says 延期, and words are cut differently in different company.
pub(super) fn speaks_of(chunk: &Chunk, fresh: &[String]) -> bool {
    let parts = [&chunk.title, &chunk.section, &chunk.text].into_iter().chain(&chunk.questions);
    let passage = parts.map(|part| normalise(part)).collect::<Vec<_>>().join(" ");
    let words: HashSet<String> = terms(&passage).into_iter().collect();

    let (chinese, other): (Vec<&String>, Vec<&String>) =
        fresh.iter().partition(|term| term.chars().any(is_han));
    let characters: HashSet<char> = chinese
        .iter()
        .flat_map(|term| term.chars())
        .filter(|c| is_han(*c) && !ASKING_ZH.contains(*c))
        .collect();
    let other: HashSet<&String> =
        other.into_iter().filter(|term| !ASKING_EN.contains(&term.as_str())).collect();
    let all = characters.len() + other.len();
    let found = characters.iter().filter(|c| passage.contains(**c)).count()
        + other.iter().filter(|term| words.contains(**term)).count();
    found as f32 >= LEAST * all as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ChunkId, ChunkKind, DocumentId, Lang};

    fn passage(text: &str) -> Chunk {
        Chunk {
            id: ChunkId::new(),
            document_id: DocumentId::new(),
            document: "a.md".into(),
            title: String::new(),
            section: String::new(),
            kind: ChunkKind::Text,
            lang: Lang::Zh,
            ordinal: 0,
            text: text.into(),
            questions: Vec::new(),
        }
    }

    fn bears(text: &str, follow_up: &str) -> bool {
        speaks_of(&passage(text), &terms(follow_up))
    }

    #[test]
    fn what_is_brought_up_must_stand_in_the_answer() {
        assert!(
            bears("一次延6个月，最多两次。", "过了还能延吗") && bears("每月最多使用3次。", "一个月能用几回")
        );
        assert!(!bears("每单收冷链费12元，满129元免冷链费。", "你给我讲个段子呗"));
        assert!(bears("Japan: 79 yuan", "to Japan?") && !bears("Japan: 79 yuan", "to Korea?"));
        assert!(!bears("It costs 15 yuan a month.", "will that price go up next spring"));
    }

    #[test]
    fn asking_words_alone_name_nothing_that_could_be_missing() {
        assert!(bears("滤芯用满12个月就换。", "多少钱") && bears("79 yuan", "and how much is it?"));
    }
}
