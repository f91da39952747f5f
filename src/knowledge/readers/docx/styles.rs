//! Paragraph styles: which of them are headings, whatever language their names are in.

use std::collections::HashMap;

use super::super::error::Problem;
use super::super::limits::Meter;
use super::xml::{self, Node};

/// What a style says about a paragraph.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Style {
    name: String,
    based_on: Option<String>,
    /// From `w:outlineLvl`, 0 for the outermost; 9 is body text.
    outline: Option<u8>,
    /// The list it numbers by: list id and level.
    pub(super) numbering: Option<(String, usize)>,
    bold: Option<bool>,
}

/// What kind of paragraph a style makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    /// From 1.
    Heading(u8),
    /// A line of the table of contents.
    Contents,
    Body,
}

/// The styles of a document by their ids.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    pub(super) fn parse(xml: &str, meter: &Meter) -> Result<Self, Problem> {
        let mut styles = HashMap::new();
        let mut open: Option<(String, Style)> = None;
        xml::each(xml, meter, |node| {
            match node {
                Node::Start(element) => match (element.name().as_str(), &mut open) {
                    ("style", _) => {
                        open = Some((element.attribute("styleId").unwrap_or_default(), Style::default()))
                    }
                    ("name", Some((_, style))) => style.name = element.val().unwrap_or_default(),
                    ("basedOn", Some((_, style))) => style.based_on = element.val(),
                    ("outlineLvl", Some((_, style))) => {
                        style.outline = element.val().and_then(|v| v.parse().ok())
                    }
                    ("b", Some((_, style))) => style.bold = Some(element.is_on()),
                    ("ilvl", Some((_, style))) => {
                        let level = element.val().and_then(|v| v.parse().ok()).unwrap_or(0);
                        style.numbering.get_or_insert_default().1 = level;
                    }
                    ("numId", Some((_, style))) => {
                        style.numbering.get_or_insert_default().0 = element.val().unwrap_or_default();
                    }
                    _ => {}
                },
                Node::End(name) if name == "style" => styles.extend(open.take()),
                Node::End(_) | Node::Text(_) => {}
            }
            Ok(())
        })?;
        Ok(Self(styles))
    }

    /// The style and those it is based on, nearest first.
    fn chain<'s>(&'s self, id: &'s str) -> impl Iterator<Item = &'s Style> {
        // A style may be based on itself in a damaged file.
        std::iter::successors(self.0.get(id), |style| self.0.get(style.based_on.as_deref()?)).take(16)
    }

    pub(super) fn role(&self, id: &str) -> Role {
        let unknown = (!self.0.contains_key(id)).then(|| by_name(id)).flatten();
        let known = self.chain(id).find_map(|style| {
            let by_outline =
                style.outline.map(|level| if level < 9 { Role::Heading(level + 1) } else { Role::Body });
            by_name(&style.name).or(by_outline)
        });
        unknown.or(known).unwrap_or(Role::Body)
    }

    pub(super) fn numbering(&self, id: &str) -> Option<(String, usize)> {
        self.chain(id).find_map(|style| style.numbering.clone()).filter(|(list, _)| !list.is_empty())
    }

    pub(super) fn is_bold(&self, id: &str) -> bool {
        self.chain(id).find_map(|style| style.bold).unwrap_or(false)
    }
}

/// `heading 1`, `Heading1`, `标题 1`, `標題 1`, `Title`, `标题`, `toc 2`, `目录 1`.
fn by_name(name: &str) -> Option<Role> {
    let name: String = name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = name[stem.len()..].parse::<u8>().ok();
    match (stem, number) {
        ("heading" | "标题" | "標題" | "überschrift" | "titre" | "титул", Some(level @ 1..=9)) => {
            Some(Role::Heading(level))
        }
        ("title" | "标题" | "標題" | "文档标题", None) => Some(Role::Title),
        ("subtitle" | "副标题" | "副標題", None) => Some(Role::Heading(2)),
        ("toc" | "目录" | "目錄" | "contents" | "tocheading" | "toc标题", _) => Some(Role::Contents),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::readers::Limits;

    #[test]
    fn headings_are_known_by_name_outline_or_the_style_they_are_based_on() {
        let xml = r#"<w:styles xmlns:w="w">
            <w:style w:styleId="1"><w:name w:val="heading 1"/></w:style>
            <w:style w:styleId="a3"><w:name w:val="标题 2"/></w:style>
            <w:style w:styleId="own"><w:name w:val="条款"/><w:basedOn w:val="1"/></w:style>
            <w:style w:styleId="lvl"><w:name w:val="章"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
            <w:style w:styleId="body"><w:name w:val="正文"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
            <w:style w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style>
            <w:style w:styleId="t"><w:name w:val="Title"/></w:style>
            <w:style w:styleId="toc1"><w:name w:val="toc 1"/></w:style></w:styles>"#;
        let styles = Styles::parse(xml, &Meter::new(Limits::default())).unwrap();
        let roles =
            ["1", "a3", "own", "lvl", "body", "loop", "t", "toc1", "Heading3"].map(|id| styles.role(id));
        use Role::{Body, Contents, Heading, Title};
        assert_eq!(
            roles,
            [Heading(1), Heading(2), Heading(1), Heading(3), Body, Body, Title, Contents, Heading(3)]
        );
    }
}
