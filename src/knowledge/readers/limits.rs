//! How much a document may cost, and the meter that the readers pay into while they work.
//!
//! The limits are the same for every format, so that memory and time stay bounded whatever a file claims about
//! itself. Readers never trust a size written in a header: they count what really comes out.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::error::Problem;

const MIB: usize = 1 << 20;

/// What one document may cost at most.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Size of the file in bytes.
    pub max_bytes: usize,
    /// Bytes of text: of a text file before it is parsed, of any other format as it comes out.
    pub max_text: usize,
    /// Bytes that an archive (docx, xlsx) may inflate to, all its parts together.
    pub max_decompressed: usize,
    /// How many times larger than its compressed form a part of an archive may be, once it is larger than 1 MiB.
    pub max_ratio: usize,
    /// Cells of all tables and sheets together.
    pub max_cells: usize,
    /// Nesting of JSON values, HTML elements and XML elements.
    pub max_depth: usize,
    /// Blocks.
    pub max_blocks: usize,
    /// Elements of an HTML page, text runs of a PDF page.
    pub max_nodes: usize,
    /// Pages of a PDF.
    pub max_pages: usize,
    /// Wall-clock time for the whole document.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 64 * MIB,
            max_text: 16 * MIB,
            max_decompressed: 256 * MIB,
            max_ratio: 200,
            max_cells: 500_000,
            max_depth: 100,
            max_blocks: 100_000,
            max_nodes: 400_000,
            max_pages: 5_000,
            time: Duration::from_secs(120),
        }
    }
}

/// The running costs of one document. Every reader calls it as it goes and stops at the first refusal.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    deadline: Instant,
    stopped: AtomicBool,
    text: AtomicUsize,
    cells: AtomicUsize,
    blocks: AtomicUsize,
}

impl Meter {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            deadline: Instant::now() + limits.time,
            limits,
            stopped: AtomicBool::new(false),
            text: AtomicUsize::new(0),
            cells: AtomicUsize::new(0),
            blocks: AtomicUsize::new(0),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What is left until the deadline.
    pub(super) fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// Tells a reader that nobody waits for it any more.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Fails once the deadline has passed. Cheap enough for every paragraph, row and page.
    pub(super) fn tick(&self) -> Result<(), Problem> {
        if self.stopped.load(Ordering::Relaxed) || Instant::now() >= self.deadline {
            return Err(Problem::TookTooLong { limit: self.limits.time });
        }
        Ok(())
    }

    /// Pays for `bytes` of extracted text.
    pub(super) fn text(&self, bytes: usize) -> Result<(), Problem> {
        self.pay(&self.text, bytes, self.limits.max_text, "bytes of text")
    }

    /// Pays for `n` cells of a table.
    pub(super) fn cells(&self, n: usize) -> Result<(), Problem> {
        self.tick()?;
        self.pay(&self.cells, n, self.limits.max_cells, "table cells")
    }

    /// Pays for one block.
    pub(super) fn block(&self) -> Result<(), Problem> {
        self.tick()?;
        self.pay(&self.blocks, 1, self.limits.max_blocks, "paragraphs, lists and tables")
    }

    fn pay(&self, account: &AtomicUsize, n: usize, limit: usize, what: &'static str) -> Result<(), Problem> {
        let spent = account.fetch_add(n, Ordering::Relaxed).saturating_add(n);
        if spent > limit { Err(Problem::TooMuch { what, limit }) } else { Ok(()) }
    }
}
