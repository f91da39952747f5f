//! Which subject is meant: the one named, the only one that fits, or one of several to choose from.
//!
//! A verified visitor is asked nothing: the system lists what is theirs. Anybody else has to know what the declaration
//! takes for proof. Whose a record is, the connector checks before it comes here.

use std::collections::BTreeMap;
use std::time::Duration;

use super::declare::{Proof, SubjectSpec};
use super::scene::{Outcome, Scene};
use super::words::Facts;
use crate::dialog::systems::{Call, Record, Reply, Trouble, VISITOR, Value};
use crate::domain::{Choice, DialogState, OpenForm, Waits};
use crate::policy::Reason;
use crate::text::normalise;

/// Subjects offered to choose from.
const MOST_OFFERED: usize = 5;
/// Proofs that do not fit before a person is brought: nobody tries out numbers here.
const MOST_REFUSED: u32 = 3;
/// What a finding operation leaves of the time, for those that follow.
const SHARE: f32 = 0.6;

/// What looking for the subject led to.
pub(super) enum Located {
    /// This one; `age` when it is what the system said earlier.
    Is { record: Record, age: Option<Duration> },
    /// Something to say first; the form goes on waiting, if it waits.
    Says { outcome: Outcome, waits: Option<Waits> },
}

impl Scene<'_> {
    /// Finds the subject. `fresh`: something is about to be changed.
    pub(super) async fn locate(
        &self,
        subject: &SubjectSpec,
        open: &mut OpenForm,
        state: &mut DialogState,
        fresh: bool,
    ) -> Located {
        let Some(visitor) = self.visitor else { return self.proved(subject, open, state, fresh).await };
        let mut params = BTreeMap::from([(VISITOR.to_owned(), visitor.to_owned())]);
        if let Some(id) = open.values.get(&subject.id).cloned() {
            params.insert(subject.id.clone(), id.clone());
            return match self.find(&subject.one, params, fresh).await {
                Err(trouble) => self.down(&trouble),
                Ok(reply) => {
                    match reply.records.into_iter().find(|record| is_named(record, &subject.id, &id)) {
                        Some(record) => Located::Is { record, age: reply.age },
                        None => self.unknown(subject, open),
                    }
                }
            };
        }
        match self.find(&subject.list, params, fresh).await {
            Err(trouble) => self.down(&trouble),
            Ok(reply) => self.choose(subject, open, reply),
        }
    }

    /// The one that fits what was said, or those to choose from.
    fn choose(&self, subject: &SubjectSpec, open: &mut OpenForm, reply: Reply) -> Located {
        let id = |record: &Record| record.get(&subject.id).map(Value::plain).unwrap_or_default();
        let all: Vec<Record> =
            reply.records.into_iter().filter(|record| !open.excluded.contains(&id(record))).collect();
        let mut fitting: Vec<&Record> =
            all.iter().filter(|record| self.fits(subject, open, record)).collect();
        let narrowed = subject.narrow.iter().any(|narrow| open.values.contains_key(&narrow.slot));
        let mut question = subject.which.text(self.lang);
        if fitting.is_empty() && narrowed && !all.is_empty() {
            question = subject.no_match.text(self.lang);
            for narrow in &subject.narrow {
                open.values.remove(&narrow.slot);
            }
            fitting = all.iter().collect();
        } else if let [only] = fitting.as_slice() {
            return Located::Is { record: (*only).clone(), age: reply.age };
        }
        if fitting.is_empty() {
            let outcome = Outcome::said(subject.none.text(self.lang));
            return Located::Says {
                outcome: Outcome { choices: vec![self.phrases().person()], ..outcome },
                waits: None,
            };
        }
        fitting.truncate(MOST_OFFERED);
        let choices = fitting.iter().map(|record| {
            let mut facts = Facts::default();
            facts.add_record(&subject.name, record);
            let label = self.writing().fill(subject.title.text(self.lang), &facts);
            Choice { label: label.unwrap_or_else(|| id(record)), value: id(record) }
        });
        let outcome = Outcome { choices: choices.collect(), ..Outcome::said(question) };
        let offered = fitting.iter().map(|record| id(record)).collect();
        Located::Says { outcome, waits: Some(Waits::Pick { offered }) }
    }

    /// Whether a record is as the visitor said.
    fn fits(&self, subject: &SubjectSpec, open: &OpenForm, record: &Record) -> bool {
        subject.narrow.iter().all(|narrow| match (open.values.get(&narrow.slot), record.get(&narrow.field)) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(said), Some(Value::Time(at))) => is_on(&at.to_zoned(self.zone.clone()).date(), said),
            (Some(said), Some(value)) => resembles(&value.plain(), said),
        })
    }

    /// The subject of a visitor without a signed identity, by what they know about it.
    async fn proved(
        &self,
        subject: &SubjectSpec,
        open: &mut OpenForm,
        state: &mut DialogState,
        fresh: bool,
    ) -> Located {
        let Some(proof) = &subject.proof else {
            let outcome = Outcome::person(self.phrases().needs_order(), Reason::Business.as_str());
            return Located::Says { outcome, waits: None };
        };
        // What proved the last one need not be said again for the next.
        for (name, value) in &state.proof {
            if *name != subject.id {
                open.values.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        if let Some(missing) = proof.slots.iter().find(|name| !open.values.contains_key(*name)) {
            let outcome = self.question(missing, open.misses > 0);
            return Located::Says { outcome, waits: Some(Waits::Slot { name: missing.clone() }) };
        }
        if state.refused_proofs >= MOST_REFUSED {
            let outcome = Outcome::person(self.phrases().needs_order(), Reason::Business.as_str());
            return Located::Says { outcome, waits: None };
        }
        let params: BTreeMap<String, String> = proof
            .slots
            .iter()
            .filter_map(|name| Some((name.clone(), open.values.get(name)?.clone())))
            .collect();
        let meant = open.values.get(&subject.id).cloned();
        let is_meant = |record: &Record| meant.as_ref().is_none_or(|id| is_named(record, &subject.id, id));
        match self.find(&proof.operation, params.clone(), fresh).await {
            Err(trouble) => self.down(&trouble),
            Ok(reply) => match reply.records.into_iter().find(is_meant) {
                Some(record) => {
                    state.proof = params;
                    Located::Is { record, age: reply.age }
                }
                None => self.not_proved(proof, open, state),
            },
        }
    }

    fn not_proved(&self, proof: &Proof, open: &mut OpenForm, state: &mut DialogState) -> Located {
        state.refused_proofs += 1;
        state.proof.clear();
        for name in &proof.slots {
            open.values.remove(name);
        }
        let outcome = Outcome::said(proof.wrong.text(self.lang));
        let first = proof.slots.first().cloned().unwrap_or_default();
        Located::Says { outcome, waits: Some(Waits::Slot { name: first }) }
    }

    fn unknown(&self, subject: &SubjectSpec, open: &mut OpenForm) -> Located {
        let mut facts = Facts::default();
        facts.add_values(&open.values);
        let text = self.writing().fill(subject.unknown.text(self.lang), &facts).unwrap_or_default();
        open.values.remove(&subject.id);
        Located::Says { outcome: Outcome::said(text), waits: Some(Waits::Slot { name: subject.id.clone() }) }
    }

    /// The system that everything rests on does not answer.
    fn down(&self, trouble: &Trouble) -> Located {
        tracing::info!(
            trouble = trouble.name(),
            "a matter goes to a person because a business system is silent"
        );
        Located::Says {
            outcome: Outcome::person(self.phrases().system_silent(), "system_silent"),
            waits: None,
        }
    }

    async fn find(
        &self,
        operation: &str,
        params: BTreeMap<String, String>,
        fresh: bool,
    ) -> Result<Reply, Trouble> {
        let now = std::time::Instant::now();
        let left = self.deadline.saturating_duration_since(now);
        let deadline = now + left.mul_f32(SHARE);
        let call = Call { operation: operation.to_owned(), params, deadline, idempotency_key: None, fresh };
        self.systems.call(call).await
    }
}

/// Whether a record is the one that was asked for, whatever the connector was told to check.
fn is_named(record: &Record, field: &str, id: &str) -> bool {
    record.get(field).is_some_and(|value| value.plain().eq_ignore_ascii_case(id))
}

/// Whether a day is the one, or in the week, month or year, that was said.
fn is_on(day: &jiff::civil::Date, said: &str) -> bool {
    let said = said.split('T').next().unwrap_or(said);
    if let Some((year, week)) = said.split_once("-W") {
        let iso = day.iso_week_date();
        return year.parse() == Ok(iso.year()) && week.parse() == Ok(iso.week());
    }
    // A time of day alone says nothing about the day.
    said.contains(':') || day.to_string().starts_with(said)
}

/// Whether what was said and what the system calls it have to do with each other.
fn resembles(value: &str, said: &str) -> bool {
    let (value, said) = (normalise(value), normalise(said));
    value.split('、').any(|part| part.contains(&said) || said.contains(part))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_is_compared_as_precisely_as_it_was_said() {
        let day = date(2026, 11, 20);
        for said in ["2026-11-20", "2026-11-20T15:00", "2026-W47", "2026-11", "2026"] {
            assert!(is_on(&day, said), "{said}");
        }
        assert!(!is_on(&day, "2026-11-21") && !is_on(&day, "2026-W46"));
    }

    #[test]
    fn goods_are_called_by_a_part_of_their_name() {
        assert!(resembles("电饭煲 MR40、东北大米 5kg", "电饭煲"));
        assert!(resembles("Rice cooker MR40", "rice cooker"));
        assert!(!resembles("电饭煲 MR40", "苹果"));
    }
}
