//! `zhike bench encode`: how fast text becomes vectors.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};

use super::yardstick::OnnxRuntime;
use crate::cli::{Context, out};
use crate::encoder::{Library, MeasureOptions, MeasureReport, MeasureRow, Memory, Yardstick, measure};
use crate::error::{Error, Result};

/// Time from text to vector, beside a plain f32 forward pass
///
/// Method: texts of exactly 8 to 256 tokens (ordinary Chinese and English sentences, special tokens included, no
/// prefix) go through the same queue as visitors' messages: tokenising, forward pass, pooling. First one text at a
/// time with one thread; then calls of 8 texts of 16 tokens and 32 of 32 with all threads; then eight callers side by
/// side, each asking again as soon as it has its result. Each row runs for --seconds after two calls to warm up, at
/// least five times; p50 and p95 are over the calls of the row. "plain f32" is the median of candle's own f32
/// operations on the same tokens, in the same run, one thread, one text after the other. Load time and memory are
/// taken before anything else runs. Set ZHIKE_ENCODER_KERNEL to measure another instruction set; ONNX Runtime has no
/// such switch, see eval/yardsticks/avx2_only.c for holding both to AVX2.
///
/// With --yardstick, ONNX Runtime runs the same weights on the same tokens after each row, in f32 and in dynamic int8,
/// as a graph of its own fused operators: with as many threads as the row, and for callers side by side one session
/// with one thread a call. "times faster" beside it is against its int8: by the median, for callers by texts a second.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  zhike bench encode\n  zhike bench encode --seconds 0.3 --threads 4 --json\n  ZHIKE_ENCODER_KERNEL=avx2 zhike bench encode"
)]
pub struct EncodeArgs {
    /// Time for each row
    #[arg(long, default_value_t = 1.0, value_name = "SECONDS")]
    seconds: f64,
    /// Threads for batches and callers side by side; 0 means one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// An imported model instead of the configured one
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// A Python with onnxruntime, onnx, numpy and gguf: time ONNX Runtime beside it
    #[arg(long, value_name = "PYTHON")]
    yardstick: Option<PathBuf>,
    /// Leave out the plain f32 forward pass
    #[arg(long)]
    no_plain: bool,
}

pub fn run(args: EncodeArgs, context: &Context) -> Result<ExitCode> {
    if !(0.01..=600.0).contains(&args.seconds) {
        return Err(Error::invalid("--seconds must lie between 0.01 and 600"));
    }
    let library = Library::new(context.config.data_dir.join("models"));
    let files =
        library.files_or_builtin(args.model.as_deref().or(context.config.encoder.model.as_deref()))?;
    let options = MeasureOptions {
        per_row: Duration::from_secs_f64(args.seconds),
        threads: args.threads,
        plain: !args.no_plain,
    };
    let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("a temporary folder"))?;
    let mut yardstick = match &args.yardstick {
        None => None,
        Some(python) => {
            files.unpack(folder.path())?;
            Some(OnnxRuntime::start(python, folder.path())?)
        }
    };
    let beside = yardstick.as_mut().map(|yardstick| yardstick as &mut dyn Yardstick);
    let report = measure(&files, &options, beside, &mut |kind, row| {
        if !context.json {
            out::note(format!(
                "{kind}: {} × {} tokens, {} runs",
                row.callers * row.texts,
                row.tokens,
                row.runs
            ));
        }
    })?;
    if context.json {
        out::json(&report)?;
    } else {
        print(&report);
    }
    Ok(ExitCode::SUCCESS)
}

fn print(report: &MeasureReport) {
    out::line(format!(
        "{}, kernel {}, {} threads; loaded in {:.0} ms",
        report.model, report.kernel, report.threads, report.load_ms
    ));
    if let Some((all, model)) = report.memory.zip(report.memory_of_model) {
        let told = |m: Memory| {
            format!("{:.0} MB ({:.0} own, {:.0} of files)", m.own_mb + m.file_mb, m.own_mb, m.file_mb)
        };
        out::line(format!("memory {}, of which {} came with the model", told(all), told(model)));
    }
    if let Some((mean, least)) = report.cosine_to_plain {
        out::line(format!("cosine to the plain f32 forward pass: mean {mean:.5}, least {least:.5}"));
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header =
        vec!["", "texts", "tokens", "p50 ms", "p95 ms", "texts/s", "plain f32 ms", "times faster"];
    if let Some(name) = &report.yardstick {
        out::line(format!("beside it: {name}"));
        header.extend(["ORT f32 ms", "ORT int8 ms", "ORT int8 texts/s", "times faster"]);
    }
    table.set_header(header);
    let kinds = [
        ("one text, one thread", &report.single),
        ("batch, all threads", &report.batches),
        ("callers side by side", &report.concurrent),
    ];
    for (kind, rows) in kinds {
        for row in rows {
            table.add_row(cells(kind, row));
        }
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    out::line(table.to_string());
}

fn cells(kind: &str, row: &MeasureRow) -> Vec<String> {
    let mut cells = vec![
        kind.to_owned(),
        (row.callers * row.texts).to_string(),
        row.tokens.to_string(),
        format!("{:.2}", row.p50_ms),
        format!("{:.2}", row.p95_ms),
        format!("{:.0}", row.texts_per_second),
        row.plain_p50_ms.map_or(String::new(), |plain| format!("{plain:.1}")),
        row.plain_p50_ms.map_or(String::new(), |plain| format!("{:.1}", plain / row.p50_ms)),
    ];
    if let Some(beside) = &row.yardstick {
        let faster = match row.callers {
            1 => beside.int8_p50_ms / row.p50_ms,
            _ => row.texts_per_second / beside.int8_texts_per_second,
        };
        cells.extend([
            format!("{:.2}", beside.f32_p50_ms),
            format!("{:.2}", beside.int8_p50_ms),
            format!("{:.0}", beside.int8_texts_per_second),
            format!("{faster:.2}"),
        ]);
    }
    cells
}
