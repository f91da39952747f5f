//! The answer of a form that looks something up: every further system is asked at the same time, none is waited for
//! beyond the deadline, and what is missing is said.

use std::time::Duration;

use futures_util::future::join_all;

use super::declare::{FormSpec, Source, SubjectSpec};
use super::scene::{Outcome, Scene};
use super::words::Facts;
use crate::dialog::systems::{Call, Reply, Trouble, VISITOR};
use crate::domain::Choice;

impl Scene<'_> {
    /// Asks the further systems and puts together what is known. `age` is that of the subject's record.
    pub(super) async fn look_up(
        &self,
        form: &FormSpec,
        subject: &SubjectSpec,
        mut facts: Facts,
        age: Option<Duration>,
    ) -> Outcome {
        let wanted: Vec<&Source> = form.sources.iter().filter(|source| facts.meet(&source.when)).collect();
        let answers = join_all(wanted.iter().map(|source| self.ask_source(source, subject, &facts))).await;
        let (mut oldest, mut missing) = (age, Vec::new());
        for (source, answer) in wanted.iter().zip(answers) {
            match answer {
                Ok(reply) => {
                    oldest = oldest.max(reply.age);
                    if let Some(record) = reply.records.first() {
                        facts.add_record(&source.name, record);
                    }
                }
                Err(_) => missing.push(source.missing.text(self.lang)),
            }
        }
        let writing = self.writing();
        let mut answers = form.answers.iter().filter(|answer| facts.meet(&answer.when));
        let text = answers.find_map(|answer| writing.fill(answer.text.text(self.lang), &facts));
        let Some(mut text) = text else {
            return Outcome::person(self.phrases().needs_order(), crate::policy::Reason::Business.as_str());
        };
        for note in missing.into_iter().filter(|note| !note.is_empty()) {
            text = format!("{text}\n{note}");
        }
        if let Some(age) = oldest {
            text = format!("{text}\n{}", self.phrases().as_of(age));
        }
        let card = form
            .card
            .as_ref()
            .and_then(|card| writing.card(card, &facts, self.actions(form, subject, &facts)));
        Outcome { card, ..Outcome::said(text) }
    }

    async fn ask_source(
        &self,
        source: &Source,
        subject: &SubjectSpec,
        facts: &Facts,
    ) -> Result<Reply, Trouble> {
        let mut params = facts.params(&subject.name);
        params.extend(self.visitor.map(|visitor| (VISITOR.to_owned(), visitor.to_owned())));
        let operation = source.operation.clone();
        let call = Call { operation, params, deadline: self.deadline, idempotency_key: None, fresh: false };
        self.systems.call(call).await
    }

    /// The buttons of the card: forms that are possible for this subject, each sending the words that start it.
    fn actions(&self, form: &FormSpec, subject: &SubjectSpec, facts: &Facts) -> Vec<Choice> {
        let id = facts.params(&subject.name).remove(&subject.id).unwrap_or_default();
        let names = form.card.iter().flat_map(|card| &card.actions);
        let possible =
            names.filter_map(|name| self.forms.form(name)).filter(|target| facts.meet(&target.allowed));
        possible
            .filter_map(|target| {
                let phrase = target.says.first(self.lang)?;
                let label = target.title.text(self.lang).to_owned();
                Some(Choice { label, value: format!("{phrase} {id}") })
            })
            .collect()
    }
}
