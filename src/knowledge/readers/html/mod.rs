//! HTML pages: the content without the furniture around it, as blocks.

mod dom;
mod furniture;
mod table;
mod walk;

use super::error::Problem;
use super::limits::Meter;
use super::writer::{Content, Writer, one_line};
use dom::Dom;

/// The encoding a page declares in its head.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head: String =
        bytes.iter().take(2048).map(|b| char::from(*b)).collect::<String>().to_ascii_lowercase();
    let at = head.find("charset=").map(|at| at + "charset=".len()).or_else(|| {
        let at = head.find("encoding=")?;
        head.starts_with("<?xml").then_some(at + "encoding=".len())
    })?;
    let label = head[at..].trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(label.len());
    Some(label[..end].to_owned()).filter(|label| !label.is_empty())
}

/// Reads a decoded page.
pub(super) fn read(text: &str, meter: &Meter) -> Result<Content, Problem> {
    let dom = Dom::parse(text, meter)?;
    let content = furniture::find_content(&dom, meter)?;
    let mut out = Writer::new(meter);
    walk::blocks(&dom, &content, &mut out)?;
    if let Some(title) = title(&dom) {
        out.title(&title);
    }
    Ok(out.finish())
}

/// Writes the content of HTML found inside another document.
pub(super) fn write_fragment(html: &str, out: &mut Writer) -> Result<(), Problem> {
    let dom = Dom::parse(html, out.meter())?;
    let content = furniture::find_content(&dom, out.meter())?;
    walk::blocks(&dom, &content, out)
}

/// The title of the page without the name of the site, which a heading of the page tells apart.
fn title(dom: &Dom) -> Option<String> {
    let text = |id| one_line(&walk::plain_text(dom, id));
    let title = dom.find(Dom::ROOT, "title").map(text).filter(|t| !t.is_empty());
    let heading = dom.find(Dom::ROOT, "h1").map(text).filter(|t| !t.is_empty());
    match (title, heading) {
        (Some(title), Some(heading)) if title.contains(&heading) => Some(heading),
        (Some(title), None) => {
            let name = [" - ", " | ", " – ", " — ", "_", "｜"].iter().find_map(|sep| title.split_once(sep));
            Some(name.map_or_else(|| title.clone(), |(name, _)| name.trim().to_owned()))
                .filter(|t| !t.is_empty())
        }
        (title, heading) => title.or(heading),
    }
}

#[cfg(test)]
mod tests;
