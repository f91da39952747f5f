//! [`DictionaryDesk`]: where administrators' dictionaries are changed, so that the next turn already finds the values.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Mutex;

use super::Engine;
use crate::error::{Error, Result};
use crate::nlu::dictionaries::{
    Change, Dictionaries, DictionaryEntry, DictionaryStore, DictionarySummary, check, lexicon,
};
use crate::nlu::slots::lexicon::Dictionary;
use crate::tasks::Tasks;

/// Changes dictionaries one after the other and tells the engine. Cheap to clone.
#[derive(Clone)]
pub struct DictionaryDesk {
    store: Arc<dyn DictionaryStore>,
    engine: Arc<Engine>,
    tasks: Tasks,
    /// Held from reading what there is to telling the engine: what it finds is always the last that was written.
    changing: Arc<Mutex<()>>,
}

impl DictionaryDesk {
    /// Tells `engine` what is listed now.
    pub async fn open(store: Arc<dyn DictionaryStore>, engine: Arc<Engine>, tasks: Tasks) -> Result<Self> {
        let desk = Self { store, engine, tasks, changing: Arc::default() };
        let dictionaries = desk.store.all().await?;
        desk.tell(dictionaries).await?;
        Ok(desk)
    }

    /// Tells the engine what is listed now: another process has changed it.
    ///
    /// # Errors
    /// When the dictionaries cannot be read.
    pub async fn reload(&self) -> Result<()> {
        let _one_at_a_time = self.changing.lock().await;
        let dictionaries = self.store.all().await?;
        self.tell(dictionaries).await
    }

    /// All dictionaries, by slot.
    pub async fn list(&self) -> Result<Vec<DictionarySummary>> {
        self.store.list().await
    }

    /// The entries of one dictionary, by value.
    ///
    /// # Errors
    /// `not_found` when there is no such dictionary.
    pub async fn entries(&self, slot: &str) -> Result<Vec<DictionaryEntry>> {
        self.store.all().await?.remove(slot).ok_or_else(|| Error::not_found("dictionary", slot))
    }

    /// Makes a change; when this returns, the next turn sees it.
    ///
    /// # Errors
    /// When the dictionaries could not be so: then nothing has changed.
    pub async fn change(&self, change: Change) -> Result<DictionarySummary> {
        let _one_at_a_time = self.changing.lock().await;
        let before = self.store.all().await?;
        let (change, after) = self.aside(move || check(before, &change).map(|after| (change, after))).await?;
        self.store.change(&change).await?;
        let entries = after.get(&change.slot).map_or(&[][..], Vec::as_slice);
        let summary = DictionarySummary {
            slot: change.slot,
            values: entries.len(),
            forms: entries.iter().map(|e| e.forms.len()).sum(),
            updated_at: Timestamp::now(),
        };
        self.tell(after).await?;
        Ok(summary)
    }

    /// Removes a dictionary.
    ///
    /// # Errors
    /// `not_found` when there is no such dictionary.
    pub async fn remove(&self, slot: &str) -> Result<()> {
        self.entries(slot).await?;
        self.change(Change { slot: slot.to_owned(), replace: true, ..Change::default() }).await.map(|_| ())
    }

    async fn tell(&self, dictionaries: Dictionaries) -> Result<()> {
        let built = self.aside(move || Ok(Dictionary::new(Vec::new(), &lexicon(&dictionaries)))).await?;
        self.engine.set_listed(built);
        Ok(())
    }

    /// Thousands of entries take a while: not on a thread that serves others.
    async fn aside<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let done = self.tasks.spawn_blocking(work).await;
        done.map_err(|e| Error::internal("the work on a dictionary stopped").with_source(e))?
    }
}
