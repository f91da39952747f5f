//! The words of a passage that answer: whole statements, verbatim and in their order.
//!
//! The statement nearest to the question leads. A neighbour joins it when it qualifies it (an exception, a condition)
//! or is nearly as near, and a sentence that goes on after a semicolon is not cut there. Of a table those rows are given
//! that the question names; where it names none and none stands out, a table that is not long is given whole: which of
//! its rows applies is for the reader to say. A FAQ pair's answer was written as one and is given whole unless it is long.
//! Lengths are those of Chinese text: so much fits into a bubble that is taken in at a glance ([`length`]).

use std::ops::Range;

use super::analysis::Analysis;
use super::features::Asked;
use crate::domain::ChunkKind;
use crate::knowledge::PassageVectors;
use crate::text::is_han;

/// A passage up to this length is given whole.
const SHORT: usize = 120;
/// The longest FAQ answer given whole.
const WHOLE_FAQ: usize = 360;
/// Most that is quoted of a longer one, unless it is asked about as a whole.
const LONGEST: usize = 260;
/// How much less near than the best a neighbour may be, in inner product.
const NEARLY: f32 = 0.015;
/// The longest table given whole.
const WHOLE_TABLE: usize = 480;
/// How much nearer than all others a row that the question does not name has to be.
const STANDS_OUT: f32 = 0.03;

/// The words that answer; `best` is the statement nearest to the question.
pub fn quote(
    passage: &Analysis,
    best: Option<usize>,
    asked: &Asked<'_>,
    vectors: Option<&PassageVectors<'_>>,
) -> String {
    let text = &passage.chunk.text;
    let Some(best) = best.filter(|_| !is_given_whole(passage)) else { return text.clone() };
    let nearness = |at: usize| {
        let vector = vectors.and_then(|vectors| vectors.statements.get(at).copied());
        asked.fits(&passage.statements[at], vector)
    };
    if passage.chunk.kind == ChunkKind::Table {
        let undecided =
            !is_named(passage, best, |word| asked.has(word)) && !stands_out(passage, best, nearness);
        let short = length(text) <= WHOLE_TABLE;
        return if undecided && short { text.clone() } else { rows(passage, best, nearness) };
    }
    if length(text) <= LONGEST && is_about_all(passage, best, nearness) {
        return text.clone();
    }
    text[grown(passage, best, nearness)].to_owned()
}

/// How long a text is, in Chinese characters that say as much: five letters say what two of these do.
fn length(text: &str) -> usize {
    let letters = text.chars().filter(|c| c.is_ascii() || c.is_alphabetic() && !is_han(*c)).count();
    text.chars().count() - letters + letters * 2 / 5
}

/// Whether the question is about the passage as a whole: a statement that does not stand beside the nearest one is as near.
fn is_about_all(passage: &Analysis, best: usize, nearness: impl Fn(usize) -> f32) -> bool {
    let least = nearness(best) - NEARLY;
    (0..passage.statements.len()).any(|at| at.abs_diff(best) > 1 && nearness(at) >= least)
}

/// Whether there is nothing to leave out.
fn is_given_whole(passage: &Analysis) -> bool {
    let length = length(&passage.chunk.text);
    match passage.chunk.kind {
        ChunkKind::Faq => length <= WHOLE_FAQ,
        ChunkKind::Text => length <= SHORT || passage.statements.len() == 1,
        ChunkKind::Table => passage.statements.len() <= 1,
    }
}

/// The words of one statement.
fn said(passage: &Analysis, at: usize) -> &str {
    &passage.chunk.text[passage.statements[at].range.clone()]
}

/// Whether the question has a word of the row that at most half of the rows have.
fn is_named(passage: &Analysis, row: usize, asked: impl Fn(&str) -> bool) -> bool {
    let rows = &passage.statements;
    let having = |word: &str| rows.iter().filter(|row| row.words.contains(word)).count();
    rows[row].words.iter().any(|word| asked(word) && having(word) * 2 <= rows.len())
}

/// Whether a row is much nearer to the question than every other one.
fn stands_out(passage: &Analysis, best: usize, nearness: impl Fn(usize) -> f32) -> bool {
    let least = nearness(best) - STANDS_OUT;
    (0..passage.statements.len()).all(|at| at == best || nearness(at) < least)
}

/// The best row, and those that fit the question as well.
fn rows(passage: &Analysis, best: usize, nearness: impl Fn(usize) -> f32) -> String {
    let least = nearness(best) - NEARLY / 3.0;
    let chosen = (0..passage.statements.len()).filter(|at| *at == best || nearness(*at) >= least);
    let rows: Vec<&str> =
        chosen.take(4).map(|at| &passage.chunk.text[passage.statements[at].range.clone()]).collect();
    rows.join("\n")
}

