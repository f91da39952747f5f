//! Cities and simple addresses.

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

/// Road and number in Chinese, after whatever regions stand before it.
static CHINESE_STREET: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:\p{Han}{1,6}?(?:省|市|区|县|镇|乡|街道|新区|开发区))*(?:[\p{Han}\d]{1,10}?(?:大道|路|街|巷|弄|胡同))(?:\d+(?:号|弄|之\d+))?(?:[\p{Han}\d]{0,10}?(?:小区|花园|大厦|广场|公寓|苑|村|园))?(?:\d+(?:号楼|栋|幢|座|号))?(?:[\d一二三四五六七八九十]+单元)?(?:\d+(?:室|楼|层|号)?)?",
    )
});
/// Regions one after the other: 安徽阜阳颍州区.
static REGIONS: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(r"^(?:省|市|特别行政区|自治区)?(?:\p{Han}{1,5}?(?:市|区|县|镇|乡|街道))+")
});
/// Building and room alone: 5栋2单元, 六楼.
static BUILDING: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"[\d一二三四五六七八九十]+(?:栋|幢|号楼)(?:[\d一二三四五六七八九十]+单元)?(?:\d+(?:室|楼|层)?)?|\d+单元\d+室?|[一二三四五六七八九十]{1,3}楼",
    )
});
/// What stands before an address and is not part of it.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"^.*(?:改到|改成|改为|换成|换到|寄到|寄往|寄去|发到|发往|送到|送往|搬到|搬去|地址是|地址为|地址|住在|人在|收货|应该是|写成了?|到|在|去|是|往|给)",
    )
});
static ENGLISH_STREET: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"\d{1,5}[a-z]? (?:[a-z]+\.? ){1,4}(?:st|street|ave|avenue|rd|road|ln|lane|blvd|boulevard|dr|drive|way|court|ct|place|pl|square|terrace)(?-u:\b)\.?(?:,? (?:apt|apartment|unit|suite|ste|flat|room)\.? ?#?\w+)?",
    )
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for (start, end, _) in matches(folded, &ENGLISH_STREET) {
        let end = end + city_behind(&folded.text[end..]);
        let value = folded.text[start..end].to_owned();
        hits.push(Hit { kind: Kind::Address, start, end, value, confidence: 0.85 });
    }
    for (start, end, raw) in matches(folded, &BUILDING) {
        hits.push(Hit { kind: Kind::Address, start, end, value: raw.to_owned(), confidence: 0.6 });
    }
    for found in CHINESE_STREET.find_iter(&folded.text) {
        let raw = found.as_str();
        if !raw.chars().any(|c| c.is_ascii_digit()) {
            continue; // a road without a number may be any word that ends with 路
        }
        let skipped = LEAD.find(raw).map_or(0, |m| m.end());
        push_address(folded, found.start() + skipped, found.end(), hits);
    }
    let Some(index) = INDEX.as_ref() else { return };
    for found in index.find_iter(&folded.text) {
        if !folded.stands_alone(found.start(), found.end()) {
            continue;
        }
        let rest = &folded.text[found.end()..];
        if let Some(regions) = REGIONS.find(rest) {
            push_address(folded, found.start(), found.end() + regions.end(), hits);
        }
        let suffix = if rest.starts_with('市') { "市".len() } else { 0 };
        let value = folded.text[found.start()..found.end()].to_owned();
        hits.push(Hit {
            kind: Kind::City,
            start: found.start(),
            end: found.end() + suffix,
            value,
            confidence: 0.75,
        });
    }
}

/// How long the city is that follows an English street: `, hangzhou`.
fn city_behind(rest: &str) -> usize {
    let Some(name) = rest.strip_prefix(", ") else { return 0 };
    let city = INDEX.as_ref().and_then(|index| index.find(name)).filter(|m| m.start() == 0);
    city.map_or(0, |m| ", ".len() + m.end())
}

fn push_address(folded: &Folded, start: usize, end: usize, hits: &mut Vec<Hit>) {
    let value = folded.text[start..end].to_owned();
    if value.chars().count() >= 4 {
        hits.push(Hit { kind: Kind::Address, start, end, value, confidence: 0.8 });
    }
}
