//! The model's own threads: take a batch, tokenise, run the model, answer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::error::{Error, Result};

use super::model::Model;
use super::queue::{Priority, Queue};
use super::reader::{Pair, ReaderModel, Reading};
use super::work::{Encode, Read, Work};
use super::{Encoded, Want};

/// Works until the queue is closed and empty.
pub fn run(model: &Arc<Model>, queue: &Arc<Queue<Work>>) {
    while let Some((priority, work)) = queue.next() {
        match priority {
            Priority::Visitor => serve(model, work, &mut || {}),
            // Bulk batches are large. Visitors who arrive meanwhile are served between two layers.
            Priority::Bulk => serve(model, work, &mut || {
                while let Some(visitors) = queue.next_visitors() {
                    serve(model, visitors, &mut || {});
                }
            }),
        }
    }
}

/// Does the work of one batch and answers every piece of it: what is encoded in one pass, what is read by the same
/// reader in another.
fn serve(model: &Model, work: Vec<Work>, pause: &mut dyn FnMut()) {
    let (mut encodes, mut reads) = (Vec::new(), Vec::<Vec<Read>>::new());
    for work in work {
        match work {
            Work::Encode(encode) => encodes.push(encode),
            Work::Read(read) => match reads.iter_mut().find(|of| Arc::ptr_eq(&of[0].reader, &read.reader)) {
                Some(same) => same.push(read),
                None => reads.push(vec![read]),
            },
        }
    }
    if !encodes.is_empty() {
        let results = guarded(|| encode(model, &encodes, pause));
        answer(encodes.into_iter().map(|encode| encode.reply), results);
    }
    for reads in reads {
        let results = guarded(|| read(model, &reads[0].reader, &reads, pause));
        answer(reads.into_iter().map(|read| read.reply), results);
    }
}

/// A defect in a pass ends the batch, not the thread.
fn guarded<T>(pass: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(pass))
        .unwrap_or_else(|_| Err(Error::internal("the encoder failed on this batch")))
}

fn answer<T>(replies: impl ExactSizeIterator<Item = oneshot::Sender<Result<T>>>, results: Result<Vec<T>>) {
    // Whoever has gone meanwhile is not told.
    match results {
        Ok(results) => replies.zip(results).for_each(|(reply, result)| drop(reply.send(Ok(result)))),
        Err(e) => {
            tracing::error!(error = %e, texts = replies.len(), "a batch could not be encoded");
            replies.for_each(|reply| drop(reply.send(Err(Error::new(e.code(), e.detail().to_owned())))));
        }
    }
}

fn encode(model: &Model, work: &[Encode], pause: &mut dyn FnMut()) -> Result<Vec<Encoded>> {
    let tokens = work.iter().map(|e| model.tokeniser.tokenise(model.prefix(e.prefix), &e.text));
    let tokens = tokens.collect::<Result<Vec<_>>>()?;
    let wants: Vec<Want> = work.iter().map(|e| e.want).collect();
    model.encode(&tokens, &wants, pause)
}

fn read(model: &Model, reader: &ReaderModel, work: &[Read], pause: &mut dyn FnMut()) -> Result<Vec<Reading>> {
    let pairs: Vec<&Pair> = work.iter().map(|read| &read.pair).collect();
    reader.read(&model.tokeniser, &pairs, pause)
}
