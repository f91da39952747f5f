//! Rasa's domain.yml, as far as it says which intents and entities there should be.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_norway::Value;

use super::EntityName;
use crate::nlu::examples::{ExamplesError, TrainingData};

/// Intents and entities that a domain declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RasaDomain {
    pub intents: BTreeSet<String>,
    pub entities: BTreeSet<String>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    intents: Vec<Value>,
    #[serde(default)]
    entities: Vec<Value>,
}

impl RasaDomain {
    /// Reads a domain file; none when it declares neither intents nor entities. A name stands alone (`- greet`) or
    /// before its settings (`- city: {roles: [from, to]}`).
    pub fn read(content: &str) -> Result<Option<Self>, ExamplesError> {
        let file: File = serde_norway::from_str(content).map_err(|e| {
            let line = e.location().map_or(1, |l| l.line());
            ExamplesError::one(line, format!("not the YAML of a Rasa domain: {e}"))
        })?;
        let names = |values: &[Value]| values.iter().filter_map(name).collect::<BTreeSet<String>>();
        let domain = Self { intents: names(&file.intents), entities: names(&file.entities) };
        Ok(Some(domain).filter(|d| !d.intents.is_empty() || !d.entities.is_empty()))
    }

    /// Adds what another part of the domain declares.
    pub fn merge(&mut self, other: Self) {
        self.intents.extend(other.intents);
        self.entities.extend(other.entities);
    }

    /// What the domain and the examples do not agree on, in words.
    pub fn differences(&self, data: &TrainingData) -> Vec<String> {
        let taught: BTreeSet<&str> = data.examples.iter().map(|e| e.intent.as_str()).collect();
        let slots = data.examples.iter().flat_map(|e| &e.slots);
        let annotated: BTreeSet<&str> = slots.map(|s| EntityName::of(&s.name).entity).collect();
        let listed = data.lexicon.entries.iter().map(|e| e.slot.as_str());
        let found: BTreeSet<&str> =
            listed.chain(data.lexicon.patterns.iter().map(|(s, _)| s.as_str())).collect();
        let mut notes = Vec::new();
        for intent in self.intents.iter().filter(|i| !taught.contains(i.as_str()) && !own(i)) {
            notes.push(format!("the domain's intent `{intent}` has no examples and is not known here"));
        }
        for entity in &self.entities {
            if !annotated.contains(entity.as_str()) && !found.contains(entity.as_str()) {
                notes.push(format!("the domain's entity `{entity}` is neither annotated nor listed"));
            }
        }
        let undeclared = |name: &&&str| !self.entities.contains(**name) && !annotated.contains(**name);
        for name in found.iter().filter(undeclared) {
            notes.push(format!(
                "the lookup or regex `{name}` is no entity of the domain: Rasa only uses it as a feature, here its finds become slots of that name"
            ));
        }
        notes
    }
}

/// Intents that Rasa gives itself, or that have another name here.
fn own(intent: &str) -> bool {
    matches!(intent, "out_of_scope" | "nlu_fallback" | "restart" | "back" | "session_start")
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        Value::Mapping(settings) => settings.keys().next().and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::read_rasa;
    use super::*;

    #[test]
    fn what_domain_and_examples_do_not_agree_on_is_said() {
        let domain = "version: \"3.1\"\nintents:\n- greet\n- book: {use_entities: [city]}\n- nlu_fallback\nentities:\n- city:\n    roles: [from, to]\n- date\nslots: {}\n";
        let domain = RasaDomain::read(domain).unwrap().unwrap();
        assert_eq!(domain.entities.iter().collect::<Vec<_>>(), ["city", "date"]);
        let data = read_rasa(
            "nlu:\n- intent: book\n  examples: |\n    - [x]{\"entity\": \"city\", \"role\": \"to\"}\n- lookup: brand\n  examples: |\n    - y\n",
            &|_| None,
        )
        .unwrap();
        let notes = domain.differences(&data);
        let named: Vec<bool> =
            ["`greet`", "`date`", "`brand`"].iter().zip(&notes).map(|(n, note)| note.contains(n)).collect();
        assert_eq!(named, [true; 3], "{notes:?}");
        assert_eq!(RasaDomain::read("stories: []").unwrap(), None);
    }
}
