//! ONNX Runtime as a yardstick for the encoder: a Python process that is asked over its standard input.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::encoder::{Beside, Yardstick};
use crate::error::{Code, Error, Result};

/// Builds the model in ONNX Runtime and answers requests.
const SCRIPT: &str = include_str!("../../../eval/yardsticks/ort_encode.py");

/// The running process.
pub struct OnnxRuntime {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
    name: String,
}

#[derive(Deserialize)]
struct Times {
    p50_ms: f64,
    texts_per_second: f64,
}

impl OnnxRuntime {
    /// Starts `python` on the model in `folder`; it builds and quantises the model before this returns.
    ///
    /// # Errors
    /// When Python or one of the packages it needs is missing.
    pub fn start(python: &Path, folder: &Path) -> Result<Self> {
        let place = |e: std::io::Error| Error::from(e).at(python.display());
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(place)?;
        let (requests, answers) = (child.stdin.take(), child.stdout.take());
        let (Some(requests), Some(answers)) = (requests, answers) else {
            return Err(Error::internal("a process was started without pipes"));
        };
        let mut started = Self { child, requests, answers: BufReader::new(answers), name: String::new() };
        let hello = started.answer()?;
        started.name = format!("ONNX Runtime {}", hello["onnxruntime"].as_str().unwrap_or_default());
        Ok(started)
    }

    fn answer(&mut self) -> Result<Value> {
        let mut line = String::new();
        let read = self.answers.read_line(&mut line);
        let value = read.ok().and_then(|_| serde_json::from_str(&line).ok());
        value.ok_or_else(|| {
            let detail = "the yardstick ended early: it needs the packages onnxruntime, onnx, numpy and gguf";
            Error::new(Code::BadConfig, detail)
        })
    }

    fn ask(
        &mut self,
        precision: &str,
        texts: &[Vec<u32>],
        threads: usize,
        callers: usize,
        budget: Duration,
    ) -> Result<Times> {
        let request = json!({
            "precision": precision, "threads": threads, "callers": callers, "ids": texts,
            "seconds": budget.as_secs_f64(),
        });
        writeln!(self.requests, "{request}")
            .map_err(|e| Error::from(e).at("the yardstick's standard input"))?;
        serde_json::from_value(self.answer()?)
            .map_err(|e| Error::internal("the yardstick answered in another shape").with_source(e))
    }
}

impl Yardstick for OnnxRuntime {
    fn name(&self) -> &str {
        &self.name
    }

    fn time(
        &mut self,
        texts: &[Vec<u32>],
        threads: usize,
        callers: usize,
        budget: Duration,
    ) -> Result<Beside> {
        let int8 = self.ask("int8", texts, threads, callers, budget)?;
        let f32 = self.ask("f32", texts, threads, callers, budget)?;
        Ok(Beside {
            f32_p50_ms: f32.p50_ms,
            int8_p50_ms: int8.p50_ms,
            int8_texts_per_second: int8.texts_per_second,
        })
    }
}

impl Drop for OnnxRuntime {
    fn drop(&mut self) {
        // It would end by itself when its input closes; a measurement that failed does not wait for that.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
