//! Light English stemming and the words that carry no meaning for search.

/// English function words: they occur in every question and tell none apart.
const ENGLISH_STOP_WORDS: &[&str] = &[
    "a", "an", "and", "am", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do",
    "does", "for", "from", "had", "has", "have", "he", "her", "hers", "him", "his", "how", "i", "if", "in",
    "into", "is", "it", "its", "may", "me", "might", "mine", "my", "of", "on", "or", "our", "ours", "please",
    "shall", "she", "should", "so", "some", "than", "that", "the", "their", "them", "then", "there", "these",
    "they", "this", "those", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who",
    "whom", "why", "will", "with", "would", "you", "your", "yours",
];

/// Chinese particles, pronouns and question words that tell no two questions apart.
const CHINESE_STOP_WORDS: &[&str] = &[
    "的",
    "了",
    "吗",
    "呢",
    "吧",
    "啊",
    "呀",
    "哦",
    "嘛",
    "哈",
    "么",
    "是",
    "我",
    "你",
    "您",
    "他",
    "她",
    "它",
    "我们",
    "你们",
    "他们",
    "这",
    "那",
    "这个",
    "那个",
    "就",
    "都",
    "也",
    "还",
    "在",
    "有",
    "和",
    "与",
    "跟",
    "把",
    "被",
    "给",
    "请",
    "请问",
    "一下",
    "什么",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "啥",
    "咋",
    "呗",
    "喔",
    "地",
    "得",
    "着",
    "过",
    "吖",
    "哪",
    "个",
    "会",
    "要",
    "能",
    "可以",
    "想",
    "很",
    "而",
    "及",
    "或",
    "等",
    "之",
    "以",
    "于",
];

/// Whether `term` (already folded) carries no meaning for search.
pub fn is_stop_word(term: &str) -> bool {
    ENGLISH_STOP_WORDS.contains(&term) || CHINESE_STOP_WORDS.contains(&term)
}

/// The stem of a folded English word: plurals, `-ing`, `-ed`, `-ly` and possessives go, everything else stays.
/// Deliberately weaker than Porter's: product names must survive it. Words with digits are left alone.
pub(super) fn stem(word: &str) -> String {
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
    let word: String = word.chars().filter(|c| !matches!(c, '\'' | '’')).collect();
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return word;
    }
    let word = without_plural(&word);
    let word = without_tense(&word);
    final_e(word)
}

fn without_plural(word: &str) -> String {
    if let Some(base) = word.strip_suffix("ies").filter(|b| b.len() >= 2) {
        return format!("{base}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let keeps_s = ["ss", "us", "is", "as", "os"].iter().any(|e| word.ends_with(e));
    match word.strip_suffix('s') {
        Some(base) if !keeps_s => base.to_owned(),
        _ => word.to_owned(),
    }
}

fn without_tense(word: &str) -> String {
    if let Some(base) = word.strip_suffix("ied").filter(|b| b.len() >= 2) {
        return format!("{base}y");
    }
    for ending in ["ing", "ed", "ly"] {
        let Some(base) = word.strip_suffix(ending) else { continue };
        if base.len() < 3 || !base.bytes().any(|b| b"aeiouy".contains(&b)) || base.ends_with('e') {
            continue;
        }
        return undoubled(base);
    }
    word.to_owned()
}

/// `shipp` → `ship`; `bill`, `miss` and `buzz` keep both letters.
fn undoubled(base: &str) -> String {
    let bytes = base.as_bytes();
    let last = bytes[bytes.len() - 1];
    let doubled = bytes.len() > 3 && bytes[bytes.len() - 2] == last && !b"lszaeiou".contains(&last);
    base[..base.len() - usize::from(doubled)].to_owned()
}

/// `exchange`, `exchanging` and `exchanges` meet at `exchang`.
fn final_e(mut word: String) -> String {
    if word.len() > 4 && word.ends_with('e') && !word.ends_with("ee") {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_meet() {
        for forms in [
            &["return", "returns", "returned", "returning"][..],
            &["exchange", "exchanges", "exchanged", "exchanging"],
            &["ship", "ships", "shipped", "shipping"],
            &["delivery", "deliveries"],
            &["box", "boxes"],
            &["battery", "batteries"],
        ] {
            let stems: Vec<_> = forms.iter().map(|f| stem(f)).collect();
            assert!(stems.windows(2).all(|w| w[0] == w[1]), "{stems:?}");
        }
    }

    #[test]
    fn short_words_and_codes_survive() {
        for word in ["gas", "bus", "red", "usb", "e3", "sku-12s", "ring", "glass", "speed"] {
            assert_eq!(stem(word), word);
        }
    }
}
