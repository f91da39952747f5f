//! `zhike rasa`: training data from and to Rasa.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::train::{self, ModeArg, TrainArgs, examples_to_learn};
use super::{Context, out};
use crate::app;
use crate::cli::knowledge::table;
use crate::error::{Code, Error, Result};
use crate::nlu::examples::{self, RasaDomain, TrainingData, count_by_intent, holds_examples, write_rasa};

/// The file of the shop's settings that an import writes.
const IMPORTED: &str = "nlu/rasa.yml";

/// Move training data from and to Rasa
#[derive(Debug, Args)]
pub struct RasaArgs {
    #[command(subcommand)]
    command: RasaCommand,
}

#[derive(Debug, Subcommand)]
enum RasaCommand {
    /// Take over a Rasa project: read its training data, train on them and put the result into use
    ///
    /// Reads every .yml of the folders that has an `nlu:` section: intents, entities with roles and groups, synonyms,
    /// lookups (also those in files of their own) and regexes. What domain.yml declares is compared with it. The data
    /// become nlu/rasa.yml in the shop's settings; `zhike train` reads them again with the shop's other examples.
    #[command(
        after_help = "Examples:\n  zhike rasa import ~/my-rasa-bot\n  zhike rasa import data/nlu.yml domain.yml\n  zhike rasa import bot/ --check"
    )]
    Import {
        /// Project folders or .yml files
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Only read and report: nothing is written or trained
        #[arg(long)]
        check: bool,
        /// Put the new version into use even if it is worse than the one in use
        #[arg(long)]
        force: bool,
    },
    /// Write the shop's examples as Rasa's nlu.yml
    #[command(
        after_help = "Examples:\n  zhike rasa export nlu.yml\n  zhike rasa export nlu.yml --nlu train.jsonl more.jsonl"
    )]
    Export {
        /// The file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Examples to write instead of the shop's
        #[arg(long, value_name = "FILE", num_args = 1..)]
        nlu: Vec<PathBuf>,
    },
}

/// What `--json` prints of an import.
#[derive(Debug, Serialize)]
struct Found {
    files: Vec<String>,
    intents: usize,
    examples: usize,
    /// Annotated entities with their roles and groups, as slots are named here.
    slots: Vec<String>,
    annotations: usize,
    synonyms: usize,
    lookup_values: usize,
    regexes: usize,
    notes: Vec<String>,
}

/// Reads or writes.
pub async fn run(args: RasaArgs, context: &Context) -> Result<ExitCode> {
    match args.command {
        RasaCommand::Import { paths, check, force } => import(&paths, check, force, context).await,
        RasaCommand::Export { file, nlu } => export(&file, &nlu, context).await,
    }
}

async fn import(paths: &[PathBuf], check: bool, force: bool, context: &Context) -> Result<ExitCode> {
    let (data, found) = read_project(paths)?;
    if context.json {
        out::json(&found)?;
    } else {
        print(&found);
    }
    found.notes.iter().for_each(out::note);
    if check {
        return Ok(ExitCode::SUCCESS);
    }
    let target = app::shop_folder(&context.config).join(IMPORTED);
    let (written, left_out) = write_rasa(&data);
    left_out.iter().for_each(|problem| out::note(format!("left out: {problem}")));
    write(&target, &written)?;
    if !context.json {
        out::line(format!("written to {}", target.display()));
    }
    train::run(TrainArgs { nlu: Vec::new(), mode: ModeArg::FAST, force }, context).await
}

/// The training data of all files, and what there is in them.
fn read_project(paths: &[PathBuf]) -> Result<(TrainingData, Found)> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, true, &mut files)?;
    }
    let (mut data, mut domain) = (TrainingData::default(), RasaDomain::default());
    let mut read = Vec::new();
    for path in files {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path)
            .map_err(|e| Error::new(Code::BadConfig, format!("{name}: the file cannot be read: {e}")))?;
        let text = String::from_utf8_lossy(&bytes);
        if let Some(declared) = declared(&text).map_err(|e| e.at(&name))? {
            domain.merge(declared);
            read.push(name.clone());
        }
        if holds_examples(&text) {
            data.merge(examples::read(&name, &bytes, &|beside| find_beside(&path, beside))?);
            read.push(name);
        }
    }
    if data.examples.is_empty() {
        return Err(Error::new(
            Code::BadConfig,
            "no training data found: name the Rasa project's folder, or its .yml files with an `nlu:` section",
        ));
    }
    read.dedup();
    let notes = domain.differences(&data);
    let mut slots: Vec<String> =
        data.examples.iter().flat_map(|e| &e.slots).map(|s| s.name.clone()).collect();
    let annotations = slots.len();
    slots.sort();
    slots.dedup();
    let found = Found {
        files: read,
        intents: count_by_intent(&data.examples).len(),
        examples: data.examples.len(),
        slots,
        annotations,
        synonyms: data.lexicon.synonyms.len(),
        lookup_values: data.lexicon.entries.len(),
        regexes: data.lexicon.patterns.len(),
        notes,
    };
    Ok((data, found))
}

/// The domain in a file that looks like one: other YAML is none of its business.
fn declared(text: &str) -> Result<Option<RasaDomain>> {
    let looks = text.lines().any(|l| l.starts_with("intents:") || l.starts_with("entities:"));
    if !looks {
        return Ok(None);
    }
    RasaDomain::read(text).map_err(Error::from)
}

