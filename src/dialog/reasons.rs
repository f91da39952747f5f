//! The policy's grounds in words, for people who ask why.

use crate::domain::Lang;
use crate::policy::Grounds;

/// What the grounds are in the words of `lang`.
pub(super) fn in_words(grounds: &Grounds, lang: Lang) -> String {
    let say = |zh: &str, en: &str| lang.pick(zh, en).to_owned();
    match *grounds {
        Grounds::RuleHandsOver => say("规则要求转人工", "a rule brings a person"),
        Grounds::RuleAnswers => say("由规则直接回答", "a rule answers"),
        Grounds::RuleStartsForm => say("由规则开始办理", "a rule starts a form"),
        Grounds::PersonWanted => say("访客要求人工", "the visitor asks for a person"),
        Grounds::Anger { words } => match lang {
            Lang::Zh => format!("访客不满：{words} 个表达不满的词"),
            Lang::En => {
                format!("the visitor is angry: {words} word{} of anger", if words == 1 { "" } else { "s" })
            }
        },
        Grounds::Wordless => say("这句话里没有可以依据的文字", "the message has no words to go by"),
        Grounds::Picked => say("访客选了机器人给出的选项", "the visitor picked one of the choices"),
        Grounds::Form => say("这句话属于正在办的事", "the message belongs to the form that is open"),
        Grounds::Courtesy => {
            say("只是道谢、应声或告别", "the message is thanks, assent or goodbye and nothing else")
        }
        Grounds::HandoffIntent { intent } => match lang {
            Lang::Zh => format!("意图把握 {}，这类意图转人工", percent(intent)),
            Lang::En => format!("{} sure of the intent, which goes to a person", percent(intent)),
        },
        Grounds::SmalltalkIntent { intent } => match lang {
            Lang::Zh => format!("意图把握 {}，是寒暄", percent(intent)),
            Lang::En => format!("{} sure of the intent, which is small talk", percent(intent)),
        },
        Grounds::Sure { best, threshold } => match lang {
            Lang::Zh => format!("把握 {best:.2}，达到门槛 {threshold:.2}"),
            Lang::En => format!("{best:.2} reaches the threshold {threshold:.2}"),
        },
        Grounds::UnsureAndAnger { best, threshold } => {
            below(best, threshold, lang) + lang.pick("，而且访客不满", ", and the visitor is angry")
        }
        Grounds::BusinessIntent { intent, best, threshold } => {
            let why = match lang {
                Lang::Zh => format!("；意图把握 {}，需要有人查办", percent(intent)),
                Lang::En => {
                    format!(", and {} sure that somebody has to look into the matter", percent(intent))
                }
            };
            below(best, threshold, lang) + &why
        }
        Grounds::ToldToDo { intent } => match lang {
            Lang::Zh => format!("意图把握 {}，访客要办这件事", percent(intent)),
            Lang::En => format!("{} sure of the intent, and the visitor wants it done", percent(intent)),
        },
        Grounds::UnsureAgain { best, threshold } => {
            below(best, threshold, lang) + lang.pick("，而且不是第一次", ", not for the first time")
        }
        Grounds::InParts { answered, asked, least } => match lang {
            Lang::Zh => format!("消息里问了 {asked} 件事，{answered} 件有答案，把握至少 {least:.2}"),
            Lang::En => format!(
                "{answered} of {asked} questions in the message have an answer, each at least {least:.2}"
            ),
        },
        Grounds::SeveralClose { best, threshold } => {
            below(best, threshold, lang)
                + lang.pick("，但有几段内容接近", ", but several passages come close")
        }
        Grounds::Unsure { best, threshold } => below(best, threshold, lang),
    }
}

fn below(best: f32, threshold: f32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("把握 {best:.2}，低于门槛 {threshold:.2}"),
        Lang::En => format!("{best:.2} is below the threshold {threshold:.2}"),
    }
}

fn percent(probability: f32) -> String {
    format!("{:.0} %", probability * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_said_in_the_language_of_the_message_with_its_numbers() {
        let grounds = Grounds::BusinessIntent { intent: 0.91, best: 0.25, threshold: 0.55 };
        let zh = in_words(&grounds, Lang::Zh);
        assert!(zh.contains("0.25") && zh.contains("0.55") && zh.contains("91 %"), "{zh}");
        assert!(!zh.chars().any(|c| c.is_ascii_alphabetic()), "{zh}");
        assert_eq!(
            in_words(&grounds, Lang::En),
            "0.25 is below the threshold 0.55, and 91 % sure that somebody has to look into the matter"
        );
    }
}
