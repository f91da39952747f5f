//! What the system says of a process: memory and processor time, from `/proc`.

use std::path::Path;

use crate::error::{Error, Result};

/// Ticks of the processor times in a second; the same on every Linux.
const TICKS: f64 = 100.0;

/// A running process, by its number.
#[derive(Clone, Copy, Debug)]
pub struct Process(pub u32);

impl Process {
    /// This process.
    pub fn own() -> Self {
        Self(std::process::id())
    }

    /// Resident memory in bytes.
    ///
    /// # Errors
    /// When the process has ended, or the system has no `/proc`.
    pub fn memory(self) -> Result<u64> {
        self.bytes("VmRSS:")
    }

    /// Resident memory in bytes without pages of files, which the system may take back at any time.
    ///
    /// # Errors
    /// As [`Self::memory`].
    pub fn own_memory(self) -> Result<u64> {
        self.bytes("RssAnon:")
    }

    fn bytes(self, what: &str) -> Result<u64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix(what));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        let ended = || Error::internal(format!("process {} has no resident memory: it has ended", self.0));
        kilobytes.map(|k| k << 10).ok_or_else(ended)
    }

    /// Processor time used so far, in seconds.
    ///
    /// # Errors
    /// As [`Self::memory`].
    pub fn processor_seconds(self) -> Result<f64> {
        let stat = self.read("stat")?;
        // The name, in parentheses, may hold anything; user and system time are the 12th and 13th field after it.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS)
    }

    fn read(self, what: &str) -> Result<String> {
        let path = format!("/proc/{}/{what}", self.0);
        std::fs::read_to_string(Path::new(&path)).map_err(|e| Error::from(e).at(path))
    }
}
