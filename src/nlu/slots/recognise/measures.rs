//! Money, quantities, sizes and colours.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, matches};
use crate::text::{constant_pattern, numbers};

const NUMBER: &str = r"(?:\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[零一二两三四五六七八九十百千万亿半俩仨]+(?:点[零一二三四五六七八九]+)?)";

static SIGNED_MONEY: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(r"(?:us\$|hk\$|nt\$|rmb|cny|usd|[¥$€£]) ?\d+(?:,\d{3})*(?:\.\d+)?[万千]?(?:元|块)?")
});
static COUNTED_MONEY: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"{NUMBER} ?(?:块钱|块(?:[零一二两三四五六七八九]|\d)(?:毛|角)?|块|元|圆|人民币|rmb|cny|yuan|美元|美金|dollars?|usd|bucks|欧元|euros?|eur|英镑|pounds?|gbp|港币|港元|hkd|台币|毛钱|角钱)"
    ))
});

/// Word that names a currency, and its code. Yuan needs none: it is what amounts are in.
const CURRENCIES: &[(&str, &str)] = &[
    ("hk$", "HKD"),
    ("港", "HKD"),
    ("hkd", "HKD"),
    ("nt$", "TWD"),
    ("台币", "TWD"),
    ("us$", "USD"),
    ("$", "USD"),
    ("usd", "USD"),
    ("dollar", "USD"),
    ("bucks", "USD"),
    ("美", "USD"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("欧元", "EUR"),
    ("£", "GBP"),
    ("pound", "GBP"),
    ("gbp", "GBP"),
    ("英镑", "GBP"),
];

static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"{NUMBER}(?:个|件|双|条|只|台|套|箱|包|盒|瓶|袋|支|把|张|本|份|斤|公斤|千克|克|杯|罐|桶|对|副|卷|片|粒|颗|盏|辆|顶|枚|组|打|升|毫升|kg|ml|l(?-u:\b)|g(?-u:\b))|(?-u:\b)(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a dozen) (?:pieces?|pcs|items?|units?|boxes|box|pairs?|sets?|bottles?|packs?|bags?|copies)(?-u:\b)"
    ))
});

static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"(?-u:\b)(?:\d?x{{1,4}}[ls]|[2-6]xl)(?:码|号)?|(?-u:\b)[sml](?:码|号)|(?:size|尺码|尺寸|码数) ?[:是为]?((?:\d{{1,3}}(?:\.5)?|[sml])(?-u:\b))|(?-u:\b)[sml] size(?-u:\b)|(?-u:\b)(?:small|medium|large|extra large|x-large)(?-u:\b)|(?:加大|特大|均|大|中|小)码|{NUMBER}码|{NUMBER} ?(?:厘米|公分|毫米|英寸|寸|cm|mm|inch(?:es)?)|{NUMBER}米(?:高|长|宽)?"
    ))
});

