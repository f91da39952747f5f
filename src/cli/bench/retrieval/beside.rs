//! Off-the-shelf parts on the same passages and questions, in a Python process.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::corpus::Question;
use super::report::times;
use crate::cli::bench::latencies::Latencies;
use crate::cli::out;
use crate::error::{Code, Error, Result};
use crate::knowledge::Snapshot;
use crate::text::segment::terms;

/// Reads a folder with vectors and words, and answers with a JSON object.
const SCRIPT: &str = include_str!("../../../../eval/yardsticks/retrieval.py");

/// What the yardsticks needed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Beside {
    parts: Vec<Part>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Part {
    name: String,
    build_s: f64,
    /// Memory the process gained by it.
    memory_mb: f64,
    search: Latencies,
    /// Against the exact one among them; vectors only.
    recall_at_10: Option<f64>,
}

/// Writes what `snapshot` holds to `folder` and has it searched by `python`.
pub fn measure(
    python: &Path,
    folder: &Path,
    snapshot: &Snapshot,
    questions: &[Question],
    hits: usize,
) -> Result<Beside> {
    fs::create_dir_all(folder).map_err(|e| Error::from(e).at(folder.display()))?;
    let (mut vectors, mut words) = (create(folder, "passages.f32")?, create(folder, "passages.txt")?);
    let broken = |e: std::io::Error| Error::from(e).at("files for the yardsticks");
    for id in snapshot.ids() {
        let (Some(known), Some(chunk)) = (snapshot.vectors(id), snapshot.chunk(id)) else { continue };
        vectors.write_all(bytemuck::cast_slice(known.passage)).map_err(broken)?;
        writeln!(words, "{}", in_words(&chunk.text)).map_err(broken)?;
    }
    let (mut asked, mut asked_words) = (create(folder, "questions.f32")?, create(folder, "questions.txt")?);
    for Question { text, vector } in questions {
        asked.write_all(bytemuck::cast_slice(vector)).map_err(broken)?;
        writeln!(asked_words, "{}", in_words(text)).map_err(broken)?;
    }
    for mut file in [vectors, words, asked, asked_words] {
        file.flush().map_err(broken)?;
    }
    let dim = questions.first().map_or(0, |question| question.vector.len());
    let output = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(folder)
        .args([dim.to_string(), hits.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Error::from(e).at(python.display()))?;
    serde_json::from_slice(&output.stdout).map_err(|e| {
        let detail = "the yardstick gave no figures: it needs the packages bm25s, faiss-cpu and numpy";
        Error::new(Code::BadConfig, detail).with_source(e)
    })
}

fn create(folder: &Path, name: &str) -> Result<BufWriter<File>> {
    let path = folder.join(name);
    File::create(&path).map(BufWriter::new).map_err(|e| Error::from(e).at(path.display()))
}

/// Its words with spaces between them.
fn in_words(text: &str) -> String {
    let words = terms(text).into_iter().filter(|word| !word.contains(char::is_whitespace));
    words.collect::<Vec<_>>().join(" ")
}

impl Beside {
    /// For people.
    pub fn print(&self) {
        for part in &self.parts {
            times(&part.name, &part.search);
            let recall =
                part.recall_at_10.map_or_else(String::new, |recall| format!(", recall@10 {recall:.4}"));
            out::line(format!("{:<34}built in {:.1} s, {:.0} MB{recall}", "", part.build_s, part.memory_mb));
        }
    }
}
