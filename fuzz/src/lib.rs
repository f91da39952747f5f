//! What every target holds of a file, whatever is in it: it is read or refused with an error of ours, soon, and what was
//! read is cut into passages and statements that lie where they say.
//!
//! A panic in a library that parses is contained by the product and counts as a refusal, so it is let pass here; one in our
//! own code never is. `tools/fuzz-readers.sh` runs the targets.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Cursor, Write};
use std::sync::Once;
use std::time::Duration;

use zhike::knowledge::chunk::{ChunkOptions, chunk};
use zhike::knowledge::readers::{Limits, Problem};
use zhike::knowledge::{readers, statements};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Longer than any file of a few kilobytes may take, on a busy machine too.
const TIME: Duration = Duration::from_secs(8);
/// Between the parts of an office document.
const NEXT_PART: u8 = 0;

/// Reads a file of that name with that content, and cuts it.
///
/// # Panics
/// Where the reader or the cutter broke a promise.
pub fn read(name: &str, bytes: &[u8]) {
    static OURS: Once = Once::new();
    OURS.call_once(only_our_panics_end_it);
    match readers::read(name, bytes, &Limits { time: TIME, ..Limits::default() }) {
        Ok(document) => {
            for draft in chunk(&document, &ChunkOptions::default(), &|text| text.chars().count()) {
                assert!(!draft.text.trim().is_empty(), "a passage says nothing");
                let mut end = 0;
                for range in statements(draft.kind, &draft.text) {
                    assert!(range.start >= end, "statements overlap");
                    assert!(draft.text.get(range.clone()).is_some_and(|said| !said.trim().is_empty()), "{range:?}");
                    end = range.end;
                }
            }
        }
        Err(error) => assert!(!matches!(error.problem, Problem::TookTooLong { .. }), "{error}"),
    }
}

/// The file that an office program would have saved: `bytes` holds the contents of `parts`, one after the other. What is a
/// file already stays as it is.
pub fn office(bytes: &[u8], parts: &[&str], fixed: &[(&str, &str)]) -> Vec<u8> {
    if bytes.starts_with(b"PK") {
        return bytes.to_vec();
    }
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    let contents = bytes.splitn(parts.len(), |byte| *byte == NEXT_PART);
    let fixed = fixed.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, content) in fixed.chain(parts.iter().copied().zip(contents)) {
        file.start_file(name, SimpleFileOptions::default()).unwrap();
        file.write_all(content).unwrap();
    }
    file.finish().unwrap().into_inner()
}

fn only_our_panics_end_it() {
    std::panic::set_hook(Box::new(|panic| {
        if panic.location().is_some_and(|at| at.file().contains("/registry/src/")) {
            eprintln!("contained: {panic}");
            return;
        }
        eprintln!("{panic}");
        std::process::abort();
    }));
}
