//! Lets whole, supported sentences pass and keeps the rest back.

use std::sync::LazyLock;

use async_trait::async_trait;
use regex::Regex;

use super::End;
use super::prompt::NO_ANSWER;
use super::support::{Evidence, Unsupported};
use crate::dialog::phrase::{Hearer, Outcome, Phrased};
use crate::domain::{DroppedSentence, Lang};
use crate::text::{constant_pattern, sentences};

/// Most bytes of all that is written.
const MOST: usize = 32 << 10;
/// Most bytes of one sentence; a longer one is none.
const LONGEST: usize = 2 << 10;

/// What models write around sentences although they were told not to: emphasis, code, marks of sources.
static MARKS: LazyLock<Regex> = LazyLock::new(|| constant_pattern(r"\*\*|`|\s?[\[【]\d{1,2}[\]】]"));
const THOUGHTS: (&str, &str) = ("<think>", "</think>");

/// Takes what a model writes.
pub(super) struct Sieve<'a> {
    evidence: Evidence,
    lang: Lang,
    hearer: &'a mut dyn Hearer,
    /// What is not a whole sentence yet.
    pending: String,
    written: usize,
    /// What has passed.
    said: String,
    /// A line ended since.
    line_ended: bool,
    dropped: Vec<DroppedSentence>,
    refused: bool,
    overlong: bool,
}

impl<'a> Sieve<'a> {
    pub(super) fn new(evidence: Evidence, lang: Lang, hearer: &'a mut dyn Hearer) -> Self {
        Self {
            evidence,
            lang,
            hearer,
            pending: String::new(),
            written: 0,
            said: String::new(),
            line_ended: false,
            dropped: Vec::new(),
            refused: false,
            overlong: false,
        }
    }

    /// Nothing more comes. The last sentence counts unless it was torn.
    pub(super) async fn finish(&mut self, torn: bool) -> bool {
        if self.thinks() {
            return true;
        }
        let rest = std::mem::take(&mut self.pending);
        let ranges = sentences::split(&rest);
        let mut from = 0;
        for (n, (start, end)) in ranges.iter().enumerate() {
            let sentence = &rest[*start..*end];
            self.line_ended |= rest[from..*start].contains('\n');
            from = *end;
            if torn && n + 1 == ranges.len() && !is_ended(sentence) {
                self.drop(sentence, "cut_off", String::new());
            } else if !self.weigh(sentence).await {
                return false;
            }
        }
        true
    }

    /// How it ended, if the writer ended so.
    pub(super) fn outcome(&self, end: End) -> Outcome {
        match end {
            _ if self.refused => Outcome::Refused,
            _ if self.overlong => Outcome::Failed,
            End::Refused => Outcome::Refused,
            End::Stopped => Outcome::Stopped,
            End::Whole | End::CutOff if self.said.is_empty() => Outcome::Unsupported,
            End::Whole | End::CutOff => Outcome::Phrased,
        }
    }

    pub(super) fn phrased(self, outcome: Outcome) -> Phrased {
        Phrased { outcome, text: self.said, dropped: self.dropped, detail: None }
    }

    /// Whether what is pending is the model thinking aloud; thoughts that have ended are taken away.
    fn thinks(&mut self) -> bool {
        let (open, close) = THOUGHTS;
        let begun = self.pending.trim_start();
        if begun.is_empty() || !self.said.is_empty() {
            return false;
        }
        if let Some((_, after)) = begun.strip_prefix(open).and_then(|thoughts| thoughts.split_once(close)) {
            self.pending = after.to_owned();
            return false;
        }
        begun.starts_with(open) || open.starts_with(begun)
    }

    /// Lets a sentence pass or not; `false` when nothing more is wanted.
    async fn weigh(&mut self, written: &str) -> bool {
        if written.contains(NO_ANSWER) {
            self.refused = true;
            return false;
        }
        let sentence = MARKS.replace_all(written, "");
        let sentence = sentence.trim();
        if let Err(why) = self.evidence.check(sentence) {
            let words = why.in_words(self.lang);
            self.drop(sentence, why.code(), words);
            return true;
        }
        let between = match self.said.chars().next_back() {
            None => "",
            Some(_) if self.line_ended => "\n",
            Some(last) if last.is_ascii() => " ",
            Some(_) => "",
        };
        self.line_ended = false;
        let piece = format!("{between}{sentence}");
        if !self.hearer.hear(&piece).await {
            return false;
        }
        self.said.push_str(&piece);
        true
    }

    fn drop(&mut self, text: &str, code: &str, reason: String) {
        self.dropped.push(DroppedSentence { text: text.to_owned(), reason_code: code.to_owned(), reason });
    }
}

#[async_trait]
impl Hearer for Sieve<'_> {
    async fn hear(&mut self, piece: &str) -> bool {
        self.written += piece.len();
        self.overlong = self.written > MOST || self.pending.len() > LONGEST;
        if self.overlong {
            return false;
        }
        self.pending.push_str(piece);
        if self.thinks() {
            return true;
        }
        // What follows the last sentence may still belong to it.
        let ranges = sentences::split(&self.pending);
        let whole = ranges.len().saturating_sub(1);
        if whole == 0 {
            return true;
        }
        let pending = std::mem::take(&mut self.pending);
        let mut from = 0;
        for (start, end) in &ranges[..whole] {
            self.line_ended |= pending[from..*start].contains('\n');
            from = *end;
            if !self.weigh(&pending[*start..*end]).await {
                return false;
            }
        }
        self.pending = pending[from..].to_owned();
        true
    }
}

