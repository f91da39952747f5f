//! The dialog report for people: figures, plots, the action matrix, tags, and the failing turns in full.

use crate::eval::curve::Point;
use crate::eval::names::{Two, two};
use crate::eval::page::{Page, cell, escape, label, number, text, words_of};
use crate::eval::plot::{Ink, Plot};
use crate::eval::report::Report;

use super::{Cited, DialogReport, Played, action_name};

/// The figures that matter most, large.
const TILES: [&str; 8] = [
    "action_accuracy",
    "dialog_accuracy",
    "answer_accuracy",
    "answer_precision",
    "refusal_rate",
    "document_recall@3",
    "handoff_recall",
    "latency_p50_ms",
];

/// The whole page.
pub fn html(report: &Report<DialogReport>) -> String {
    let detail = &report.detail;
    let mut page = Page::new(two("Evaluation of dialogs", "对话评测"), report);
    page.tiles(&report.measures, &TILES);
    threshold(&mut page, detail);
    calibration(&mut page, detail);
    actions(&mut page, detail);
    tags(&mut page, detail);
    page.heading(two("All figures", "全部指标"));
    page.metrics(&report.measures);
    failures(&mut page, detail);
    page.finish()
}

fn threshold(page: &mut Page, detail: &DialogReport) {
    page.heading(two("Risk and coverage: which threshold", "风险与覆盖率：阈值取多少"));
    page.say(two(
        "Every question takes part with the best answer the engine had, given or not. From left to right the threshold falls: more is answered, and more of it is wrong. Choose the precision you need; the threshold and what it costs in coverage follow.",
        "每个问题都以引擎手上最好的答案参与，无论是否说出。从左到右阈值降低：回答得更多，错的也更多。先定需要的精确率，阈值和相应的覆盖率随之确定。",
    ));
    let curve: Vec<(f64, f64)> = detail.curve.points.iter().map(|p| (p.coverage, p.precision)).collect();
    let mut plot = Plot::of_shares(
        two("coverage: questions answered", "覆盖率：作答的问题"),
        two("precision: answers that are right", "精确率：答案中正确的"),
    );
    for target in detail.targets.keys() {
        plot = plot.level(*target as f64 / 100.0, &format!("{target} %"));
    }
    let now = detail.operating_point;
    plot = plot.line(&curve, Ink::First);
    if now.answered > 0 {
        plot = plot.mark(now.coverage, now.precision, Ink::Second, two("threshold in use", "当前阈值"));
    }
    let caption =
        two("Precision of the answers by the share of questions answered", "答案精确率随作答比例的变化");
    page.figure(caption, &plot.svg(caption));
    let mut rows: Vec<Vec<String>> = vec![point_row(label(two("in use", "当前")), Some(&now))];
    for (target, point) in detail.targets.iter().rev() {
        rows.push(point_row(text(&format!("{target} %")), point.as_ref()));
    }
    let head = [
        two("target precision", "目标精确率"),
        two("threshold", "阈值"),
        two("coverage", "覆盖率"),
        two("answers", "作答数"),
        two("right", "正确数"),
        two("precision", "精确率"),
    ];
    page.table(&head, &rows);
}

fn point_row(first: String, point: Option<&Point>) -> Vec<String> {
    let Some(p) = point else {
        let mut row = vec![first, label(two("no threshold reaches it", "没有阈值能达到"))];
        row.extend((0..4).map(|_| number("–")));
        return row;
    };
    vec![
        first,
        number(&format!("{:.3}", p.threshold)),
        number(&percent(p.coverage)),
        number(&p.answered.to_string()),
        number(&p.right.to_string()),
        number(&percent(p.precision)),
    ]
}

fn calibration(page: &mut Page, detail: &DialogReport) {
    page.heading(two("Reliability of the confidence", "置信度是否可信"));
    page.say(two(
        "Answers that were given, by their confidence; the number above a bar counts them. On the broken line confidence is the share of right answers; bars below it are over-confident.",
        "给出的答案按置信度分组，柱顶数字是答案数。虚线上置信度等于正确率；低于虚线说明过于自信。",
    ));
    let width = 1.0 / detail.reliability.len().max(1) as f64;
    let mut plot = Plot::of_shares(two("confidence", "置信度"), two("share of right answers", "正确率"));
    for (index, bin) in detail.reliability.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
        let from = index as f64 * width;
        let about =
            format!("{} answers, confidence {:.2}, right {:.2}", bin.count, bin.confidence, bin.accuracy);
        let above = bin.count.to_string();
        plot =
            plot.bar(from + 0.01, from + width - 0.01, f64::from(bin.accuracy), Ink::First, (&above, &about));
    }
    let caption = two("Share of right answers by confidence", "各置信度区间的正确率");
    page.figure(caption, &plot.line(&[(0.0, 0.0), (1.0, 1.0)], Ink::Faint).svg(caption));
}

