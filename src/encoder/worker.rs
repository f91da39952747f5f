//! The encoder's own threads: take a batch, tokenise, run the model, answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::error::{Error, Result};

use super::model::Model;
use super::queue::{Entry, Priority, Queue};
use super::{Encoded, Want};

/// Works until the queue is closed and empty.
pub fn run(model: &Arc<Model>, queue: &Arc<Queue>) {
    while let Some((priority, entries)) = queue.next() {
        match priority {
            Priority::Visitor => serve(model, entries, &mut || {}),
            // Bulk batches are large. Visitors who arrive meanwhile are served between two layers.
            Priority::Bulk => serve(model, entries, &mut || {
                while let Some(visitors) = queue.next_visitors() {
                    serve(model, visitors, &mut || {});
                }
            }),
        }
    }
}

/// Encodes one batch and answers every entry. A defect in here ends the batch, not the thread.
fn serve(model: &Model, entries: Vec<Entry>, pause: &mut dyn FnMut()) {
    let outcome = catch_unwind(AssertUnwindSafe(|| encode(model, &entries, pause)));
    let results = outcome.unwrap_or_else(|_| Err(Error::internal("the encoder failed on this batch")));
    match results {
        Ok(results) => {
            for (entry, result) in entries.into_iter().zip(results) {
                let _ = entry.reply.send(Ok(result)); // the caller may have gone meanwhile
            }
        }
        Err(e) => {
            tracing::error!(error = %e, texts = entries.len(), "a batch could not be encoded");
            for entry in entries {
                let _ = entry.reply.send(Err(Error::new(e.code(), e.detail().to_owned())));
            }
        }
    }
}

fn encode(model: &Model, entries: &[Entry], pause: &mut dyn FnMut()) -> Result<Vec<Encoded>> {
    let tokens = entries.iter().map(|e| model.tokeniser.tokenise(model.prefix(e.prefix), &e.text));
    let tokens = tokens.collect::<Result<Vec<_>>>()?;
    let wants: Vec<Want> = entries.iter().map(|e| e.want).collect();
    model.encode(&tokens, &wants, pause)
}