static COLOUR: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(concat!(
        r"(?:深|浅|暗|亮|淡|纯|正|哑光|奶油|雾霾|天空?|宝石?|湖|海军?|藏|墨|军|草|翠|薄荷|玫瑰|酒|枣|砖|橘|橙|柠檬|奶|米|象牙|银|烟|炭|焦糖|咖啡|香槟|樱花|藕)?(?:红|橙|黄|绿|青|蓝|紫|黑|白|灰|粉|棕|褐|米|驼|杏|金|银|咖啡|咖|卡其|香槟|橘|藕粉|玫红|裸)色",
        r"|(?:藏青|藏蓝|墨绿|军绿|草绿|薄荷绿|天蓝|湖蓝|宝蓝|雾霾蓝|海军蓝|酒红|枣红|玫红|砖红|米白|奶白|象牙白|奶油白|炭黑|银灰|烟灰|浅灰|深灰|浅蓝|深蓝|浅绿|深绿|浅粉|卡其|焦糖|香槟金|玫瑰金)",
        r"|(?-u:\b)(?:(?:dark|light|pale|navy|sky|royal|baby|hot|rose|forest|mint|off)[ -])?(?:black|white|red|blue|green|yellow|grey|gray|pink|purple|brown|beige|navy|orange|ivory|khaki|cream|silver|gold|teal|burgundy|charcoal)(?-u:\b)",
    ))
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for pattern in [&SIGNED_MONEY, &COUNTED_MONEY] {
        for (start, end, raw) in matches(folded, pattern) {
            // 这一块, 两块面料: pieces, not money, unless a sum stands there.
            let a_piece = raw.ends_with('块') && (raw.starts_with('一') || follows_noun(folded, end));
            if let (false, Some(value)) = (a_piece, money(raw)) {
                hits.push(Hit { kind: Kind::Amount, start, end, value, confidence: 0.92 });
            }
        }
    }
    for (start, end, raw) in matches(folded, &QUANTITY) {
        if let Some(value) = leading_number(raw) {
            let vague = matches!(raw, "一个" | "半个" | "一份" | "一条" | "一张" | "一把" | "一本");
            let confidence = if vague { 0.3 } else { 0.75 };
            hits.push(Hit { kind: Kind::Quantity, start, end, value, confidence });
        }
    }
    for (start, end, raw) in matches(folded, &SIZE) {
        hits.push(Hit { kind: Kind::Size, start, end, value: size(raw), confidence: 0.8 });
    }
    for (start, end, raw) in matches(folded, &COLOUR) {
        hits.push(Hit { kind: Kind::Color, start, end, value: raw.to_owned(), confidence: 0.85 });
    }
}

fn follows_noun(folded: &Folded, end: usize) -> bool {
    folded.after(end).is_some_and(|c| "地面布肉糖玻电手香".contains(c))
}

/// `三块五` is 3.5, `¥1,200` 1200, `$5` `5 USD`.
fn money(raw: &str) -> Option<String> {
    let value = match raw.split_once('块').filter(|(_, tail)| !tail.is_empty() && *tail != "钱") {
        Some((whole, tail)) => {
            let tenths = numbers::parse_number(tail.trim_end_matches(['毛', '角']))?;
            numbers::parse_number(whole.trim())? + tenths / 10.0
        }
        None => numbers::find(raw).first()?.value,
    };
    let value = if raw.ends_with("毛钱") || raw.ends_with("角钱") { value / 10.0 } else { value };
    let value = numbers::format(value);
    let currency = CURRENCIES.iter().find(|(word, _)| raw.contains(word));
    Some(currency.map_or(value.clone(), |(_, code)| format!("{value} {code}")))
}

fn leading_number(raw: &str) -> Option<String> {
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    if let Some(index) = words.iter().position(|w| raw.starts_with(w)) {
        return Some((index + 1).to_string());
    }
    if raw.starts_with("a dozen") {
        return Some("12".to_owned());
    }
    numbers::find(raw).first().map(|n| numbers::format(n.value))
}

/// `xl码` → `XL`, `四十二码` → `42`, `十厘米` → `10cm`.
fn size(raw: &str) -> String {
    let bare = raw.trim_end_matches(['码', '号']).trim_end_matches(" size").trim();
    match numbers::parse_number(bare) {
        Some(number) => numbers::format(number),
        None => with_unit(bare).unwrap_or_else(|| match bare {
            "大" | "中" | "小" | "均" | "加大" | "特大" => format!("{bare}码"),
            _ => bare.to_ascii_uppercase(),
        }),
    }
}

fn with_unit(raw: &str) -> Option<String> {
    let units = [
        ("厘米", "cm"),
        ("公分", "cm"),
        ("cm", "cm"),
        ("毫米", "mm"),
        ("mm", "mm"),
        ("英寸", "in"),
        ("寸", "in"),
        ("inches", "in"),
        ("inch", "in"),
        ("米高", "m"),
        ("米长", "m"),
        ("米宽", "m"),
        ("米", "m"),
    ];
    let (number, unit) = units.iter().find_map(|(word, unit)| Some((raw.strip_suffix(word)?, unit)))?;
    Some(format!("{}{unit}", numbers::format(numbers::parse_number(number.trim())?)))
}
