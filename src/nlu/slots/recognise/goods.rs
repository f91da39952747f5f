//! Quantities and sizes.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, NUMBER, matches};
use crate::text::{constant_pattern, numbers};

/// Words for things that are counted: the value is the number alone.
const COUNTERS: &str =
    "个|件|双|条|只|台|套|箱|包|盒|瓶|袋|支|把|张|本|份|杯|罐|桶|对|副|卷|片|粒|颗|盏|辆|顶|枚|组|打";
/// What is measured keeps its unit in the value.
const MEASURES: &str =
    r"公斤|千克|毫升|毫克|斤|两(?-u:\b)|吨|克|升|kg|ml|mg|lbs?(?-u:\b)|oz(?-u:\b)|l(?-u:\b)|g(?-u:\b)";

static COUNTED: LazyLock<Regex> = LazyLock::new(|| constant_pattern(&format!("({NUMBER})(?:{COUNTERS})")));
static MEASURED: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(&format!(r"({NUMBER}) ?({MEASURES})(半)?")));
static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?-u:\b)(?:(?:half )?a dozen|(?:one|two|three|four|five) dozens?|(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:pieces?|pcs|items?|units?|boxes|box|pairs?|sets?|bottles?|packs?|bags?|copies|cartons?))(?-u:\b)",
    )
});
static TIMES: LazyLock<Regex> =
    LazyLock::new(|| constant_pattern(r"[×*] ?\d{1,3}|(?:要|买|发|拍|来)了?(俩|仨)"));

/// A counter before one of these is part of another word: 三个月, 四件套, 10条件, 99包邮, 打折.
const NOT_COUNTED: &[(&str, &[&str])] = &[
    (
        "个",
        &[
            "月",
            "小时",
            "半小时",
            "钟",
            "工作日",
            "自然日",
            "星期",
            "礼拜",
            "字",
            "人",
            "半",
            "周",
            "学期",
            "季度",
        ],
    ),
    ("件", &["套"]),
    ("条", &["件", "款"]),
    ("包", &["邮", "括", "装", "退", "换", "含"]),
    ("支", &["持", "付"]),
    ("本", &["周", "月", "人", "店", "年", "次", "来"]),
    ("打", &["折", "电", "印", "开", "包", "扫", "算", "八", "九", "七", "六", "五"]),
    ("对", &["了", "吗", "不", "一", "比"]),
    ("把", &["手"]),
    ("张", &["口"]),
    ("组", &["合", "装"]),
    ("套", &["房"]),
    ("只", &["有", "要", "能", "是", "剩"]),
    ("片", &["面"]),
    ("台", &["式"]),
];

static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"(?-u:\b)(?:(?:\d{{0,2}}x{{1,5}}[ls]|xs)(?:码|号)?|[sml](?:码|号)|[sml] size(?-u:\b))|(?-u:\b)\d{{3}}/\d{{2,3}}[a-y]{{1,2}}(?-u:\b)|(?-u:\b)(?:eu|us|uk|cn|jp|fr|it) ?\d{{1,2}}(?:\.5)?(?-u:\b)|(?-u:\b)size (?:[sml]|x{{1,4}}[sl]|\d{{1,3}}(?:\.5)?)(?-u:\b)|(?:尺码|尺寸|码数) ?[:是为]? ?(\d{{1,3}}(?:\.5)?|x{{0,4}}[sml])(?-u:\b)|(?:换成?|改成|要|拍|选|穿|买)了?个? ?([sml](?:码|号|(?-u:\b)))|(?-u:\b)(?:small|medium|extra large|x-large|large|one size|free size)(?-u:\b)|(?:加大|特大|均|大|中|小)码|(?:特大|加大|大|中|小)号|{NUMBER}码|{NUMBER} ?(?:厘米|公分|毫米|英寸|寸|cm|mm|inch(?:es)?)|{NUMBER}米[\d一二三四五六七八九](?:[\d一二三四五六七八九])?|{NUMBER}米(?:高|长|宽)?"
    ))
});

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for (start, end, _) in matches(folded, &COUNTED) {
        // The first group is the number alone; its end leads to the counter behind it.
        let counter_len = folded.after(end).map_or(0, char::len_utf8);
        let whole = (start, end + counter_len);
        let raw = &folded.text[whole.0..whole.1];
        let counter = &folded.text[end..whole.1];
        if is_other_word(folded, start, whole.1, counter) || !folded.stands_alone(whole.0, whole.1) {
            continue;
        }
        let Some(number) = leading_number(raw) else { continue };
        let value = numbers::format(if counter == "打" { number * 12.0 } else { number });
        let vague =
            raw.starts_with(['一', '半']) && !matches!(counter, "件" | "双" | "箱" | "打" | "盒" | "瓶");
        let confidence = if vague && raw.chars().count() == 2 { 0.3 } else { 0.75 };
        hits.push(Hit { kind: Kind::Quantity, start: whole.0, end: whole.1, value, confidence });
    }
    for c in MEASURED.captures_iter(&folded.text) {
        let (Some(all), Some(number), Some(unit)) = (c.get(0), c.get(1), c.get(2)) else { continue };
        if !folded.stands_alone(all.start(), all.end()) || is_generation(unit.as_str(), number.as_str()) {
            continue;
        }
        let Some(number) = leading_number(number.as_str()) else { continue };
        let number = number + if c.get(3).is_some() { 0.5 } else { 0.0 };
        let value = format!("{} {}", numbers::format(number), unit.as_str());
        hits.push(Hit { kind: Kind::Quantity, start: all.start(), end: all.end(), value, confidence: 0.75 });
    }
    for (start, end, raw) in matches(folded, &ENGLISH).chain(matches(folded, &TIMES)) {
        let number = leading_number(raw.trim_start_matches(['×', '*', ' ']));
        if let Some(number) = number {
            let value = numbers::format(number);
            hits.push(Hit { kind: Kind::Quantity, start, end, value, confidence: 0.7 });
        }
    }
    for (start, end, raw) in matches(folded, &SIZE) {
        let first_of_word = !folded.before(start).is_some_and(|c| matches!(c, '-' | '.'));
        let metres_of_colour =
            raw.ends_with('米') && folded.after(end).is_some_and(|c| "色白黄饭粉".contains(c));
        let judged = ["too", "very", "bit", "so", "really", "a"]
            .iter()
            .any(|w| folded.text[..start].trim_end().ends_with(w))
            && matches!(raw, "small" | "large" | "medium");
        let a_version = folded.after(end).is_some_and(|c| c == '.' || c == '\'');
        if first_of_word && !metres_of_colour && !a_version && !judged {
            hits.push(Hit { kind: Kind::Size, start, end, value: size(raw), confidence: 0.8 });
        }
    }
}

