//! Measures the encoder the way its callers use it: text in, vector out, through the queue.
//!
//! Used by `zhike bench encode`. Every text has exactly the number of tokens its row says, special tokens included,
//! and is made of ordinary Chinese and English sentences. Beside each time stands that of the plain f32 forward pass
//! ([`super::reference`]) on the same tokens in the same run, on one thread.

use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::{Error, Result};

use super::batch::Batch;
use super::files::ModelFiles;
use super::model::kernel;
use super::pool::pool;
use super::reference::Reference;
use super::tokenise::Tokeniser;
use super::weights::Weights;
use super::{Encoder, EncoderOptions, Prefix, Priority, Want};

/// What to measure.
#[derive(Clone, Debug)]
pub struct MeasureOptions {
    /// Time for each row.
    pub per_row: Duration,
    /// Threads for batches and concurrent callers; 0 means one a core.
    pub threads: usize,
    /// Whether to run the plain forward pass beside it.
    pub plain: bool,
}

/// Another implementation of the same model, timed on the same tokens in the same run.
pub trait Yardstick {
    /// Name and version, for the report.
    fn name(&self) -> &str;
    /// Times `callers` side by side, each encoding all of `texts` (token ids) again and again for `budget`.
    fn time(
        &mut self,
        texts: &[Vec<u32>],
        threads: usize,
        callers: usize,
        budget: Duration,
    ) -> Result<Beside>;
}

/// What a yardstick needs for the same work.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Beside {
    pub f32_p50_ms: f64,
    pub int8_p50_ms: f64,
    pub int8_texts_per_second: f64,
}

/// Everything measured in one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub model: String,
    pub kernel: &'static str,
    pub threads: usize,
    /// From files to a loaded model.
    pub load_ms: f64,
    /// Resident memory of the process with the model loaded.
    pub memory: Option<Memory>,
    /// What of it came with the model.
    pub memory_of_model: Option<Memory>,
    /// One text at a time, one thread.
    pub single: Vec<Row>,
    /// Bulk calls on all threads.
    pub batches: Vec<Row>,
    /// Callers side by side, each waiting for its result before it asks again, on all threads.
    pub concurrent: Vec<Row>,
    /// Mean and least cosine between the two forward passes over the measured texts.
    pub cosine_to_plain: Option<(f64, f64)>,
    /// Name and version of the yardstick beside it.
    pub yardstick: Option<String>,
}

/// Resident memory in megabytes.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    /// The process's own.
    pub own_mb: f64,
    /// Pages of files, the program's own file among them; the system takes them back when it needs them.
    pub file_mb: f64,
}

/// Times of one kind of call.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Callers at the same time.
    pub callers: usize,
    /// Texts a call.
    pub texts: usize,
    /// Tokens a text.
    pub tokens: usize,
    pub runs: usize,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub texts_per_second: f64,
    /// The plain forward pass on the same tokens.
    pub plain_p50_ms: Option<f64>,
    pub yardstick: Option<Beside>,
}

const LENGTHS: [usize; 6] = [8, 16, 32, 64, 128, 256];
const BATCHES: [(usize, usize); 2] = [(8, 16), (32, 32)];
const CALLERS: usize = 8;