/// The YAML files under a path, in the order of their names; hidden folders and Rasa's models are left out. A
/// domain.yml that is named stands for its project.
fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> Result<()> {
    let missing =
        |e: std::io::Error| Error::new(Code::BadConfig, format!("{}: cannot be read: {e}", path.display()));
    if !path.is_dir() {
        std::fs::metadata(path).map_err(missing)?;
        let is_domain = path.file_stem().is_some_and(|stem| stem == "domain");
        if named && is_domain {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            return collect(folder, false, files);
        }
        files.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path).map_err(missing)?.map_while(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let is_yaml = [".yml", ".yaml"].iter().any(|ending| name.ends_with(ending));
        let hidden = name.starts_with('.') || name == "models" || name == "node_modules";
        if !hidden && (is_yaml || entry.is_dir()) && !files.contains(&entry) {
            collect(&entry, false, files)?;
        }
    }
    Ok(())
}

/// A file that a lookup names: from the folder of the file that names it, or from one above, as Rasa counts from the
/// project's.
fn find_beside(file: &Path, named: &str) -> Option<String> {
    file.ancestors().skip(1).find_map(|folder| std::fs::read_to_string(folder.join(named)).ok())
}

fn print(found: &Found) {
    let mut rows = table::new(&["found", ""], &[1]);
    rows.add_row(["files".to_owned(), found.files.len().to_string()]);
    rows.add_row(["intents".to_owned(), found.intents.to_string()]);
    rows.add_row(["examples".to_owned(), found.examples.to_string()]);
    rows.add_row(["annotated values".to_owned(), found.annotations.to_string()]);
    rows.add_row(["slots".to_owned(), found.slots.join(", ")]);
    rows.add_row(["synonyms".to_owned(), found.synonyms.to_string()]);
    rows.add_row(["lookup values".to_owned(), found.lookup_values.to_string()]);
    rows.add_row(["regexes".to_owned(), found.regexes.to_string()]);
    out::line(rows.to_string());
}

async fn export(file: &Path, nlu: &[PathBuf], context: &Context) -> Result<ExitCode> {
    let db = app::open_database(&context.config).await?;
    let data = examples_to_learn(nlu, &db, &app::shop_folder(&context.config)).await?;
    db.close().await;
    let (written, left_out) = write_rasa(&data);
    write(file, &written)?;
    left_out.iter().for_each(|problem| out::note(format!("left out: {problem}")));
    let written = data.examples.len() - left_out.len();
    if context.json {
        out::json(&serde_json::json!({"file": file, "examples": written, "left_out": left_out}))?;
    } else {
        out::line(format!("{written} examples written to {}", file.display()));
    }
    Ok(ExitCode::from(u8::from(!left_out.is_empty())))
}

fn write(file: &Path, content: &str) -> Result<()> {
    let written = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => std::fs::create_dir_all(folder),
        _ => Ok(()),
    };
    written
        .and_then(|()| std::fs::write(file, content))
        .map_err(|e| Error::from(e).at(format!("writing {}", file.display())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            write(&folder.path().join(name), content).unwrap();
        }
        folder
    }

    const NLU: &str = "version: \"3.1\"\nnlu:\n- intent: go\n  examples: |\n    - to [LA]{\"entity\": \"city\", \"role\": \"to\"}\n- lookup: city\n  examples: data/cities.txt\n";

    #[test]
    fn a_project_is_its_data_its_lookup_files_and_its_domain() {
        let folder = project(&[
            ("data/nlu/go.yml", NLU),
            ("data/nlu/greet.yaml", "nlu:\n- intent: greet\n  examples: |\n    - hi\n"),
            ("data/cities.txt", "LA\nSF\n"),
            ("data/stories.yml", "stories:\n- story: a\n"),
            ("domain.yml", "intents: [go, greet, bye]\nentities:\n- city:\n    roles: [to]\n"),
            ("config.yml", "pipeline:\n- name: WhitespaceTokenizer\n"),
            (".hidden/nlu.yml", "nlu: broken"),
        ]);
        for named in [folder.path().to_path_buf(), folder.path().join("domain.yml")] {
            let (_, found) = read_project(&[named]).unwrap();
            assert_eq!((found.intents, found.examples, found.lookup_values), (2, 2, 2));
            assert_eq!(found.slots, ["city.to"]);
            assert_eq!(found.files.len(), 3);
            assert_eq!(found.notes.len(), 1, "{:?}", found.notes);
        }
        let (_, found) = read_project(&[folder.path().join("data/nlu/go.yml")]).unwrap();
        assert_eq!((found.examples, found.lookup_values), (1, 2));
    }

    #[test]
    fn errors_name_file_and_line() {
        let folder = project(&[("nlu.yml", "nlu:\n- intent: a\n  examples: |\n    - [x](y\n")]);
        let path = folder.path().join("nlu.yml");
        let error = read_project(std::slice::from_ref(&path)).unwrap_err();
        let expected = format!("{}: line 4: the annotation of `x` has no closing bracket", path.display());
        assert_eq!(error.detail(), expected);
        let nothing = project(&[("config.yml", "language: en\n")]);
        assert_eq!(read_project(&[nothing.path().to_path_buf()]).unwrap_err().code(), Code::BadConfig);
        assert_eq!(read_project(&[PathBuf::from("/no/such")]).unwrap_err().code(), Code::BadConfig);
    }
}
