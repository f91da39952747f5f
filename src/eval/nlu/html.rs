//! The report of intents and slots for people: tables, confusions, the reliability diagram.

use std::collections::BTreeMap;

use crate::domain::OUT_OF_SCOPE;
use crate::eval::names::{Two, two};
use crate::eval::page::{Page, cell, code, escape, number, text};
use crate::eval::plot::{Ink, Plot};
use crate::eval::report::Report;
use crate::nlu::metrics::{BINS, Prf};

use super::{NluReport, Utterance};

/// With more labels than this the matrix of confusions is left out; the list remains.
const MATRIX_LABELS: usize = 40;
/// Pairs of confused intents that are listed.
const LISTED_PAIRS: usize = 30;
/// Examples shown of each.
const SHOWN_TEXTS: usize = 3;

/// The whole page.
pub fn html(report: &Report<NluReport>) -> String {
    let mut page = Page::new(two("Evaluation of intents and slots", "意图与槽位评测"), report);
    let tiles = [
        "intent_accuracy",
        "in_scope_accuracy",
        "intent_macro_f1",
        "intent_ece",
        "oos_auroc",
        "slot_f1",
        "parse_p50_ms",
    ];
    page.tiles(&report.measures, &tiles);
    warnings(&mut page, &report.detail);
    reliability(&mut page, &report.detail);
    prf_table(&mut page, two("Intents", "意图"), two("intent", "意图"), &report.detail.intents);
    confusions(&mut page, &report.detail);
    if !report.detail.slots.is_empty() {
        prf_table(
            &mut page,
            two("Slots: exact spans", "槽位（边界完全一致）"),
            two("slot", "槽位"),
            &report.detail.slots,
        );
        wrong_slots(&mut page, &report.detail);
    }
    page.heading(two("All figures", "全部指标"));
    page.metrics(&report.measures);
    page.finish()
}

fn warnings(page: &mut Page, detail: &NluReport) {
    if detail.training.warnings.is_empty() {
        return;
    }
    page.heading(two("About the training data", "训练数据提示"));
    let rows: Vec<_> =
        detail.training.warnings.iter().map(|w| vec![code(&w.kind), text(&w.message)]).collect();
    page.table(&[two("kind", "类别"), two("what to look at", "说明")], &rows);
}

fn reliability(page: &mut Page, detail: &NluReport) {
    page.heading(two("Does confidence mean accuracy?", "置信度可靠性"));
    let caption = two(
        "Accuracy of the first intent by its confidence, in ten bins; on the diagonal, confidence is accuracy",
        "按置信度分十档的首选意图正确率；落在对角线上即置信度等于正确率",
    );
    let mut plot = Plot::of_shares(two("confidence", "置信度"), two("right", "正确率"));
    for (index, bin) in detail.reliability.iter().enumerate().filter(|(_, b)| b.count > 0) {
        let (from, to) = (index as f64 / BINS as f64, (index + 1) as f64 / BINS as f64);
        let about = format!("{}: {:.0} % / {:.0} %", bin.count, bin.confidence * 100.0, bin.accuracy * 100.0);
        plot = plot.bar(
            from + 0.008,
            to - 0.008,
            f64::from(bin.accuracy),
            Ink::First,
            (&bin.count.to_string(), &about),
        );
    }
    page.figure(caption, &plot.line(&[(0.0, 0.0), (1.0, 1.0)], Ink::Faint).svg(caption));
}

fn prf_table(page: &mut Page, heading: Two, name: Two, table: &BTreeMap<String, Prf>) {
    page.heading(heading);
    let mut rows: Vec<(&String, &Prf)> = table.iter().collect();
    rows.sort_by(|a, b| a.1.f1.total_cmp(&b.1.f1));
    let share = |x: f32| number(&format!("{:.1} %", x * 100.0));
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(label, m)| {
            vec![
                code(label),
                share(m.precision),
                share(m.recall),
                share(m.f1),
                number(&m.support.to_string()),
            ]
        })
        .collect();
    page.table(
        &[name, two("precision", "精确率"), two("recall", "召回率"), two("F1", "F1"), two("count", "数量")],
        &rows,
    );
}