/// Runs all measurements; `progress` hears of every row as it is done.
pub fn measure(
    files: &ModelFiles,
    options: &MeasureOptions,
    mut yardstick: Option<&mut dyn Yardstick>,
    progress: &mut dyn FnMut(&str, &Row),
) -> Result<Report> {
    let before = resident();
    let started = Instant::now();
    let one = Encoder::open(files.clone(), EncoderOptions { threads: 1, ..EncoderOptions::default() })?;
    let load_ms = started.elapsed().as_secs_f64() * 1e3;
    one.encode_blocking(&[text_of(one.tokeniser(), 16)?], Prefix::None, Priority::Visitor, Want::VECTOR)?;
    let after = resident();

    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if options.threads == 0 { cores } else { options.threads };
    let all = Encoder::open(files.clone(), EncoderOptions { threads, ..EncoderOptions::default() })?;
    let plain = options.plain.then(|| Plain::load(files, &one)).transpose()?;

    let mut report = Report {
        model: one.id().to_owned(),
        kernel: kernel()?.name(),
        threads,
        load_ms,
        memory: after,
        memory_of_model: after.zip(before).map(|(after, before)| Memory {
            own_mb: after.own_mb - before.own_mb,
            file_mb: after.file_mb - before.file_mb,
        }),
        single: Vec::new(),
        batches: Vec::new(),
        concurrent: Vec::new(),
        cosine_to_plain: None,
        yardstick: yardstick.as_ref().map(|y| y.name().to_owned()),
    };
    let mut beside = |texts: &[String], threads: usize, callers: usize| -> Result<Option<Beside>> {
        let Some(yardstick) = &mut yardstick else { return Ok(None) };
        let ids = texts
            .iter()
            .map(|text| Ok(one.tokeniser().tokenise("", text)?.ids))
            .collect::<Result<Vec<_>>>()?;
        yardstick.time(&ids, threads, callers, options.per_row).map(Some)
    };
    let mut cosines = Vec::new();
    for tokens in LENGTHS.into_iter().filter(|&tokens| tokens <= one.max_tokens()) {
        let texts = [text_of(one.tokeniser(), tokens)?];
        let mut row = time(&one, &texts, tokens, Priority::Visitor, options.per_row)?;
        if let Some(plain) = &plain {
            let fast = one.encode_blocking(&texts, Prefix::None, Priority::Visitor, Want::VECTOR)?;
            let exact = plain.vector(&texts[0])?;
            cosines.push(fast[0].vector.iter().zip(&exact).map(|(a, b)| f64::from(a * b)).sum::<f64>());
            row.plain_p50_ms = Some(plain.time(&texts, options.per_row / 4)?);
        }
        row.yardstick = beside(&texts, 1, 1)?;
        progress("one text, one thread", &row);
        report.single.push(row);
    }
    for (count, tokens) in BATCHES {
        let texts = vec![text_of(one.tokeniser(), tokens)?; count];
        let mut row = time(&all, &texts, tokens, Priority::Bulk, options.per_row)?;
        if let Some(plain) = &plain {
            row.plain_p50_ms = Some(plain.time(&texts, options.per_row / 4)?);
        }
        row.yardstick = beside(&texts, threads, 1)?;
        progress("batch, all threads", &row);
        report.batches.push(row);
    }
    for tokens in [16, 32] {
        let text = text_of(one.tokeniser(), tokens)?;
        let mut row = time_callers(&all, &text, tokens, options.per_row)?;
        row.yardstick = beside(&[text], 1, CALLERS)?;
        progress("callers side by side", &row);
        report.concurrent.push(row);
    }
    if !cosines.is_empty() {
        let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
        report.cosine_to_plain = Some((mean, cosines.iter().copied().fold(f64::INFINITY, f64::min)));
    }
    Ok(report)
}

/// Calls again and again for `budget`, at least five times after two to warm up.
fn time(
    encoder: &Encoder,
    texts: &[String],
    tokens: usize,
    priority: Priority,
    budget: Duration,
) -> Result<Row> {
    let call = || encoder.encode_blocking(texts, Prefix::None, priority, Want::VECTOR);
    call().and_then(|_| call())?;
    let times = repeat(budget, || call().map(drop))?;
    Ok(Row::new(1, texts.len(), tokens, times))
}

