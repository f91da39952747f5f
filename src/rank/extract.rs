//! The words of a passage that answer: whole statements, verbatim and in their order.
//!
//! The statement nearest to the question leads. A neighbour joins it when it qualifies it (an exception, a condition)
//! or is nearly as near. A FAQ pair's answer was written as one and is given whole unless it is long.

use std::ops::Range;

use super::analysis::Analysis;
use super::features::Asked;
use crate::domain::ChunkKind;
use crate::knowledge::PassageVectors;

/// An answer of a FAQ pair up to this many characters is given whole; so is a passage.
const SHORT: usize = 120;
/// The longest FAQ answer given whole.
const WHOLE_FAQ: usize = 360;
/// Most characters that are quoted.
const LONGEST: usize = 260;
/// How much less near than the best a neighbour may be, in inner product.
const NEARLY: f32 = 0.015;

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
        return rows(passage, best, nearness);
    }
    text[grown(passage, best, nearness)].to_owned()
}

/// Whether there is nothing to leave out.
fn is_given_whole(passage: &Analysis) -> bool {
    let length = passage.chunk.text.chars().count();
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

/// The range of statements with the one after them that limits them, and the one before that they lean on.
fn with_conditions(passage: &Analysis, mut first: usize, mut last: usize) -> Range<usize> {
    let statements = &passage.statements;
    if last + 1 < statements.len() && qualifies(said(passage, last + 1)) {
        last += 1;
    }
    if first > 0 && (leans_back(said(passage, first)) || leads_to(said(passage, first - 1))) {
        first -= 1;
    }
    statements[first].range.start..statements[last].range.end
}

/// The words that answer by the reader's account: the statements that its span of the passage's text touches, in
/// Unicode scalar values, with the exception or condition that follows them. `None` where the whole is given anyway.
pub fn quote_of(passage: &Analysis, (start, end): (usize, usize)) -> Option<String> {
    if passage.chunk.kind == ChunkKind::Faq || is_given_whole(passage) {
        return None;
    }
    let text = &passage.chunk.text;
    let byte = |scalar: usize| text.char_indices().nth(scalar).map_or(text.len(), |(at, _)| at);
    let span = byte(start)..byte(end);
    let touched = |at: &usize| {
        let range = &passage.statements[*at].range;
        range.start < span.end && span.start < range.end
    };
    let touched: Vec<usize> = (0..passage.statements.len()).filter(touched).collect();
    let (first, last) = (*touched.first()?, *touched.last()?);
    if passage.chunk.kind == ChunkKind::Table {
        let rows: Vec<&str> = touched.iter().map(|at| said(passage, *at)).collect();
        return Some(rows.join("\n"));
    }
    let range = with_conditions(passage, first, last);
    (text[range.clone()].chars().count() <= LONGEST).then(|| text[range].to_owned())
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
        text[statements[first].range.start..statements[last].range.end].chars().count() <= LONGEST
    };
    if last + 1 < statements.len()
        && fits(first, last + 1)
        && (qualifies(said(last + 1)) || nearness(last + 1) >= least)
    {
        last += 1;
    }
    if first > 0
        && fits(first - 1, last)
        && (leans_back(said(first)) || leads_to(said(first - 1)) || nearness(first - 1) >= least)
    {
        first -= 1;
    }
    statements[first].range.start..statements[last].range.end
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

/// Whether a statement announces what follows.
fn leads_to(statement: &str) -> bool {
    statement.trim_end().ends_with(['：', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;

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
