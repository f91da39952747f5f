//! JSON and JSON Lines: arrays of objects are tables or FAQ pairs, nested objects are headings with text.

mod value;

use super::error::{Failure, Problem};
use super::faq;
use super::grid::{self, Cell, Hints, Row};
use super::limits::Meter;
use super::shape;
use super::writer::{Content, Writer, lines, one_line};
use crate::knowledge::parsed::{Block, Table};
use value::Value;

/// Fields that name the object they stand in.
const NAMES: [&str; 10] =
    ["title", "name", "标题", "名称", "question", "问题", "heading", "subject", "label", "主题"];

/// A string longer than this, or of several lines, is text and no value; in columns.
const VALUE_WIDTH: usize = 160;

/// Reads decoded text.
pub(super) fn read(text: &str, meter: &Meter) -> Result<Content, Failure> {
    let mut values = value::parse(text, meter)?;
    let mut root = match values.len() {
        1 => values.remove(0),
        _ => Value::Array(values),
    };
    let mut out = Writer::new(meter);
    if let Value::Object(fields) = &mut root
        && let Some(at) = fields.iter().position(|(k, _)| NAMES[..4].contains(&k.as_str()))
        && let Some(title) = fields[at].1.text()
    {
        out.title(&title);
        // It stands above every passage; alone it would be a passage that says nothing.
        fields.remove(at);
    }
    write(&root, 1, &mut out)?;
    Ok(out.finish())
}

fn write(value: &Value, level: u8, out: &mut Writer) -> Result<(), Problem> {
    match value {
        Value::Array(items) => array(items, level, out),
        Value::Object(fields) => object(fields, level, out),
        scalar => out.paragraph(&scalar.text().unwrap_or_default()),
    }
}

fn array(items: &[Value], level: u8, out: &mut Writer) -> Result<(), Problem> {
    if let Some(objects) = all(items, Value::as_object) {
        return records(&objects, level, out);
    }
    if let Some(rows) = all(items, |v| v.as_array().filter(|row| row.iter().all(Value::is_plain))) {
        let rows = rows.iter().enumerate().map(|(i, row)| Row {
            number: i + 1,
            cells: row.iter().map(|v| Cell::new(v.text().unwrap_or_default())).collect(),
        });
        let hints = Hints { header_expected: true, ..Hints::default() };
        return grid::write(rows.collect(), &hints, out);
    }
    let texts: Vec<String> = items.iter().filter_map(Value::text).collect();
    if texts.len() == items.len() {
        if texts.iter().any(|t| is_prose(t)) {
            return texts.iter().try_for_each(|t| out.paragraph(t));
        }
        return out.list(texts);
    }
    items.iter().try_for_each(|item| write(item, level, out))
}

type Fields = [(String, Value)];

/// An array of objects: FAQ pairs, rows of a table, or sections.
fn records(objects: &[&Fields], level: u8, out: &mut Writer) -> Result<(), Problem> {
    let header = header(objects.iter().copied());
    if let Some(columns) = faq::Columns::of(&header) {
        let rows = objects.iter().enumerate().map(|(i, object)| {
            let row =
                header.iter().map(|name| field(object, name).and_then(Value::listed).unwrap_or_default());
            (i + 1, row.collect::<Vec<_>>())
        });
        return columns.write(rows, out);
    }
    let cells = objects.iter().flat_map(|o| o.iter());
    if cells.clone().all(|(_, v)| v.is_plain())
        && !cells.clone().any(|(_, v)| v.text().is_some_and(|t| is_prose(&t)))
    {
        return table(&header, objects.iter().map(|object| (None, *object)), out);
    }
    for object in objects {
        let name = object.iter().find(|(key, _)| NAMES.contains(&key.to_lowercase().as_str()));
        let Some((key, name)) = name.and_then(|(key, value)| Some((key, value.text()?))) else {
            write(&Value::Object(object.to_vec()), level, out)?;
            continue;
        };
        out.heading(level, &name)?;
        let rest: Vec<_> = object.iter().filter(|(k, _)| k != key).cloned().collect();
        self::object(&rest, level + 1, out)?;
    }
    Ok(())
}

fn object(fields: &Fields, level: u8, out: &mut Writer) -> Result<(), Problem> {
    // A map from names to objects of the same kind is a table whose first column is the name.
    let inner: Option<Vec<_>> = fields.iter().map(|(k, v)| Some((k, v.as_object()?))).collect();
    if let Some(inner) = inner.filter(|inner| inner.len() > 1) {
        let flat = inner
            .iter()
            .flat_map(|(_, o)| o.iter())
            .all(|(_, v)| v.is_plain() && !v.text().is_some_and(|t| is_prose(&t)));
        let header = header(inner.iter().map(|(_, o)| *o));
        let alike = inner.iter().map(|(_, o)| o.len()).sum::<usize>() * 3 > header.len() * inner.len() * 2;
        if flat && alike {
            return table(&header, inner.iter().map(|(k, o)| (Some(k.as_str()), *o)), out);
        }
    }

    let mut properties: Vec<Vec<String>> = Vec::new();
    for (key, value) in fields {
        let text = value.listed();
        if let Some(text) = text.as_ref().filter(|text| value.is_plain() && !is_prose(text)) {
            if !text.is_empty() {
                properties.push(vec![key.clone(), text.clone()]);
            }
            continue;
        }
        flush(&mut properties, out)?;
        // Text under the usual names belongs to the object itself and needs no heading of its own.
        let own = ["text", "content", "body", "正文", "内容", "description", "描述"]
            .contains(&key.to_lowercase().as_str());
        if !(own && text.is_some()) {
            out.heading(level, key)?;
        }
        write(value, level + 1, out)?;
    }
    flush(&mut properties, out)
}

fn flush(properties: &mut Vec<Vec<String>>, out: &mut Writer) -> Result<(), Problem> {
    let rows = std::mem::take(properties);
    out.table(Table { caption: None, header: vec![String::new(); 2], rows })
}

fn table<'v>(
    header: &[String],
    rows: impl Iterator<Item = (Option<&'v str>, &'v Fields)>,
    out: &mut Writer,
) -> Result<(), Problem> {
    let mut named = false;
    let mut cells = Vec::new();
    for (name, object) in rows {
        out.meter().cells(header.len())?;
        named |= name.is_some();
        let values = header.iter().map(|key| field(object, key).and_then(Value::listed).unwrap_or_default());
        cells.push(name.map(str::to_owned).into_iter().chain(values.map(|v| lines(&v))).collect());
    }
    let first = named.then(String::new);
    out.push(Block::Table(Table {
        caption: None,
        header: first.into_iter().chain(header.iter().cloned()).collect(),
        rows: cells,
    }))
}

/// All keys, in the order in which they first appear.
fn header<'v>(objects: impl Iterator<Item = &'v Fields>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    objects.flatten().filter(|(key, _)| seen.insert(key.as_str())).map(|(key, _)| one_line(key)).collect()
}

fn field<'v>(object: &'v Fields, name: &str) -> Option<&'v Value> {
    object.iter().find(|(key, _)| one_line(key) == name).map(|(_, value)| value)
}

fn all<'v, T>(items: &'v [Value], f: impl Fn(&'v Value) -> Option<T>) -> Option<Vec<T>> {
    if items.is_empty() { None } else { items.iter().map(f).collect() }
}

fn is_prose(text: &str) -> bool {
    shape::width(text) > VALUE_WIDTH || text.trim().contains('\n')
}

#[cfg(test)]
mod tests;
