//! The retrieval report for people: recall of every path, and what was missed with the paths that had it.

use crate::eval::names::{named, two};
use crate::eval::page::{Page, cell, code, escape, number, text};
use crate::eval::plot::{Ink, Plot};
use crate::eval::report::Report;

use super::RetrievalReport;
use super::summary::{DEPTHS, FUSED, PATHS};

/// Each ranking with its colour.
const RANKINGS: [(&str, Ink); 4] =
    [(FUSED, Ink::First), ("vector", Ink::Second), ("lexical", Ink::Third), ("faq", Ink::Fourth)];

/// The whole page.
pub fn html(report: &Report<RetrievalReport>) -> String {
    let mut page = Page::new(two("Evaluation of retrieval", "检索评测"), report);
    page.tiles(&report.measures, &["hit@1", "hit@3", "hit@10", "mrr@10", "ndcg@10", "latency_p50_ms"]);
    paths(&mut page, report);
    missed(&mut page, report);
    if !report.detail.left_out.is_empty() {
        page.heading(two("Entries that could not be imported", "未能导入的语料"));
        let rows: Vec<_> = report.detail.left_out.iter().map(|(id, why)| vec![code(id), text(why)]).collect();
        page.table(&[two("entry", "条目"), two("reason", "原因")], &rows);
    }
    page.heading(two("All figures", "全部指标"));
    page.metrics(&report.measures);
    page.finish()
}

fn paths(page: &mut Page, report: &Report<RetrievalReport>) {
    page.heading(two("Paths", "召回路径"));
    let figure = |path: &str, stem: &str| {
        let name = if path == FUSED { stem.to_owned() } else { format!("{path}.{stem}") };
        report.measures.metrics.get(&name).copied()
    };
    let ticks: Vec<String> = DEPTHS.iter().map(|d| format!("@{d}")).collect();
    let mut plot =
        Plot::of_places(&ticks, two("among the first", "前几位"), two("queries with a hit", "命中的查询"));
    let mut legend = String::new();
    for (path, ink) in RANKINGS {
        let points: Vec<(f64, f64)> = DEPTHS
            .iter()
            .enumerate()
            .filter_map(|(i, depth)| figure(path, &format!("hit@{depth}")).map(|value| (i as f64, value)))
            .collect();
        plot = plot.line(&points, ink);
        legend.push_str(&format!(r#"<span><i class="{}"></i>{path}</span>"#, ink.class()));
    }
    let caption =
        two("Queries with something relevant among the first entries", "前几位中含相关条目的查询比例");
    page.raw(&format!(r#"<div class="legend">{legend}</div>"#));
    page.figure(caption, &plot.svg(caption));
    let columns = ["hit@1", "hit@3", "hit@10", "recall@3", "recall@10", "mrr@10", "ndcg@10"];
    let rows: Vec<Vec<String>> = RANKINGS
        .iter()
        .map(|(path, _)| {
            let cells = columns.iter().map(|stem| {
                number(&figure(path, stem).map_or_else(|| "–".to_owned(), |value| named(stem).show(value)))
            });
            std::iter::once(text(path)).chain(cells).collect()
        })
        .collect();
    let head: Vec<_> =
        std::iter::once(two("ranking", "排序")).chain(columns.iter().map(|stem| two(stem, stem))).collect();
    page.table(&head, &rows);
}

fn missed(page: &mut Page, report: &Report<RetrievalReport>) {
    page.heading(two("Missed: nothing relevant among the first 3", "漏检：前 3 位没有相关条目"));
    page.say(two(
        "Ranks of the first relevant entry on every path; a dash means the path did not have it.",
        "各路径中首个相关条目的名次；横线表示该路径没有召回。",
    ));
    let rank = |rank: Option<usize>| number(&rank.map_or_else(|| "–".to_owned(), |r| r.to_string()));
    let rows: Vec<Vec<String>> = report
        .detail
        .queries
        .iter()
        .filter(|q| q.missed())
        .map(|q| {
            let relevant: Vec<&str> = q.relevant.keys().map(String::as_str).collect();
            let first: String = q
                .first
                .iter()
                .map(|s| format!("<p><code>{}</code> {}</p>", escape(&s.id), escape(&s.quote)))
                .collect();
            let mut row =
                vec![code(&q.id), text(&q.text), text(&relevant.join(" · ")), rank(q.first_rank(FUSED))];
            row.extend(PATHS.iter().map(|path| rank(q.first_rank(path))));
            row.push(cell(&first));
            row
        })
        .collect();
    let head = [
        two("query", "查询"),
        two("text", "文本"),
        two("relevant", "相关条目"),
        two("fused", "融合"),
        two("faq", "问答"),
        two("vector", "向量"),
        two("keyword", "关键词"),
        two("found instead", "实际靠前的条目"),
    ];
    page.table(&head, &rows);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::super::summary::tests::example;
    use super::*;

    #[test]
    fn what_was_missed_is_listed_with_the_paths_that_had_it() {
        let page = html(&example());
        assert!(page.contains("&lt;i&gt;q3") && !page.contains("&lt;i&gt;q1") && !page.contains("<i>q3"));
        assert!(page.contains(
            r#"<td class="n">12</td><td class="n">–</td><td class="n">–</td><td class="n">3</td>"#
        ));
    }
}
