//! From a system's JSON to records of named, typed fields: a record that is not what was declared, or not about whom
//! was asked for, does not come through.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;
use serde_json_path::JsonPath;

use crate::dialog::systems::{Record, Value};
use crate::domain::{FieldKind, FieldSpec};

/// Most records of one answer.
const MOST_RECORDS: usize = 50;
/// Longest text of a field in characters.
const LONGEST_TEXT: usize = 2000;

/// Where the fields of an operation's answer are.
#[derive(Debug)]
pub struct Mapping {
    records: JsonPath,
    fields: Vec<Field>,
    /// Field and parameter that must agree.
    check: Vec<(String, String)>,
}

#[derive(Debug)]
struct Field {
    name: String,
    path: JsonPath,
    spec: FieldSpec,
}

impl Mapping {
    /// Compiles the paths.
    pub fn new(
        records: &str,
        fields: &BTreeMap<String, FieldSpec>,
        check: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        let compiled = fields.iter().map(|(name, spec)| {
            let path = path(&spec.path).map_err(|e| format!("field `{name}`: {e}"))?;
            Ok(Field { name: name.clone(), path, spec: spec.clone() })
        });
        if let Some(unknown) = check.keys().find(|field| !fields.contains_key(*field)) {
            return Err(format!("check: there is no field `{unknown}`"));
        }
        Ok(Self {
            records: path(records)?,
            fields: compiled.collect::<Result<_, String>>()?,
            check: check.iter().map(|(field, param)| (field.clone(), param.clone())).collect(),
        })
    }

    /// Parameters without which the answer could not be checked.
    pub fn checked_params(&self) -> impl Iterator<Item = &str> {
        self.check.iter().map(|(_, param)| param.as_str())
    }

    /// The records of an answer.
    ///
    /// # Errors
    /// When a record lacks a required field or has it with another type. An answer that is wrong in one place is not
    /// to be trusted in another.
    pub fn read(&self, answer: &Json, params: &BTreeMap<String, String>) -> Result<Vec<Record>, String> {
        let nodes = self.records.query(answer).all();
        let found = nodes.into_iter().flat_map(|node| match node {
            Json::Array(items) => items.iter().collect(),
            other => vec![other],
        });
        let mut records = Vec::new();
        for json in found.take(MOST_RECORDS) {
            let record = self.record(json)?;
            if let Some((field, _)) =
                self.check.iter().find(|(field, param)| !agrees(&record, field, params.get(param)))
            {
                tracing::warn!(field = %field, "a business system answered with a record that was not asked for; it is left out");
                metrics::counter!("zhike_connector_foreign_records_total").increment(1);
                continue;
            }
            records.push(record);
        }
        Ok(records)
    }

    fn record(&self, json: &Json) -> Result<Record, String> {
        let mut record = Record::new();
        for field in &self.fields {
            let nodes: Vec<&Json> =
                field.path.query(json).all().into_iter().filter(|node| !node.is_null()).collect();
            match value(&nodes, &field.spec) {
                Some(value) => {
                    record.insert(field.name.clone(), value);
                }
                None if !field.spec.required => {}
                None if nodes.is_empty() => return Err(format!("the field `{}` is missing", field.name)),
                None => {
                    return Err(
                        format!("the field `{}` is no {:?}", field.name, field.spec.kind).to_lowercase()
                    );
                }
            }
        }
        Ok(record)
    }
}

fn path(text: &str) -> Result<JsonPath, String> {
    JsonPath::parse(text).map_err(|e| format!("`{text}` is no JSON path (RFC 9535): {}", e.message()))
}

fn agrees(record: &Record, field: &str, wanted: Option<&String>) -> bool {
    match (record.get(field), wanted) {
        (Some(value), Some(wanted)) => value.plain().eq_ignore_ascii_case(wanted),
        _ => false,
    }
}

