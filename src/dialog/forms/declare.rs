//! `forms.toml`: slots and how to ask for them, what forms are about, and the forms themselves.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::domain::Lang;
use crate::error::{Code, Error, Result};
use crate::text::normalise;

/// Compiled size an expression may have, in bytes.
const LARGEST_REGEX: usize = 1 << 20;

/// A text in both languages; where one is missing the other stands for it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Said {
    zh: String,
    en: String,
}

impl Said {
    /// The text in a language.
    pub fn text(&self, lang: Lang) -> &str {
        match lang.pick(self.zh.as_str(), self.en.as_str()) {
            "" => lang.pick(&self.en, &self.zh),
            text => text,
        }
    }

    fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }

    fn both(&self) -> [&str; 2] {
        [&self.zh, &self.en]
    }
}

/// Values that facts must have: `{ "order.status" = ["paid", "packing"] }`. All of them must hold.
pub type Condition = BTreeMap<String, Vec<String>>;

/// A value a form needs, and how to get it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotSpec {
    pub name: String,
    /// Recognised slots it is taken from, whenever they are said.
    #[serde(default)]
    pub from: Vec<String>,
    /// What the value must be like; its first group is the value.
    #[serde(default)]
    pattern: Option<String>,
    /// Finds the value in whatever is said.
    #[serde(default)]
    anywhere: Option<String>,
    /// Values are written in capitals.
    #[serde(default)]
    pub upper: bool,
    /// Whatever is said when it was asked for is the value.
    #[serde(default)]
    pub free: bool,
    /// One of these.
    #[serde(default)]
    pub options: Vec<SlotOption>,
    pub prompt: Said,
    /// What is said when an answer does not fit.
    #[serde(default)]
    pub invalid: Said,
    #[serde(skip)]
    pub fits: Option<Regex>,
    #[serde(skip)]
    pub found: Option<Regex>,
}

/// One of several values a slot may have.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotOption {
    pub value: String,
    pub label: Said,
}

/// What forms are about: an order, a booking, a contract.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectSpec {
    pub name: String,
    /// What several of them are called where agents see them; the name when absent.
    #[serde(default)]
    pub plural: Said,
    /// Slot and field that name one.
    pub id: String,
    /// Operation that lists those of a verified visitor.
    pub list: String,
    /// Operation that finds one of a verified visitor by its id.
    pub one: String,
    /// What a visitor without a signed identity has to know.
    #[serde(default)]
    pub proof: Option<Proof>,
    /// One of them in a line, for choosing.
    pub title: Said,
    /// Asks which one.
    pub which: Said,
    /// The visitor has none.
    pub none: Said,
    /// There is none of this id.
    pub unknown: Said,
    /// None is as the visitor said; these are there.
    pub no_match: Said,
    #[serde(default)]
    pub narrow: Vec<Narrow>,
}

/// Slots that prove whose a subject is, and the operation that checks them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    pub operation: String,
    pub slots: Vec<String>,
    /// They do not belong together.
    pub wrong: Said,
}

/// A slot that tells subjects apart.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Narrow {
    pub slot: String,
    pub field: String,
}

/// A further system that is asked about a subject; the answer does without it where it fails.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: String,
    pub operation: String,
    #[serde(default)]
    pub when: Condition,
    /// Said when it does not answer.
    #[serde(default)]
    pub missing: Said,
}

/// An answer for a condition. One with a fact that is not known is passed over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSpec {
    #[serde(default)]
    pub when: Condition,
    pub text: Said,
}

/// The table under an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSpec {
    pub title: Said,
    #[serde(default)]
    pub fields: Vec<CardFieldSpec>,
    /// Forms that are offered as buttons, where their `allowed` holds.
    #[serde(default)]
    pub actions: Vec<String>,
}

/// A line of the table; left out where its value is not known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFieldSpec {
    pub label: Said,
    pub value: String,
}

/// Words that start a form when a message begins with them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Says {
    zh: Vec<String>,
    en: Vec<String>,
}

impl Says {
    /// Every phrase, normalised when the file was read.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.zh.iter().chain(&self.en)
    }

    /// The phrase a button sends.
    pub fn first(&self, lang: Lang) -> Option<&String> {
        let own = match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        };
        own.first().or_else(|| self.all().next())
    }
}

/// A form: looks something up, or does something after asking for a yes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSpec {
    pub name: String,
    pub title: Said,
    /// Recognised intents that start it.
    #[serde(default)]
    pub intents: Vec<String>,
    #[serde(default)]
    pub says: Says,
    pub subject: String,
    /// Slots it needs beside those that find the subject.
    #[serde(default)]
    pub slots: Vec<String>,
    #[serde(default)]
    pub sources: Vec<Source>,
    #[serde(default)]
    pub answers: Vec<AnswerSpec>,
    #[serde(default)]
    pub card: Option<CardSpec>,
    /// Without it the form is not possible.
    #[serde(default)]
    pub allowed: Condition,
    #[serde(default)]
    pub refused: Said,
    /// Operation that changes something; never called before a yes.
    #[serde(default)]
    pub operation: Option<String>,
    #[serde(default)]
    pub confirm: Said,
    #[serde(default)]
    pub done: Said,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    slot: Vec<Spanned<SlotSpec>>,
    #[serde(default)]
    subject: Vec<Spanned<SubjectSpec>>,
    #[serde(default)]
    form: Vec<Spanned<FormSpec>>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, Said>>,
}

