//! What a verified visitor has in the business systems, for the agent who serves them: asked with the operations by which
//! forms list it, shown with the card by which forms show it. Nothing is declared a second time, and whose a record is
//! the connector checks as it does for the bot.

use std::collections::BTreeMap;
use std::time::Instant;

use futures_util::future::join_all;
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::declare::{CardSpec, Forms, SubjectSpec};
use super::words::{Facts, Writing};
use crate::dialog::systems::{BusinessSystems, Call, Record, Trouble, VISITOR, Value};
use crate::domain::{Card, Lang};

/// Most of one kind an agent is shown.
const MOST: usize = 50;

/// What a visitor has of one kind: their orders, their bookings.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OwnMatters {
    /// As forms call the subject.
    pub name: String,
    pub title: String,
    /// `ok`, or why there is no answer: `late`, `unavailable`, `failed`, `broken`, `refused`.
    pub outcome: &'static str,
    /// Set when the system failed and this is what it said so many seconds ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub age_s: Option<u64>,
    /// As the system lists them.
    pub items: Vec<Card>,
}

/// Asks every system that lists something of the visitor's, at the same time.
pub async fn own_matters(
    forms: &Forms,
    systems: &dyn BusinessSystems,
    visitor: &str,
    lang: Lang,
    zone: &TimeZone,
    deadline: Instant,
) -> Vec<OwnMatters> {
    let writing = Writing { forms, lang, zone };
    let declared = forms.subjects().filter(|subject| systems.declares(&subject.list));
    let asked = declared.map(|subject| async move {
        let call = Call {
            operation: subject.list.clone(),
            params: BTreeMap::from([(VISITOR.to_owned(), visitor.to_owned())]),
            deadline,
            idempotency_key: None,
            fresh: false,
        };
        let answer = systems.call(call).await;
        let (outcome, age_s) = match &answer {
            Ok(reply) => ("ok", reply.age.map(|age| age.as_secs())),
            Err(trouble) => (Trouble::name(trouble), None),
        };
        let records = answer.map(|reply| reply.records).unwrap_or_default();
        let items = records.iter().take(MOST).map(|record| shown(subject, record, writing)).collect();
        OwnMatters { name: subject.name.clone(), title: title(subject, lang), outcome, age_s, items }
    });
    join_all(asked).await
}

/// A record on the card of the first form that shows one of its kind; without such a form in one line.
fn shown(subject: &SubjectSpec, record: &Record, writing: Writing<'_>) -> Card {
    let mut facts = Facts::default();
    facts.add_record(&subject.name, record);
    let card = card_of(writing.forms, subject).and_then(|card| writing.card(card, &facts, Vec::new()));
    card.unwrap_or_else(|| {
        let line = writing.fill(subject.title.text(writing.lang), &facts);
        let id = || record.get(&subject.id).map(Value::plain).unwrap_or_default();
        Card { title: line.unwrap_or_else(id), fields: Vec::new(), actions: Vec::new() }
    })
}

fn card_of<'a>(forms: &'a Forms, subject: &SubjectSpec) -> Option<&'a CardSpec> {
    forms.all().iter().filter(|form| form.subject == subject.name).find_map(|form| form.card.as_ref())
}

fn title(subject: &SubjectSpec, lang: Lang) -> String {
    match subject.plural.text(lang) {
        "" => subject.name.clone(),
        plural => plural.to_owned(),
    }
}