fn value(nodes: &[&Json], spec: &FieldSpec) -> Option<Value> {
    if spec.kind == FieldKind::Text {
        let texts: Vec<String> = nodes.iter().map(|node| text(node)).collect::<Option<_>>()?;
        let joined = texts.join("、");
        let short: String = joined.chars().filter(|c| !c.is_control()).take(LONGEST_TEXT).collect();
        return (!short.trim().is_empty()).then_some(Value::Text(short));
    }
    let [node] = nodes else { return None };
    let number =
        || node.as_f64().or_else(|| node.as_str()?.trim().parse().ok()).filter(|n: &f64| n.is_finite());
    match spec.kind {
        FieldKind::Text => None,
        FieldKind::Number => number().map(Value::Number),
        FieldKind::Money => number().map(|amount| Value::Money { amount, unit: spec.unit.clone() }),
        FieldKind::Time => node.as_str()?.parse::<Timestamp>().ok().map(Value::Time),
        FieldKind::Bool => node.as_bool().map(Value::Bool),
    }
}

/// Numbers pass as text: many systems give ids as numbers. Lists and objects do not.
fn text(node: &Json) -> Option<String> {
    match node {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(path: &str, kind: FieldKind, required: bool) -> FieldSpec {
        FieldSpec { path: path.into(), kind, required, unit: "¥".into() }
    }

    fn mapping() -> Mapping {
        let fields = BTreeMap::from([
            ("no".to_owned(), field("$.no", FieldKind::Text, true)),
            ("owner".to_owned(), field("$.customer.id", FieldKind::Text, true)),
            ("paid".to_owned(), field("$.paid", FieldKind::Money, false)),
            ("at".to_owned(), field("$.at", FieldKind::Time, false)),
            ("items".to_owned(), field("$.items[*].name", FieldKind::Text, false)),
        ]);
        Mapping::new("$.orders", &fields, &BTreeMap::from([("owner".into(), "visitor".into())])).unwrap()
    }

    fn visitor(id: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("visitor".to_owned(), id.to_owned())])
    }

    #[test]
    fn fields_are_named_and_typed() {
        let answer = json!({"orders": [{"no": 7, "customer": {"id": "c1"}, "paid": "12.5",
            "at": "2026-11-20T14:03:00+08:00", "items": [{"name": "米"}, {"name": "锅"}]}]});
        let records = mapping().read(&answer, &visitor("c1")).unwrap();
        assert_eq!(records.len(), 1);
        assert_eq!(records[0]["no"], Value::Text("7".into()));
        assert_eq!(records[0]["paid"], Value::Money { amount: 12.5, unit: "¥".into() });
        assert_eq!(records[0]["items"].plain(), "米、锅");
        assert!(matches!(records[0]["at"], Value::Time(_)));
    }

    #[test]
    fn a_record_of_another_owner_never_comes_through() {
        let answer = json!({"orders": [{"no": "1", "customer": {"id": "c2"}}]});
        assert!(mapping().read(&answer, &visitor("c1")).unwrap().is_empty());
        assert!(mapping().read(&answer, &BTreeMap::new()).unwrap().is_empty(), "unknown who asks: nobody's");
    }

    #[test]
    fn a_required_field_of_the_wrong_type_spoils_the_answer_and_an_optional_one_is_missing() {
        let lies = json!({"orders": [{"no": ["1"], "customer": {"id": "c1"}}]});
        assert!(mapping().read(&lies, &visitor("c1")).unwrap_err().contains("no"));
        let odd =
            json!({"orders": [{"no": "1", "customer": {"id": "c1"}, "paid": {"a": 1}, "at": "yesterday"}]});
        let records = mapping().read(&odd, &visitor("c1")).unwrap();
        assert!(!records[0].contains_key("paid") && !records[0].contains_key("at"));
        assert!(mapping().read(&json!("sorry"), &visitor("c1")).unwrap().is_empty());
    }
}
