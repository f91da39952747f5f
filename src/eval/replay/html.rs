//! The report of a replay for people.

use crate::eval::names::two;
use crate::eval::page::{Page, code, label, number, text};
use crate::eval::report::Report;

use super::{Pair, ReplayReport};
use crate::eval::dialogs::{Got, action_name};

/// The whole page.
pub fn html(report: &Report<ReplayReport>) -> String {
    let mut page = Page::new(two("Conversations played again", "对话回放"), report);
    page.tiles(
        &report.measures,
        &[
            "turns",
            "unchanged",
            "newly_answered",
            "no_longer_answered",
            "rated",
            "liked_before",
            "liked_after",
        ],
    );
    page.say(two(
        "Two versions answered the same turns of stored conversations. Before each turn stands what was really said then. Where a visitor told whether the answer helped, what helped should be said again and what did not should not.",
        "两个版本回答了同样的历史对话轮次，每轮之前是当时真实的对话。访客评价过的轮次：有帮助的答案应当再次说出，没有帮助的不应再说。",
    ));
    page.heading(two("Actions: before by after", "动作：之前与之后"));
    let rows: Vec<Vec<String>> = report
        .detail
        .actions
        .iter()
        .flat_map(|(before, row)| row.iter().map(move |(after, n)| (before, after, n)))
        .map(|(before, after, n)| vec![text(before), text(after), number(&n.to_string())])
        .collect();
    page.table(&[two("before", "之前"), two("after", "之后"), two("turns", "轮数")], &rows);
    page.heading(two("All figures", "全部指标"));
    page.metrics(&report.measures);
    page.heading(two("Turns that differ or were judged", "有变化或被评价的轮次"));
    let rows: Vec<Vec<String>> = report.detail.pairs.iter().map(row).collect();
    page.table(
        &[
            two("turn", "轮次"),
            two("visitor", "访客"),
            two("before", "之前"),
            two("after", "之后"),
            two("helped", "有帮助"),
        ],
        &rows,
    );
    page.finish()
}

fn row(pair: &Pair) -> Vec<String> {
    let said = |got: &Got| text(&format!("[{}] {}", action_name(got.action), got.text));
    let helped = match pair.helpful {
        Some(true) => label(two("yes", "是")),
        Some(false) => label(two("no", "否")),
        None => text(""),
    };
    vec![code(&pair.id), text(&pair.text), said(&pair.before), said(&pair.after), helped]
}