/// The range of the best statement with the neighbours that belong to it.
fn grown(passage: &Analysis, best: usize, nearness: impl Fn(usize) -> f32) -> Range<usize> {
    let statements = &passage.statements;
    let text = &passage.chunk.text;
    let said = |at: usize| said(passage, at);
    let (mut first, mut last) = (best, best);
    let least = nearness(best) - NEARLY;
    let fits = |first: usize, last: usize| {
        length(&text[statements[first].range.start..statements[last].range.end]) <= LONGEST
    };
    // A heading is no answer.
    while last + 1 < statements.len() && announces(said(last), said(last + 1)) {
        last += 1;
    }
    if last + 1 < statements.len()
        && fits(first, last + 1)
        && (qualifies(said(last + 1)) || nearness(last + 1) >= least)
    {
        last += 1;
    }
    if first > 0
        && fits(first - 1, last)
        && (leans_back(said(first))
            || announces(said(first - 1), said(first))
            || nearness(first - 1) >= least)
    {
        first -= 1;
    }
    while last + 1 < statements.len() && goes_on(said(last)) && fits(first, last + 1) {
        last += 1;
    }
    while first > 0 && goes_on(said(first - 1)) && fits(first - 1, last) {
        first -= 1;
    }
    statements[first].range.start..statements[last].range.end
}

/// Whether a sentence goes on after a statement.
fn goes_on(statement: &str) -> bool {
    statement.trim_end().ends_with(['；', ';'])
}

/// Whether a statement limits the one before it.
fn qualifies(statement: &str) -> bool {
    const ZH: [&str; 12] =
        ["但", "不过", "除外", "例外", "除非", "其中", "不含", "不包括", "仅限", "否则", "如果", "若"];
    const EN: [&str; 8] =
        ["but ", "except", "however", "unless", "only ", "otherwise", "this does not", "if "];
    let head: String = statement.chars().take(12).collect::<String>().to_lowercase();
    ZH.iter().chain(&EN[..]).any(|word| head.contains(word))
}

/// Whether a statement needs the one before it to be understood.
fn leans_back(statement: &str) -> bool {
    const ZH: [&str; 9] = ["但", "不过", "否则", "其中", "此时", "这", "该", "同时", "此外"];
    const EN: [&str; 9] =
        ["but ", "however", "this ", "these ", "it ", "they ", "otherwise", "then ", "that "];
    let lower = statement.trim_start().to_lowercase();
    ZH.iter().chain(&EN).any(|word| lower.starts_with(word))
}

/// Whether a statement only announces the next: it ends in a colon, or is a heading, a line without an end above a sentence.
fn announces(statement: &str, next: &str) -> bool {
    let (statement, next) = (statement.trim(), next.trim_end());
    let is_item = statement.starts_with(['-', '*', '•', '·', '|']);
    statement.ends_with(['：', ':']) || (!is_item && !ends(statement) && ends(next))
}

/// Whether it ends as sentences do.
fn ends(statement: &str) -> bool {
    statement.ends_with(['。', '！', '？', '；', '.', '!', '?', ';', '”', '"', '」', '’'])
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{Chunk, ChunkId, DocumentId, Lang};
    use crate::text::WholeWords;
    use crate::text::segment::terms;

    fn table() -> Analysis {
        let text = "情况: 无电梯，1至3楼; 普通大件: 0元\n情况: 无电梯，4至7楼; 普通大件: 每层15元\n情况: 有电梯; 普通大件: 0元";
        Analysis::of(
            Arc::new(Chunk {
                id: ChunkId::new(),
                document_id: DocumentId::new(),
                document: "收费.md".into(),
                title: "收费".into(),
                section: "楼层搬运费".into(),
                kind: ChunkKind::Table,
                lang: Lang::Zh,
                ordinal: 0,
                text: text.into(),
                questions: Vec::new(),
            }),
            &WholeWords::default(),
        )
    }

    #[test]
    fn a_row_is_named_by_a_word_that_few_rows_have() {
        let named = |row: usize, question: &str| {
            let words = terms(question);
            is_named(&table(), row, |word| words.iter().any(|w| w == word))
        };
        assert!(named(1, "搬到7楼多少钱"));
        assert!(!named(0, "床抬到六楼没电梯，普通的加多少"), "电梯 and 普通 stand in every row");
    }

    #[test]
    fn a_row_stands_out_only_by_far() {
        assert!(stands_out(&table(), 1, |row| [0.80, 0.90, 0.81][row]));
        assert!(!stands_out(&table(), 1, |row| [0.80, 0.90, 0.89][row]));
    }

    #[test]
    fn a_sentence_goes_on_after_a_semicolon() {
        assert!(goes_on("坏的部分不到两成，按坏的比例赔；") && goes_on("two days by post; "));
        assert!(!goes_on("超过五成，全额退款。"));
    }

    #[test]
    fn a_heading_and_a_colon_announce_what_follows() {
        assert!(announces("Fapiao (tax invoice)", "Chinese sellers issue an e-fapiao."));
        assert!(announces("分两种：", "- 自提"));
        assert!(!announces("We ship daily.", "Fresh food is not shipped."));
        assert!(!announces("- 自提", "- 快递"), "items of a list stand beside each other");
        assert!(!announces("- up to 5 kg", "Heavier parcels go by lorry."));
    }

    #[test]
    fn letters_say_less_than_ideographs() {
        assert_eq!((length("满99元包邮。"), length("free shipping")), (5, 5));
    }

    #[test]
    fn exceptions_belong_to_their_rule() {
        assert!(qualifies("生鲜除外。") && qualifies("Except fresh food.") && qualifies("但定制商品不退。"));
        assert!(!qualifies("运费由买家承担。") && !qualifies("We ship daily."));
    }

    #[test]
    fn what_leans_back_needs_its_neighbour() {
        assert!(leans_back("This takes five days.") && leans_back("其中新疆为22元。"));
        assert!(!leans_back("满99元包邮。"));
    }
}
