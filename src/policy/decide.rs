//! The order in which reasons count.

use super::grounds::Grounds;
use super::situation::{Finding, FormCue, IntentClass, Reason, RuleSays, Situation, Verdict};

/// Choices offered at most.
const MOST_CHOICES: usize = 3;
/// So many different words of anger need nobody's second look.
const PLAINLY_ANGRY: usize = 2;
/// An intent this probable is acted on before documents that answer.
const SURE_INTENT: f32 = 0.8;
/// The second turn in a row without an answer brings a person.
const MISSES_BEFORE_HANDOFF: usize = 1;

/// Decides, and says on what grounds.
///
/// A rule comes first, then what the visitor asks for, then how certain the engine is. Being near the topic is never
/// enough for an answer: below the limit the bot asks back once, and the second time brings a person. A general rule
/// does not tell where somebody's own parcel is: only a document that very clearly answers comes before the form, or
/// the person, who looks into an order, and none at all before a form that does what the visitor wants done. What a form asked for belongs to it, whatever else it may look like.
pub fn decide(s: &Situation<'_>) -> (Verdict, Grounds) {
    match s.rule {
        Some(RuleSays::Handoff) => return (Verdict::Handoff(Reason::Rule), Grounds::RuleHandsOver),
        Some(RuleSays::Answer) if !s.asks_for_person => return (Verdict::SayRule, Grounds::RuleAnswers),
        _ => {}
    }
    if s.asks_for_person {
        return (Verdict::Handoff(Reason::Asked), Grounds::PersonWanted);
    }
    if s.anger >= PLAINLY_ANGRY || s.mere_anger {
        return (Verdict::Handoff(Reason::Angry), Grounds::Anger { words: s.anger });
    }
    if s.rule == Some(RuleSays::Form) {
        return (Verdict::Business, Grounds::RuleStartsForm);
    }
    if s.form == FormCue::Continues {
        return (Verdict::Business, Grounds::Form);
    }
    if s.picked && !s.findings.is_empty() {
        return (Verdict::Answer, Grounds::Picked);
    }
    if s.courtesy {
        return (Verdict::Smalltalk, Grounds::Courtesy);
    }
    if s.wordless {
        return (Verdict::SayMore, Grounds::Wordless);
    }

    let best = s.findings.first().map_or(0.0, |f| f.probability);
    match s.intent.filter(|(_, p)| *p >= s.limits.intent) {
        Some((IntentClass::Handoff, intent)) if intent >= SURE_INTENT || best < s.limits.answer => {
            return (Verdict::Handoff(Reason::Asked), Grounds::HandoffIntent { intent });
        }
        Some((IntentClass::Smalltalk, intent)) if best < s.limits.answer_over_smalltalk => {
            return (Verdict::Smalltalk, Grounds::SmalltalkIntent { intent });
        }
        Some((IntentClass::Business, intent))
            if s.own_matter && s.told_to_do && intent >= SURE_INTENT && s.form == FormCue::Declared =>
        {
            return (Verdict::Business, Grounds::ToldToDo { intent });
        }
        Some((IntentClass::Business, intent))
            if s.own_matter && intent >= SURE_INTENT && best < s.limits.answer_over_business =>
        {
            let threshold = s.limits.answer_over_business;
            return (business(s), Grounds::BusinessIntent { intent, best, threshold });
        }
        _ => {}
    }
    if !s.findings.is_empty() && best >= s.limits.answer {
        return (Verdict::Answer, Grounds::Sure { best, threshold: s.limits.answer });
    }
    without_answer(s, best)
}

fn without_answer(s: &Situation<'_>, best: f32) -> (Verdict, Grounds) {
    let threshold = s.limits.answer;
    if s.anger > 0 {
        return (Verdict::Handoff(Reason::Angry), Grounds::UnsureAndAnger { best, threshold });
    }
    if s.misses >= MISSES_BEFORE_HANDOFF {
        return (Verdict::Handoff(Reason::Unsure), Grounds::UnsureAgain { best, threshold });
    }
    let choices = alternatives(s.findings, s.limits.choice);
    if !choices.is_empty() {
        return (Verdict::Choose(choices), Grounds::SeveralClose { best, threshold });
    }
    if let Some((IntentClass::Business, intent)) = s.intent.filter(|(_, p)| *p >= s.limits.intent) {
        return (business(s), Grounds::BusinessIntent { intent, best, threshold });
    }
    (Verdict::NotFound, Grounds::Unsure { best, threshold })
}

