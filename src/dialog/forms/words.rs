//! Declared texts with facts put in, conditions on facts, and how values are written for people.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::declare::{CardSpec, Condition, Forms};
use crate::dialog::systems::{Record, Value};
use crate::domain::{Card, CardField, Choice, Lang};

/// What is known in this turn: `order.status`, `logistics.carrier`, `address`.
#[derive(Clone, Debug, Default)]
pub struct Facts(BTreeMap<String, Value>);

/// How facts are written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    pub forms: &'a Forms,
    pub lang: Lang,
    pub zone: &'a TimeZone,
}

impl Facts {
    /// Adds the fields of a record under `name`.
    pub fn add_record(&mut self, name: &str, record: &Record) {
        self.0.extend(record.iter().map(|(field, value)| (format!("{name}.{field}"), value.clone())));
    }

    /// Adds what the visitor said.
    pub fn add_values(&mut self, values: &BTreeMap<String, String>) {
        self.0.extend(values.iter().map(|(name, value)| (name.clone(), Value::Text(value.clone()))));
    }

    /// Whether a condition holds. A fact that is not known has no value.
    pub fn meet(&self, condition: &Condition) -> bool {
        condition.iter().all(|(fact, wanted)| self.0.get(fact).is_some_and(|v| wanted.contains(&v.plain())))
    }

    /// Every fact as a parameter: those of records by the bare name of their field, said values first.
    pub fn params(&self, record: &str) -> BTreeMap<String, String> {
        let prefix = format!("{record}.");
        let fields = self.0.iter().filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value)));
        let said = self.0.iter().filter(|(name, _)| !name.contains('.'));
        let all = fields.chain(said.map(|(name, value)| (name.as_str(), value)));
        all.map(|(name, value)| (name.to_owned(), value.plain())).collect()
    }
}

impl Writing<'_> {
    /// The text with its facts; `None` when one is not known.
    pub fn fill(&self, text: &str, facts: &Facts) -> Option<String> {
        let (mut whole, mut rest) = (String::new(), text);
        while let Some(at) = rest.find('{') {
            let end = at + rest[at..].find('}')?;
            let name = rest[at + 1..end].trim();
            whole.push_str(&rest[..at]);
            whole.push_str(&self.value(name, facts.0.get(name)?));
            rest = &rest[end + 1..];
        }
        whole.push_str(rest);
        Some(whole)
    }

    /// The card, without the lines whose facts are not known, and with the actions that are possible.
    pub fn card(&self, spec: &CardSpec, facts: &Facts, actions: Vec<Choice>) -> Option<Card> {
        let lines = spec.fields.iter().filter_map(|field| {
            let value = self.fill(&field.value, facts)?;
            Some(CardField { label: field.label.text(self.lang).to_owned(), value })
        });
        Some(Card { title: self.fill(spec.title.text(self.lang), facts)?, fields: lines.collect(), actions })
    }

    fn value(&self, fact: &str, value: &Value) -> String {
        match value {
            Value::Text(text) => self.forms.value_name(fact, text, self.lang).to_owned(),
            Value::Bool(yes) => {
                self.forms.value_name(fact, if *yes { "true" } else { "false" }, self.lang).to_owned()
            }
            Value::Number(_) => value.plain(),
            Value::Money { amount, unit } => format!("{unit}{amount:.2}"),
            Value::Time(at) => {
                let at = at.to_zoned(self.zone.clone());
                at.strftime(self.lang.pick("%-m月%-d日 %H:%M", "%-d %b %H:%M")).to_string()
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_its_fact_is_not_said() {
        let forms =
            Forms::parse("[values.\"o.state\"]\npaid = { zh = \"已付款\", en = \"paid\" }", "f").unwrap();
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let writing = Writing { forms: &forms, lang: Lang::Zh, zone: &zone };
        let mut facts = Facts::default();
        facts.add_record(
            "o",
            &Record::from([
                ("state".into(), Value::Text("paid".into())),
                ("sum".into(), Value::Money { amount: 9.5, unit: "¥".into() }),
                ("at".into(), Value::Time("2026-11-20T06:03:00Z".parse().unwrap())),
            ]),
        );
        assert_eq!(writing.fill("{o.at} {o.state} {o.sum}", &facts).unwrap(), "11月20日 14:03 已付款 ¥9.50");
        assert_eq!(writing.fill("{o.carrier}", &facts), None);
        assert!(facts.meet(&Condition::from([("o.state".into(), vec!["paid".into()])])));
        assert!(!facts.meet(&Condition::from([("x.state".into(), vec!["paid".into()])])));
    }
}
