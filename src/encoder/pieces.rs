//! The vocabulary of a unigram tokeniser (SentencePiece) and the likeliest way to cut a text into its pieces.
//!
//! The tokenizers library keeps such a vocabulary in a tree of hash maps, a hash map of strings and a list of strings:
//! tens of megabytes for a hundred thousand pieces. Here it is one text, the scores and one hash table: 3 MB.
//! Normalising, added tokens and offsets stay the library's matter; this is its `Model`, and gives what its own gives
//! to the last tie.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use tokenizers::models::TrainerWrapper;
use tokenizers::models::unigram::UnigramTrainer;
use tokenizers::{Model, Token};

type Result<T, E = tokenizers::Error> = std::result::Result<T, E>;

/// Pieces by number with their scores, and numbers by piece.
#[derive(serde::Deserialize)]
#[serde(try_from = "UnigramJson")]
pub struct Pieces {
    /// All pieces in a row.
    text: String,
    /// Where each piece ends in `text`.
    ends: Vec<u32>,
    /// Logarithm of each piece's probability.
    scores: Vec<f64>,
    /// Hash table with open addressing: number of a piece plus one, 0 where nothing is.
    slots: Vec<u32>,
    /// Bytes of the longest piece.
    longest: usize,
    unknown: Option<u32>,
    unknown_score: f64,
    byte_fallback: bool,
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pieces").field("number", &self.ends.len()).finish_non_exhaustive()
    }
}

/// A character outside the vocabulary counts as so much less likely than the least likely piece.
const UNKNOWN_PENALTY: f64 = 10.0;

/// FNV-1a, a byte at a time, so that the hashes of all beginnings of a text come from one walk over it.
#[derive(Clone, Copy)]
struct Hash(u64);

impl Hash {
    const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    fn with(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    }

    fn of(piece: &str) -> Self {
        piece.bytes().fold(Self::EMPTY, Self::with)
    }

    /// A slot of a table whose size is a power of two.
    fn slot(self, slots: usize) -> usize {
        (self.0 ^ (self.0 >> 32)) as usize & (slots - 1)
    }
}

impl TryFrom<UnigramJson> for Pieces {
    type Error = &'static str;

    fn try_from(json: UnigramJson) -> Result<Self, Self::Error> {
        let UnigramJson { vocab: Vocabulary { text, ends, scores }, unk_id: unknown, byte_fallback } = json;
        if unknown.is_some_and(|unknown| unknown as usize >= ends.len()) {
            return Err("`unk_id` is no number of a piece");
        }
        let least = scores.iter().copied().fold(f64::INFINITY, f64::min);
        let mut pieces = Self {
            slots: vec![0; (2 * ends.len() + 1).next_power_of_two()],
            longest: 0,
            unknown,
            unknown_score: least - UNKNOWN_PENALTY,
            byte_fallback,
            text,
            ends,
            scores,
        };
        for id in 0..pieces.ends.len() as u32 {
            let piece = pieces.piece(id);
            // Of a piece that stands there twice, the later number counts.
            let (slot, len) = (pieces.place(Hash::of(piece), piece), piece.len());
            pieces.slots[slot] = id + 1;
            pieces.longest = pieces.longest.max(len);
        }
        Ok(pieces)
    }
}

