//! Goes through the content of a page and writes it down as blocks.

use super::super::error::Problem;
use super::super::writer::{Writer, one_line};
use super::dom::{Dom, Id};
use super::furniture::Content;
use super::table;
use crate::knowledge::parsed::Block;

/// Elements that begin and end a paragraph.
const BLOCK: [&str; 34] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "p",
    "section",
    "summary",
    "td",
    "tr",
];

/// Writes the content of a page.
pub(super) fn blocks(dom: &Dom, content: &Content, out: &mut Writer) -> Result<(), Problem> {
    let mut walker = Walker { dom, content, out, open: String::new() };
    walker.element(content.root, 0)?;
    walker.close()
}

/// All text below an element, without marks of structure.
pub(super) fn plain_text(dom: &Dom, id: Id) -> String {
    dom.walk(id, |_| true).into_iter().filter_map(|id| dom.text(id)).collect()
}

pub(super) struct Walker<'a, 'm> {
    pub(super) dom: &'a Dom,
    pub(super) content: &'a Content,
    pub(super) out: &'a mut Writer<'m>,
    /// The paragraph that is being read.
    open: String,
}

impl Walker<'_, '_> {
    fn close(&mut self) -> Result<(), Problem> {
        let text = std::mem::take(&mut self.open);
        self.out.paragraph(&text)
    }

    pub(super) fn children(&mut self, id: Id, depth: usize) -> Result<(), Problem> {
        let dom = self.dom;
        dom.children(id).iter().try_for_each(|child| self.element(*child, depth + 1))
    }

    fn element(&mut self, id: Id, depth: usize) -> Result<(), Problem> {
        if self.content.is_dropped(id) {
            return Ok(());
        }
        if let Some(text) = self.dom.text(id) {
            self.open.push_str(&text.replace('\n', " "));
            return Ok(());
        }
        // The walk is recursive and the page from outside: what is nested deeper is read as plain text.
        if depth > self.out.meter().limits().max_depth {
            let text = self.inline(id);
            self.open.push_str(&text);
            return Ok(());
        }
        match self.dom.tag(id) {
            "br" => self.open.push('\n'),
            tag @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => {
                self.close()?;
                let level = tag.as_bytes()[1] - b'0';
                let text = self.inline(id);
                self.out.heading(level, &text)?;
            }
            "ul" | "ol" | "menu" => {
                self.close()?;
                let mut items = Vec::new();
                self.list(id, 0, depth, &mut items)?;
                self.out.list(items)?;
            }
            "table" => {
                self.close()?;
                table::write(self, id, depth)?;
            }
            "pre" => {
                self.close()?;
                let text = plain_text(self.dom, id);
                self.out.code(&text)?;
            }
            "dl" => {
                self.close()?;
                self.definitions(id, depth)?;
            }
            "details" => {
                self.close()?;
                self.details(id, depth)?;
            }
            tag if BLOCK.contains(&tag) => {
                self.close()?;
                self.children(id, depth)?;
                self.close()?;
            }
            _ => self.children(id, depth)?,
        }
        Ok(())
    }

    /// The text below an element, with line ends where blocks end.
    pub(super) fn inline(&self, id: Id) -> String {
        let mut text = String::new();
        for id in self.dom.walk(id, |id| !self.content.is_dropped(id)) {
            if let Some(part) = self.dom.text(id) {
                text.push_str(&part.replace('\n', " "));
            } else if self.dom.tag(id) == "br" || BLOCK.contains(&self.dom.tag(id)) {
                text.push('\n');
            }
        }
        text
    }

