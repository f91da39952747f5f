//! Figures as a table for spreadsheets.

use super::{Figures, Group, Overview};
use crate::error::{Error, Result};

const HEADER: [&str; 23] = [
    "key",
    "name",
    "conversations",
    "visitor_messages",
    "bot_messages",
    "agent_messages",
    "resolved_by_bot",
    "handoffs",
    "served",
    "bot_resolution",
    "first_reply_count",
    "first_reply_median_s",
    "first_reply_p90_s",
    "agent_reply_median_s",
    "agent_reply_p90_s",
    "csat_count",
    "csat_mean",
    "csat_satisfied",
    "closed_resolved",
    "closed_no_reply",
    "closed_spam",
    "closed_duplicate",
    "closed_other",
];

/// One row a group, and the total in the end. Names that a spreadsheet would take for a formula are quoted as text.
///
/// # Errors
/// When the table cannot be written.
pub fn to_csv(overview: &Overview) -> Result<String> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER).map_err(unwritable)?;
    for Group { key, name, figures } in overview.groups.iter().flatten() {
        table.write_record(row(key, name, figures)).map_err(unwritable)?;
    }
    table.write_record(row("total", "total", &overview.total)).map_err(unwritable)?;
    finished(table)
}

/// The table as text.
pub(in crate::desk) fn finished(table: csv::Writer<Vec<u8>>) -> Result<String> {
    let bytes = table.into_inner().map_err(unwritable)?;
    String::from_utf8(bytes).map_err(unwritable)
}

pub(in crate::desk) fn unwritable(e: impl std::fmt::Display) -> Error {
    Error::internal(format!("the table cannot be written: {e}"))
}

fn row(key: &str, name: &str, figures: &Figures) -> [String; 23] {
    let number = |value: Option<f64>| value.map(|v| format!("{v:.3}")).unwrap_or_default();
    let (first, agent, csat) = (&figures.first_reply, &figures.agent_reply, &figures.csat);
    let reasons = &figures.close_reasons;
    [
        key.to_owned(),
        harmless(name),
        figures.conversations.to_string(),
        figures.visitor_messages.to_string(),
        figures.bot_messages.to_string(),
        figures.agent_messages.to_string(),
        figures.resolved_by_bot.to_string(),
        figures.handoffs.to_string(),
        figures.served.to_string(),
        number(figures.bot_resolution),
        first.count.to_string(),
        number(first.median_s),
        number(first.p90_s),
        number(agent.median_s),
        number(agent.p90_s),
        csat.count.to_string(),
        number(csat.mean),
        number(csat.satisfied),
        reasons.resolved.to_string(),
        reasons.no_reply.to_string(),
        reasons.spam.to_string(),
        reasons.duplicate.to_string(),
        reasons.other.to_string(),
    ]
}

/// What a spreadsheet would take for a formula, quoted as text.
pub(in crate::desk) fn harmless(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() }
}
