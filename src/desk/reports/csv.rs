//! Figures as a table for spreadsheets.

use super::{Figures, Group, Overview};
use crate::error::{Error, Result};

const HEADER: [&str; 18] = [
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
];

/// One row a group, and the total in the end. Names that a spreadsheet would take for a formula are quoted as text.
///
/// # Errors
/// When the table cannot be written.
pub fn to_csv(overview: &Overview) -> Result<String> {
    let failed = |e: csv::Error| Error::internal(format!("the table cannot be written: {e}"));
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(HEADER).map_err(failed)?;
    for Group { key, name, figures } in overview.groups.iter().flatten() {
        table.write_record(row(key, name, figures)).map_err(failed)?;
    }
    table.write_record(row("total", "total", &overview.total)).map_err(failed)?;
    let bytes =
        table.into_inner().map_err(|e| Error::internal(format!("the table cannot be written: {e}")))?;
    String::from_utf8(bytes).map_err(|e| Error::internal(format!("the table is no text: {e}")))
}

fn row(key: &str, name: &str, figures: &Figures) -> [String; 18] {
    let number = |value: Option<f64>| value.map(|v| format!("{v:.3}")).unwrap_or_default();
    let (first, agent, csat) = (&figures.first_reply, &figures.agent_reply, &figures.csat);
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
    ]
}

fn harmless(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() }
}