    fn list(&mut self, id: Id, level: usize, depth: usize, items: &mut Vec<String>) -> Result<(), Problem> {
        self.out.meter().tick()?;
        let ordered = self.dom.tag(id) == "ol";
        let mut number: i64 =
            self.dom.attribute(id, "start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
        let dom = self.dom;
        for child in dom.children(id).iter().copied().filter(|child| !self.content.is_dropped(*child)) {
            let mark = if ordered { format!("{number}. ") } else { String::new() };
            number = number.saturating_add(1);
            let at = items.len();
            let mut text = String::new();
            self.item(child, &mut text, level, depth + 1, items)?;
            let text = one_line(&text);
            if text.is_empty() {
                number -= 1;
            } else {
                items.insert(at, format!("{}{mark}{text}", "  ".repeat(level)));
            }
        }
        Ok(())
    }

    /// The text of an item goes to `text`, the items of lists inside it to `items`.
    fn item(
        &mut self,
        id: Id,
        text: &mut String,
        level: usize,
        depth: usize,
        items: &mut Vec<String>,
    ) -> Result<(), Problem> {
        if let Some(part) = self.dom.text(id) {
            text.push_str(part);
            return Ok(());
        }
        if self.content.is_dropped(id) {
            return Ok(());
        }
        if depth > self.out.meter().limits().max_depth {
            text.push_str(&self.inline(id));
            return Ok(());
        }
        match self.dom.tag(id) {
            "ul" | "ol" | "menu" => return self.list(id, (level + 1).min(4), depth + 1, items),
            tag if tag == "br" || BLOCK.contains(&tag) => text.push(' '),
            _ => {}
        }
        let dom = self.dom;
        for child in dom.children(id) {
            self.item(*child, text, level, depth + 1, items)?;
        }
        if BLOCK.contains(&dom.tag(id)) {
            text.push(' ');
        }
        Ok(())
    }

    /// `<dt>` and what is said about it: a question with its answer, or a term that leads its text.
    fn definitions(&mut self, id: Id, depth: usize) -> Result<(), Problem> {
        let dom = self.dom;
        let mut pairs: Vec<(String, String)> = Vec::new();
        for child in
            dom.walk(id, |child| !self.content.is_dropped(child) && (child == id || dom.tag(child) != "dl"))
        {
            match dom.tag(child) {
                "dt" => pairs.push((one_line(&self.inline(child)), String::new())),
                "dd" => {
                    let text = self.inline(child);
                    if let Some((_, said)) = pairs.last_mut() {
                        said.push_str(&text);
                        said.push('\n');
                    }
                }
                _ => {}
            }
        }
        if pairs.iter().all(|(term, _)| term.is_empty()) {
            return self.children(id, depth);
        }
        for (term, said) in pairs {
            if is_question(&term) && !said.trim().is_empty() {
                self.question(term, &said)?;
            } else {
                self.out.paragraph(&if said.trim().is_empty() {
                    term
                } else {
                    format!("{term}: {}", one_line(&said))
                })?;
            }
        }
        Ok(())
    }

    /// `<details>`: a question with its answer, or a heading with its section.
    fn details(&mut self, id: Id, depth: usize) -> Result<(), Problem> {
        let dom = self.dom;
        let summary = dom.children(id).iter().copied().find(|child| dom.tag(*child) == "summary");
        let title = summary.map(|id| one_line(&self.inline(id))).unwrap_or_default();
        let rest: Vec<Id> =
            dom.children(id).iter().copied().filter(|child| Some(*child) != summary).collect();
        if is_question(&title) {
            let answer: String = rest.iter().map(|id| self.inline(*id)).collect();
            return self.question(title, &answer);
        }
        self.out.heading(4, &title)?;
        rest.into_iter().try_for_each(|child| self.element(child, depth + 1))?;
        self.close()
    }

    fn question(&mut self, question: String, answer: &str) -> Result<(), Problem> {
        let answer = super::super::writer::lines(answer);
        if answer.is_empty() {
            return Ok(());
        }
        self.out.push(Block::Faq { question, similar: Vec::new(), answer, tags: Vec::new() })
    }
}

fn is_question(text: &str) -> bool {
    text.ends_with(['?', '？']) || text.ends_with("吗") || text.ends_with("呢")
}
