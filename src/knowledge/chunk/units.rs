//! Running text: what must stay together, and how it is packed into passages.

use super::sections::Section;
use super::{ChunkOptions, CountTokens, Draft};
use crate::domain::ChunkKind;

/// A paragraph that begins so qualifies the one before it.
const QUALIFIES: [&str; 26] = [
    "但",
    "不过",
    "除外",
    "例外",
    "注意",
    "注：",
    "注:",
    "备注",
    "说明：",
    "特别说明",
    "特别提醒",
    "温馨提示",
    "其中",
    "以上",
    "上述",
    "However",
    "Except",
    "But ",
    "Note",
    "Unless",
    "The above",
    "This does not",
    "不包括",
    "除此",
    "但是",
    "Please note",
];

/// A caption or lead-in longer than this is a paragraph of its own.
const LEAD_CHARS: usize = 60;

/// What stays together as long as it fits into one passage.
#[derive(Debug, Default)]
struct Unit {
    /// Repeated on top of every part if the unit has to be cut: the sentence that leads to a list.
    lead: Option<String>,
    lines: Vec<String>,
    page: Option<u32>,
}

/// Consecutive paragraphs, lists and code of one section.
#[derive(Debug, Default)]
pub(super) struct Run {
    units: Vec<Unit>,
}

impl Run {
    pub(super) fn paragraph(&mut self, text: &str, page: Option<u32>) {
        let qualifies = QUALIFIES.iter().any(|start| text.starts_with(start));
        match self.units.last_mut() {
            Some(rule) if qualifies => rule.lines.push(text.to_owned()),
            _ => self.units.push(Unit { lead: None, lines: vec![text.to_owned()], page }),
        }
    }

    pub(super) fn list(&mut self, items: &[String], page: Option<u32>) {
        let lines = items.iter().map(|item| marked(item)).collect();
        match self.units.pop_if(|unit| unit.lead.is_none() && unit.lines.last().is_some_and(|l| leads_on(l)))
        {
            Some(mut unit) => {
                let lead = unit.lines.pop();
                let page = unit.page.or(page);
                if !unit.lines.is_empty() {
                    self.units.push(unit);
                }
                self.units.push(Unit { lead, lines, page });
            }
            None => self.units.push(Unit { lead: None, lines, page }),
        }
    }

    pub(super) fn code(&mut self, text: &str, page: Option<u32>) {
        let lines = text.lines().map(str::to_owned).collect();
        self.units.push(Unit { lead: None, lines, page });
    }

    /// The last paragraph, if it announces what follows in a few words: the caption of a table.
    pub(super) fn take_caption(&mut self) -> Option<String> {
        let is_caption = |unit: &mut Unit| {
            let [line] = unit.lines.as_slice() else { return false };
            unit.lead.is_none() && line.chars().count() <= LEAD_CHARS && line.ends_with(['：', ':'])
        };
        let unit = self.units.pop_if(is_caption)?;
        unit.lines.first().map(|line| line.trim_end_matches(['：', ':']).to_owned())
    }

    /// Packs everything collected so far into passages.
    pub(super) fn cut(
        &mut self,
        section: &Section,
        options: &ChunkOptions,
        count_tokens: CountTokens,
        drafts: &mut Vec<Draft>,
    ) {
        let mut parts: Vec<Part> = Vec::new();
        for unit in self.units.drain(..) {
            unit.into_parts(options, count_tokens, &mut parts);
        }
        let total: usize = parts.iter().map(|part| part.tokens).sum();
        // Passages of even length, instead of full ones and a small rest.
        let passages =
            if total <= options.max_tokens { 1 } else { total.div_ceil(options.target_tokens.max(1)) };
        let goal = total.div_ceil(passages.max(1));

        let mut open: Vec<Part> = Vec::new();
        for part in parts {
            let length: usize = open.iter().map(|p| p.tokens).sum();
            let overfull = length + part.tokens > options.max_tokens;
            // Past the goal, or further from it with this part than without.
            let long_enough = length > 0 && length + part.tokens / 2 > goal;
            if overfull || long_enough {
                drafts.extend(passage(section, std::mem::take(&mut open)));
            }
            open.push(part);
        }
        drafts.extend(passage(section, open));
    }
}

