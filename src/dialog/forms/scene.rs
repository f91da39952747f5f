//! One step of a form: from a message and the state to what is said and the state after it.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::tz::TimeZone;

use super::cues::{Cue, Heard};
use super::declare::{FormSpec, Forms, SlotSpec, SubjectSpec};
use super::fill::{found, ordinal};
use super::locate::Located;
use super::words::{Facts, Writing};
use crate::dialog::Phrases;
use crate::dialog::systems::{ActionLog, BusinessSystems};
use crate::domain::{Act, Action, Card, Choice, ConversationId, DialogState, Lang, OpenForm, Waits};
use crate::policy::Reason;

/// Answers that do not fit, in a row, before a person is brought.
const PATIENCE: u32 = 3;
/// Turns after which what was said or shown no longer fills a form by itself.
const REMEMBERED: u32 = 6;

/// Everything a step looks at.
pub struct Scene<'a> {
    pub forms: &'a Forms,
    pub systems: &'a dyn BusinessSystems,
    pub actions: &'a dyn ActionLog,
    pub lang: Lang,
    pub zone: &'a TimeZone,
    pub heard: Heard<'a>,
    /// The visitor's verified id in the shop's own systems.
    pub visitor: Option<&'a str>,
    /// For the record of what is done.
    pub conversation: Option<ConversationId>,
    pub deadline: Instant,
}

/// What is said.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub action: Action,
    pub text: String,
    pub card: Option<Card>,
    pub choices: Vec<Choice>,
    pub handoff: Option<&'static str>,
    pub acts: Vec<Act>,
}

impl Outcome {
    /// A form goes on or has come to its end.
    pub fn said(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            action: Action::Business,
            text,
            card: None,
            choices: Vec::new(),
            handoff: None,
            acts: Vec::new(),
        }
    }

    /// A person has to look into it.
    pub fn person(text: &str, reason: &'static str) -> Self {
        Self { action: Action::Handoff, handoff: Some(reason), ..Self::said(text) }
    }
}

