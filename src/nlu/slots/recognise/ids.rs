//! Numbers of orders and parcels.
//!
//! What stands beside a number decides first: 订单号, 快递单号, a carrier's name, 尾号. Without such a word only a number
//! that is built like one counts, and none behind 卡号, 身份证, 型号 and the like.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, compact, matches};
use crate::text::constant_pattern;

/// Numbers whose prefix names the carrier, the UPU's thirteen characters, UPS, and the postal service of the USA.
static CARRIER: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"(?:sf|yt|zto|sto|jt|jdv?[a-z]{0,2}|yd|dpk|ems|ztk|kye|ane)[- ]?\d(?:[ -]?\d){7,16}",
        r"[a-z]{2}\d{8,9}[a-z]{2}",
        r"1z[0-9a-z]{8,16}",
        r"9[2-5]\d{20}",
    ]
    .iter()
    .map(|p| constant_pattern(p))
    .collect()
});

static AFTER_PARCEL_WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:快递单号|快递号|快递编号|运单号?|物流单号|物流号|物流编号|包裹号|包裹单号|tracking(?: number| no\.?| code| id)?|waybill(?: number| no\.?)?)(?:是|为|就是|is|:|#| |,)*([a-z]{0,4}[- ]?\d(?:[ -]?[0-9a-z]){5,21})",
    )
});

/// A plain number of a length that parcels have, right behind the carrier's name.
static AFTER_CARRIER: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:顺丰|圆通|中通|申通|韵达|极兔|京东(?:快递|物流)|邮政|百世|德邦|菜鸟|ems|fedex|dhl|usps|ups)(?:快递|速递|速运|包裹)?(?:单号|号)?(?:是|为|is|:|#| |,)*(\d{10,22})",
    )
});

static AFTER_ORDER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:订单编号|订单号码?|订单|单号|单子|编号|(?-u:\b)order(?: number| no\.?| id)|(?-u:\b)order(?: ?#|:)|(?-u:\b)no\.)(?:是|为|就是|is|was|:|#| |,)*([a-z]{0,4}\d{0,10}-?\d{3,20}(?:-\d{1,12})*)",
    )
});

/// The last digits, which stand for the whole number: `*1234`.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:尾号|后四位|末四位|后4位)(?:是|为|:)? ?(\d{4,6})|(?:ending|ends) (?:in|with) (\d{4,6})",
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

/// Numbers behind these belong to something else.
const OTHER_NUMBERS: &[&str] = &[
    "卡号",
    "银行卡",
    "信用卡",
    "储蓄卡",
    "身份证号码",
    "身份证号",
    "身份证",
    "账号",
    "税号",
    "序列号",
    "货号",
    "型号",
    "条码",
    "条形码",
    "imei",
    "sn",
    "qq",
    "qq号",
    "微信号",
    "邮编",
    "serial number",
    "card number",
    "model",
];

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    let mut taken: Vec<(usize, usize)> = hits.iter().map(|h| (h.start, h.end)).collect();
    let free =
        |start: usize, end: usize, taken: &[(usize, usize)]| !taken.iter().any(|t| t.0 < end && start < t.1);
    tails(folded, &mut taken, hits);
    let mut parcels = Vec::new();
    let carriers = CARRIER.iter().map(|p| (p, 0.93));
    for (pattern, confidence) in carriers.chain([(&*AFTER_PARCEL_WORD, 0.95), (&*AFTER_CARRIER, 0.93)]) {
        for (start, end, raw) in matches(folded, pattern) {
            if free(start, end, &parcels) {
                parcels.push((start, end));
                let value = compact(raw).replace('-', "");
                hits.push(Hit { kind: Kind::TrackingNo, start, end, value, confidence });
            }
        }
    }
    taken.extend(parcels);
    let with_word =
        matches(folded, &AFTER_ORDER_WORD).filter(|m| !is_counted(folded, m.1)).map(|m| (m, 0.93));
    let alone = ALONE
        .iter()
        .flat_map(|p| matches(folded, p))
        .filter(|m| looks_built(folded, m.0, m.2))
        .map(|m| (m, 0.8));
    for ((start, end, raw), confidence) in with_word.chain(alone) {
        if free(start, end, &taken) {
            taken.push((start, end));
            hits.push(Hit { kind: Kind::OrderNo, start, end, value: compact(raw), confidence });
        }
    }
}

fn tails(folded: &Folded, taken: &mut Vec<(usize, usize)>, hits: &mut Vec<Hit>) {
    for c in TAIL.captures_iter(&folded.text) {
        let (Some(all), Some(digits)) = (c.get(0), c.get(1).or(c.get(2))) else { continue };
        let (start, end) = (all.start(), all.end());
        let of_card = ["卡", "卡的", "card"].iter().any(|w| folded.text[..start].trim_end().ends_with(w));
        let known = taken.iter().any(|t| t.0 < end && start < t.1);
        if of_card || known || !folded.stands_alone(start, end) {
            continue;
        }
        taken.push((start, end));
        let value = format!("*{}", digits.as_str());
        hits.push(Hit { kind: Kind::OrderNo, start, end, value, confidence: 0.8 });
    }
}

/// `订单100个`: not a number of an order.
fn is_counted(folded: &Folded, end: usize) -> bool {
    folded.after(end).is_some_and(|c| "个件元块份双套箱包盒瓶袋万千%折条台多".contains(c))
}

/// Six digits at least, and neither a date nor a part of an amount or a code.
fn looks_built(folded: &Folded, start: usize, raw: &str) -> bool {
    let digits = raw.chars().filter(char::is_ascii_digit).count();
    let groups: Vec<&str> = raw.split('-').collect();
    let a_date = groups.len() == 3 && groups[0].len() == 4 && groups[1].len() <= 2 && groups[2].len() <= 2;
    let hash = folded.before(start) == Some('#');
    let inside = folded.before(start).is_some_and(|c| matches!(c, '.' | '-' | '/' | '¥' | '$' | '@' | '+'));
    let lead = folded.text[..start].trim_end_matches([' ', ':', '#', '是', '为']);
    let other = OTHER_NUMBERS.iter().any(|word| lead.ends_with(word));
    (digits >= 6 || hash) && !a_date && !inside && !other
}