/// Several threads that each call again and again.
fn time_callers(encoder: &Encoder, text: &str, tokens: usize, budget: Duration) -> Result<Row> {
    let started = Instant::now();
    let times = std::thread::scope(|scope| {
        let caller = || {
            let text = [text.to_owned()];
            repeat(budget, || {
                encoder.encode_blocking(&text, Prefix::None, Priority::Visitor, Want::VECTOR).map(drop)
            })
        };
        let running: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
        let failed = || Error::internal("a thread of the measurement failed");
        let each = running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(failed())));
        each.collect::<Result<Vec<_>>>()
    })?;
    let elapsed = started.elapsed().as_secs_f64();
    let times: Vec<f64> = times.into_iter().flatten().collect();
    let texts_per_second = times.len() as f64 / elapsed;
    Ok(Row { texts_per_second, ..Row::new(CALLERS, 1, tokens, times) })
}

/// Times in milliseconds of `call` until `budget` is spent, at least five.
fn repeat(budget: Duration, mut call: impl FnMut() -> Result<()>) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    let started = Instant::now();
    while started.elapsed() < budget || times.len() < 5 {
        let begin = Instant::now();
        call()?;
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    Ok(times)
}

impl Row {
    fn new(callers: usize, texts: usize, tokens: usize, mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        let texts_per_second = texts as f64 * 1e3 / at(0.5);
        Self {
            callers,
            texts,
            tokens,
            runs: times.len(),
            p50_ms: at(0.5),
            p95_ms: at(0.95),
            texts_per_second,
            plain_p50_ms: None,
            yardstick: None,
        }
    }
}

/// A text of exactly `tokens` tokens, special tokens included: ordinary sentences, cut where the count fits.
fn text_of(tokeniser: &Tokeniser, tokens: usize) -> Result<String> {
    const SENTENCES: &str = "我昨天下的单，什么时候能发货？收到的杯子碎了一角，可以换一个新的吗？\
        退款说三到五个工作日，今天已经第七天了还没到账。Where is my parcel? It should have been here on Monday. \
        怎么把收货地址改成公司，优惠券明明没过期，结账的时候却用不了。I was charged twice for the same order. ";
    let long = SENTENCES.repeat(tokens / 64 + 1);
    let mut ends = long.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.find_map(|end| {
        let text = &long[..end];
        let count = tokeniser.tokenise("", text).ok()?.ids.len();
        (count == tokens).then(|| text.to_owned())
    })
    .ok_or_else(|| Error::internal(format!("no text of {tokens} tokens could be made for this tokeniser")))
}

/// The plain forward pass on one thread.
struct Plain<'a> {
    reference: Reference,
    encoder: &'a Encoder,
    thread: rayon::ThreadPool,
}

impl<'a> Plain<'a> {
    fn load(files: &ModelFiles, encoder: &'a Encoder) -> Result<Self> {
        let weights = Weights::open(files.weights.clone())?;
        let thread = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        Ok(Self {
            reference: Reference::load(&weights, encoder.architecture())?,
            encoder,
            thread: thread.map_err(|e| Error::internal("a thread could not be started").with_source(e))?,
        })
    }

    fn batch(&self, texts: &[String]) -> Result<Batch> {
        let mut batch = Batch::default();
        for text in texts {
            batch.push(&self.encoder.tokeniser().tokenise("", text)?.ids);
        }
        Ok(batch)
    }

    fn vector(&self, text: &str) -> Result<Vec<f32>> {
        let batch = self.batch(&[text.to_owned()])?;
        Ok(pool(&self.reference.forward(&batch)?, self.encoder.dim(), self.encoder.pooling()))
    }

    /// Median time in milliseconds.
    fn time(&self, texts: &[String], budget: Duration) -> Result<f64> {
        let batch = self.batch(texts)?;
        let call = || self.thread.install(|| self.reference.forward(&batch).map(drop));
        call()?;
        let times = repeat(budget, call)?;
        Ok(Row::new(1, 1, 0, times).p50_ms)
    }
}

/// Resident memory of this process, where the system tells.
fn resident() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let megabytes = |field: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(field))?;
        line.split_whitespace().next()?.parse::<f64>().ok().map(|kb| kb / 1024.0)
    };
    Some(Memory { own_mb: megabytes("RssAnon:")?, file_mb: megabytes("RssFile:")? })
}
