//! Misspelt Chinese put right: 云费 and yunfei are 运费 where the documents speak of 运费.
//!
//! Only words of the knowledge base itself are believed, so nothing needs to be listed. A word of the question that
//! stands in some passage, or that means nothing for search, is left alone. What is put right is looked for beside the
//! question as it was written, never instead of it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::text::sounds::{is_syllable, letters, sound};
use crate::text::{Aligned, is_han, segment};

/// Longer words are not guessed by their sound.
const LONGEST: usize = 6;
/// So much of a long question is looked at.
const LOOKED_AT: usize = 120;
/// Most letters of one word typed by sound, and fewest of a run that may be such words.
const MOST_LETTERS: usize = LONGEST * 6;
const FEWEST_LETTERS: usize = 4;

/// Chinese words of a segment by their sound and by the letters they are typed with.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// By hash of the sound.
    sounds: HashMap<u64, Vec<Known>>,
    /// By hash of the letters.
    letters: HashMap<u64, Vec<Known>>,
}

/// A word and how often it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub word: Box<str>,
    /// Passages it stands in, dead ones included.
    pub passages: u32,
}

impl Vocabulary {
    /// Of words and the number of passages each stands in; those without Chinese are passed over.
    pub fn new(words: impl Iterator<Item = (String, u32)>) -> Self {
        let mut vocabulary = Self::default();
        for (word, passages) in words {
            let chars: Vec<char> = word.chars().collect();
            if !(2..=LONGEST).contains(&chars.len()) || !chars.iter().all(|c| is_han(*c)) {
                continue;
            }
            let (Some(sound), Some(letters)) = (sound(&chars), letters(&chars)) else { continue };
            let known = Known { word: word.into(), passages };
            vocabulary.sounds.entry(hashed(&sound)).or_default().push(known.clone());
            vocabulary.letters.entry(hashed(&letters)).or_default().push(known);
        }
        vocabulary
    }
}

/// Some vocabularies together, and what else is known of words.
pub struct Speller<'a> {
    pub vocabularies: Vec<&'a Vocabulary>,
    /// In how many living passages a word stands.
    pub passages: &'a dyn Fn(&str) -> u32,
}

/// A part of the question and what it should be.
struct Slip {
    chars: Range<usize>,
    word: String,
    passages: u32,
}

