//! A report as one HTML file: no outside resources, light and dark, Chinese and English at the press of a button.
//!
//! Everything that comes from a set, a document or an engine goes through [`escape`]; markup is written only here and
//! in the plots.

use std::borrow::Cow;
use std::fmt::Write;

use super::names::{Named, Two, named, two};
use super::report::{Measures, Report};
use crate::domain::Lang;

/// How a cell of a number begins.
const NUMBER: &str = r#"<td class="n">"#;

/// A page under construction.
pub struct Page {
    title: Two,
    body: String,
}

impl Page {
    /// A page that opens with what the report is about.
    pub fn new<D>(title: Two, report: &Report<D>) -> Self {
        let mut page = Self { title, body: String::new() };
        let mut about: Vec<(String, String)> =
            report.subject.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        about.push(("program".into(), report.program.clone()));
        about.push(("date".into(), report.created_at.strftime("%Y-%m-%d %H:%M UTC").to_string()));
        let lines: String =
            about.iter().map(|(k, v)| format!("<dt>{}</dt><dd>{}</dd>", subject(k), escape(v))).collect();
        page.raw(&format!(r#"<dl class="about">{lines}</dl>"#));
        page
    }

    /// A section heading.
    pub fn heading(&mut self, words: Two) {
        self.raw(&format!("<h2>{}</h2>", words_of(words)));
    }

    /// A paragraph of explanation.
    pub fn say(&mut self, words: Two) {
        self.raw(&format!("<p>{}</p>", words_of(words)));
    }

    /// A drawing with its caption.
    pub fn figure(&mut self, caption: Two, svg: &str) {
        self.raw(&format!("<figure>{svg}<figcaption>{}</figcaption></figure>", words_of(caption)));
    }

    /// A table. Cells are ready-made markup: see [`text`], [`number`] and [`label`].
    pub fn table(&mut self, head: &[Two], rows: &[Vec<String>]) {
        let is_number = |column: usize| {
            rows.first().and_then(|row| row.get(column)).is_some_and(|cell| cell.starts_with(NUMBER))
        };
        let head: String = head
            .iter()
            .enumerate()
            .map(|(column, words)| {
                let class = if is_number(column) { r#" class="n""# } else { "" };
                format!("<th{class}>{}</th>", words_of(*words))
            })
            .collect();
        let rows: String = rows.iter().map(|row| format!("<tr>{}</tr>", row.concat())).collect();
        self.raw(&format!(
            r#"<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"#
        ));
    }

    /// The few figures that matter most, large; those that were not measured are left out.
    pub fn tiles(&mut self, measures: &Measures, names: &[&str]) {
        let tiles: String = names
            .iter()
            .filter_map(|name| measures.metrics.get(*name).map(|value| (*name, named(name), *value)))
            .map(|(name, metric, value)| {
                format!(
                    r#"<div class="tile"><b>{}</b><span>{}</span><small>{}</small></div>"#,
                    escape(&metric.show(value)),
                    label_of(&metric),
                    escape(&measures.basis(name))
                )
            })
            .collect();
        self.raw(&format!(r#"<div class="tiles">{tiles}</div>"#));
    }

    /// Every figure by name; those of single languages and paths are folded away.
    pub fn metrics(&mut self, measures: &Measures) {
        let (parts, whole): (Vec<&str>, Vec<&str>) =
            measures.ordered().into_iter().partition(|name| name.contains('.'));
        self.metric_table(measures, &whole);
        if !parts.is_empty() {
            let words = words_of(two("by language and path", "按语言与路径"));
            self.raw(&format!("<details><summary>{words}</summary>"));
            self.metric_table(measures, &parts);
            self.raw("</details>");
        }
    }

    fn metric_table(&mut self, measures: &Measures, names: &[&str]) {
        let rows: Vec<Vec<String>> = names
            .iter()
            .map(|name| {
                let metric = named(name);
                let shown = measures.metrics.get(*name).map_or_else(String::new, |value| metric.show(*value));
                vec![cell(&label_of(&metric)), code(name), number(&shown), text(&measures.basis(name))]
            })
            .collect();
        let head = [
            two("metric", "指标"),
            two("name", "名称"),
            two("value", "数值"),
            two("counted (95 % interval)", "计数（95 % 区间）"),
        ];
        self.table(&head, &rows);
    }

    /// Markup made by the caller out of escaped parts.
    pub fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// The whole file.
    pub fn finish(self) -> String {
        let (title, words) = (format!("{} · {}", self.title.en, self.title.zh), words_of(self.title));
        let mut out = String::with_capacity(self.body.len() + 8192);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<!doctype html>\n<html lang=\"en\" data-lang=\"en\">\n<head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title>\n<style>{}</style>\n\
             <script>{}</script></head>\n<body><header><h1>{words}</h1>\
             <button id=\"lang\" type=\"button\">中文 / English</button></header>\n<main>\n{}</main></body>\n</html>\n",
            escape(&title),
            include_str!("page.css"),
            include_str!("page.js"),
            self.body
        );
        out
    }
}

/// What was evaluated, by key, in both languages; a key that is not listed is shown as it is.
fn subject(key: &str) -> String {
    const KEYS: [Two; 11] = [
        two("program", "程序"),
        two("date", "时间"),
        two("suites", "评测集"),
        two("set", "评测集"),
        two("train", "训练集"),
        two("test", "测试集"),
        two("knowledge", "知识库"),
        two("shop", "店铺设置"),
        two("encoder", "编码模型"),
        two("before", "之前"),
        two("after", "之后"),
    ];
    KEYS.iter().find(|k| k.en == key).map_or_else(|| escape(key).into_owned(), |k| words_of(*k))
}

/// Text as HTML text or attribute value.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Words in both languages; the page shows one.
pub fn words_of(words: Two) -> String {
    both(words.en, words.zh)
}

fn both(en: &str, zh: &str) -> String {
    if en == zh {
        return escape(en).into_owned();
    }
    format!(
        r#"<span class="en" lang="en">{}</span><span class="zh" lang="zh">{}</span>"#,
        escape(en),
        escape(zh)
    )
}

fn label_of(metric: &Named<'_>) -> String {
    both(&metric.label(Lang::En), &metric.label(Lang::Zh))
}

/// Words in both languages as SVG text at `place` (its attributes).
pub(super) fn svg_words(words: Two, class: &str, place: &str) -> String {
    [("en", words.en), ("zh", words.zh)]
        .map(|(lang, w)| {
            format!(r#"<text class="{class} {lang}" lang="{lang}" {place}>{}</text>"#, escape(w))
        })
        .concat()
}

/// A cell of text.
pub fn text(words: &str) -> String {
    cell(&escape(words))
}

/// A cell of a number, aligned right.
pub fn number(shown: &str) -> String {
    format!("{NUMBER}{}</td>", escape(shown))
}

/// A cell of a name that is typed.
pub fn code(name: &str) -> String {
    format!("<td><code>{}</code></td>", escape(name))
}

/// A cell of words in both languages.
pub fn label(words: Two) -> String {
    cell(&words_of(words))
}

/// A cell of ready-made markup.
pub fn cell(markup: &str) -> String {
    format!("<td>{markup}</td>")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::eval::report::Kind;

    #[test]
    fn what_a_visitor_wrote_stays_text() {
        let mut measures = Measures::default();
        measures.share("action_accuracy", 1, 2);
        let report =
            Report::new(Kind::Dialogs, measures, vec![], ()).about("suites", "<img src=x onerror=1>");
        let mut page = Page::new(two("Dialogs", "对话"), &report);
        page.tiles(&report.measures, &["action_accuracy", "not_measured"]);
        page.metrics(&report.measures);
        page.table(&[two("text", "文本")], &[vec![text("</td><script>alert('1')</script>")]]);
        let html = page.finish();
        assert!(!html.contains("<img") && !html.contains("<script>alert"));
        assert!(html.contains("50.0 %") && html.contains("1/2 (9–91 %)"));
    }

    #[test]
    fn the_page_fetches_nothing_from_outside() {
        let report = Report::new(Kind::Nlu, Measures::default(), vec![], ());
        let html = Page::new(two("Utterances", "语句"), &report).finish();
        for outside in ["http://", "https://", "//cdn", "@import", "src="] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}
