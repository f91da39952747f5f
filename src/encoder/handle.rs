//! [`Encoder`]: the handle other rooms hold.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::sync::oneshot;

use crate::error::{Code, Error, Result};

use super::architecture::Architecture;
use super::files::ModelFiles;
use super::model::{Model, kernel};
use super::profile::Pooling;
use super::queue::{Limits, Queue};
use super::tokenise::Tokeniser;
use super::work::{Encode, Work, estimate};
use super::{Adapted, Adapters, Encoded, Prefix, Priority, Want, builtin, worker};

/// How the encoder uses the machine.
#[derive(Clone, Debug)]
pub struct EncoderOptions {
    /// Threads that run the model, each on a batch of its own; 0 means one a core.
    pub threads: usize,
    /// Tokens one batch takes at most.
    pub batch_tokens: usize,
    /// Tokens of visitors' texts that may wait before new ones are refused.
    pub visitor_queue_tokens: usize,
    /// Tokens of bulk texts that may wait before new ones are refused.
    pub bulk_queue_tokens: usize,
}

impl Default for EncoderOptions {
    fn default() -> Self {
        Self { threads: 0, batch_tokens: 1024, visitor_queue_tokens: 16 * 1024, bulk_queue_tokens: 64 * 1024 }
    }
}

/// A handle to a loaded model and its threads. Cheap to clone; the threads end when the last clone is dropped.
#[derive(Clone, Debug)]
pub struct Encoder {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    model: Arc<Model>,
    queue: Arc<Queue<Work>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// How many tokens of one bulk call are under way at a time; the rest follows as results come back.
const BULK_WINDOW: usize = 4 * 1024;

impl Encoder {
    /// Loads a model and starts its threads.
    pub fn open(files: ModelFiles, options: EncoderOptions) -> Result<Self> {
        let model = Arc::new(Model::load(&files, kernel()?)?);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let workers = if options.threads == 0 { cores } else { options.threads };
        let queue = Arc::new(Queue::new(Limits {
            visitors: options.visitor_queue_tokens,
            bulk: options.bulk_queue_tokens,
            batch: options.batch_tokens,
            workers,
        }));
        for n in 0..workers {
            let (model, queue) = (model.clone(), queue.clone());
            thread::Builder::new()
                .name(format!("encoder-{n}"))
                .spawn(move || worker::run(&model, &queue))
                .map_err(|e| Error::from(e).at("starting a thread of the encoder"))?;
        }
        Ok(Self { inner: Arc::new(Inner { model, queue }) })
    }

    /// The model embedded in the program.
    pub fn builtin(options: EncoderOptions) -> Result<Self> {
        Self::open(builtin::files()?, options)
    }

    /// Identifies model and arithmetic: vectors of different ids must not be compared.
    pub fn id(&self) -> &str {
        &self.inner.model.id
    }

    /// Length of the vectors.
    pub fn dim(&self) -> usize {
        self.inner.model.architecture.hidden
    }

    /// Length of `text` in tokens, without prefix, special tokens and limit.
    pub fn count_tokens(&self, text: &str) -> usize {
        self.inner.model.tokeniser.count(text)
    }

    pub(super) fn model(&self) -> &Model {
        &self.inner.model
    }

    /// Puts work into the lane of `priority`, all or none.
    pub(super) fn submit(&self, priority: Priority, work: Vec<Work>) -> Result<()> {
        self.inner.queue.submit(priority, work)
    }

    pub(super) fn tokeniser(&self) -> &Tokeniser {
        &self.inner.model.tokeniser
    }

    pub(super) fn architecture(&self) -> &Architecture {
        &self.inner.model.architecture
    }

    pub(super) fn pooling(&self) -> Pooling {
        self.inner.model.profile.pooling
    }

    /// Longest input in tokens, special tokens and prefix included; what is longer is cut.
    pub fn max_tokens(&self) -> usize {
        self.inner.model.architecture.max_tokens
    }

    /// The top layers changed by `adapters`, packed for this CPU.
    ///
    /// # Errors
    /// [`Code::BadModel`] when the adapters are not of this model.
    pub fn adapted(&self, adapters: &Adapters) -> Result<Adapted> {
        self.inner.model.adapted(adapters)
    }

    /// Number of layers.
    pub fn layers(&self) -> usize {
        self.inner.model.architecture.layers
    }

    pub(super) fn files(&self) -> &ModelFiles {
        &self.inner.model.files
    }

    /// Encodes `texts` in order; texts longer than the model takes are cut at its limit.
    ///
    /// Fails with [`Code::Overloaded`] at once when the lane of `priority` is full. Bulk calls may be of any size,
    /// they pass through the queue piece by piece. Dropping the future takes what still waits out of the queue.
    pub async fn encode(
        &self,
        texts: Vec<String>,
        prefix: Prefix,
        priority: Priority,
        want: Want,
    ) -> Result<Vec<Encoded>> {
        let window = match priority {
            Priority::Visitor => usize::MAX,
            Priority::Bulk => BULK_WINDOW,
        };
        let mut results = Vec::with_capacity(texts.len());
        let mut under_way = VecDeque::new();
        let mut tokens = 0;
        let mut texts = texts.into_iter().peekable();
        while texts.peek().is_some() {
            let mut entries = Vec::new();
            while tokens < window
                && let Some(text) = texts.next()
            {
                let expected = estimate(text.len(), self.max_tokens());
                let (reply, answer) = oneshot::channel();
                entries.push(Work::Encode(Encode { text, prefix, want, tokens: expected, reply }));
                under_way.push_back((expected, answer));
                tokens += expected;
            }
            self.inner.queue.submit(priority, entries)?;
            while tokens >= window / 2
                && let Some((expected, answer)) = under_way.pop_front()
            {
                results.push(received(answer.await)?);
                tokens -= expected;
            }
        }
        for (_, answer) in under_way {
            results.push(received(answer.await)?);
        }
        Ok(results)
    }

    /// [`Encoder::encode`] for threads that may wait.
    pub fn encode_blocking(
        &self,
        texts: &[String],
        prefix: Prefix,
        priority: Priority,
        want: Want,
    ) -> Result<Vec<Encoded>> {
        wait_for(self.encode(texts.to_vec(), prefix, priority, want))
    }
}

pub(super) fn received<T>(answer: Result<Result<T>, oneshot::error::RecvError>) -> Result<T> {
    answer.unwrap_or_else(|_| Err(Error::new(Code::Unavailable, "the encoder is stopping")))
}

/// Runs a future on this thread, sleeping while it waits. Works inside and outside of async runtimes.
///
/// Inside a task, tokio lets a future do only so much before it must yield; there is nothing to yield to here, so
/// after that it would never be ready again. Hence `unconstrained`.
fn wait_for<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let mut future = std::pin::pin!(tokio::task::coop::unconstrained(future));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
