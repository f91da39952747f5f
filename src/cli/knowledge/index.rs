//! `zhike knowledge verify` and `rebuild`: the index beside the documents it was made of.

use std::process::ExitCode;
use std::time::Instant;

use super::import::{self, PATIENCE};
use super::open_catalogue;
use crate::app;
use crate::cli::{Context, out};
use crate::error::Result;
use crate::knowledge::{self, EncoderMark, Index, Verdict};
use crate::tasks::Tasks;

/// The folder of the index in the data folder.
const FOLDER: &str = "index";

/// Compares and says what is wrong.
pub async fn verify(context: &Context) -> Result<ExitCode> {
    let catalogue = open_catalogue(context).await?;
    let mark = EncoderMark::of(&app::open_encoder(&context.config)?);
    let folder = context.config.data_dir.join(FOLDER);
    let verdict = knowledge::verify(&folder, &*catalogue, mark, &Tasks::new()).await?;
    if context.json {
        out::json(&verdict)?;
    } else {
        print(&verdict);
    }
    Ok(ExitCode::from(u8::from(!verdict.faults.is_empty())))
}

fn print(verdict: &Verdict) {
    let Verdict { passages, indexed, newer, foreign, faults } = verdict;
    out::line(format!("{passages} passages in the documents"));
    match indexed {
        Some(indexed) => {
            out::line(format!("{indexed} passages in the index on disk, {newer} written after it"))
        }
        None => out::line("no index on disk that can be used: the next start builds it"),
    }
    if *foreign > 0 {
        out::line(format!(
            "{foreign} passages were encoded by another model: the next start encodes them again"
        ));
    }
    for fault in faults {
        out::line(format!("WRONG  {fault}"));
    }
    out::note(if faults.is_empty() {
        "nothing is wrong"
    } else {
        "`zhike knowledge rebuild` builds it anew"
    });
}

/// Removes the index and builds it from the catalogue.
pub async fn rebuild(context: &Context) -> Result<ExitCode> {
    open_catalogue(context).await?;
    Index::clear(&context.config.data_dir.join(FOLDER))?;
    let (started, tasks) = (Instant::now(), Tasks::new());
    let knowledge = import::open(context, &tasks).await?;
    knowledge.settle().await?;
    tasks.shutdown(PATIENCE).await;
    let passages = knowledge.snapshot().len();
    let seconds = started.elapsed().as_secs_f64();
    if context.json {
        out::json(&serde_json::json!({ "passages": passages, "seconds": seconds }))?;
    } else {
        out::note(format!("the index is built anew: {passages} passages in {seconds:.1} s"));
    }
    Ok(ExitCode::SUCCESS)
}
