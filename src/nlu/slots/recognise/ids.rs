//! Numbers of orders and parcels.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, compact, matches};
use crate::text::constant_pattern;

/// Numbers whose prefix names the carrier, the UPU's thirteen characters, and UPS.
static CARRIER: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?:sf|yt|zto|sto|jt|jdv?[a-z]{0,2}|yd|dpk|ems|ztk|kye|ane)[- ]?\d(?:[ -]?\d){7,16}",
        r"[a-z]{2}\d{8,9}[a-z]{2}",
        r"1z[0-9a-z]{8,16}",
    ]
    .iter()
    .map(|p| constant_pattern(p))
    .collect()
});

static AFTER_PARCEL_WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:快递单号|快递号|运单号?|物流单号|物流号|物流编号|tracking(?: number| no\.?| code| id)?|waybill(?: number| no\.?)?)(?:是|为|就是|is|:|#| |,)*([a-z]{0,4}[- ]?\d(?:[ -]?[0-9a-z]){5,19})",
    )
});

static AFTER_ORDER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:订单编号|订单号码?|订单|单号|单子|编号|(?-u:\b)order(?: number| no\.?| id)?|(?-u:\b)no\.)(?:是|为|就是|is|was|:|#| |,)*([a-z]{0,4}\d{0,10}-?\d{3,20}(?:-\d{1,12})*)",
    )
});

/// Without a word beside it only a long or clearly built number is an order's.
static ALONE: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"\d{10,24}",
        r"[a-z]{1,4}\d{0,10}-?\d{5,20}(?:-\d{1,12})*",
        r"\d{2,10}-\d{2,10}(?:-\d{1,10})*",
        r"#([a-z]{0,3}\d{4,20}(?:-\d{1,10})*)",
    ]
    .iter()
    .map(|p| constant_pattern(p))
    .collect()
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    let taken: Vec<(usize, usize)> = hits.iter().map(|h| (h.start, h.end)).collect();
    let free =
        |start: usize, end: usize, taken: &[(usize, usize)]| !taken.iter().any(|t| t.0 < end && start < t.1);
    let mut parcels = Vec::new();
    for (pattern, confidence) in CARRIER.iter().map(|p| (p, 0.93)).chain([(&*AFTER_PARCEL_WORD, 0.95)]) {
        for (start, end, raw) in matches(folded, pattern) {
            if free(start, end, &parcels) {
                parcels.push((start, end));
                let value = compact(raw).replace('-', "");
                hits.push(Hit { kind: Kind::TrackingNo, start, end, value, confidence });
            }
        }
    }
    let taken: Vec<_> = taken.into_iter().chain(parcels).collect();
    let with_word = matches(folded, &AFTER_ORDER_WORD).map(|m| (m, 0.93));
    let alone = ALONE
        .iter()
        .flat_map(|p| matches(folded, p))
        .filter(|m| looks_built(folded, m.0, m.2))
        .map(|m| (m, 0.8));
    for ((start, end, raw), confidence) in with_word.chain(alone) {
        if free(start, end, &taken) {
            hits.push(Hit { kind: Kind::OrderNo, start, end, value: compact(raw), confidence });
        }
    }
}

/// Six digits at least, and neither a date nor a part of an amount or a code.
fn looks_built(folded: &Folded, start: usize, raw: &str) -> bool {
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    let groups: Vec<&str> = raw.split('-').collect();
    let a_date = groups.len() == 3 && groups[0].len() == 4 && groups[1].len() <= 2 && groups[2].len() <= 2;
    let hash = folded.before(start) == Some('#');
    let inside = folded.before(start).is_some_and(|c| matches!(c, '.' | '-' | '/' | '¥' | '$' | '@' | '+'));
    (digits >= 6 || hash) && !a_date && !inside
}
