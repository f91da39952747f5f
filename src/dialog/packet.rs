//! What an agent is handed: put together from what the dialog carried along and what the visitor said.

use super::Shop;
use super::input::TurnInput;
use super::summary::summary;
use crate::domain::{HandoffPacket, Lang, Mood, SenderKind};
use crate::text::{detect_lang, normalise};

/// Anger this many messages back counts as of late.
const OF_LATE: usize = 2;

/// The packet of a conversation whose last message is `input`.
pub(super) fn packet(shop: &Shop, input: &TurnInput, reason: Option<&str>) -> HandoffPacket {
    let spoken = input.history.iter().filter(|line| line.role == SenderKind::Visitor);
    let said: Vec<&str> = spoken.map(|line| line.text.as_str()).chain([input.text.as_str()]).collect();
    let lang = said.iter().rev().map(|text| detect_lang(text)).next().unwrap_or(Lang::Zh);
    let state = &input.state;
    let (mood, mood_words) = mood(shop, &said);
    let intent = state.intent.as_ref().map(|held| held.intent.clone());
    let title = |name: &str| shop.intent(name).map(|intent| intent.title(lang).to_owned());
    HandoffPacket {
        summary: summary(&said),
        intent_title: intent.as_ref().and_then(|intent| title(&intent.name)),
        team: state.team.clone().or_else(|| shop.intent(&intent.as_ref()?.name)?.team.clone()),
        intent,
        slots: state.slots.clone(),
        tried: state.tried.clone(),
        documents: state.shown.iter().rev().cloned().collect(),
        mood,
        mood_words,
        reason: state.handoff_note.clone().or_else(|| reason.map(str::to_owned)),
    }
}

/// How the visitor sounds, by the shop's words of anger.
fn mood(shop: &Shop, said: &[&str]) -> (Mood, Vec<String>) {
    let (mut words, mut latest): (Vec<String>, Option<usize>) = (Vec::new(), None);
    for (back, text) in said.iter().rev().enumerate() {
        let folded = normalise(text);
        for word in shop.anger_words(&folded).filter(|word| !words.contains(word)).collect::<Vec<_>>() {
            words.push(word);
            latest = latest.or(Some(back));
        }
    }
    let mood = match latest {
        None => Mood::Calm,
        Some(back) if back < OF_LATE => Mood::Angry,
        Some(_) => Mood::Uneasy,
    };
    (mood, words)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::dialog::HistoryTurn;

    fn shop() -> Shop {
        Shop::load(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge")).unwrap()
    }

    fn said(lines: &[&str]) -> TurnInput {
        let (last, before) = lines.split_last().unwrap();
        let line = |text: &&str| HistoryTurn { role: SenderKind::Visitor, text: (*text).to_owned() };
        TurnInput {
            text: (*last).to_owned(),
            history: before.iter().map(line).collect(),
            ..TurnInput::default()
        }
    }

    #[test]
    fn anger_that_has_passed_is_unease() {
        let shop = shop();
        let mood = |lines: &[&str]| packet(&shop, &said(lines), None).mood;
        assert_eq!(mood(&["运费怎么算"]), Mood::Calm);
        assert_eq!(mood(&["你们太气人了", "我要投诉你们，骗子"]), Mood::Angry);
        assert_eq!(mood(&["骗子", "那运费怎么算", "好的"]), Mood::Uneasy);
    }

    #[test]
    fn the_rules_words_come_before_the_name_of_the_reason() {
        let mut input = said(&["转人工"]);
        assert_eq!(packet(&shop(), &input, Some("asked")).reason.unwrap(), "asked");
        input.state.handoff_note = Some("食品安全".into());
        assert_eq!(packet(&shop(), &input, Some("rule")).reason.unwrap(), "食品安全");
    }
}