/// Whether a sentence has come to its end.
fn is_ended(sentence: &str) -> bool {
    let last = sentence.trim_end_matches(['”', '’', '」', '』', '）', ')', '】', '》', '"', '\'']);
    last.ends_with(['。', '！', '？', '；', '.', '!', '?', '…', '｡'])
}

impl Unsupported {
    /// What is missing, in the words of `lang`.
    fn in_words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Number(number), Lang::Zh) => format!("引用的内容里没有“{number}”这个数"),
            (Self::Number(number), Lang::En) => format!("the number {number} is in no cited passage"),
            (Self::Code(code), Lang::Zh) => format!("引用的内容里没有“{code}”"),
            (Self::Code(code), Lang::En) => format!("{code} is in no cited passage"),
            (Self::Words { found, of }, Lang::Zh) => format!("{of} 个实词里只有 {found} 个在引用的内容里"),
            (Self::Words { found, of }, Lang::En) => {
                format!("only {found} of {of} content words are in the cited passages")
            }
            (Self::Reversed, Lang::Zh) => "引用的内容说的正相反".to_owned(),
            (Self::Reversed, Lang::En) => "the cited passages say the opposite".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialog::phrase::Passage;

    struct Heard(Vec<String>);

    #[async_trait]
    impl Hearer for Heard {
        async fn hear(&mut self, piece: &str) -> bool {
            self.0.push(piece.to_owned());
            true
        }
    }

    /// What passes of a text that comes in these pieces, and the pieces it passes in.
    fn sift(pieces: &[&str], lang: Lang) -> (Phrased, Vec<String>) {
        let passage = Passage {
            title: "Returns",
            section: "",
            text: "Unopened goods can be returned within 7 days. The customer pays the postage of 10 yuan.\n未拆封的商品7天内可以退货，运费10元由顾客承担。",
        };
        let mut heard = Heard(Vec::new());
        let mut sieve = Sieve::new(Evidence::of(&[passage]), lang, &mut heard);
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let phrased = runtime.map(|runtime| {
            runtime.block_on(async {
                for piece in pieces {
                    if !sieve.hear(piece).await {
                        let outcome = sieve.outcome(End::Stopped);
                        return sieve.phrased(outcome);
                    }
                }
                let end = if sieve.finish(false).await { End::Whole } else { End::Stopped };
                let outcome = sieve.outcome(end);
                sieve.phrased(outcome)
            })
        });
        (phrased.expect("a runtime"), heard.0)
    }

    #[test]
    fn a_sentence_passes_when_the_next_one_begins() {
        let (phrased, heard) = sift(
            &["Unopened goods can be ", "returned within 7 days", ". The customer", " pays the postage."],
            Lang::En,
        );
        assert_eq!(
            heard,
            ["Unopened goods can be returned within 7 days.", " The customer pays the postage."]
        );
        assert_eq!(phrased.text, heard.concat());
        assert_eq!(phrased.outcome, Outcome::Phrased);
    }

    #[test]
    fn marks_and_thoughts_of_the_model_are_not_said() {
        let pieces = ["<thi", "nk>postage is 99 yuan? No.</think>\n", "**运费10元由顾客承担**[1]。"];
        let (phrased, _) = sift(&pieces, Lang::Zh);
        assert_eq!((phrased.text.as_str(), phrased.dropped.len()), ("运费10元由顾客承担。", 0));
    }

    #[test]
    fn lines_stay_lines() {
        let (phrased, _) = sift(&["未拆封的商品7天内可以退货。\n运费10元由顾客承担。"], Lang::Zh);
        assert_eq!(phrased.text, "未拆封的商品7天内可以退货。\n运费10元由顾客承担。");
    }

    #[test]
    fn a_refusal_in_the_middle_is_one() {
        let (phrased, _) = sift(&["运费10元由顾客承担。", "NO_ANSWER"], Lang::Zh);
        assert_eq!(phrased.outcome, Outcome::Refused);
    }

    #[test]
    fn endless_writing_is_stopped() {
        let long = "长".repeat(LONGEST);
        assert_eq!(sift(&[&long, "长"], Lang::Zh).0.outcome, Outcome::Failed);
    }

    proptest! {
        #[test]
        fn how_the_text_is_cut_into_pieces_changes_nothing(cuts in prop::collection::vec(0usize..120, 0..12)) {
            let text = "未拆封的商品7天内可以退货。运费20元。运费10元由顾客承担。\nThe customer pays the postage of 10 yuan. It is 3.5 km away.";
            let chars: Vec<char> = text.chars().collect();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % chars.len()).collect();
            cuts.extend([0, chars.len()]);
            cuts.sort_unstable();
            let pieces: Vec<String> = cuts.windows(2).map(|w| chars[w[0]..w[1]].iter().collect()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let (whole, _) = sift(&[text], Lang::Zh);
            let (cut, heard) = sift(&pieces, Lang::Zh);
            prop_assert_eq!(heard.concat(), cut.text.clone());
            prop_assert_eq!(cut, whole);
        }
    }
}