fn actions(page: &mut Page, detail: &DialogReport) {
    page.heading(two("Actions: expected by taken", "动作：期望与实际"));
    let taken: std::collections::BTreeSet<&String> =
        detail.actions.values().flat_map(|row| row.keys()).collect();
    let mut head = vec![format!("<th>{}</th>", words_of(two("expected", "期望")))];
    head.extend(taken.iter().map(|name| format!(r#"<th class="n">{}</th>"#, escape(name))));
    let rows: String = detail
        .actions
        .iter()
        .map(|(expected, row)| {
            let cells: String = taken
                .iter()
                .map(|name| match row.get(*name) {
                    Some(n) if *name == expected => format!(r#"<td class="n good">{n}</td>"#),
                    Some(n) => number(&n.to_string()),
                    None => number(""),
                })
                .collect();
            format!("<tr>{}{cells}</tr>", text(expected))
        })
        .collect();
    page.raw(&format!(
        r#"<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{rows}</tbody></table></div>"#,
        head.concat()
    ));
    page.say(two(
        "Rows name the best action; a turn may accept others as well, so a count off the diagonal is not always a fault.",
        "行是最佳动作；一轮可以接受其他动作，所以对角线之外的计数不一定是错误。",
    ));
}

fn tags(page: &mut Page, detail: &DialogReport) {
    if detail.tags.is_empty() {
        return;
    }
    page.heading(two("By tag", "按标签"));
    let of = |part: usize, whole: usize| if whole == 0 { String::new() } else { format!("{part}/{whole}") };
    let rows: Vec<Vec<String>> = detail
        .tags
        .iter()
        .map(|t| {
            vec![
                text(&t.tag),
                number(&t.turns.to_string()),
                number(&of(t.turns_right, t.turns)),
                number(&of(t.actions_right, t.actions)),
                number(&of(t.answered_falsely, t.unanswerable)),
            ]
        })
        .collect();
    let head = [
        two("tag", "标签"),
        two("turns", "轮数"),
        two("right in everything", "整轮正确"),
        two("action right", "动作正确"),
        two("answered, but should not be", "不该答而答"),
    ];
    page.table(&head, &rows);
}

fn failures(page: &mut Page, detail: &DialogReport) {
    let failing: Vec<&Played> = detail.turns.iter().filter(|t| !t.verdict.right()).collect();
    page.heading(two("Failing turns", "出错的轮次"));
    if failing.is_empty() {
        page.say(two("There are none.", "没有。"));
    }
    for turn in failing {
        let before = detail.turns.iter().filter(|t| t.dialog == turn.dialog && t.turn < turn.turn);
        page.raw(&failure(turn, before));
    }
}

fn failure<'a>(turn: &Played, before: impl Iterator<Item = &'a Played>) -> String {
    let got = &turn.got;
    let badges: String = turn
        .verdict
        .problems
        .iter()
        .map(|p| format!(r#"<span class="badge">{}</span>"#, escape(&p.check)))
        .collect();
    let history: String = before.map(|t| said(&t.text) + &said(&format!("→ {}", t.got.text))).collect();
    let problems: String = turn
        .verdict
        .problems
        .iter()
        .map(|p| format!("<li>{}: {}</li>", escape(&p.check), escape(&p.detail)))
        .collect();
    let mut facts = format!("{}, {:.2} · {}", action_name(got.action), got.confidence, got.reason);
    for (name, value) in [
        ("rule", &got.rule),
        ("handoff", &got.handoff_reason),
        ("intent", &got.intent),
        ("searched", &got.query),
    ] {
        if let Some(value) = value {
            facts.push_str(&format!(" · {name}: {value}"));
        }
    }
    format!(
        "<details><summary>{badges}<code>{}</code> {}</summary>{history}{}{}<ul>{problems}</ul><p class=\"quiet\">{}</p>{}{}</details>",
        escape(&turn.id),
        escape(&turn.text),
        said(&turn.text),
        said(&format!("→ {}", got.text)),
        escape(&facts),
        passages(two("cited", "引用"), &got.citations),
        passages(two("candidates", "候选"), &got.candidates),
    )
}

fn said(words: &str) -> String {
    format!(r#"<p class="said">{}</p>"#, escape(words))
}

fn passages(title: Two, passages: &[Cited]) -> String {
    if passages.is_empty() {
        return String::new();
    }
    let rows: String = passages
        .iter()
        .map(|p| {
            let place = if p.section.is_empty() {
                p.document.clone()
            } else {
                format!("{} > {}", p.document, p.section)
            };
            let score = number(&format!("{:.2}", p.score));
            format!("<tr>{score}{}{}</tr>", text(&place), text(&p.quote))
        })
        .collect();
    format!(
        r#"<div class="scroll"><table><tbody><tr>{}</tr>{rows}</tbody></table></div>"#,
        cell(&format!("<b>{}</b>", words_of(title)))
    )
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::summary::tests::example;
    use super::*;

    #[test]
    fn every_failing_turn_is_there_and_its_words_are_text() {
        let report = example();
        let page = html(&report);
        for turn in &report.detail.turns {
            let shown = page.contains(&format!("<code>{}</code>", turn.id));
            assert_eq!(shown, !turn.verdict.right(), "{}", turn.id);
        }
        assert!(page.contains("&lt;b&gt;问&lt;/b&gt;") && !page.contains("<b>问"));
        assert!(!page.contains("NaN"));
    }
}