/// Who looks into somebody's own matter: a form where there is one, else a person.
fn business(s: &Situation<'_>) -> Verdict {
    match s.form {
        FormCue::None => Verdict::Handoff(Reason::Business),
        FormCue::Declared | FormCue::Continues => Verdict::Business,
    }
}

/// The best finding of each topic that is worth offering.
fn alternatives(findings: &[Finding], limit: f32) -> Vec<usize> {
    let mut topics = Vec::new();
    let mut chosen = Vec::new();
    for (i, finding) in findings.iter().enumerate().filter(|(_, f)| f.probability >= limit) {
        if !topics.contains(&finding.topic) && chosen.len() < MOST_CHOICES {
            topics.push(finding.topic);
            chosen.push(i);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::situation::Limits;
    use super::*;

    const LIMITS: Limits = Limits {
        answer: 0.6,
        choice: 0.3,
        intent: 0.7,
        answer_over_smalltalk: 0.8,
        answer_over_business: 0.8,
    };

    fn situation(findings: &[Finding]) -> Situation<'_> {
        Situation {
            rule: None,
            asks_for_person: false,
            anger: 0,
            mere_anger: false,
            courtesy: false,
            own_matter: true,
            told_to_do: false,
            form: FormCue::None,
            picked: false,
            intent: None,
            findings,
            misses: 0,
            wordless: false,
            limits: LIMITS,
        }
    }

    fn finding(probability: f32, topic: u64) -> Finding {
        Finding { probability, topic }
    }

    #[test]
    fn a_certain_finding_is_answered() {
        assert_eq!(decide(&situation(&[finding(0.7, 1)])).0, Verdict::Answer);
    }

    #[test]
    fn near_the_topic_is_no_answer_and_the_second_miss_brings_a_person() {
        let near = [finding(0.2, 1)];
        assert_eq!(decide(&situation(&near)).0, Verdict::NotFound);
        assert_eq!(decide(&Situation { misses: 1, ..situation(&near) }).0, Verdict::Handoff(Reason::Unsure));
    }

    #[test]
    fn what_comes_close_is_offered_once_a_topic() {
        let two = [finding(0.5, 1), finding(0.45, 1), finding(0.4, 2), finding(0.1, 3)];
        assert_eq!(decide(&situation(&two)).0, Verdict::Choose(vec![0, 2]));
        assert_eq!(decide(&situation(&two[..2])).0, Verdict::Choose(vec![0]));
    }

    #[test]
    fn who_asks_for_a_person_gets_one_whatever_was_found() {
        let sure = [finding(0.99, 1)];
        let asks = Situation { asks_for_person: true, rule: Some(RuleSays::Answer), ..situation(&sure) };
        assert_eq!(decide(&asks).0, Verdict::Handoff(Reason::Asked));
    }

    #[test]
    fn a_form_that_a_rule_starts_gives_way_to_anger() {
        let asks = Situation { rule: Some(RuleSays::Form), form: FormCue::Declared, ..situation(&[]) };
        assert_eq!(decide(&asks), (Verdict::Business, Grounds::RuleStartsForm));
        assert_eq!(decide(&Situation { anger: 2, ..asks }).0, Verdict::Handoff(Reason::Angry));
    }

    #[test]
    fn a_little_anger_waits_for_a_sure_answer_and_plain_anger_does_not() {
        let (sure, unsure) = ([finding(0.9, 1)], [finding(0.2, 1)]);
        assert_eq!(decide(&Situation { anger: 1, ..situation(&sure) }).0, Verdict::Answer);
        assert_eq!(decide(&Situation { anger: 1, ..situation(&unsure) }).0, Verdict::Handoff(Reason::Angry));
        assert_eq!(decide(&Situation { anger: 2, ..situation(&sure) }).0, Verdict::Handoff(Reason::Angry));
    }

    #[test]
    fn small_talk_gives_way_to_a_sure_answer() {
        let talk = Some((IntentClass::Smalltalk, 0.9));
        assert_eq!(
            decide(&Situation { intent: talk, ..situation(&[finding(0.7, 1)]) }).0,
            Verdict::Smalltalk
        );
        assert_eq!(decide(&Situation { intent: talk, ..situation(&[finding(0.9, 1)]) }).0, Verdict::Answer);
    }

    #[test]
    fn a_threshold_of_zero_is_respected() {
        let limits = Limits { answer: 0.0, ..LIMITS };
        assert_eq!(decide(&Situation { limits, ..situation(&[finding(0.01, 1)]) }).0, Verdict::Answer);
    }

    #[test]
    fn a_business_matter_goes_to_a_person_unless_a_document_very_clearly_answers() {
        let (sure, near) = ([finding(0.85, 1)], [finding(0.5, 1), finding(0.45, 2)]);
        let asks = |findings| Situation { intent: Some((IntentClass::Business, 0.9)), ..situation(findings) };
        assert_eq!(decide(&asks(&sure)).0, Verdict::Answer);
        assert_eq!(
            decide(&asks(&near)),
            (
                Verdict::Handoff(Reason::Business),
                Grounds::BusinessIntent { intent: 0.9, best: 0.5, threshold: 0.8 }
            )
        );
        let rule = [finding(0.7, 1)];
        assert_eq!(decide(&asks(&rule)).0, Verdict::Handoff(Reason::Business));
        assert_eq!(decide(&Situation { own_matter: false, ..asks(&rule) }).0, Verdict::Answer);
        let doubtful = Some((IntentClass::Business, 0.4));
        assert_eq!(
            decide(&Situation { intent: doubtful, ..situation(&near) }).0,
            Verdict::Choose(vec![0, 1])
        );
    }

    #[test]
    fn a_form_takes_its_matters_from_the_person_but_not_who_asks_for_one() {
        let near = [finding(0.5, 1)];
        let asks = Situation {
            intent: Some((IntentClass::Business, 0.9)),
            form: FormCue::Declared,
            ..situation(&near)
        };
        assert_eq!(decide(&asks).0, Verdict::Business);
        let general = Situation { own_matter: false, ..asks.clone() };
        assert_eq!(decide(&general).0, Verdict::Choose(vec![0]), "a rule for all is in the documents");
        let sure = [finding(0.99, 1)];
        let fills = Situation { form: FormCue::Continues, courtesy: true, ..situation(&sure) };
        assert_eq!(decide(&fills), (Verdict::Business, Grounds::Form));
        let person = Situation { asks_for_person: true, ..fills };
        assert_eq!(decide(&person).0, Verdict::Handoff(Reason::Asked));
    }

    #[test]
    fn what_is_to_be_done_is_done_and_not_explained() {
        let sure = [finding(0.99, 1)];
        let wants = Situation {
            intent: Some((IntentClass::Business, 0.9)),
            form: FormCue::Declared,
            told_to_do: true,
            ..situation(&sure)
        };
        assert_eq!(decide(&wants), (Verdict::Business, Grounds::ToldToDo { intent: 0.9 }));
        assert_eq!(decide(&Situation { told_to_do: false, ..wants.clone() }).0, Verdict::Answer);
        assert_eq!(decide(&Situation { form: FormCue::None, ..wants }).0, Verdict::Answer);
    }

    #[test]
    fn a_word_of_anger_alone_brings_a_person_at_once() {
        let sure = [finding(0.99, 1)];
        let rants = Situation { anger: 1, mere_anger: true, ..situation(&sure) };
        assert_eq!(decide(&rants), (Verdict::Handoff(Reason::Angry), Grounds::Anger { words: 1 }));
    }

    #[test]
    fn a_picked_choice_is_answered_however_unsure_the_ranking_is() {
        let unsure = [finding(0.05, 1)];
        let picks = Situation { picked: true, misses: 1, ..situation(&unsure) };
        assert_eq!(decide(&picks), (Verdict::Answer, Grounds::Picked));
    }

    #[test]
    fn thanks_are_never_answered_with_a_document() {
        let sure = [finding(0.99, 1)];
        let thanks = Situation { courtesy: true, ..situation(&sure) };
        assert_eq!(decide(&thanks), (Verdict::Smalltalk, Grounds::Courtesy));
    }

    #[test]
    fn only_what_is_said_in_so_many_words_is_certain() {
        let asked = Situation { asks_for_person: true, ..situation(&[]) };
        assert_eq!(decide(&asked).1.certainty(), 1.0);
        let meant = Situation { intent: Some((IntentClass::Handoff, 0.8)), ..situation(&[]) };
        assert_eq!(decide(&meant).1.certainty(), 0.8);
        let near = [finding(0.25, 1)];
        assert_eq!(decide(&Situation { misses: 1, ..situation(&near) }).1.certainty(), 0.75);
    }

    proptest! {
        #[test]
        fn below_the_threshold_nothing_is_ever_answered(p in 0.0f32..0.6, misses in 0usize..4, anger in 0usize..3) {
            let findings = [finding(p, 1)];
            let verdict = decide(&Situation { misses, anger, ..situation(&findings) }).0;
            prop_assert_ne!(verdict, Verdict::Answer);
        }
    }
}
