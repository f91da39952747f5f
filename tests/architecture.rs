//! Holds the import table: which room may use which, and which crates stay out of which room.
//!
//! The table is the one of docs/ARCHITECTURE.md. It is read off the `crate::…` paths in the sources, so an import
//! that skips a layer fails here with the file and the line that did it.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms it may name. Every room may name itself.
const TABLE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("error", &[]),
    ("tasks", &[]),
    ("assets", &[]),
    ("memory", &[]),
    ("jobs", &["domain", "error", "tasks"]),
    ("nodes", &["domain", "error", "tasks"]),
    ("text", &["domain", "error"]),
    ("config", &["error"]),
    ("observe", &["config", "error"]),
    ("encoder", &["domain", "text", "error"]),
    ("nlu", &["encoder", "domain", "text", "error"]),
    ("knowledge", &["encoder", "domain", "text", "error", "tasks"]),
    ("recall", &["knowledge", "nlu", "encoder", "domain", "text", "error", "tasks"]),
    ("rank", &["recall", "knowledge", "nlu", "encoder", "domain", "text", "error"]),
    ("policy", &["rank", "recall", "nlu", "domain", "text", "error"]),
    (
        "dialog",
        &["policy", "rank", "recall", "knowledge", "nlu", "encoder", "domain", "text", "error", "tasks"],
    ),
    ("chat", &["dialog", "nodes", "domain", "text", "error", "tasks"]),
    ("hub", &["chat", "domain", "error", "tasks"]),
    ("desk", &["chat", "domain", "text", "error", "tasks"]),
    ("connect", &["desk", "dialog", "knowledge", "domain", "text", "error", "tasks"]),
    (
        "eval",
        &["dialog", "policy", "rank", "recall", "knowledge", "nlu", "encoder", "domain", "text", "error"],
    ),
    (
        "learn",
        &[
            "eval",
            "dialog",
            "nlu",
            "knowledge",
            "encoder",
            "chat",
            "nodes",
            "domain",
            "text",
            "error",
            "memory",
            "tasks",
        ],
    ),
    ("demo_shop", &["error", "tasks"]),
    ("quality", &["dialog", "domain", "text", "error"]),
    ("phrase", &["connect", "dialog", "domain", "text", "error"]),
    (
        "store",
        &[
            "chat",
            "desk",
            "connect",
            "dialog",
            "knowledge",
            "nlu",
            "learn",
            "jobs",
            "nodes",
            "domain",
            "error",
            "tasks",
        ],
    ),
    (
        "http",
        &[
            "chat",
            "desk",
            "hub",
            "dialog",
            "knowledge",
            "nlu",
            "encoder",
            "eval",
            "learn",
            "observe",
            "jobs",
            "nodes",
            "config",
            "assets",
            "text",
            "domain",
            "error",
            "tasks",
        ],
    ),
    (
        "app",
        &[
            "http",
            "hub",
            "chat",
            "desk",
            "connect",
            "quality",
            "phrase",
            "demo_shop",
            "store",
            "learn",
            "eval",
            "dialog",
            "policy",
            "rank",
            "recall",
            "knowledge",
            "nlu",
            "encoder",
            "observe",
            "jobs",
            "nodes",
            "config",
            "assets",
            "text",
            "domain",
            "error",
            "tasks",
        ],
    ),
];

/// Crates that must not be named in a room.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("domain", &["tokio", "sqlx", "axum", "candle_core", "candle_nn", "tantivy"]),
    ("policy", &["tokio", "sqlx", "axum", "candle_core", "candle_nn", "tantivy"]),
    ("dialog", &["sqlx", "axum"]),
    ("text", &["tokio", "sqlx", "axum", "candle_core", "tantivy"]),
];

/// Crates that only these rooms may name.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("axum", &["http", "app", "cli", "demo_shop"]),
    ("redis", &["hub"]),
    ("reqwest", &["connect", "phrase", "cli"]),
    ("tantivy", &["knowledge"]),
    ("candle_core", &["encoder", "nlu", "phrase"]),
    ("candle_nn", &["encoder", "nlu"]),
    ("candle_transformers", &["phrase"]),
    ("tokenizers", &["encoder", "phrase"]),
];

struct Source {
    path: PathBuf,
    room: String,
    lines: Vec<String>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|e| e != "rs") {
                continue;
            }
            let first = path.strip_prefix(&root).unwrap().components().next().unwrap();
            let room = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_string();
            let lines = fs::read_to_string(&path).unwrap().lines().map(code_of).collect();
            found.push(Source { path, room, lines });
        }
    }
    assert!(found.len() > 20, "the sources were not found");
    found
}

/// The line without its comment, so that prose may name any room.
fn code_of(line: &str) -> String {
    line.split("//").next().unwrap_or_default().to_string()
}

/// Every name that follows `prefix` in the line, with `{a, b}` groups opened.
fn names_after<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(group.split([',', '}']).map(|part| word(part.trim())).filter(|w| !w.is_empty()));
        } else {
            names.push(word(rest));
        }
    }
    names
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

#[test]
fn every_room_imports_only_what_its_layer_allows() {
    let rooms: BTreeSet<&str> = TABLE.iter().map(|(room, _)| *room).collect();
    let mut broken = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = TABLE.iter().find(|(room, _)| *room == source.room) else {
            assert!(
                ["lib", "main", "cli"].contains(&source.room.as_str()),
                "{}: the room `{}` is not in the table",
                source.path.display(),
                source.room
            );
            continue;
        };
        for (number, line) in source.lines.iter().enumerate() {
            for name in names_after(line, "crate::") {
                if name != source.room && !allowed.contains(&name) && (rooms.contains(name) || name == "cli")
                {
                    broken.push(format!(
                        "{}:{}: {} uses {name}",
                        source.path.display(),
                        number + 1,
                        source.room
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "imports against the table:\n{}", broken.join("\n"));
}

#[test]
fn crates_stay_in_their_rooms() {
    let mut broken = Vec::new();
    for source in sources() {
        for (number, line) in source.lines.iter().enumerate() {
            let named = |krate: &str| {
                line.match_indices(&format!("{krate}::")).any(|(at, _)| {
                    !line[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
                })
            };
            let forbidden =
                FORBIDDEN.iter().filter(|(room, _)| *room == source.room).flat_map(|(_, crates)| *crates);
            let elsewhere = ONLY_IN
                .iter()
                .filter(|(_, rooms)| !rooms.contains(&source.room.as_str()))
                .map(|(krate, _)| krate);
            for krate in forbidden.chain(elsewhere) {
                if named(krate) {
                    broken.push(format!(
                        "{}:{}: {krate} does not belong in {}",
                        source.path.display(),
                        number + 1,
                        source.room
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "crates out of place:\n{}", broken.join("\n"));
}

#[test]
fn recall_paths_do_not_know_each_other() {
    let paths = ["faq", "vector", "lexical", "rule"];
    for source in sources().iter().filter(|s| s.room == "recall") {
        let me = source.path.file_stem().unwrap().to_string_lossy().to_string();
        if !paths.contains(&me.as_str()) {
            continue;
        }
        for (number, line) in source.lines.iter().enumerate() {
            let other = names_after(line, "super::").into_iter().chain(names_after(line, "crate::recall::"));
            let known: Vec<&str> = other.filter(|name| paths.contains(name) && *name != me).collect();
            assert!(known.is_empty(), "{}:{}: {me} imports {known:?}", source.path.display(), number + 1);
        }
    }
}
