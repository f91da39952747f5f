//! Changing the lexicon, so that the next question is looked up by it.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::{EntryKind, LexiconChange, LexiconEntry, Variant, Wordbook, check};
use crate::error::Result;
use crate::knowledge::base::KnowledgeBase;
use crate::knowledge::words;

/// How much is in the lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LexiconSummary {
    pub words: usize,
    pub synonyms: usize,
    pub one_way: usize,
    pub stop: usize,
    /// Whether passages are being cut anew for the words to be kept whole. Until that is done questions are looked up
    /// as they were cut before; synonyms and stop words count at once.
    pub cutting: bool,
}

/// What a question is looked up by.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Understood {
    /// Words that are looked for, with what each is worth.
    pub words: Vec<Sought>,
    /// The question in other words, which is looked for as well: misspellings put right, synonyms replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Sought {
    pub word: String,
    pub worth: f32,
    /// In how many passages it stands.
    pub passages: u32,
    /// Words of the question it stands for; none for the question's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead_of: Vec<String>,
}

impl KnowledgeBase {
    /// The lexicon in use.
    pub fn wordbook(&self) -> Arc<Wordbook> {
        self.wordbook.load_full()
    }

    /// How much is in it.
    pub fn lexicon_summary(&self) -> LexiconSummary {
        let book = self.wordbook();
        let count = |kind| book.of_kind(kind).count();
        LexiconSummary {
            words: count(EntryKind::Word),
            synonyms: count(EntryKind::Synonyms),
            one_way: count(EntryKind::OneWay),
            stop: count(EntryKind::Stop),
            cutting: **self.snapshot().whole() != book.whole(),
        }
    }

    /// Makes a change; when this returns, the next question is looked up by it. Words to be kept whole follow once the
    /// passages are cut anew.
    ///
    /// # Errors
    /// When the lexicon could not be so: then nothing has changed.
    pub async fn change_lexicon(&self, change: LexiconChange) -> Result<LexiconSummary> {
        {
            let _one_at_a_time = self.changing_lexicon.lock().await;
            let after = check(self.catalogue.lexicon().await?, &change)?;
            self.catalogue.change_lexicon(&change).await?;
            self.use_lexicon(after);
        }
        Ok(self.lexicon_summary())
    }

    /// Reads the lexicon again: another process has changed it.
    pub async fn reload_lexicon(&self) -> Result<()> {
        let _one_at_a_time = self.changing_lexicon.lock().await;
        let entries = self.catalogue.lexicon().await?;
        if entries != self.wordbook().entries() {
            self.use_lexicon(entries);
        }
        Ok(())
    }

    fn use_lexicon(&self, entries: Vec<LexiconEntry>) {
        let book = Wordbook::new(entries);
        self.index.cut_with(book.whole());
        self.wordbook.store(Arc::new(book));
    }

    /// The question in other words that may find more: misspelt words put right, synonyms replaced by the word the
    /// documents use. `None` when there is nothing to be changed.
    pub fn reworded(&self, question: &str) -> Option<String> {
        let book = self.wordbook();
        let spelt = self.snapshot().respelt(question);
        let in_words = book.in_documents_words(spelt.as_deref().unwrap_or(question));
        in_words.or(spelt)
    }

    /// What a question is looked up by: for people who try the lexicon.
    pub fn try_lexicon(&self, question: &str) -> Understood {
        let snapshot = self.snapshot();
        let wording = self.wordbook().wording(question, snapshot.whole());
        let sought = words::of_question(&wording, snapshot.whole());
        let stands_for = |word: &str| -> Vec<String> {
            if wording.terms.iter().any(|term| term == word) {
                return Vec::new();
            }
            let has = |variant: &&Variant| variant.words.iter().any(|w| w == word);
            wording.variants.iter().find(has).map_or_else(Vec::new, |variant| variant.instead.clone())
        };
        let words =
            sought.into_iter().filter(|wanted| !words::is_character(&wanted.word)).map(|wanted| Sought {
                passages: snapshot.document_frequency(&wanted.word),
                instead_of: stands_for(&wanted.word),
                worth: wanted.worth,
                word: wanted.word,
            });
        Understood { words: words.collect(), also: self.reworded(question) }
    }
}