fn passage(section: &Section, parts: Vec<Part>) -> Option<Draft> {
    let page = parts.first()?.page;
    let text = parts.into_iter().map(|part| part.text).collect::<Vec<_>>().join("\n");
    Some(Draft { path: section.path.clone(), page, kind: ChunkKind::Text, text, questions: Vec::new() })
}

/// A piece that fits into a passage.
#[derive(Debug)]
struct Part {
    text: String,
    tokens: usize,
    page: Option<u32>,
}

impl Unit {
    fn into_parts(self, options: &ChunkOptions, count_tokens: CountTokens, parts: &mut Vec<Part>) {
        let page = self.page;
        let whole = self.lead.iter().chain(&self.lines).map(String::as_str).collect::<Vec<_>>().join("\n");
        let tokens = count_tokens(&whole);
        if tokens <= options.max_tokens {
            parts.push(Part { text: whole, tokens, page });
            return;
        }

        let lead_tokens = self.lead.as_deref().map_or(0, count_tokens);
        // A lead-in that would fill the passage is not repeated, but is a line like the others.
        let repeated = self.lead.as_ref().filter(|_| lead_tokens * 4 <= options.max_tokens);
        let alone = self.lead.iter().filter(|_| repeated.is_none());
        let room = options.max_tokens.saturating_sub(repeated.map_or(0, |_| lead_tokens)).max(1);

        let mut open = String::new();
        let mut length = 0;
        let mut close = |open: &mut String, length: &mut usize| {
            if !open.is_empty() {
                let text = std::mem::take(open);
                let text = repeated.map_or_else(|| text.clone(), |lead| format!("{lead}\n{text}"));
                let tokens = std::mem::take(length) + repeated.map_or(0, |_| lead_tokens);
                parts.push(Part { text, tokens, page });
            }
        };
        for line in alone.chain(&self.lines) {
            for (i, piece) in pieces(line, room, count_tokens).into_iter().enumerate() {
                let tokens = count_tokens(piece);
                if length + tokens > options.target_tokens.min(room) {
                    close(&mut open, &mut length);
                }
                if i == 0 && !open.is_empty() {
                    open.push('\n');
                }
                open.push_str(piece);
                length += tokens;
            }
        }
        close(&mut open, &mut length);
    }
}

/// A line cut at its sentences, and a sentence that is still too long cut wherever it must be.
fn pieces<'a>(line: &'a str, room: usize, count_tokens: CountTokens) -> Vec<&'a str> {
    if count_tokens(line) <= room {
        return vec![line];
    }
    let mut pieces = Vec::new();
    for sentence in sentences(line) {
        let tokens = count_tokens(sentence);
        if tokens <= room {
            pieces.push(sentence);
            continue;
        }
        // Tokens are spread evenly enough; halving until it fits would count the same text again and again.
        let chars = sentence.chars().count();
        let step = (chars * room / tokens.max(1)).max(1);
        let mut rest = sentence;
        while !rest.is_empty() {
            let end = rest.char_indices().nth(step).map_or(rest.len(), |(i, _)| i);
            let (piece, tail) = rest.split_at(end);
            pieces.push(piece);
            rest = tail;
        }
    }
    pieces
}

/// Sentences with what stands between them, so that nothing is lost.
fn sentences(text: &str) -> Vec<&str> {
    let starts: Vec<usize> =
        crate::text::sentences::split(text).into_iter().skip(1).map(|(start, _)| start).collect();
    let ends = starts.iter().copied().chain([text.len()]);
    std::iter::once(0).chain(starts.iter().copied()).zip(ends).map(|(start, end)| &text[start..end]).collect()
}

/// Whether this paragraph only makes sense with the list below it.
fn leads_on(text: &str) -> bool {
    text.ends_with(['：', ':'])
        || text.contains("如下")
        || text.contains("以下")
        || text.contains("following")
}

/// An item with a mark in front: its own number, or a dash.
fn marked(item: &str) -> String {
    let text = item.trim_start_matches(' ');
    let indent = &item[..item.len() - text.len()];
    let numbered = text.starts_with(|c: char| c.is_numeric() || "(（".contains(c));
    if numbered { item.to_owned() } else { format!("{indent}- {text}") }
}
