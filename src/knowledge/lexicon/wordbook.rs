//! All entries made ready for questions, and what a question is looked up by.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::{EntryKind, LexiconEntry, numerals};
use crate::text::segment::terms_with;
use crate::text::{Aligned, WholeWords, find_in, folded};

/// Other wordings of one question at most: each costs a look.
const MOST_VARIANTS: usize = 16;

/// What a question is looked up by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wording {
    /// Its words.
    pub terms: Vec<String>,
    /// Words that would do as well as some of them.
    pub variants: Vec<Variant>,
}

/// Words that stand for others.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Words of the question; empty when it only has more.
    pub instead: Vec<String>,
    /// What may stand in their place, all of it.
    pub words: Vec<String>,
}

impl Wording {
    /// Words without any others for them.
    pub fn plain(terms: Vec<String>) -> Self {
        Self { terms, variants: Vec::new() }
    }

    /// Whether `word` of the question, or what may stand for it, is `found`.
    pub fn met(&self, word: &str, found: impl Fn(&str) -> bool) -> bool {
        found(word) || {
            let stands_in = |variant: &&Variant| variant.instead.iter().any(|w| w == word);
            self.variants.iter().filter(stands_in).any(|variant| variant.words.iter().all(|w| found(w)))
        }
    }
}

/// The lexicon, ready for questions.
#[derive(Debug, Default)]
pub struct Wordbook {
    entries: Vec<LexiconEntry>,
    stop: HashSet<String>,
    phrases: Option<AhoCorasick>,
    /// What the phrases may be replaced by, each, in their order; the word documents use first.
    replacements: Vec<Vec<String>>,
}

impl Wordbook {
    /// Of these entries.
    pub fn new(entries: Vec<LexiconEntry>) -> Self {
        let mut phrases: HashMap<String, Vec<String>> = HashMap::new();
        for entry in &entries {
            let words: Vec<String> = entry.words().map(|word| folded(word)).collect();
            let asked = match entry.kind {
                EntryKind::Synonyms => words.len(),
                EntryKind::OneWay => 1,
                EntryKind::Word | EntryKind::Stop => 0,
            };
            for word in &words[..asked] {
                let others = phrases.entry(word.clone()).or_default();
                others.extend(words.iter().filter(|other| *other != word).cloned());
            }
        }
        let mut phrases: Vec<(String, Vec<String>)> = phrases.into_iter().collect();
        phrases.sort();
        let index = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(phrases.iter().map(|(phrase, _)| phrase));
        let stop = entries.iter().filter(|e| e.kind == EntryKind::Stop).map(|e| folded(&e.word)).collect();
        Self {
            stop,
            phrases: index.ok().filter(|_| !phrases.is_empty()),
            replacements: phrases.into_iter().map(|(_, others)| others).collect(),
            entries,
        }
    }

    /// What it was made of.
    pub fn entries(&self) -> &[LexiconEntry] {
        &self.entries
    }

    /// The words that are kept whole.
    pub fn whole(&self) -> WholeWords {
        WholeWords::new(self.of_kind(EntryKind::Word).map(|entry| entry.word.as_str()))
    }

    /// Entries of one kind.
    pub fn of_kind(&self, kind: EntryKind) -> impl Iterator<Item = &LexiconEntry> {
        self.entries.iter().filter(move |entry| entry.kind == kind)
    }

    /// What a question is looked up by, in an index that was cut with `whole`.
    pub fn wording(&self, question: &str, whole: &WholeWords) -> Wording {
        let all = terms_with(question, whole);
        let telling: Vec<String> = all.iter().filter(|term| !self.stop.contains(*term)).cloned().collect();
        // A question of nothing but stop words is still a question.
        let terms = if telling.is_empty() { all } else { telling };
        let mut wording = Wording::plain(terms);
        let aligned = Aligned::new(question);
        for other in self.other_texts(&aligned.chars).into_iter().chain(numerals::respelt(&aligned.text())) {
            let words = terms_with(&other, whole);
            let only = |these: &[String], those: &[String]| -> Vec<String> {
                these
                    .iter()
                    .filter(|word| !those.contains(word) && !self.stop.contains(*word))
                    .cloned()
                    .collect()
            };
            let variant =
                Variant { instead: only(&wording.terms, &words), words: only(&words, &wording.terms) };
            if !variant.words.is_empty() && !wording.variants.contains(&variant) {
                wording.variants.push(variant);
            }
            if wording.variants.len() == MOST_VARIANTS {
                break;
            }
        }
        wording
    }