/// Every form of a shop.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    slots: BTreeMap<String, SlotSpec>,
    subjects: BTreeMap<String, SubjectSpec>,
    forms: Vec<FormSpec>,
    /// What a value of a fact is called.
    values: BTreeMap<String, BTreeMap<String, Said>>,
}

impl Forms {
    /// Reads forms. `file` is named in errors, with the line.
    ///
    /// # Errors
    /// [`Code::BadConfig`] for TOML that cannot be read and forms that could not work.
    pub fn parse(text: &str, file: &str) -> Result<Self> {
        let parsed: File = toml::from_str(text)
            .map_err(|e| Error::new(Code::BadConfig, e.to_string().trim_end().to_owned()).at(file))?;
        let at = |start: usize, why: String| {
            let line = text[..start].matches('\n').count() + 1;
            Error::new(Code::BadConfig, why).at(format!("{file}, line {line}"))
        };
        let mut forms = Self { values: parsed.values, ..Self::default() };
        for slot in parsed.slot {
            let start = slot.span().start;
            let slot = compiled(slot.into_inner()).map_err(|why| at(start, why))?;
            forms.slots.insert(slot.name.clone(), slot);
        }
        for subject in parsed.subject {
            let start = subject.span().start;
            let subject = subject.into_inner();
            forms.check_subject(&subject).map_err(|why| at(start, why))?;
            forms.subjects.insert(subject.name.clone(), subject);
        }
        let spans: Vec<usize> = parsed.form.iter().map(|form| form.span().start).collect();
        forms.forms = parsed.form.into_iter().map(|form| normalised(form.into_inner())).collect();
        for (form, start) in forms.forms.iter().zip(spans) {
            forms.check_form(form).map_err(|why| at(start, why))?;
        }
        Ok(forms)
    }

    /// A form by its name.
    pub fn form(&self, name: &str) -> Option<&FormSpec> {
        self.forms.iter().find(|form| form.name == name)
    }

    /// Every form.
    pub fn all(&self) -> &[FormSpec] {
        &self.forms
    }

    /// The form that an intent starts.
    pub fn of_intent(&self, intent: &str) -> Option<&FormSpec> {
        self.forms.iter().find(|form| form.intents.iter().any(|name| name == intent))
    }

    /// A slot by its name.
    pub fn slot(&self, name: &str) -> Option<&SlotSpec> {
        self.slots.get(name)
    }

    /// What a form is about.
    pub fn subject(&self, name: &str) -> Option<&SubjectSpec> {
        self.subjects.get(name)
    }

    /// Everything forms are about.
    pub fn subjects(&self) -> impl Iterator<Item = &SubjectSpec> {
        self.subjects.values()
    }

    /// What a value of a fact is called; the value itself where nothing is declared.
    pub fn value_name<'a>(&'a self, fact: &str, value: &'a str, lang: Lang) -> &'a str {
        self.values.get(fact).and_then(|names| names.get(value)).map_or(value, |said| said.text(lang))
    }

    fn check_subject(&self, subject: &SubjectSpec) -> std::result::Result<(), String> {
        let proof = subject.proof.iter().flat_map(|proof| &proof.slots);
        self.check_slots(std::iter::once(&subject.id).chain(proof))
    }

    fn check_form(&self, form: &FormSpec) -> std::result::Result<(), String> {
        if !self.subjects.contains_key(&form.subject) {
            return Err(format!("there is no subject `{}`", form.subject));
        }
        self.check_slots(form.slots.iter())?;
        let actions = form.card.iter().flat_map(|card| &card.actions);
        for action in actions {
            let target =
                self.form(action).ok_or_else(|| format!("card.actions: there is no form `{action}`"))?;
            if target.says.all().next().is_none() {
                return Err(format!(
                    "card.actions: the form `{action}` needs `says`, which the button sends"
                ));
            }
        }
        if form.operation.is_some() {
            if form.confirm.is_empty() || form.done.is_empty() {
                return Err("a form with an operation needs `confirm` and `done`".to_owned());
            }
            return Ok(());
        }
        match form.answers.last() {
            Some(last) if last.when.is_empty() => Ok(()),
            _ => Err("the last of a form's answers must have no `when`: it is said when nothing else fits"
                .to_owned()),
        }
    }

    fn check_slots<'a>(&self, names: impl Iterator<Item = &'a String>) -> std::result::Result<(), String> {
        match names.into_iter().find(|name| !self.slots.contains_key(*name)) {
            Some(unknown) => Err(format!("there is no slot `{unknown}`")),
            None => Ok(()),
        }
    }
}

fn compiled(mut slot: SlotSpec) -> std::result::Result<SlotSpec, String> {
    let regex = |pattern: &Option<String>| {
        let pattern = pattern.as_ref()?;
        let built = RegexBuilder::new(pattern).case_insensitive(true).size_limit(LARGEST_REGEX).build();
        Some(built.map_err(|e| format!("`{pattern}` is no regular expression: {e}")))
    };
    slot.fits = regex(&slot.pattern).transpose()?;
    slot.found = regex(&slot.anywhere).transpose()?;
    if slot.prompt.is_empty() {
        return Err(format!("the slot `{}` has no prompt", slot.name));
    }
    Ok(slot)
}

fn normalised(mut form: FormSpec) -> FormSpec {
    for phrase in form.says.zh.iter_mut().chain(&mut form.says.en) {
        *phrase = normalise(phrase.trim());
    }
    form
}

impl SlotOption {
    /// Whether a normalised text is this option.
    pub fn is(&self, text: &str) -> bool {
        let called = |label: &str| !label.is_empty() && text.contains(&normalise(label));
        text == normalise(&self.value) || self.label.both().into_iter().any(called)
    }
}