fn is_other_word(folded: &Folded, start: usize, end: usize, counter: &str) -> bool {
    let ordinal = folded.before(start).is_some_and(|c| matches!(c, '第' | '.' | '/' | '-' | '¥' | '$'));
    let others = NOT_COUNTED.iter().find(|(c, _)| *c == counter).map_or(&[][..], |(_, others)| others);
    // 这一套, 哪一件: one of several, not how many.
    let pointed = folded.before(start).is_some_and(|c| "这那哪每某同另".contains(c));
    ordinal || pointed || others.iter().any(|other| folded.text[end..].starts_with(other))
}

/// 5G and 4G are networks.
fn is_generation(unit: &str, number: &str) -> bool {
    unit == "g" && matches!(number, "2" | "3" | "4" | "5" | "6")
}

fn leading_number(raw: &str) -> Option<f64> {
    const WORDS: &[(&str, f64)] = &[
        ("half a dozen", 6.0),
        ("a dozen", 12.0),
        ("one", 1.0),
        ("two", 2.0),
        ("three", 3.0),
        ("four", 4.0),
        ("five", 5.0),
        ("six", 6.0),
        ("seven", 7.0),
        ("eight", 8.0),
        ("nine", 9.0),
        ("ten", 10.0),
        ("twelve", 12.0),
    ];
    let word = WORDS.iter().find(|(word, _)| raw.starts_with(word));
    match word {
        Some((word, n)) if !word.ends_with("dozen") && raw.contains("dozen") => Some(n * 12.0),
        Some((_, n)) => Some(*n),
        None => numbers::find(raw).first().map(|n| n.value),
    }
}

/// `xl码` → `XL`, `四十二码` → `42`, `十厘米` → `10cm`, `1米8` → `1.8m`, `size m` → `M`.
fn size(raw: &str) -> String {
    let bare = raw.trim_end_matches(" size").trim_start_matches("size ").trim();
    let named = ["大", "中", "小", "均", "加大", "特大"];
    let stem = bare.trim_end_matches(['码', '号']);
    if named.contains(&stem) {
        return bare.to_owned();
    }
    if let Some(number) = numbers::parse_number(stem) {
        return numbers::format(number);
    }
    if let Some(sized) = with_unit(stem) {
        return sized;
    }
    let upper = stem.to_ascii_uppercase();
    let region = upper.len() > 2 && upper.is_char_boundary(2) && !upper.contains(' ');
    match upper.split_at_checked(2) {
        Some((place, number)) if region && ["EU", "US", "UK", "CN", "JP", "FR", "IT"].contains(&place) => {
            format!("{place} {number}")
        }
        _ => upper,
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
    if let Some((whole, rest)) =
        raw.split_once('米').filter(|(_, rest)| numbers::parse_number(rest).is_some())
    {
        let digits: String =
            rest.chars().filter_map(|c| numbers::parse_number(&c.to_string())).map(numbers::format).collect();
        return Some(format!("{}.{digits}m", numbers::format(numbers::parse_number(whole)?)));
    }
    let (number, unit) = units.iter().find_map(|(word, unit)| Some((raw.strip_suffix(word)?, unit)))?;
    Some(format!("{}{unit}", numbers::format(numbers::parse_number(number.trim())?)))
}
