//! The metrics by name: what people read instead, in which unit, and whether more is better.
//!
//! A name may carry where it was measured: a recall path in front (`vector.recall@3`), a language behind
//! (`recall@3.en`), `delta.` for a difference of two runs. Names are stable; gates and other programs rely on them.

use crate::domain::Lang;

/// A text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Two {
    pub en: &'static str,
    pub zh: &'static str,
}

/// Shorthand for a text in both languages.
pub const fn two(en: &'static str, zh: &'static str) -> Two {
    Two { en, zh }
}

/// How a value is written for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 0..=1, shown in percent.
    Share,
    /// A whole number.
    Count,
    /// Milliseconds.
    Ms,
    /// Anything else: three decimals.
    Number,
}

/// Which way a metric should go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    Higher,
    Lower,
    /// Neither way is better in itself: sizes and thresholds.
    Neither,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    pub key: &'static str,
    pub label: Two,
    pub unit: Unit,
    pub better: Better,
}

const fn metric(key: &'static str, unit: Unit, better: Better, en: &'static str, zh: &'static str) -> Metric {
    Metric { key, label: two(en, zh), unit, better }
}

use Better::{Higher, Lower, Neither};
use Unit::{Count, Ms, Number, Share};

/// Every metric, in the order reports show them.
#[rustfmt::skip]
const TABLE: &[Metric] = &[
    metric("dialogs", Count, Neither, "dialogs", "对话数"),
    metric("conversations", Count, Neither, "conversations", "会话数"),
    metric("turns", Count, Neither, "turns", "轮数"),
    metric("queries", Count, Neither, "queries", "查询数"),
    metric("corpus", Count, Neither, "corpus entries", "语料条数"),
    metric("utterances", Count, Neither, "utterances", "语句数"),
    metric("turn_accuracy", Share, Higher, "turns right in everything", "整轮正确"),
    metric("dialog_accuracy", Share, Higher, "dialogs right in every turn", "整段对话正确"),
    metric("action_accuracy", Share, Higher, "action right", "动作正确"),
    metric("intent_accuracy", Share, Higher, "intent right", "意图正确"),
    metric("in_scope_accuracy", Share, Higher, "intent right, texts in scope", "意图正确（范围内）"),
    metric("closed_accuracy", Share, Higher, "best intent right, texts in scope", "最佳意图正确（范围内）"),
    metric("closed_macro_f1", Share, Higher, "best intents in scope, macro F1", "最佳意图宏平均 F1（范围内）"),
    metric("intent_mcc", Number, Higher, "Matthews' correlation, oos included", "马修斯相关系数（含范围外）"),
    metric("intent_macro_f1", Share, Higher, "intents, macro F1", "意图宏平均 F1"),
    metric("slot_accuracy", Share, Higher, "slots right", "槽位正确"),
    metric("slot_precision", Share, Higher, "slots, precision", "槽位精确率"),
    metric("slot_recall", Share, Higher, "slots, recall", "槽位召回率"),
    metric("slot_f1", Share, Higher, "slots, F1", "槽位 F1"),
    metric("answer_accuracy", Share, Higher, "answerable questions answered right", "可答问题答对"),
    metric("answer_precision", Share, Higher, "given answers that are right", "给出的答案中正确的"),
    metric("answer_rate", Share, Neither, "answerable questions answered at all", "可答问题作答率"),
    metric("content_accuracy", Share, Higher, "answers with the expected facts", "答案含应有事实"),
    metric("citation_accuracy", Share, Higher, "answers citing a right document", "引用文档正确"),
    metric("document_recall@1", Share, Higher, "right document ranked first", "首位即正确文档"),
    metric("document_recall@3", Share, Higher, "right document among the first 3", "前 3 位含正确文档"),
    metric("refusal_rate", Share, Higher, "unanswerable questions not answered", "不可答问题未作答"),
    metric("false_answer_rate", Share, Lower, "unanswerable questions answered", "不可答问题被误答"),
    metric("handoff_precision", Share, Higher, "handoffs that were accepted", "转人工精确率"),
    metric("handoff_recall", Share, Higher, "must-hand-off turns handed off", "转人工召回率"),
    metric("hit@1", Share, Higher, "queries with a hit among the first 1", "前 1 位命中的查询"),
    metric("hit@3", Share, Higher, "queries with a hit among the first 3", "前 3 位命中的查询"),
    metric("hit@5", Share, Higher, "queries with a hit among the first 5", "前 5 位命中的查询"),
    metric("hit@10", Share, Higher, "queries with a hit among the first 10", "前 10 位命中的查询"),
    metric("recall@1", Share, Higher, "recall@1", "召回率@1"),
    metric("recall@3", Share, Higher, "recall@3", "召回率@3"),
    metric("recall@5", Share, Higher, "recall@5", "召回率@5"),
    metric("recall@10", Share, Higher, "recall@10", "召回率@10"),
    metric("mrr@10", Number, Higher, "MRR@10", "MRR@10"),
    metric("ndcg@10", Number, Higher, "nDCG@10", "nDCG@10"),
    metric("answer_auroc", Number, Higher, "confidence separates right from wrong (AUROC)", "置信度区分对错 (AUROC)"),
    metric("answer_ece", Number, Lower, "calibration error of answers (ECE)", "答案置信度校准误差 (ECE)"),
    metric("intent_ece", Number, Lower, "calibration error of intents (ECE)", "意图置信度校准误差 (ECE)"),
    metric("oos_auroc", Number, Higher, "in and out of scope told apart (AUROC)", "范围内外区分度 (AUROC)"),
    metric("oos_recall", Share, Higher, "out-of-scope texts recognised", "范围外文本识别率"),
    metric("oos_precision", Share, Higher, "texts called out of scope that are", "判为范围外者确属范围外"),
    metric("scope_threshold", Number, Neither, "threshold of being in scope, set on validation", "范围内阈值（由验证集确定）"),
    metric("threshold_in_scope_accuracy", Share, Higher, "intent right at it, texts in scope", "该阈值下意图正确（范围内）"),
    metric("threshold_oos_recall", Share, Higher, "out-of-scope texts recognised at it", "该阈值下范围外识别率"),
    metric("threshold_mcc", Number, Higher, "Matthews' correlation at it", "该阈值下马修斯相关系数"),
    metric("accepted_precision", Share, Higher, "intents past the fallback that are right", "越过回退阈值的意图中正确的"),
    metric("accepted_coverage", Share, Higher, "texts in scope with an accepted right intent", "范围内文本被正确采纳的比例"),
    metric("coverage@95", Share, Higher, "questions answered at 95 % precision", "精确率 95 % 时的覆盖率"),
    metric("coverage@90", Share, Higher, "questions answered at 90 % precision", "精确率 90 % 时的覆盖率"),
    metric("coverage@80", Share, Higher, "questions answered at 80 % precision", "精确率 80 % 时的覆盖率"),
    metric("threshold@95", Number, Neither, "threshold for 95 % precision", "精确率 95 % 的阈值"),
    metric("threshold@90", Number, Neither, "threshold for 90 % precision", "精确率 90 % 的阈值"),
    metric("threshold@80", Number, Neither, "threshold for 80 % precision", "精确率 80 % 的阈值"),
    metric("threshold", Number, Neither, "threshold in use", "当前阈值"),
    metric("train_seconds", Number, Lower, "training time in seconds", "训练耗时（秒）"),
    metric("parse_p50_ms", Ms, Lower, "parsing without encoding, median", "解析耗时（不含编码）中位数"),
    metric("parse_p95_ms", Ms, Lower, "parsing without encoding, 95th percentile", "解析耗时（不含编码）95 分位"),
    metric("latency_p50_ms", Ms, Lower, "time, median", "耗时中位数"),
    metric("latency_p95_ms", Ms, Lower, "time, 95th percentile", "耗时 95 分位"),
    metric("unchanged", Share, Neither, "turns that stayed as they were", "没有变化的轮次"),
    metric("action_changed", Share, Neither, "turns with another action", "动作改变的轮次"),
    metric("words_changed", Share, Neither, "turns with other words", "文字改变的轮次"),
    metric("source_changed", Share, Neither, "turns with another source", "来源改变的轮次"),
    metric("intent_changed", Share, Neither, "turns with another intent", "意图改变的轮次"),
    metric("newly_answered", Count, Neither, "turns answered only now", "新增作答"),
    metric("no_longer_answered", Count, Neither, "turns no longer answered", "不再作答"),
    metric("rated", Count, Neither, "turns that visitors judged", "访客评价过的轮次"),
    metric("liked_before", Share, Higher, "judged turns as visitors want them, before", "符合访客评价（之前）"),
    metric("liked_after", Share, Higher, "judged turns as visitors want them, after", "符合访客评价（之后）"),
    metric("better", Count, Higher, "items that got better", "变好"),
    metric("worse", Count, Lower, "items that got worse", "变差"),
    metric("same", Count, Neither, "items that stayed", "不变"),
    metric("p_value", Number, Neither, "chance of such a split (sign test)", "符号检验 p 值"),
];

