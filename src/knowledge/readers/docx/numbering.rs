//! Automatic numbers of lists and headings, as Word would show them.

use std::collections::HashMap;

use super::super::error::Problem;
use super::super::limits::Meter;
use super::xml::{self, Node};

/// One level of a list.
#[derive(Clone, Debug)]
struct Level {
    format: String,
    /// `%1.%2` and the like.
    text: String,
    start: u32,
}

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Levels of each abstract list.
    levels: HashMap<String, HashMap<usize, Level>>,
    /// The abstract list behind each list.
    lists: HashMap<String, String>,
    /// The last number of each level of each list.
    counts: HashMap<String, Vec<Option<u32>>>,
}

impl Numbering {
    pub(super) fn parse(xml: &str, meter: &Meter) -> Result<Self, Problem> {
        let mut numbering = Self::default();
        let (mut abstract_id, mut list_id, mut level) = (None, None, 0usize);
        xml::each(xml, meter, |node| {
            let Node::Start(element) = node else { return Ok(()) };
            let value = element.val().unwrap_or_default();
            match element.name().as_str() {
                "abstractNum" => abstract_id = element.attribute("abstractNumId"),
                "num" => (list_id, abstract_id) = (element.attribute("numId"), None),
                "abstractNumId" => numbering.lists.extend(list_id.clone().map(|list| (list, value))),
                "lvl" => {
                    level = element.attribute("ilvl").and_then(|v| v.parse().ok()).unwrap_or(0).min(8);
                    let new = Level { format: "decimal".into(), text: String::new(), start: 1 };
                    if let Some(id) = &abstract_id {
                        numbering.levels.entry(id.clone()).or_default().insert(level, new);
                    }
                }
                name @ ("numFmt" | "lvlText" | "start") => {
                    let levels = abstract_id.as_ref().and_then(|id| numbering.levels.get_mut(id));
                    if let Some(level) = levels.and_then(|levels| levels.get_mut(&level)) {
                        match name {
                            "numFmt" => level.format = value,
                            "lvlText" => level.text = value,
                            _ => level.start = value.parse().unwrap_or(1),
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        })?;
        Ok(numbering)
    }

    /// The number of the next paragraph of a list; empty for bullets, nothing if there is no such list.
    pub(super) fn next(&mut self, list: &str, level: usize) -> Option<String> {
        let level = level.min(8);
        let id = self.lists.get(list)?.clone();
        let levels = self.levels.get(&id)?;
        let this = levels.get(&level)?;
        let counts = self.counts.entry(id).or_insert_with(|| vec![None; 9]);
        counts[level] = Some(counts[level].map_or(this.start, |n| n.saturating_add(1)));
        counts[level + 1..].fill(None);
        if matches!(this.format.as_str(), "bullet" | "none") {
            return Some(String::new());
        }
        let mut text = this.text.clone();
        for (i, count) in counts.iter().enumerate().take(level + 1) {
            let Some(shown) = levels.get(&i) else { continue };
            let number = count.unwrap_or(shown.start);
            text = text.replace(&format!("%{}", i + 1), &format(number, &shown.format));
        }
        Some(text)
    }
}

fn format(number: u32, format: &str) -> String {
    match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "ideographDigital"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand"
        | "chineseLegalSimplified" => chinese(number),
        "lowerLetter" => letter(number, b'a'),
        "upperLetter" => letter(number, b'A'),
        "lowerRoman" => roman(number).to_lowercase(),
        "upperRoman" => roman(number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" if (1..=20).contains(&number) => {
            char::from_u32('①' as u32 + number - 1).map_or_else(|| number.to_string(), String::from)
        }
        "decimalZero" => format!("{number:02}"),
        _ => number.to_string(),
    }
}

fn chinese(number: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: u32| DIGITS[(n % 10) as usize];
    match number {
        0..=9 => digit(number).to_owned(),
        10 => "十".to_owned(),
        11..=19 => format!("十{}", digit(number)),
        20..=99 if number.is_multiple_of(10) => format!("{}十", digit(number / 10)),
        20..=99 => format!("{}十{}", digit(number / 10), digit(number)),
        _ => number.to_string(),
    }
}

fn letter(number: u32, first: u8) -> String {
    let n = number.saturating_sub(1);
    let letter = char::from(first + (n % 26) as u8);
    std::iter::repeat_n(letter, (n / 26 + 1).min(5) as usize).collect()
}

fn roman(number: u32) -> String {
    const PARTS: [(u32, &str); 9] =
        [(100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    if number >= 400 {
        return number.to_string();
    }
    let (mut rest, mut out) = (number, String::new());
    for (value, sign) in PARTS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::readers::Limits;

    #[test]
    fn numbers_are_counted_by_level_and_shown_in_their_format() {
        let xml = r#"<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="7">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
            <w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
            <w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>"#;
        let mut numbering = Numbering::parse(xml, &Meter::new(Limits::default())).unwrap();
        let shown: Vec<_> = [0, 1, 1, 2, 0, 1].map(|level| numbering.next("3", level).unwrap()).into();
        assert_eq!(shown, ["一、", "1.", "2.", "", "二、", "1."]);
        assert_eq!(numbering.next("9", 0), None);
    }

    #[test]
    fn counting_in_letters_roman_and_chinese() {
        assert_eq!(
            ["九", "十", "十二", "二十", "三十一"],
            [9, 10, 12, 20, 31].map(chinese).each_ref().map(String::as_str)
        );
        assert_eq!(format(4, "lowerRoman"), "iv");
        assert_eq!(format(28, "upperLetter"), "BB");
        assert_eq!(format(3, "decimalEnclosedCircle"), "③");
    }
}
