//! What was measured, as JSON and in words.

use std::fmt::Write as _;

use serde::Serialize;

use super::talk::Counts;
use crate::cli::bench::latencies::Latencies;

/// Everything of one run.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle: Vec<Idle>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle_yardstick: Vec<Idle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat: Option<Exchange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_yardstick: Option<Exchange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<Dropped>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass: Option<Mass>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot: Option<Bot>,
}

/// Open sockets that say nothing.
#[derive(Debug, Serialize)]
pub struct Idle {
    pub sockets: usize,
    pub opened_a_second: f64,
    /// What the server's memory grew by, for each.
    pub kilobytes_each: f64,
    pub ping: Latencies,
}

/// Messages at a steady rate.
#[derive(Debug, Serialize)]
pub struct Exchange {
    pub rate: u32,
    pub counts: Counts,
    pub acknowledged: Latencies,
    pub delivered: Latencies,
    /// Cores the server kept busy.
    pub processor_share: f64,
    pub memory_mb: f64,
}

/// Messages of clients that are cut again and again.
#[derive(Debug, Serialize)]
pub struct Dropped {
    pub cuts: usize,
    pub counts: Counts,
    pub acknowledged: Latencies,
    pub delivered: Latencies,
}

/// Messages while others are cut.
#[derive(Debug, Serialize)]
pub struct Mass {
    pub cut: usize,
    pub counts: Counts,
    /// Until the other side has a message, before and after the cut.
    pub before: Latencies,
    pub after: Latencies,
}

/// Questions to the bot.
#[derive(Debug, Serialize)]
pub struct Bot {
    pub rate: u32,
    pub asked: usize,
    pub unanswered: usize,
    pub answered: Latencies,
}

impl Figures {
    /// Whether nothing was lost, doubled, out of order or left unanswered.
    pub fn is_sound(&self) -> bool {
        let counts = [
            self.chat.as_ref().map(|chat| chat.counts),
            self.drop.as_ref().map(|drop| drop.counts),
            self.mass.as_ref().map(|mass| mass.counts),
        ];
        let whole = |c: Counts| c.sent == c.acknowledged && c.lost + c.doubled + c.out_of_order == 0;
        counts.into_iter().flatten().all(whole) && self.bot.as_ref().is_none_or(|bot| bot.unanswered == 0)
    }

    /// For people.
    pub fn in_words(&self) -> String {
        let mut text = String::new();
        for (name, rows) in [("idle", &self.idle), ("idle, plain ws", &self.idle_yardstick)] {
            for Idle { sockets, opened_a_second, kilobytes_each, ping } in rows {
                let ping = ping.in_words();
                let _ = writeln!(
                    text,
                    "{name}: {sockets} sockets, {kilobytes_each:.1} kB each, opened {opened_a_second:.0} a second; ping {ping}"
                );
            }
        }
        for (name, chat) in [("chat", &self.chat), ("chat, plain ws", &self.chat_yardstick)] {
            let Some(Exchange { rate, counts, acknowledged, delivered, processor_share, memory_mb }) = chat
            else {
                continue;
            };
            let _ = writeln!(text, "{name}: {rate} messages a second; {}", counts.in_words());
            let _ = writeln!(text, "  acknowledged  {}", acknowledged.in_words());
            let _ = writeln!(text, "  delivered     {}", delivered.in_words());
            let _ = writeln!(text, "  {processor_share:.2} cores, {memory_mb:.0} MB");
        }
        if let Some(Dropped { cuts, counts, acknowledged, delivered }) = &self.drop {
            let _ = writeln!(text, "drop: {cuts} cuts; {}", counts.in_words());
            let _ = writeln!(text, "  acknowledged  {}", acknowledged.in_words());
            let _ = writeln!(text, "  delivered     {}", delivered.in_words());
        }
        if let Some(Mass { cut, counts, before, after }) = &self.mass {
            let _ = writeln!(text, "mass: {cut} sockets cut at once; {}", counts.in_words());
            let _ = writeln!(text, "  before  {}", before.in_words());
            let _ = writeln!(text, "  after   {}", after.in_words());
        }
        if let Some(Bot { rate, asked, unanswered, answered }) = &self.bot {
            let _ = writeln!(text, "bot: {rate} questions a second; {asked} asked, {unanswered} unanswered");
            let _ = writeln!(text, "  answered  {}", answered.in_words());
        }
        text.trim_end().to_owned()
    }
}

impl Counts {
    fn in_words(&self) -> String {
        let Self { sent, acknowledged, lost, doubled, out_of_order } = self;
        format!(
            "{sent} sent, {acknowledged} acknowledged, {lost} lost, {doubled} doubled, {out_of_order} out of order"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_message_is_not_sound() {
        let counts = Counts { sent: 2, acknowledged: 2, lost: 1, ..Counts::default() };
        let none = Latencies::default();
        let drop = Dropped { cuts: 3, counts, acknowledged: none, delivered: none };
        assert!(!Figures { drop: Some(drop), ..Figures::default() }.is_sound());
        assert!(Figures::default().is_sound());
    }
}
