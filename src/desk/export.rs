//! Conversations to read elsewhere: one as a text, many as a table. Pure.

use std::fmt::Write;

use jiff::Timestamp;

use super::reports::{finished, harmless, unwritable};
use crate::chat::{Exported, Whole};
use crate::domain::{Conversation, Lang, SenderKind};
use crate::error::Result;

/// Most conversations of one table.
pub const MOST_ROWS: usize = 10_000;

const HEADER: [&str; 13] = [
    "id",
    "inbox",
    "visitor",
    "status",
    "assignee",
    "team",
    "tags",
    "created_at",
    "updated_at",
    "close_reason",
    "close_note",
    "messages",
    "first_response_s",
];

/// One row a conversation. Where there are more than fit, the last row says so. Values that a spreadsheet would take for
/// a formula are quoted as text.
///
/// # Errors
/// When the table cannot be written.
pub fn to_csv(exported: &Exported) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER).map_err(unwritable)?;
    for conversation in &exported.conversations {
        let first = exported.first_replies.get(&conversation.id);
        table.write_record(row(conversation, first.copied())).map_err(unwritable)?;
    }
    if exported.more {
        let mut note: [String; HEADER.len()] = Default::default();
        note[0] = format!(
            "not all: only the first {} conversations are in this table",
            exported.conversations.len()
        );
        table.write_record(note).map_err(unwritable)?;
    }
    finished(table)
}

fn row(c: &Conversation, first_reply: Option<f64>) -> [String; HEADER.len()] {
    [
        c.id.to_string(),
        harmless(&c.inbox),
        harmless(&visitor(c)),
        c.status.as_str().to_owned(),
        harmless(c.assignee.as_ref().map_or("", |assignee| &assignee.name)),
        harmless(c.team.as_ref().map_or("", |team| &team.name)),
        harmless(&c.tags.join("|")),
        c.created_at.to_string(),
        c.updated_at.to_string(),
        c.close_reason.map_or("", |reason| reason.as_str()).to_owned(),
        harmless(c.close_note.as_deref().unwrap_or_default()),
        c.last_seq.to_string(),
        first_reply.map(|seconds| format!("{seconds:.3}")).unwrap_or_default(),
    ]
}

fn visitor(c: &Conversation) -> String {
    let v = &c.visitor;
    let known = [&v.name, &v.email, &v.external_id].into_iter().flatten().next();
    known.cloned().unwrap_or_else(|| v.id.to_string())
}

/// What was said, line by line, in the visitor's language; notes of staff at the end.
pub fn to_text(whole: &Whole) -> String {
    let Whole { conversation: c, messages, notes } = whole;
    let lang = c.visitor.locale;
    let mut text = String::new();
    let mut head = |zh: &str, en: &str, value: &str| {
        if !value.is_empty() {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{}: {value}", lang.pick(zh, en));
        }
    };
    head("会话", "Conversation", &c.id.to_string());
    head("访客", "Visitor", &visitor(c));
    head("入口", "Inbox", &c.inbox);
    head("状态", "Status", c.status.as_str());
    head("客服", "Agent", c.assignee.as_ref().map_or("", |assignee| &assignee.name));
    head("团队", "Team", c.team.as_ref().map_or("", |team| &team.name));
    head("标签", "Tags", &c.tags.join(", "));
    head("结束原因", "Closed because", c.close_reason.map_or("", |reason| reason.as_str()));
    head("结束备注", "Closing note", c.close_note.as_deref().unwrap_or_default());
    text.push('\n');
    for message in messages {
        let name = message.sender.name.as_deref().unwrap_or_else(|| speaker(message.sender.kind, lang));
        said(&mut text, message.created_at, name, message.content.as_text());
    }
    if !notes.is_empty() {
        let _ = writeln!(text, "\n{}", lang.pick("内部备注", "Internal notes"));
    }
    for note in notes {
        said(&mut text, note.created_at, &note.author, &note.text);
    }
    text
}

fn speaker(kind: SenderKind, lang: Lang) -> &'static str {
    match kind {
        SenderKind::Visitor => lang.pick("访客", "Visitor"),
        SenderKind::Bot => lang.pick("机器人", "Bot"),
        SenderKind::Agent => lang.pick("客服", "Agent"),
        SenderKind::System => lang.pick("系统", "System"),
    }
}

/// Lines of one message after the first are indented: who spoke cannot be forged.
fn said(text: &mut String, at: Timestamp, name: &str, words: &str) {
    let name = name.replace(char::is_control, " ");
    let words = words.lines().collect::<Vec<_>>().join("\n    ");
    let _ = writeln!(text, "[{}] {name}: {words}", at.strftime("%Y-%m-%d %H:%M:%SZ"));
}