impl Speller<'_> {
    /// The question with what is misspelt put right; `None` when nothing is.
    pub fn respelt(&self, question: &str) -> Option<String> {
        let chars = Aligned::new(question).chars;
        let looked_at = chars.len().min(LOOKED_AT);
        let mut slips = self.homophones(&chars[..looked_at]);
        slips.extend(self.typed_by_sound(&chars[..looked_at]));
        // The longest first, then the word that is used most.
        slips.sort_by_key(|slip| (std::cmp::Reverse((slip.chars.len(), slip.passages)), slip.chars.start));
        let mut taken: Vec<Slip> = Vec::new();
        for slip in slips {
            if taken.iter().all(|t| slip.chars.end <= t.chars.start || t.chars.end <= slip.chars.start) {
                taken.push(slip);
            }
        }
        if taken.is_empty() {
            return None;
        }
        taken.sort_by_key(|slip| slip.chars.start);
        let mut text = String::new();
        let mut at = 0;
        for slip in taken {
            text.extend(&chars[at..slip.chars.start]);
            text.push_str(&slip.word);
            at = slip.chars.end;
        }
        text.extend(&chars[at..]);
        Some(text)
    }

    /// Characters that together are no word of the documents but sound like one.
    fn homophones(&self, chars: &[char]) -> Vec<Slip> {
        let text: String = chars.iter().collect();
        let words = segment::words(&text);
        let mut slips = Vec::new();
        for start in 0..chars.len() {
            for end in start + 2..=chars.len().min(start + LONGEST) {
                if !is_han(chars[end - 1]) || !is_han(chars[start]) {
                    break;
                }
                let part = &chars[start..end];
                let Some(sound) = sound(part) else { break };
                let Some(best) = self.best(|v| v.sounds.get(&hashed(&sound)), end - start) else { continue };
                let written: String = part.iter().collect();
                if *best.word == *written || self.is_meant(&words, start..end) {
                    continue;
                }
                slips.push(Slip { chars: start..end, word: best.word.into(), passages: best.passages });
            }
        }
        slips
    }

    /// Whether the characters are there because they are meant: a word of the documents holds them all, or they cut
    /// through a word, or through one that says what it says in any question.
    fn is_meant(&self, words: &[segment::Word], part: Range<usize>) -> bool {
        words.iter().filter(|word| word.start < part.end && part.start < word.end).any(|word| {
            let length = word.end - word.start;
            let cut = word.start < part.start || part.end < word.end;
            let known = length > 1 && (self.passages)(&word.text) > 0;
            length > 1 && (cut || known || segment::is_stop_word(&word.text))
        })
    }

    /// Letters that are no word of the documents but spell some.
    fn typed_by_sound(&self, chars: &[char]) -> Vec<Slip> {
        let mut slips = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let run = letter_run(chars, at);
            if run.is_empty() {
                at += 1;
                continue;
            }
            at = run.end;
            let words: Vec<String> =
                chars[run.clone()].split(|c| *c == ' ').map(|word| word.iter().collect()).collect();
            let typed: String = words.concat();
            let known = |word: &String| self.is_known_latin(word);
            if typed.len() < FEWEST_LETTERS || words.iter().any(known) {
                continue;
            }
            if let Some((word, passages)) = self.spelt_out(&typed) {
                slips.push(Slip { chars: run, word, passages });
            }
        }
        slips
    }

    fn is_known_latin(&self, word: &str) -> bool {
        let terms = segment::terms(word);
        !terms.is_empty() && !is_spelt(word) || terms.iter().any(|term| (self.passages)(term) > 0)
    }

    /// The Chinese words that `typed` letters spell, as few as possible; `None` unless words of the documents are
    /// most of them. What is in no document stays in letters.
    fn spelt_out(&self, typed: &str) -> Option<(String, u32)> {
        #[derive(Clone)]
        struct Way {
            text: String,
            /// Characters of words of the documents, and syllables that are none.
            known: usize,
            left: usize,
            pieces: usize,
            passages: u32,
        }
        let better = |a: &Way, b: &Way| {
            (a.known, b.left, b.pieces, a.passages) > (b.known, a.left, a.pieces, b.passages)
        };
        let mut ways: Vec<Option<Way>> = vec![None; typed.len() + 1];
        ways[0] = Some(Way { text: String::new(), known: 0, left: 0, pieces: 0, passages: 0 });
        for start in 0..typed.len() {
            let Some(way) = ways[start].clone() else { continue };
            for end in start + 1..=typed.len().min(start + MOST_LETTERS) {
                let letters = &typed[start..end];
                let mut next = way.clone();
                next.pieces += 1;
                if let Some(best) = self.best(|v| v.letters.get(&hashed(letters)), 0) {
                    next.text.push_str(&best.word);
                    next.known += best.word.chars().count();
                    next.passages = next.passages.max(best.passages);
                } else if let Some(said) = common(letters) {
                    next.text.push_str(said);
                } else if is_syllable(letters) {
                    next.text.push_str(letters);
                    next.left += 1;
                } else {
                    continue;
                }
                if ways[end].as_ref().is_none_or(|present| better(&next, present)) {
                    ways[end] = Some(next);
                }
            }
        }
        let way = ways.pop().flatten()?;
        (way.known >= 2 && way.left <= way.known).then_some((way.text, way.passages))
    }

    /// Of the words that all vocabularies have under one key the one that stands in most passages; of `length`
    /// characters, or any if that is 0.
    fn best<'v>(
        &'v self,
        words: impl Fn(&'v Vocabulary) -> Option<&'v Vec<Known>>,
        length: usize,
    ) -> Option<Known> {
        let mut found: HashMap<&str, u32> = HashMap::new();
        for known in self.vocabularies.iter().filter_map(|v| words(v)).flatten() {
            if length == 0 || known.word.chars().count() == length {
                *found.entry(&known.word).or_default() += known.passages;
            }
        }
        let mut found: Vec<(&str, u32)> = found.into_iter().collect();
        found.sort_by_key(|(word, passages)| (std::cmp::Reverse(*passages), *word));
        // Passages that were removed still count in a vocabulary.
        let living = found.into_iter().find(|(word, _)| (self.passages)(word) > 0);
        living.map(|(word, passages)| Known { word: word.into(), passages })
    }
}

