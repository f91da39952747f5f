//! The little of XML that Word documents need: elements by local name, attributes, text. Entities other than the five
//! of XML itself and character references are left out, so a document cannot pull in anything from outside.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::super::error::Problem;
use super::super::limits::Meter;

/// Deepest nesting of elements; Word itself stays below a hundred.
const DEEPEST: usize = 1_000;

/// What a document is made of. An empty element gives a start and an end.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Start(Element<'a>),
    /// The local name of the element that ends.
    End(String),
    Text(String),
}

/// A start tag.
#[derive(Debug)]
pub(super) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    pub(super) fn name(&self) -> String {
        self.0.local_name().as_ref().to_owned()
    }

    /// The value of an attribute, by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let found = self.0.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
    }

    /// The attribute `val`, which most properties have.
    pub(super) fn val(&self) -> Option<String> {
        self.attribute("val")
    }

    /// A property that is on unless it says otherwise: `<w:b/>`, `<w:b w:val="0"/>`.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.val().as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// Reads `xml` from start to end and calls `visit` for each node.
pub(super) fn each<'x>(
    xml: &'x str,
    meter: &Meter,
    mut visit: impl FnMut(Node<'x>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0usize;
    loop {
        meter.tick()?;
        let event = reader.read_event().map_err(|e| Problem::corrupt(format!("its XML is broken ({e})")))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Problem::TooDeep { limit: DEEPEST });
                }
                visit(Node::Start(Element(start)))?;
            }
            Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                visit(Node::Start(Element(start)))?;
                visit(Node::End(name))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::End(end.local_name().as_ref().to_owned()))?;
            }
            Event::Text(text) => visit(Node::Text(text.xml10_content().into_owned()))?,
            Event::CData(text) => visit(Node::Text(text.xml10_content().into_owned()))?,
            Event::GeneralRef(reference) => {
                if let Some(c) = character(&reference) {
                    visit(Node::Text(c.to_string()))?;
                }
            }
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn character(reference: &BytesRef) -> Option<char> {
    match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}