    /// The question in the words the documents use: every phrase that has others replaced by the first of them that
    /// is not itself. `None` when it has no such phrase, or uses the documents' word already.
    pub fn in_documents_words(&self, question: &str) -> Option<String> {
        let chars = Aligned::new(question).chars;
        let mut text = String::new();
        let mut at = 0;
        for (start, end, phrase) in self.phrases_in(&chars) {
            let phrase_text: String = chars[start..end].iter().collect();
            let Some(first) = self.replacements.get(phrase).and_then(|others| others.first()) else {
                continue;
            };
            let is_first = self.heads_a_group(&phrase_text);
            if is_first {
                continue;
            }
            text.extend(&chars[at..start]);
            text.push_str(first);
            at = end;
        }
        if at == 0 {
            return None;
        }
        text.extend(&chars[at..]);
        Some(text)
    }

    fn heads_a_group(&self, phrase: &str) -> bool {
        self.of_kind(EntryKind::Synonyms).any(|entry| folded(&entry.word) == phrase)
    }

    /// The text with one phrase replaced by another that means the same, one text each.
    fn other_texts(&self, chars: &[char]) -> Vec<String> {
        let mut texts = Vec::new();
        for (start, end, phrase) in self.phrases_in(chars) {
            for other in self.replacements.get(phrase).into_iter().flatten().take(MOST_VARIANTS) {
                let before: String = chars[..start].iter().collect();
                let after: String = chars[end..].iter().collect();
                // Latin words need room around them; between Chinese ones it changes nothing.
                texts.push(format!("{before} {other} {after}"));
            }
        }
        texts
    }

    fn phrases_in(&self, chars: &[char]) -> Vec<(usize, usize, usize)> {
        self.phrases.iter().flat_map(|phrases| find_in(phrases, chars)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry;
    use super::*;

    fn book() -> Wordbook {
        Wordbook::new(vec![
            entry(EntryKind::Synonyms, "运费", &["邮费", "快递费"]),
            entry(EntryKind::OneWay, "苹果手机", &["iPhone"]),
            entry(EntryKind::Stop, "麻烦", &[]),
            entry(EntryKind::Word, "米莱云盘", &[]),
        ])
    }

    fn words(variant: &Variant) -> (String, String) {
        (variant.instead.join(" "), variant.words.join(" "))
    }

    #[test]
    fn who_asks_for_one_of_a_group_asks_for_all() {
        let wording = book().wording("郵費多少", WholeWords::none());
        assert!(wording.terms.contains(&"邮费".to_owned()));
        let variants: Vec<_> = wording.variants.iter().map(words).collect();
        assert!(variants.contains(&("邮费".into(), "运费".into())), "{variants:?}");
        assert!(
            variants.iter().any(|(_, words)| words.contains("快递费") || words.contains("快递")),
            "{variants:?}"
        );
        assert!(wording.met("邮费", |word| word == "运费") && !wording.met("邮费", |word| word == "发票"));
    }

    #[test]
    fn one_way_is_one_way() {
        let asked = |text: &str| book().wording(text, WholeWords::none()).variants;
        assert_eq!(asked("苹果手机保修").len(), 1);
        assert!(asked("iphone 保修").is_empty());
    }

    #[test]
    fn stop_words_are_not_looked_for_unless_there_is_nothing_else() {
        let of = |text: &str| book().wording(text, WholeWords::none()).terms;
        assert_eq!(of("麻烦退货"), ["退货"]);
        assert_eq!(of("麻烦"), ["麻烦"]);
    }

    #[test]
    fn numbers_are_looked_for_both_ways() {
        let wording = book().wording("7天能退吗", WholeWords::none());
        assert!(wording.met("7", |word| word == "七天"), "{wording:?}");
        let wording = book().wording("七天能退吗", WholeWords::none());
        assert!(wording.met("七天", |word| word == "7" || word == "天"), "{wording:?}");
    }

    #[test]
    fn a_question_is_put_in_the_documents_words() {
        let book = book();
        assert_eq!(book.in_documents_words("邮费和快递费").as_deref(), Some("运费和运费"));
        assert_eq!(book.in_documents_words("苹果手机多少钱").as_deref(), Some("iphone多少钱"));
        assert_eq!(book.in_documents_words("运费多少"), None);
        assert_eq!(Wordbook::default().in_documents_words("邮费"), None);
    }
}
