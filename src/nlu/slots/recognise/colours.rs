//! Colours in Chinese and English. Chinese values end with 色, English ones are lower case.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, matches};
use crate::text::{constant_pattern, is_han};

const SHADES: &str = "深空|星空|雾霾|奶油|莫兰迪|克莱因|蒂芙尼|牛油果|薰衣草|松石|橄榄|孔雀|翡翠|薄荷|玫瑰|柠檬|象牙|珍珠|樱花|香芋|抹茶|荧光|哑光|海军|宝石|远峰|暗夜|曜石|天空|深|浅|暗|亮|淡|纯|正|天|湖|宝|藏|墨|军|草|翠|酒|枣|砖|橘|橙|奶|米|银|烟|炭|姜|鹅|桃|大|粉|玫|品|洋|碧|靛|黛|月|乳|灰";
const BASES: &str = "红|橙|黄|绿|青|蓝|紫|黑|白|灰|粉|棕|褐|咖";

static WITH_SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        "(?:{SHADES})?(?:{BASES}|米|驼|杏|金|银|咖啡|卡其|焦糖|香槟|橘|橙|藕粉|藕|玫红|裸|肤|奶茶|豆沙|原木|燕麦|巧克力|姜黄|玫瑰金|香槟金|土豪金)色"
    ))
});
/// Two characters say it without 色: 藏青, 米白, 雾霾蓝.
static SHADED: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!("(?:{SHADES})(?:{BASES})|卡其|焦糖|香槟金|玫瑰金|土豪金|黑白"))
});
/// One character does where a choice is made: 换成黑的, 要白的.
static CHOSEN: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!("(?:换成?|改成|要|选|拍|买|是|有)个?({BASES})(?:的|款|$|[,。?!吗呢吧])"))
});
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?-u:\b)(?:(?:dark|light|pale|navy|sky|royal|baby|hot|rose|forest|mint|off|space|olive|matte|bright|deep)[ -])?(?:black|white|red|blue|green|yellow|grey|gray|pink|purple|brown|beige|navy|orange|ivory|khaki|cream|silver|gold|teal|burgundy|charcoal|turquoise|lavender|maroon)(?-u:\b)",
    )
});

/// Colours that are none before these words: 绿色通道, Black Friday, gold member.
const NOT_BEFORE: &[&str] = &[
    "通道",
    "食品",
    "环保",
    "出行",
    "情人节",
    "包",
    "牌",
    "科技",
    "天",
    "糖",
    " friday",
    " tea",
    " packet",
    " envelope",
    " wine",
    " card",
    " member",
    " tier",
    " list",
    " box",
    " paper",
    " pepper",
    " market",
];

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    let patterns = [(&WITH_SUFFIX, 0.85), (&SHADED, 0.75), (&CHOSEN, 0.6), (&ENGLISH, 0.85)];
    for (pattern, confidence) in patterns {
        for (start, end, raw) in matches(folded, pattern) {
            if NOT_BEFORE.iter().any(|w| folded.text[end..].starts_with(w)) || is_other_word(raw) {
                continue;
            }
            hits.push(Hit { kind: Kind::Color, start, end, value: named(raw), confidence });
        }
    }
}

/// 大白, 天黑, 月白 and the like are said of other things more often than of colours.
fn is_other_word(raw: &str) -> bool {
    matches!(
        raw,
        "大白"
            | "大黄"
            | "大青"
            | "大粉"
            | "天黑"
            | "天白"
            | "天青"
            | "米粉"
            | "月黑"
            | "正白"
            | "草青"
            | "大黑"
            | "大灰"
            | "正黄"
            | "正黑"
            | "暗黑"
            | "草粉"
            | "藕粉"
            | "奶粉"
            | "米黑"
            | "天粉"
            | "天灰"
            | "亮黄"
    )
}

fn named(raw: &str) -> String {
    match raw.ends_with('色') || !raw.chars().all(is_han) {
        true => raw.to_owned(),
        false => format!("{raw}色"),
    }
}
