//! JSON values with the order of their fields kept, parsed within the limits of a document.

use std::cell::RefCell;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::error::{Failure, Place, Problem};
use super::super::limits::Meter;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<Value>),
    Object(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn as_object(&self) -> Option<&[(String, Value)]> {
        if let Value::Object(fields) = self { Some(fields) } else { None }
    }

    pub(super) fn as_array(&self) -> Option<&[Value]> {
        if let Value::Array(items) = self { Some(items) } else { None }
    }

    /// A scalar as text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Value::Null => Some(String::new()),
            Value::Bool(b) => Some(b.to_string()),
            Value::Number(n) => Some(n.clone()),
            Value::String(s) => Some(s.clone()),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A scalar, or an array of scalars one a line.
    pub(super) fn listed(&self) -> Option<String> {
        match self {
            Value::Array(items) => {
                items.iter().map(Value::text).collect::<Option<Vec<_>>>().map(|v| v.join("\n"))
            }
            scalar => scalar.text(),
        }
    }

    /// What fits into a cell: a scalar or a few of them.
    pub(super) fn is_plain(&self) -> bool {
        match self {
            Value::Array(items) => items.iter().all(|item| item.text().is_some()) && items.len() <= 20,
            Value::Object(_) => false,
            _ => true,
        }
    }
}

/// Parses one value, or several one after the other (JSON Lines).
pub(super) fn parse(text: &str, meter: &Meter) -> Result<Vec<Value>, Failure> {
    let refused = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut values = Vec::new();
    loop {
        let seed = Seed { meter, depth: 0, refused: &refused };
        match seed.deserialize(&mut deserializer) {
            Ok(value) => values.push(value),
            Err(e) => {
                let problem = refused.take().unwrap_or_else(|| problem(&e, meter));
                return Err(problem.at(Place::Line(e.line() as u64)));
            }
        }
        if deserializer.end().is_ok() {
            return Ok(values);
        }
    }
}

fn problem(e: &serde_json::Error, meter: &Meter) -> Problem {
    let text = e.to_string();
    if text.contains("recursion limit") {
        return Problem::TooDeep { limit: meter.limits().max_depth };
    }
    let what = text.split(" at line ").next().unwrap_or(&text);
    Problem::corrupt(format!("it is not valid JSON ({what}, column {})", e.column()))
}

/// Carries the limits into the parser. A refusal is kept aside, since serde only passes text on.
struct Seed<'a> {
    meter: &'a Meter,
    depth: usize,
    refused: &'a RefCell<Option<Problem>>,
}

impl Seed<'_> {
    fn refuse<E: serde::de::Error>(&self, problem: Problem) -> E {
        let error = E::custom(&problem);
        self.refused.replace(Some(problem));
        error
    }

    fn inner<E: serde::de::Error>(&self) -> Result<Self, E> {
        let limit = self.meter.limits().max_depth;
        if self.depth >= limit {
            return Err(self.refuse(Problem::TooDeep { limit }));
        }
        Ok(Self { depth: self.depth + 1, ..*self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.meter.cells(1).map_err(|problem| self.refuse(problem))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Bool(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Number(v.to_string()))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Number(v.to_string()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Value::Number(v.to_string()))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::String(v.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(key) = access.next_key::<Key>()? {
            fields.push((key.0, access.next_value_seed(self.inner()?)?));
        }
        Ok(Value::Object(fields))
    }
}

#[derive(Deserialize)]
struct Key(String);
