//! Whether a message is about the visitor's own matter, and whether it asks how something is done or tells the shop to do
//! it: "我昨天买的订单发货没" asks for one parcel, "一般几天发货" for a rule; "帮我取消订单" is no question at all. By form,
//! because the intent is the same.

use crate::text::mention::mentions;
use crate::text::normalise;

const WORDS: [&str; 18] = [
    "我",
    "俺",
    "咱",
    "那单",
    "这单",
    "那一单",
    "这一单",
    "那个订单",
    "这个订单",
    "i",
    "i've",
    "i'm",
    "my",
    "mine",
    "our",
    "this order",
    "that order",
    "that parcel",
];
/// An order, parcel or refund number is somebody's own.
const LONGEST_CODE_OF_A_SHOP: usize = 7;

/// Whether the message names the one who asks, points at one order, or has a long number.
pub(super) fn is_own_matter(text: &str) -> bool {
    let folded = normalise(text);
    let long_number = || {
        let digits = folded.split(|c: char| !c.is_ascii_digit());
        digits.into_iter().any(|run| run.len() > LONGEST_CODE_OF_A_SHOP)
    };
    WORDS.iter().any(|word| mentions(&folded, word)) || long_number()
}

/// Asks for the way: the documents tell it.
const HOW: [&str; 12] = [
    "怎么",
    "怎样",
    "如何",
    "咋",
    "哪里",
    "在哪",
    "how",
    "where do",
    "where can",
    "what if",
    "what happens",
    "why",
];
/// Turns what has the form of a question into a wish.
const WISH: [&str; 11] = [
    "帮我",
    "替我",
    "给我",
    "麻烦",
    "please",
    "can you",
    "could you",
    "would you",
    "i want to",
    "i need to",
    "i'd like to",
];
/// Makes a question of a sentence.
const ASKING: [&str; 14] = [
    "吗",
    "么",
    "呢",
    "能不能",
    "可不可以",
    "是不是",
    "多久",
    "几天",
    "多少",
    "can i",
    "could i",
    "may i",
    "do i",
    "should i",
];

/// Whether the visitor tells the shop to do something, rather than asks about it.
pub(super) fn tells_to_do(text: &str) -> bool {
    let folded = normalise(text);
    let any = |words: &[&str]| words.iter().any(|word| mentions(&folded, word));
    let question = any(&ASKING) || folded.trim_end().ends_with('?');
    !any(&HOW) && (any(&WISH) || !question)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_told_from_a_question_about_how_it_is_done() {
        for text in
            ["Cancel my order please", "could you cancel my order?", "我要取消订单", "帮我改一下地址好吗"]
        {
            assert!(tells_to_do(text), "{text}");
        }
        for text in [
            "How do I cancel my order?",
            "我的订单怎么取消",
            "can I still cancel my order",
            "我的订单还能取消吗",
            "麻烦问下我的订单怎么取消",
        ] {
            assert!(!tells_to_do(text), "{text}");
        }
    }

    #[test]
    fn who_speaks_of_themselves_or_of_a_number_asks_for_their_own() {
        for text in [
            "我昨天买的订单发货没?",
            "Where is my parcel?",
            "20261120123456 到哪了",
            "I've paid twice",
            "空气炸锅那单退款到哪了",
        ] {
            assert!(is_own_matter(text), "{text}");
        }
        for text in
            ["退款多久到账", "可以改收货地址吗", "How long do refunds take?", "MR40 有货吗", "满99元包邮吗"]
        {
            assert!(!is_own_matter(text), "{text}");
        }
    }
}