impl Scene<'_> {
    /// Takes one step. Called for every cue but [`Cue::None`].
    pub async fn advance(&self, cue: &Cue, state: &mut DialogState) -> Outcome {
        match cue {
            Cue::None => self.nothing_open(),
            Cue::Starts(name) | Cue::Presses(name) => self.open(name, state).await,
            Cue::Cancels => self.cancel(state),
            Cue::Fills => self.go_on(state, 0).await,
            Cue::Misses => {
                let misses = state.form.as_ref().map_or(0, |form| form.misses) + 1;
                self.go_on(state, misses).await
            }
            Cue::Corrects => self.correct(state).await,
            Cue::Confirms => self.confirm(state).await,
        }
    }

    /// What the open form still waits for, to come back to after something else was answered. A question for a yes is
    /// not left open: a later "good" must not be taken for it.
    pub fn reminder(&self, state: &mut DialogState) -> Option<String> {
        let form = state.form.as_ref()?;
        let title = self.forms.form(&form.name)?.title.text(self.lang);
        match &form.waits {
            Waits::Confirm { .. } => {
                state.form = None;
                Some(self.phrases().not_done_yet(title))
            }
            Waits::Slot { name } => {
                Some(self.phrases().back_to(title, self.forms.slot(name)?.prompt.text(self.lang)))
            }
            Waits::Pick { .. } => {
                let subject = self.forms.subject(&self.forms.form(&form.name)?.subject)?;
                Some(self.phrases().back_to(title, subject.which.text(self.lang)))
            }
        }
    }

    async fn open(&self, name: &str, state: &mut DialogState) -> Outcome {
        let Some((form, subject)) = self.declared(name) else { return self.nothing_open() };
        if let Some(open) = state.form.take() {
            let asked_for_yes = matches!(open.waits, Waits::Confirm { .. });
            if open.name != name && !asked_for_yes {
                state.paused = Some(open);
            }
        }
        let mut open = OpenForm {
            name: name.to_owned(),
            values: BTreeMap::new(),
            waits: Waits::Pick { offered: Vec::new() },
            misses: 0,
            excluded: Vec::new(),
        };
        self.fill(form, subject, &mut open);
        if !self.names_subject(subject, &open) {
            self.remember(subject, state, &mut open);
        }
        self.proceed(form, subject, open, state).await
    }

    async fn go_on(&self, state: &mut DialogState, misses: u32) -> Outcome {
        let Some(mut open) = state.form.take() else { return self.nothing_open() };
        let Some((form, subject)) = self.declared(&open.name) else { return self.nothing_open() };
        open.misses = misses;
        if misses >= PATIENCE {
            return Outcome::person(self.phrases().needs_order(), Reason::Business.as_str());
        }
        self.fill(form, subject, &mut open);
        self.proceed(form, subject, open, state).await
    }

    async fn correct(&self, state: &mut DialogState) -> Outcome {
        let former = state.form.take();
        let name =
            former.as_ref().map(|open| &open.name).or(state.subject.as_ref().map(|s| &s.form)).cloned();
        let Some(name) = name else { return self.nothing_open() };
        let Some((form, subject)) = self.declared(&name) else { return self.nothing_open() };
        let mut open = former.unwrap_or(OpenForm {
            name,
            values: BTreeMap::new(),
            waits: Waits::Pick { offered: Vec::new() },
            misses: 0,
            excluded: Vec::new(),
        });
        if let Some(wrong) = state.subject.take() {
            open.excluded.extend(wrong.excluded);
            open.excluded.push(wrong.id);
        }
        open.values.remove(&subject.id);
        for narrow in &subject.narrow {
            open.values.remove(&narrow.slot);
        }
        self.fill(form, subject, &mut open);
        if let Some(named) = open.values.get(&subject.id) {
            open.excluded.retain(|id| id != named);
        }
        self.proceed(form, subject, open, state).await
    }

    fn cancel(&self, state: &mut DialogState) -> Outcome {
        let title = state.form.take().and_then(|open| self.forms.form(&open.name));
        let title = title.map(|form| form.title.text(self.lang)).unwrap_or_default();
        let text = self.phrases().taken_back(title);
        self.resume(state, Outcome::said(text))
    }

    /// Finds the subject, asks for what is missing, then answers, or asks for a yes.
    async fn proceed(
        &self,
        form: &FormSpec,
        subject: &SubjectSpec,
        mut open: OpenForm,
        state: &mut DialogState,
    ) -> Outcome {
        let (record, age) = match self.locate(subject, &mut open, state, form.operation.is_some()).await {
            Located::Is { record, age } => (record, age),
            Located::Says { outcome, waits } => {
                if let Some(waits) = waits {
                    state.form = Some(OpenForm { waits, ..open });
                }
                return outcome;
            }
        };
        self.settle(form, subject, &record, &mut open, state);
        let mut facts = Facts::default();
        facts.add_record(&subject.name, &record);
        facts.add_values(&open.values);
        let writing = self.writing();
        if !facts.meet(&form.allowed) {
            let text = writing.fill(form.refused.text(self.lang), &facts);
            let outcome = Outcome::said(text.unwrap_or_else(|| self.phrases().not_possible().to_owned()));
            return self.resume(state, outcome);
        }
        if let Some(slot) = form.slots.iter().find(|name| !open.values.contains_key(*name)) {
            return self.ask(slot, open, state);
        }
        if form.operation.is_some() {
            let text = writing.fill(form.confirm.text(self.lang), &facts);
            let Some(text) = text else {
                return Outcome::person(self.phrases().needs_order(), Reason::Business.as_str());
            };
            let key = uuid::Uuid::now_v7().to_string();
            state.form = Some(OpenForm { waits: Waits::Confirm { key }, ..open });
            return Outcome { choices: self.phrases().yes_or_no(), ..Outcome::said(text) };
        }
        let outcome = self.look_up(form, subject, facts, age).await;
        self.resume(state, outcome)
    }

    /// Notes what the dialog is about from now on.
    fn settle(
        &self,
        form: &FormSpec,
        subject: &SubjectSpec,
        record: &crate::dialog::systems::Record,
        open: &mut OpenForm,
        state: &mut DialogState,
    ) {
        let Some(id) = record.get(&subject.id).map(|value| value.plain()) else { return };
        open.values.insert(subject.id.clone(), id.clone());
        // A form that acts does not become what "another one" is asked of: what it acts on is.
        let kept = state.subject.as_ref().filter(|_| form.operation.is_some()).map(|s| s.form.clone());
        state.subject = Some(crate::domain::Subject {
            form: kept.unwrap_or_else(|| form.name.clone()),
            id,
            turn: state.turn,
            excluded: open.excluded.clone(),
        });
    }

    /// Asks for a slot; the second time with what was wrong.
    pub(super) fn ask(&self, name: &str, open: OpenForm, state: &mut DialogState) -> Outcome {
        let outcome = self.question(name, open.misses > 0);
        state.form = Some(OpenForm { waits: Waits::Slot { name: name.to_owned() }, ..open });
        outcome
    }

    /// The question for a slot.
    pub(super) fn question(&self, name: &str, again: bool) -> Outcome {
        let Some(slot) = self.forms.slot(name) else { return self.nothing_open() };
        let invalid = slot.invalid.text(self.lang);
        let text = if again && !invalid.is_empty() { invalid } else { slot.prompt.text(self.lang) };
        Outcome { choices: self.options(slot), ..Outcome::said(text) }
    }

    fn options(&self, slot: &SlotSpec) -> Vec<Choice> {
        let choice = |label: &str| Choice { label: label.to_owned(), value: label.to_owned() };
        slot.options.iter().map(|option| choice(option.label.text(self.lang))).collect()
    }

    /// A form has ended; one that it interrupted goes on.
    pub(super) fn resume(&self, state: &mut DialogState, mut outcome: Outcome) -> Outcome {
        state.form = state.paused.take();
        if let Some(reminder) = self.reminder(state) {
            outcome.text = format!("{}\n\n{reminder}", outcome.text);
        }
        outcome
    }

    fn fill(&self, form: &FormSpec, subject: &SubjectSpec, open: &mut OpenForm) {
        let asked = |name: &str| matches!(&open.waits, Waits::Slot { name: wanted } if wanted == name);
        let proof = subject.proof.iter().flat_map(|proof| &proof.slots);
        let names = std::iter::once(&subject.id).chain(proof).chain(&form.slots);
        let mut values: Vec<(String, String)> = names
            .filter_map(|name| {
                let slot = self.forms.slot(name)?;
                Some((name.clone(), found(slot, self.heard, asked(name))?))
            })
            .collect();
        let narrowing = subject.narrow.iter().filter_map(|narrow| {
            let said = self.heard.slots.iter().rfind(|slot| slot.name == narrow.slot)?;
            Some((narrow.slot.clone(), said.value.clone()))
        });
        values.extend(narrowing);
        if let Waits::Pick { offered } = &open.waits
            && let Some(place) = ordinal(self.heard.text, offered.len())
        {
            values.push((subject.id.clone(), offered[place].clone()));
        }
        open.values.extend(values);
    }

    fn names_subject(&self, subject: &SubjectSpec, open: &OpenForm) -> bool {
        let narrow = subject.narrow.iter().map(|narrow| &narrow.slot);
        std::iter::once(&subject.id).chain(narrow).any(|name| open.values.contains_key(name))
    }

    /// A message that names no subject is about the one talked about last, or one named a little earlier.
    fn remember(&self, subject: &SubjectSpec, state: &DialogState, open: &mut OpenForm) {
        let recent = |turn: u32| state.turn.saturating_sub(turn) <= REMEMBERED;
        let last = state.subject.as_ref().filter(|last| recent(last.turn));
        let since = last.map_or(0, |last| last.turn);
        let narrow = subject.narrow.iter().map(|narrow| narrow.slot.clone());
        let wanted: Vec<String> = self
            .forms
            .slot(&subject.id)
            .into_iter()
            .flat_map(|slot| slot.from.iter().cloned())
            .chain(narrow)
            .collect();
        let said: Vec<crate::domain::Slot> = state
            .slots
            .iter()
            .filter(|held| recent(held.turn) && held.turn > since && wanted.contains(&held.slot.name))
            .map(|held| held.slot.clone())
            .collect();
        if said.is_empty() {
            if let Some(last) = last {
                open.values.insert(subject.id.clone(), last.id.clone());
            }
            return;
        }
        let heard = Heard { text: "", slots: &said, intent: None };
        if let Some(slot) = self.forms.slot(&subject.id)
            && let Some(id) = found(slot, heard, false)
        {
            open.values.insert(subject.id.clone(), id);
        }
        for slot in said.iter().filter(|slot| subject.narrow.iter().any(|narrow| narrow.slot == slot.name)) {
            open.values.insert(slot.name.clone(), slot.value.clone());
        }
    }

    pub(super) fn declared(&self, name: &str) -> Option<(&FormSpec, &SubjectSpec)> {
        let form = self.forms.form(name)?;
        Some((form, self.forms.subject(&form.subject)?))
    }

    pub(super) fn writing(&self) -> Writing<'_> {
        Writing { forms: self.forms, lang: self.lang, zone: self.zone }
    }

    pub(super) const fn phrases(&self) -> Phrases {
        Phrases::new(self.lang)
    }

    /// The form is no longer declared: somebody has to look.
    fn nothing_open(&self) -> Outcome {
        Outcome::person(self.phrases().needs_order(), Reason::Business.as_str())
    }
}
