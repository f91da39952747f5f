//! What a message means to the forms: starts one, gives what was asked for, says yes, takes it back, corrects.

use super::declare::{FormSpec, Forms};
use super::fill::{found, ordinal};
use crate::dialog::systems::BusinessSystems;
use crate::domain::{DialogState, Slot, Waits};
use crate::text::normalise;

/// Turns after which "that one" means something else.
const STILL_MEANT: u32 = 4;
/// A message this short, while a value is asked for, tries to give it.
const SHORT: usize = 12;
/// Longest message that takes back or corrects by its words alone.
const SHORT_REMARK: usize = 24;

/// What a message means to the forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cue {
    /// Nothing.
    None,
    /// Its intent starts this form.
    Starts(String),
    /// It begins with the words of this form: a pressed button.
    Presses(String),
    /// It gives something the open form waits for.
    Fills,
    /// It tries to, and does not fit.
    Misses,
    /// It says yes to what is to be done.
    Confirms,
    /// It takes the open form back.
    Cancels,
    /// Another subject is meant than the one that was found.
    Corrects,
}

/// A message as the forms hear it.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    pub text: &'a str,
    /// Slots of this message.
    pub slots: &'a [Slot],
    /// The recognised intent, if it may be acted on.
    pub intent: Option<&'a str>,
}

const YES: [&str; 24] = [
    "确认",
    "是",
    "是的",
    "对",
    "对的",
    "好",
    "好的",
    "可以",
    "行",
    "嗯",
    "确定",
    "没错",
    "确认提交",
    "好的确认",
    "yes",
    "y",
    "ok",
    "okay",
    "confirm",
    "yesplease",
    "sure",
    "goahead",
    "correct",
    "doit",
];
const BACK: [&str; 23] = [
    "算了",
    "不用了",
    "不要了",
    "不查了",
    "不办了",
    "不了",
    "先不了",
    "先不",
    "别了",
    "取消",
    "取消吧",
    "不",
    "不是",
    "没事了",
    "nevermind",
    "forgetit",
    "no",
    "nothanks",
    "cancel",
    "cancelthat",
    "stop",
    "notnow",
    "leaveit",
];
const BACK_BEGINS: [&str; 6] = ["算了", "不用了", "不查了", "不办了", "nevermind", "forgetit"];
const OTHER: [&str; 17] = [
    "不对",
    "不是这",
    "不是那",
    "另一单",
    "另外一单",
    "另一个订单",
    "另外一个订单",
    "别的订单",
    "换一单",
    "搞错了",
    "弄错了",
    "wrongorder",
    "wrongone",
    "anotherorder",
    "theotherone",
    "otherorder",
    "notthatone",
];

/// What a message means to the forms. Forms whose systems are not declared do not exist.
pub fn cue(forms: &Forms, systems: &dyn BusinessSystems, state: &DialogState, heard: Heard<'_>) -> Cue {
    let folded = normalise(heard.text);
    let core = core(&folded);
    if let Some(form) = forms.all().iter().find(|form| presses(forms, form, &folded))
        && usable(forms, form, systems)
    {
        return Cue::Presses(form.name.clone());
    }
    if let Some(open) = &state.form
        && let Some(form) = forms.form(&open.name)
    {
        let waits_for_yes = matches!(open.waits, Waits::Confirm { .. });
        if waits_for_yes && YES.contains(&core.as_str()) {
            return Cue::Confirms;
        }
        if takes_back(&core) {
            return Cue::Cancels;
        }
        if corrects(&core) {
            return Cue::Corrects;
        }
        if is_value_alone(forms, form, &open.waits, &folded) {
            return Cue::Fills;
        }
        let other = heard.intent.and_then(|intent| forms.of_intent(intent)).filter(|f| f.name != form.name);
        if other.is_none() {
            if gives(forms, form, &open.waits, heard) {
                return Cue::Fills;
            }
            let tries = heard.intent.is_none() && core.chars().count() <= SHORT;
            if tries && !core.is_empty() {
                return Cue::Misses;
            }
        }
    } else if let Some(subject) = &state.subject
        && state.turn.saturating_sub(subject.turn) <= STILL_MEANT
        && corrects(&core)
        && forms.form(&subject.form).is_some_and(|form| usable(forms, form, systems))
    {
        return Cue::Corrects;
    }
    let starts = heard.intent.and_then(|intent| forms.of_intent(intent));
    match starts.filter(|form| usable(forms, form, systems)) {
        Some(form) => Cue::Starts(form.name.clone()),
        None => Cue::None,
    }
}

/// A form is to be started, if it can be.
pub fn start(forms: &Forms, systems: &dyn BusinessSystems, name: &str) -> Cue {
    match forms.form(name).filter(|form| usable(forms, form, systems)) {
        Some(form) => Cue::Starts(form.name.clone()),
        None => Cue::None,
    }
}

