//! Thanks, assent and goodbye: messages that ask nothing and close what was asked before.
//!
//! They are recognised by form, because they are short: taken for questions that lean on the last one, "thanks!"
//! after an answer would be answered once more.

use crate::text::normalise;

/// What a message that is nothing but courtesy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Courtesy {
    /// "ok", "明白了"
    Assent,
    /// "thanks, bye"
    Thanks,
}

// Longer phrases stand before the words inside them.
const THANKS: [&str; 34] = [
    "麻烦您了",
    "麻烦你了",
    "辛苦您了",
    "辛苦你了",
    "打扰了",
    "非常感谢",
    "帮大忙了",
    "谢谢",
    "感谢",
    "多谢",
    "谢啦",
    "谢了",
    "辛苦了",
    "再见",
    "拜拜",
    "回见",
    "thank you",
    "thank u",
    "thanks",
    "thankyou",
    "thx",
    "ty",
    "cheers",
    "ta",
    "much appreciated",
    "appreciate it",
    "appreciated",
    "goodbye",
    "good bye",
    "bye",
    "see you",
    "have a nice day",
    "have a good day",
    "have a great day",
];
const ASSENT: [&str; 50] = [
    "明白了",
    "知道了",
    "了解了",
    "清楚了",
    "懂了",
    "收到",
    "没有了",
    "没事了",
    "不用了",
    "没问题了",
    "没别的了",
    "确认",
    "是的",
    "对的",
    "好的",
    "好嘞",
    "好滴",
    "好吧",
    "行吧",
    "可以了",
    "嗯嗯",
    "哦哦",
    "先这样",
    "明白",
    "了解",
    "太好了",
    "got it",
    "i see",
    "understood",
    "makes sense",
    "all good",
    "thats all",
    "that is all",
    "thats it",
    "nothing else",
    "no more questions",
    "never mind",
    "nevermind",
    "okay",
    "ok",
    "alright",
    "all right",
    "great",
    "perfect",
    "brilliant",
    "wonderful",
    "awesome",
    "excellent",
    "good to know",
    "very helpful",
];
/// What may stand around them and says nothing by itself.
const AROUND_ZH: [&str; 15] =
    ["那", "先", "就", "这样", "哈", "啊", "呀", "哦", "啦", "了", "吧", "您", "你", "我", "都"];
const AROUND_EN: [&str; 22] = [
    "so", "very", "much", "a", "lot", "for", "the", "your", "help", "now", "then", "that", "it", "is", "was",
    "and", "you", "again", "really", "all", "many", "no",
];

/// What the message says, if it is nothing but courtesy.
pub(super) fn courtesy(text: &str) -> Option<Courtesy> {
    let folded = normalise(text);
    if folded.contains('?') {
        return None;
    }
    let mut rest = bare(&folded);
    let thanks = take(&mut rest, &THANKS);
    let assent = take(&mut rest, &ASSENT);
    AROUND_ZH.iter().for_each(|word| rest = rest.replace(word, " "));
    if !rest.split_whitespace().all(|word| AROUND_EN.contains(&word)) {
        return None;
    }
    match (thanks, assent) {
        (true, _) => Some(Courtesy::Thanks),
        (false, true) => Some(Courtesy::Assent),
        (false, false) => None,
    }
}

/// Takes the phrases out of the text, Latin ones as whole words; whether there were any.
fn take(rest: &mut String, phrases: &[&str]) -> bool {
    let mut found = false;
    for phrase in phrases {
        let wanted = if phrase.is_ascii() { format!(" {phrase} ") } else { (*phrase).to_owned() };
        while let Some(at) = rest.find(&wanted) {
            rest.replace_range(at..at + wanted.len(), " ");
            found = true;
        }
    }
    found
}

/// The words alone, with spaces around each; apostrophes fall away.
fn bare(folded: &str) -> String {
    let kept = folded.chars().filter(|c| !matches!(c, '\'' | '’'));
    let spaced: String = kept.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_words_alone_are_courtesy() {
        for text in [
            "thanks!",
            "Thank you so much",
            "ok thanks, bye",
            "that's all, thank you",
            "好的谢谢",
            "谢谢你啊",
            "明白了，谢谢您",
            "那先这样，再见",
            "没有了，谢谢",
        ] {
            assert_eq!(courtesy(text), Some(Courtesy::Thanks), "{text}");
        }
        for text in ["ok", "Great, that's all", "perfect", "好的", "嗯嗯 知道了", "那先这样吧"] {
            assert_eq!(courtesy(text), Some(Courtesy::Assent), "{text}");
        }
    }

    #[test]
    fn a_question_that_is_asked_politely_is_a_question() {
        for text in [
            "thanks, and how much is shipping?",
            "谢谢，那运费多少",
            "好的，那西藏呢",
            "ok get me a human please",
            "行吧 满多少免",
            "is it ok to return it",
            "is it ok?",
            "and the great kettle",
            "那",
            "it is",
            "我的",
        ] {
            assert_eq!(courtesy(text), None, "{text}");
        }
    }
}
