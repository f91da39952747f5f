//! Cities and addresses.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::{Folded, Hit, Kind, matches};
use crate::text::constant_pattern;

/// Provinces, prefecture-level cities and larger county-level ones of China, and cities abroad that parcels go to.
const PLACES: &str = include_str!("places.txt");

static INDEX: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = PLACES.split_whitespace().map(|n| n.replace('_', " ").to_lowercase());
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()
});

/// Characters of names; those of questions and requests end an address.
const NAME: &str = r"[\p{Han}&&[^吗呢的有能可怎么多几是要到了我你他她您请给和在去寄发送改吧哪往应该]]";
const COUNT: &str = r"[\d一二三四五六七八九十]";
/// Building, unit, floor and room.
const INSIDE: &str = r"(?:\d+(?:-\d+)+(?:室|号)?|[a-z]?COUNT+(?:号楼|号院|号|栋|幢|座|弄|单元|层|楼|室|房|户|铺|组)|[a-z](?:座|栋|幢|区)|\d{2,4}(?-u:\b))";

/// Regions one after the other: 安徽阜阳颍州区.
static REGIONS: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"^(?:省|市|特别行政区|自治区)?(?:{NAME}{{1,6}}?(?:市|区|县|旗|镇|乡|街道|开发区|新区))+"
    ))
});
/// Roads, estates and buildings, with the numbers behind them.
static DETAIL: LazyLock<Regex> = LazyLock::new(|| {
    let inside = INSIDE.replace("COUNT", COUNT);
    constant_pattern(&format!(
        r"^(?:{NAME}{{1,8}}?(?:大道|大街|路|街|巷|弄|胡同)|{NAME}{{1,8}}?(?:村|屯|小区|花园|家园|大厦|大楼|广场|公寓|苑|园|城|中心|府|庭|学校|大学|中学|医院|酒店|工业区|产业园|科技园|园区|南区|北区|东区|西区)|{inside})+"
    ))
});
/// A road with its number, after whatever regions stand before it.
static STREET: LazyLock<Regex> = LazyLock::new(|| {
    let inside = INSIDE.replace("COUNT", COUNT);
    constant_pattern(&format!(
        r"(?:{NAME}{{1,6}}?(?:省|市|区|县|镇|乡|街道))*{NAME}{{1,8}}?(?:大道|路|街|巷|弄|胡同)(?:\d+(?:号|弄|之\d+)|{inside})(?:{NAME}{{0,8}}?(?:小区|花园|大厦|广场|公寓|苑|村|园)|{inside})*"
    ))
});
/// Building and room alone: 5栋2单元, 六楼.
static BUILDING: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"{COUNT}+(?:栋|幢|号楼)(?:{COUNT}+单元)?(?:\d+(?:室|楼|层)?)?|\d+单元\d+室?|[一二三四五六七八九十]{{1,3}}楼"
    ))
});
/// What stands before an address and is not part of it.
static LEAD: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r"^.*(?:换成|写成了?|搬|人在|收货|地址|住址|住|为|成|错|漏)"));
static ENGLISH_STREET: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"\d{1,5}[a-z]? (?:[a-z]+\.? ){1,4}(?:st|street|ave|avenue|rd|road|ln|lane|blvd|boulevard|dr|drive|way|court|ct|place|pl|square|terrace|parkway|pkwy|highway)(?-u:\b)\.?(?:,? (?:apt|apartment|unit|suite|ste|flat|room)\.? ?#?\w+)?",
    )
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for (start, end, _) in matches(folded, &ENGLISH_STREET) {
        let end = end + city_behind(&folded.text[end..]);
        push(Kind::Address, folded, start, end, 0.85, hits);
    }
    for (start, end, _) in matches(folded, &BUILDING) {
        push(Kind::Address, folded, start, end, 0.6, hits);
    }
    for found in STREET.find_iter(&folded.text) {
        let skipped = LEAD.find(found.as_str()).map_or(0, |m| m.end());
        push(Kind::Address, folded, found.start() + skipped, found.end(), 0.93, hits);
    }
    let Some(index) = INDEX.as_ref() else { return };
    for found in index.find_iter(&folded.text) {
        if !folded.stands_alone(found.start(), found.end()) || is_other_word(&folded.text, found.end()) {
            continue;
        }
        let rest = &folded.text[found.end()..];
        if let Some(regions) = REGIONS.find(rest) {
            let end = found.end() + regions.end();
            let detail = DETAIL.find(&folded.text[end..]).map_or(0, |m| m.end());
            push(
                Kind::Address,
                folded,
                found.start(),
                end + detail,
                if detail > 0 { 0.94 } else { 0.8 },
                hits,
            );
        }
        let suffix = if rest.starts_with('市') { "市".len() } else { 0 };
        push(Kind::City, folded, found.start(), found.end() + suffix, 0.75, hits);
    }
}

/// 上海路, 北京烤鸭, 南京东路: names that only begin with a city's.
fn is_other_word(text: &str, end: usize) -> bool {
    ["路", "东路", "西路", "烤鸭", "大学", "牛肉面", "特产", "话", "菜", "人"]
        .iter()
        .any(|w| text[end..].starts_with(w))
}

/// How long the city is that follows an English street: `, hangzhou`.
fn city_behind(rest: &str) -> usize {
    let Some(name) = rest.strip_prefix(", ") else { return 0 };
    let city = INDEX.as_ref().and_then(|index| index.find(name)).filter(|m| m.start() == 0);
    city.map_or(0, |m| ", ".len() + m.end())
}

fn push(kind: Kind, folded: &Folded, start: usize, end: usize, confidence: f32, hits: &mut Vec<Hit>) {
    let value = folded.text[start..end].to_owned();
    let value = if kind == Kind::City { value.trim_end_matches('市').to_owned() } else { value };
    if kind == Kind::City || value.chars().count() >= 3 || confidence < 0.7 {
        hits.push(Hit { kind, start, end, value, confidence });
    }
}