impl Pieces {
    fn piece(&self, id: u32) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.text[start..self.ends[id] as usize]
    }

    /// The slot in which `piece` is, or else would be.
    fn place(&self, hash: Hash, piece: &str) -> usize {
        let mut slot = hash.slot(self.slots.len());
        while self.slots[slot] != 0 && self.piece(self.slots[slot] - 1) != piece {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }

    fn find(&self, hash: Hash, piece: &str) -> Option<u32> {
        self.slots[self.place(hash, piece)].checked_sub(1)
    }

    /// The pieces that `text` begins with, shortest first, with their lengths in bytes.
    fn beginnings(&self, text: &str) -> impl Iterator<Item = (u32, usize)> {
        let mut hash = Hash::EMPTY;
        let bytes = text.as_bytes().iter().take(self.longest).enumerate();
        bytes.filter_map(move |(at, &byte)| {
            hash = hash.with(byte);
            let beginning = text.get(..=at)?;
            Some((self.find(hash, beginning)?, at + 1))
        })
    }

    /// The likeliest cut (Viterbi): piece numbers with the byte at which each begins, last first.
    fn cut(&self, text: &str) -> Result<Vec<(u32, usize)>> {
        /// The best way to reach a byte: where its last piece begins.
        #[derive(Clone, Copy)]
        struct Best {
            score: f64,
            id: u32,
            start: usize,
        }
        let mut best: Vec<Option<Best>> = vec![None; text.len() + 1];
        for (start, c) in text.char_indices() {
            let before = best[start].map_or(0.0, |best| best.score);
            let mut reach = |end: usize, id, score| {
                // The first of equals stays.
                if best[end].is_none_or(|known| score > known.score) {
                    best[end] = Some(Best { score, id, start });
                }
            };
            let mut alone = false;
            for (id, len) in self.beginnings(&text[start..]) {
                reach(start + len, id, self.scores[id as usize] + before);
                alone |= len == c.len_utf8();
            }
            if !alone {
                let unknown = self.unknown.ok_or("a character is unknown but there is no `unk_id`")?;
                reach(start + c.len_utf8(), unknown, self.unknown_score + before);
            }
        }
        let mut cut = Vec::new();
        let mut end = text.len();
        while let Some(last) = best[end] {
            cut.push((last.id, last.start));
            end = last.start;
        }
        Ok(cut)
    }

    /// The tokens for a stretch of unknown characters: their bytes where the model has them, else the unknown one.
    fn unknown(&self, text: &str, offsets: (usize, usize), tokens: &mut Vec<Token>) -> Result<()> {
        let known = self.token_to_id(text);
        if known.is_none() && self.byte_fallback {
            let byte = |byte: u8| {
                let piece = format!("<0x{byte:02X}>");
                Some(Token::new(self.token_to_id(&piece)?, piece, offsets))
            };
            if let Some(bytes) = text.bytes().map(byte).collect::<Option<Vec<_>>>() {
                tokens.extend(bytes);
                return Ok(());
            }
        }
        let id = known.or(self.unknown).ok_or("a character is unknown but there is no `unk_id`")?;
        tokens.push(Token::new(id, text.to_owned(), offsets));
        Ok(())
    }
}

impl Model for Pieces {
    type Trainer = TrainerWrapper;

    fn tokenize(&self, text: &str) -> Result<Vec<Token>> {
        let cut = self.cut(text)?;
        let mut tokens = Vec::with_capacity(cut.len());
        let mut pieces = cut.iter().rev().copied().peekable();
        while let Some((id, start)) = pieces.next() {
            let is_unknown = Some(id) == self.unknown;
            while is_unknown && pieces.next_if(|&(id, _)| Some(id) == self.unknown).is_some() {}
            let end = pieces.peek().map_or(text.len(), |&(_, next)| next);
            if is_unknown {
                self.unknown(&text[start..end], (start, end), &mut tokens)?;
            } else {
                tokens.push(Token::new(id, text[start..end].to_owned(), (start, end)));
            }
        }
        Ok(tokens)
    }

    fn token_to_id(&self, token: &str) -> Option<u32> {
        self.find(Hash::of(token), token)
    }

    fn id_to_token(&self, id: u32) -> Option<String> {
        ((id as usize) < self.ends.len()).then(|| self.piece(id).to_owned())
    }

    fn get_vocab(&self) -> HashMap<String, u32> {
        (0..self.ends.len() as u32).map(|id| (self.piece(id).to_owned(), id)).collect()
    }

    fn get_vocab_size(&self) -> usize {
        self.ends.len()
    }

    fn save(&self, _: &Path, _: Option<&str>) -> Result<Vec<PathBuf>> {
        Err("a vocabulary that was read is not written again".into())
    }

    fn get_trainer(&self) -> TrainerWrapper {
        UnigramTrainer::default().into()
    }
}

/// The part `model` of a `tokenizer.json`; that of another kind of tokeniser does not fit.
#[derive(serde::Deserialize)]
struct UnigramJson {
    vocab: Vocabulary,
    unk_id: Option<u32>,
    #[serde(default)]
    byte_fallback: bool,
}

/// The pieces as they come from the file.
#[derive(Default)]
struct Vocabulary {
    text: String,
    ends: Vec<u32>,
    scores: Vec<f64>,
}

