//! The order in which reasons count.

use super::situation::{Finding, IntentClass, Reason, RuleSays, Situation, Verdict};

/// Choices offered at most.
const MOST_CHOICES: usize = 3;
/// So many different words of anger need nobody's second look.
const PLAINLY_ANGRY: usize = 2;
/// The second turn in a row without an answer brings a person.
const MISSES_BEFORE_HANDOFF: usize = 1;

/// Decides, and says why in words for the explanation.
///
/// A rule comes first, then what the visitor asks for, then how certain the engine is. Being near the topic is never
/// enough for an answer: below the limit the bot asks back once, and the second time brings a person.
pub fn decide(s: &Situation<'_>) -> (Verdict, String) {
    match s.rule {
        Some(RuleSays::Handoff) => return (Verdict::Handoff(Reason::Rule), "a rule brings a person".into()),
        Some(RuleSays::Answer) if !s.asks_for_person => return (Verdict::SayRule, "a rule answers".into()),
        _ => {}
    }
    if s.asks_for_person {
        return (Verdict::Handoff(Reason::Asked), "the visitor asks for a person".into());
    }
    if s.anger >= PLAINLY_ANGRY {
        return (
            Verdict::Handoff(Reason::Angry),
            format!("the visitor is angry: {} words of anger", s.anger),
        );
    }

    let best = s.findings.first().map_or(0.0, |f| f.probability);
    if s.wordless {
        return (Verdict::SayMore, "the message has no words to go by".into());
    }
    if let Some((class, probability)) = s.intent.filter(|(_, p)| *p >= s.limits.intent) {
        let sure = format!("{:.0} % sure of the intent", probability * 100.0);
        match class {
            IntentClass::Handoff => {
                return (Verdict::Handoff(Reason::Asked), format!("{sure}, which goes to a person"));
            }
            IntentClass::Smalltalk if best < s.limits.answer_over_smalltalk => {
                return (Verdict::Smalltalk, format!("{sure}, which is small talk"));
            }
            _ => {}
        }
    }
    if !s.findings.is_empty() && best >= s.limits.answer {
        return (Verdict::Answer, format!("{best:.2} reaches the threshold {:.2}", s.limits.answer));
    }
    without_answer(s, best)
}

fn without_answer(s: &Situation<'_>, best: f32) -> (Verdict, String) {
    let short = format!("{best:.2} is below the threshold {:.2}", s.limits.answer);
    if s.anger > 0 {
        return (Verdict::Handoff(Reason::Angry), format!("{short}, and the visitor is angry"));
    }
    if matches!(s.intent, Some((IntentClass::Business, p)) if p >= s.limits.intent) {
        return (
            Verdict::Handoff(Reason::Business),
            format!("{short}, and somebody has to look into the matter"),
        );
    }
    if s.misses >= MISSES_BEFORE_HANDOFF {
        return (Verdict::Handoff(Reason::Unsure), format!("{short}, not for the first time"));
    }
    let choices = alternatives(s.findings, s.limits.choice);
    if choices.len() >= 2 {
        return (Verdict::Choose(choices), format!("{short}, but several passages come close"));
    }
    (Verdict::NotFound, short)
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

    const LIMITS: Limits = Limits { answer: 0.6, choice: 0.3, intent: 0.7, answer_over_smalltalk: 0.8 };

    fn situation(findings: &[Finding]) -> Situation<'_> {
        Situation {
            rule: None,
            asks_for_person: false,
            anger: 0,
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
        let near = [finding(0.5, 1)];
        assert_eq!(decide(&situation(&near)).0, Verdict::NotFound);
        assert_eq!(decide(&Situation { misses: 1, ..situation(&near) }).0, Verdict::Handoff(Reason::Unsure));
    }

    #[test]
    fn close_topics_become_choices_but_one_topic_is_no_choice() {
        let two = [finding(0.5, 1), finding(0.45, 1), finding(0.4, 2), finding(0.1, 3)];
        assert_eq!(decide(&situation(&two)).0, Verdict::Choose(vec![0, 2]));
        assert_eq!(decide(&situation(&two[..2])).0, Verdict::NotFound);
    }

    #[test]
    fn who_asks_for_a_person_gets_one_whatever_was_found() {
        let sure = [finding(0.99, 1)];
        let asks = Situation { asks_for_person: true, rule: Some(RuleSays::Answer), ..situation(&sure) };
        assert_eq!(decide(&asks).0, Verdict::Handoff(Reason::Asked));
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

    proptest! {
        #[test]
        fn below_the_threshold_nothing_is_ever_answered(p in 0.0f32..0.6, misses in 0usize..4, anger in 0usize..3) {
            let findings = [finding(p, 1)];
            let verdict = decide(&Situation { misses, anger, ..situation(&findings) }).0;
            prop_assert_ne!(verdict, Verdict::Answer);
        }
    }
}