/// A metric as named in a report: its row of the table and where it was measured.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    name: &'a str,
    row: Option<(usize, &'static Metric)>,
    prefix: &'a str,
    suffix: &'a str,
}

/// Looks a name up. Names that are not in the table are shown as they are.
pub fn named(name: &str) -> Named<'_> {
    let whole = find(name);
    if whole.is_some() {
        return Named { name, row: whole, prefix: "", suffix: "" };
    }
    let (stem, suffix) = match name.rsplit_once('.') {
        Some((stem, suffix)) if suffix.parse::<Lang>().is_ok() => (stem, suffix),
        _ => (name, ""),
    };
    let at = stem.rfind('.').map_or(0, |dot| dot + 1);
    Named { name, row: find(&stem[at..]), prefix: stem[..at].trim_end_matches('.'), suffix }
}

fn find(key: &str) -> Option<(usize, &'static Metric)> {
    TABLE.iter().enumerate().find(|(_, m)| m.key == key)
}

impl Named<'_> {
    /// Whether more is better.
    pub fn better(&self) -> Better {
        self.row.map_or(Better::Neither, |(_, m)| m.better)
    }

    /// What people read, in one language.
    pub fn label(&self, lang: Lang) -> String {
        let Some((_, metric)) = self.row else { return self.name.to_owned() };
        let place: Vec<&str> = [self.prefix, self.suffix].into_iter().filter(|p| !p.is_empty()).collect();
        let label = lang.pick(metric.label.zh, metric.label.en);
        if place.is_empty() { label.to_owned() } else { format!("{label} ({})", place.join(", ")) }
    }

    /// A value as people read it.
    pub fn show(&self, value: f64) -> String {
        match self.row.map_or(Unit::Number, |(_, m)| m.unit) {
            Unit::Share => format!("{:.1} %", value * 100.0),
            Unit::Count => format!("{value:.0}"),
            Unit::Ms => format!("{value:.1} ms"),
            Unit::Number => format!("{value:.3}"),
        }
    }

    /// The place in reports: whole-set figures first, in the order of the table.
    pub fn place(&self) -> (bool, bool, usize, &str) {
        let row = self.row.map_or(TABLE.len(), |(index, _)| index);
        (!self.prefix.is_empty(), !self.suffix.is_empty(), row, self.name)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_where_it_was_measured() {
        let name = named("vector.recall@3.en");
        assert_eq!(name.label(Lang::En), "recall@3 (vector, en)");
        assert_eq!(name.show(0.8567), "85.7 %");
        assert_eq!(named("delta.false_answer_rate").better(), Better::Lower);
        assert_eq!(named("made_up").label(Lang::Zh), "made_up");
        assert_eq!(named("latency_p50_ms").show(8.25), "8.2 ms");
    }

    #[test]
    fn no_metric_stands_in_the_table_twice() {
        let mut keys: Vec<_> = TABLE.iter().map(|m| m.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), TABLE.len());
    }
}