/// A string that is borrowed from the file where it holds no escapes.
#[derive(serde::Deserialize)]
struct Piece<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Vocabulary;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("pieces with their scores")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut pairs: A) -> Result<Vocabulary, A::Error> {
                let mut all = Vocabulary::default();
                while let Some((Piece(piece), score)) = pairs.next_element::<(Piece<'de>, f64)>()? {
                    all.text.push_str(&piece);
                    all.ends.push(u32::try_from(all.text.len()).map_err(A::Error::custom)?);
                    all.scores.push(score);
                }
                Ok(all)
            }
        }
        from.deserialize_seq(Pairs)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use std::sync::LazyLock;
    use tokenizers::Tokenizer;
    use tokenizers::models::unigram::Unigram;

    use super::*;
    use crate::encoder::builtin;
    use crate::encoder::tokenise::{Over, Tokeniser};

    /// The built-in tokeniser with our vocabulary and with the library's.
    static BOTH: LazyLock<(Over<Pieces>, Tokenizer)> = LazyLock::new(|| {
        let file = builtin::files().unwrap().tokenizer;
        let json = file.read_all().unwrap();
        (serde_json::from_slice(&json).unwrap(), Tokenizer::from_bytes(&json).unwrap())
    });

    fn assert_same(text: &str) {
        let (ours, theirs) = &*BOTH;
        let ours = ours.encode_char_offsets(text, true).unwrap();
        assert_eq!(ours, theirs.encode_char_offsets(text, true).unwrap(), "{text:?}");
    }

    #[test]
    fn customers_texts_are_cut_as_the_library_cuts_them() {
        let sentences = include_str!("../../tests/fixtures/encoder/sentences.tsv").lines();
        let questions = include_str!("../../eval/shop/questions.dev.jsonl").lines();
        sentences.chain(questions).for_each(assert_same);
        assert_same(include_str!("pieces.rs"));
    }

    #[test]
    fn odd_texts_are_cut_as_the_library_cuts_them() {
        let long = "退货return".repeat(2000);
        for text in [
            "",
            " ",
            "\n\t\u{3000}",
            "▁",
            "▁▁a",
            "<unk>",
            "<s></s><mask>",
            "a<unk>b",
            "<unk><unk>",
            "\u{0}\u{1}",
            "ｆｕｌｌ　ｗｉｄｔｈ１２３",
            "①㍿ﬁ",
            "e\u{301}e\u{301}",
            "👨‍👩‍👧‍👦🇨🇳",
            "\u{10ffff}\u{e000}",
            "ᚠᚢᚦ unknown ᚠ",
            "龘靐齉爩鱻",
            "หน้า",
            "מה שלום",
            "İstanbul ß",
            &long,
        ] {
            assert_same(text);
        }
    }

    #[test]
    fn the_built_in_tokeniser_uses_this_vocabulary() {
        let tokeniser = Tokeniser::open(&builtin::files().unwrap().tokenizer, 512).unwrap();
        assert!(format!("{tokeniser:?}").contains("Pieces { number: 101825"));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_as_the_library_cuts_it(text in "\\PC{0,40}") {
            assert_same(&text);
        }

        #[test]
        fn mixed_text_is_cut_as_the_library_cuts_it(text in "([a-zA-Z0-9 ]{0,6}[一-龥，。？]{0,6}[😀-🙏<>▁\u{3000}]?){0,6}") {
            assert_same(&text);
        }

        /// Few letters and scores make many pieces, ties and repeated pieces.
        #[test]
        fn any_vocabulary_cuts_as_the_librarys(
            pieces in prop::collection::vec(("[abé]{1,4}", -3i8..0), 0..20),
            byte_fallback: bool,
            text in "[abéx<>]{0,20}",
        ) {
            let mut vocab = vec![json!(["<unk>", 0.0]), json!(["<0x78>", 0.0])];
            vocab.extend(pieces.iter().map(|(piece, score)| json!([piece, score])));
            let json = json!({"type": "Unigram", "unk_id": 0, "vocab": vocab, "byte_fallback": byte_fallback});
            let ours: Pieces = serde_json::from_str(&json.to_string()).unwrap();
            let theirs: Unigram = serde_json::from_str(&json.to_string()).unwrap();
            prop_assert_eq!(ours.tokenize(&text).unwrap(), theirs.tokenize(&text).unwrap());
            prop_assert_eq!(ours.get_vocab(), theirs.get_vocab());
        }
    }

    #[test]
    fn other_vocabularies_are_left_to_the_library() {
        let word_piece = json!({"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1}});
        assert!(serde_json::from_value::<UnigramJson>(word_piece).is_err());
        let without_number = json!({"type": "Unigram", "unk_id": 7, "vocab": [["a", 0.0]]});
        assert!(serde_json::from_str::<Pieces>(&without_number.to_string()).is_err());
    }
}