/// Whether every system a form cannot do without is declared.
fn usable(forms: &Forms, form: &FormSpec, systems: &dyn BusinessSystems) -> bool {
    let Some(subject) = forms.subject(&form.subject) else { return false };
    let needed = [&subject.list, &subject.one].into_iter().chain(&form.operation);
    needed.into_iter().all(|operation| systems.declares(operation))
}

/// Whether a message is a phrase of the form, alone or with the name of a subject behind it.
fn presses(forms: &Forms, form: &FormSpec, folded: &str) -> bool {
    let id = forms.subject(&form.subject).and_then(|subject| forms.slot(&subject.id));
    form.says.all().any(|phrase| {
        let Some(rest) = folded.strip_prefix(phrase.as_str()) else { return false };
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
        rest.is_empty()
            || id
                .and_then(|slot| slot.found.as_ref()?.find(rest))
                .is_some_and(|m| m.as_str().len() == rest.len())
    })
}

fn gives(forms: &Forms, form: &FormSpec, waits: &Waits, heard: Heard<'_>) -> bool {
    let Some(subject) = forms.subject(&form.subject) else { return false };
    let proof = subject.proof.iter().flat_map(|proof| &proof.slots);
    let known = std::iter::once(&subject.id).chain(proof).chain(&form.slots);
    let names: Vec<&String> = known.chain(subject.narrow.iter().map(|narrow| &narrow.slot)).collect();
    let asked = |name: &str| matches!(waits, Waits::Slot { name: wanted } if wanted == name);
    if let Waits::Slot { name } = waits
        && let Some(slot) = forms.slot(name)
        && found(slot, heard, true).is_some()
    {
        // A free text is whatever is said, unless it is clearly something else.
        return !slot.free
            || heard.intent.is_none()
            || form.intents.iter().any(|i| Some(i.as_str()) == heard.intent);
    }
    if let Waits::Pick { offered } = waits
        && ordinal(heard.text, offered.len()).is_some()
    {
        return true;
    }
    let fits = |name: &&String| match forms.slot(name) {
        Some(slot) => !asked(name) && !slot.free && found(slot, heard, false).is_some(),
        None => heard.slots.iter().any(|slot| slot.name == **name),
    };
    let new_topic = heard.intent.is_some_and(|intent| !form.intents.iter().any(|own| own == intent));
    !new_topic && names.iter().any(fits)
}

/// Whether a message is one of the things offered, or a number that the form asks for, and nothing else. That is no
/// other topic, whatever intent such a number resembles.
fn is_value_alone(forms: &Forms, form: &FormSpec, waits: &Waits, folded: &str) -> bool {
    let said = folded.trim();
    if let Waits::Pick { offered } = waits
        && offered.iter().any(|id| normalise(id) == said)
    {
        return true;
    }
    let Some(subject) = forms.subject(&form.subject) else { return false };
    let proof = subject.proof.iter().flat_map(|proof| &proof.slots);
    let patterns =
        std::iter::once(&subject.id).chain(proof).filter_map(|name| forms.slot(name)?.found.as_ref());
    patterns.into_iter().any(|pattern| pattern.find(said).is_some_and(|found| found.as_str() == said))
}

fn takes_back(core: &str) -> bool {
    let short = core.chars().count() <= SHORT_REMARK;
    BACK.contains(&core) || (short && BACK_BEGINS.iter().any(|word| core.starts_with(word)))
}

fn corrects(core: &str) -> bool {
    core.chars().count() <= 2 * SHORT_REMARK && OTHER.iter().any(|word| core.contains(word))
}

/// Letters and digits of a normalised text.
fn core(folded: &str) -> String {
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> String {
        core(&normalise(text))
    }

    #[test]
    fn only_a_plain_yes_is_a_yes() {
        for yes in ["确认。", "好的！", "OK", "Yes, please"] {
            assert!(YES.contains(&heard(yes).as_str()), "{yes}");
        }
        for other in ["好的，那运费呢", "确认一下什么时候到", "可以不取消吗", "yes but not today"]
        {
            assert!(!YES.contains(&heard(other).as_str()), "{other}");
        }
    }

    #[test]
    fn taking_back_and_correcting_are_told_from_questions() {
        for back in ["算了", "算了，不查了", "never mind!", "先不了"] {
            assert!(takes_back(&heard(back)), "{back}");
        }
        assert!(!takes_back(&heard("取消订单要扣钱吗")));
        for other in ["不对，是另一单", "wrong order", "不是这个"] {
            assert!(corrects(&heard(other)), "{other}");
        }
        assert!(!corrects(&heard("这单到哪了")));
    }
}