fn confusions(page: &mut Page, detail: &NluReport) {
    let mut pairs: BTreeMap<(&str, &str), Vec<&Utterance>> = BTreeMap::new();
    for utterance in &detail.utterances {
        pairs.entry((&utterance.intent, &utterance.predicted)).or_default().push(utterance);
    }
    page.heading(two("Confusions", "混淆"));
    let mut labels: Vec<&str> = pairs.keys().flat_map(|(gold, predicted)| [*gold, *predicted]).collect();
    labels.sort_by_key(|label| (*label == OUT_OF_SCOPE, *label));
    labels.dedup();
    if labels.len() <= MATRIX_LABELS {
        matrix(page, &labels, &pairs);
    }
    let mut wrong: Vec<_> = pairs.into_iter().filter(|((gold, predicted), _)| gold != predicted).collect();
    wrong.sort_by_key(|(_, texts)| std::cmp::Reverse(texts.len()));
    let rows: Vec<Vec<String>> = wrong
        .iter()
        .take(LISTED_PAIRS)
        .map(|((gold, predicted), texts)| {
            let shown: Vec<String> = texts
                .iter()
                .take(SHOWN_TEXTS)
                .map(|u| format!("{} ({:.2})", escape(&u.text), u.confidence))
                .collect();
            vec![code(gold), code(predicted), number(&texts.len().to_string()), cell(&shown.join("<br>"))]
        })
        .collect();
    page.table(
        &[two("is", "实际"), two("taken for", "判为"), two("count", "数量"), two("examples", "示例")],
        &rows,
    );
}

/// Rows are what the texts are, columns what they were taken for; columns carry the number of their row.
fn matrix(page: &mut Page, labels: &[&str], pairs: &BTreeMap<(&str, &str), Vec<&Utterance>>) {
    let count = |gold: &str, predicted: &str| pairs.get(&(gold, predicted)).map_or(0, Vec::len);
    let head: String = (1..=labels.len()).map(|i| format!("<th>{i}</th>")).collect();
    let rows: String = labels
        .iter()
        .enumerate()
        .map(|(index, gold)| {
            let all: usize = labels.iter().map(|predicted| count(gold, predicted)).sum();
            let cells: String = labels
                .iter()
                .map(|predicted| {
                    let n = count(gold, predicted);
                    let share = (n * 100).checked_div(all).unwrap_or(0);
                    let ink = if gold == predicted { "good" } else { "bad" };
                    match n {
                        0 => "<td></td>".to_owned(),
                        n => format!(
                            r#"<td class="n" style="background:color-mix(in srgb, var(--{ink}) {share}%, transparent)" title="{} → {}">{n}</td>"#,
                            escape(gold),
                            escape(predicted)
                        ),
                    }
                })
                .collect();
            format!("<tr><th>{}</th><td><code>{}</code></td>{cells}</tr>", index + 1, escape(gold))
        })
        .collect();
    page.raw(&format!(
        r#"<div class="scroll"><table><thead><tr><th></th><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div>"#
    ));
}

fn wrong_slots(page: &mut Page, detail: &NluReport) {
    let known = |name: &str| detail.slots.contains_key(name);
    let rows: Vec<Vec<String>> = detail
        .utterances
        .iter()
        .filter_map(|u| {
            let real: Vec<_> = u.labelled.iter().map(|l| (l.start, l.end, l.name.as_str())).collect();
            let found: Vec<_> = u
                .found
                .iter()
                .filter(|s| known(&s.name))
                .map(|s| (s.start, s.end, s.name.as_str()))
                .collect();
            let show = |spans: &[(usize, usize, &str)], others: &[(usize, usize, &str)]| {
                let own = spans.iter().filter(|s| !others.contains(s));
                own.map(|s| format!("{}={}", s.2, crate::text::slice(&u.text, s.0, s.1)))
                    .collect::<Vec<_>>()
                    .join(" · ")
            };
            let (missed, invented) = (show(&real, &found), show(&found, &real));
            let all_right = missed.is_empty() && invented.is_empty();
            (!all_right).then(|| vec![text(&u.text), text(&missed), text(&invented)])
        })
        .collect();
    page.table(&[two("text", "文本"), two("missed", "漏掉"), two("wrongly found", "误报")], &rows);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::tests::example;
    use super::*;

    #[test]
    fn confusions_are_listed_and_texts_stay_text() {
        let page = html(&example());
        assert!(page.contains("<td><code>refund</code></td><td><code>order</code></td>"));
        assert!(page.contains("退钱 (0.70)"));
        assert!(!page.contains("<b>单</b>"));
    }
}
