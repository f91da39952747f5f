//! Whether a message is about the visitor's own matter: "我昨天买的订单发货没" asks for one parcel, "一般几天发货" for a
//! rule. By form, because the intent is the same.

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

#[cfg(test)]
mod tests {
    use super::*;

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