/// Letters and single spaces between them, from `start` on.
fn letter_run(chars: &[char], start: usize) -> Range<usize> {
    let letter = |at: usize| chars.get(at).is_some_and(char::is_ascii_lowercase);
    let alone = start == 0 || !chars[start - 1].is_ascii_alphanumeric();
    if !letter(start) || !alone {
        return start..start;
    }
    let mut end = start;
    while letter(end) || (chars.get(end) == Some(&' ') && letter(end + 1)) {
        end += 1;
    }
    // Letters before a digit are a code.
    if chars.get(end).is_some_and(char::is_ascii_digit) { end..end } else { start..end }
}

/// Whether letters can be cut into syllables.
fn is_spelt(letters: &str) -> bool {
    let mut reached = vec![false; letters.len() + 1];
    reached[0] = true;
    for start in 0..letters.len() {
        if !reached[start] {
            continue;
        }
        for end in start + 1..=letters.len().min(start + 6) {
            reached[end] |= is_syllable(&letters[start..end]);
        }
    }
    reached[letters.len()]
}

/// What nearly every question has, by its letters.
fn common(letters: &str) -> Option<&'static str> {
    const COMMON: &[(&str, &str)] = &[
        ("zenme", "怎么"),
        ("zenmeyang", "怎么样"),
        ("duoshao", "多少"),
        ("duoshaoqian", "多少钱"),
        ("duojiu", "多久"),
        ("duochangshijian", "多长时间"),
        ("shenme", "什么"),
        ("shenmeshihou", "什么时候"),
        ("weishenme", "为什么"),
        ("nali", "哪里"),
        ("keyi", "可以"),
        ("nengbuneng", "能不能"),
        ("youmeiyou", "有没有"),
        ("meiyou", "没有"),
        ("women", "我们"),
        ("nimen", "你们"),
        ("xuyao", "需要"),
        ("qingwen", "请问"),
        ("wo", "我"),
        ("ni", "你"),
        ("yao", "要"),
        ("xiang", "想"),
        ("neng", "能"),
        ("suan", "算"),
        ("ma", "吗"),
        ("ne", "呢"),
        ("de", "的"),
        ("le", "了"),
        ("shi", "是"),
        ("you", "有"),
        ("ji", "几"),
        ("tian", "天"),
        ("dao", "到"),
        ("qian", "钱"),
    ];
    COMMON.iter().find(|(spelt, _)| *spelt == letters).map(|(_, said)| *said)
}

fn hashed(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTS: &[(&str, u32)] = &[
        ("运费", 9),
        ("退款", 8),
        ("发票", 5),
        ("优惠券", 4),
        ("会员", 3),
        ("订单", 7),
        ("warranty", 2),
        ("多久", 1),
        ("到账", 2),
    ];

    fn respelt(question: &str) -> Option<String> {
        let vocabulary = Vocabulary::new(DOCUMENTS.iter().map(|(word, n)| ((*word).to_owned(), *n)));
        let passages = |word: &str| DOCUMENTS.iter().find(|(w, _)| *w == word).map_or(0, |(_, n)| *n);
        Speller { vocabularies: vec![&vocabulary], passages: &passages }.respelt(question)
    }

    #[test]
    fn what_sounds_like_a_word_of_the_documents_is_put_right() {
        for (wrong, right) in [
            ("云费怎么算", "运费怎么算"),
            ("雲費怎麼算", "运费怎么算"),
            ("有会圈怎么用", "优惠券怎么用"),
            ("推款什么时候到", "退款什么时候到"),
        ] {
            assert_eq!(respelt(wrong).as_deref(), Some(right), "{wrong}");
        }
    }

    #[test]
    fn what_is_typed_by_sound_is_read() {
        for (typed, read) in [
            ("yunfei怎么算", "运费怎么算"),
            ("yunfei zenme suan", "运费怎么算"),
            ("tuikuan duojiu daozhang", "退款多久到账"),
            ("我的youhuiquan呢", "我的优惠券呢"),
        ] {
            assert_eq!(respelt(typed).as_deref(), Some(read), "{typed}");
        }
    }

    #[test]
    fn what_is_right_or_means_something_else_is_left_alone() {
        for right in [
            "运费怎么算",
            "退款多久",
            "is there a warranty",
            "change my order",
            "women shoes",
            "你好",
            "sku12yunfei3",
        ] {
            assert_eq!(respelt(right), None, "{right}");
        }
    }
}
