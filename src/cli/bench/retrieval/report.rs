//! The figures, for programs and for people.

use serde::Serialize;

use super::beside::Beside;
use crate::cli::bench::latencies::Latencies;
use crate::cli::bench::process::Process;
use crate::cli::out;

/// Everything measured.
#[derive(Debug, Serialize)]
pub struct Report {
    pub chunks: usize,
    pub dim: usize,
    pub ingest: Vec<Growth>,
    pub publish_ms: f64,
    pub index_mb: f64,
    pub search: Searches,
    pub recall: Recall,
    pub edit_visible: Latencies,
    pub restart_ms: f64,
    pub memory_after_restart: Memory,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<Beside>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub import: Option<Import>,
}

/// Ingest up to a number of passages, from the point before.
#[derive(Debug, Serialize)]
pub struct Growth {
    pub chunks: usize,
    pub chunks_per_s: f64,
    /// Most memory on the way, without pages of files.
    pub peak_own_mb: Option<f64>,
}

#[derive(Debug, Serialize)]
pub struct Searches {
    pub vector: Latencies,
    pub vector_in_small_base: Latencies,
    pub questions: Latencies,
    pub keyword: Latencies,
}

/// The part of the nearest passages that a search for as many finds.
#[derive(Debug, Serialize)]
pub struct Recall {
    pub questions: usize,
    pub at_10: f64,
    pub at_256: f64,
}

/// Resident memory of this process; only Linux tells.
#[derive(Debug, Serialize)]
pub struct Memory {
    pub resident_mb: Option<f64>,
    /// Without pages of files, which the system may take back.
    pub own_mb: Option<f64>,
}

#[derive(Debug, Serialize)]
pub struct Import {
    pub chunks: i64,
    pub chunks_per_s: f64,
    pub memory: Memory,
}

impl Memory {
    /// As it is.
    pub fn now() -> Self {
        let own = Process::own();
        Self { resident_mb: own.memory().ok().map(megabytes), own_mb: own.own_memory().ok().map(megabytes) }
    }

    fn in_words(&self) -> String {
        let shown = |mb: Option<f64>| mb.map_or_else(|| "unknown".to_owned(), |mb| format!("{mb:.0} MB"));
        format!("{}, {} without pages of files", shown(self.resident_mb), shown(self.own_mb))
    }
}

/// To a tenth.
pub fn megabytes(bytes: u64) -> f64 {
    (bytes as f64 / 1_048_576.0 * 10.0).round() / 10.0
}

fn line(what: &str, value: String) {
    out::line(format!("{what:<34}{value}"));
}

/// A line of latencies.
pub fn times(what: &str, p: &Latencies) {
    let words =
        format!("p50 {:.2} ms, p95 {:.2} ms, p99 {:.2} ms (n = {})", p.p50_ms, p.p95_ms, p.p99_ms, p.count);
    line(what, words);
}

impl Report {
    /// For people.
    pub fn print(&self) {
        line("passages", format!("{} × {} dimensions", self.chunks, self.dim));
        for point in &self.ingest {
            let memory = point.peak_own_mb.map_or_else(String::new, |mb| format!(", at most {mb:.0} MB"));
            line(
                &format!("ingest up to {}", point.chunks),
                format!("{:.0} passages/s{memory}", point.chunks_per_s),
            );
        }
        line(
            "rest of the index to disk",
            format!("{:.0} ms, {:.1} MB in all", self.publish_ms, self.index_mb),
        );
        times("search by vector", &self.search.vector);
        times("search by vector, base of 1 %", &self.search.vector_in_small_base);
        times("search by FAQ question", &self.search.questions);
        times("search by keyword", &self.search.keyword);
        let Recall { questions, at_10, at_256 } = self.recall;
        line("recall of the nearest", format!("@10 {at_10:.4}, @256 {at_256:.4} (n = {questions})"));
        times("edit until it is found", &self.edit_visible);
        line("restart", format!("{:.0} ms", self.restart_ms));
        line("memory after restart and search", self.memory_after_restart.in_words());
        if let Some(beside) = &self.beside {
            beside.print();
        }
        if let Some(import) = &self.import {
            let rate = format!("{:.0} passages/s (n = {})", import.chunks_per_s, import.chunks);
            line("import with encoder", rate);
            line("memory with encoder", import.memory.in_words());
        }
    }
}
