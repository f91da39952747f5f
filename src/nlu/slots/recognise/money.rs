//! Amounts of money: `¥1,299.00`, `三百五`, `1.5万`, `两块五`, `$64.99`. Values are a number and the ISO 4217 code.

use std::sync::LazyLock;

use regex::Regex;

use super::{Folded, Hit, Kind, NUMBER, matches};
use crate::text::{constant_pattern, numbers};

static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"(?:us\$|hk\$|nt\$|s\$|a\$|rmb|cny|usd|hkd|twd|eur|gbp|jpy|[¥$€£]) ?\d+(?:,\d{3})*(?:\.\d+)?[万千k]?(?:元|块)?",
    )
});
static COUNTED: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"{NUMBER}[多来]? ?(?:块钱|(?:块|元)(?:[零一二两三四五六七八九]|\d)(?:毛|角)?(?:(?:[一二三四五六七八九]|\d)分)?|块|元|圆|人民币|rmb|cny|yuan|美元|美金|美刀|刀|dollars?|usd|bucks|欧元|euros?|eur|英镑|pounds?|gbp|日元|yen|jpy|韩元|港币|港元|港纸|hkd|新台币|台币|twd|€|£|毛钱|角钱|毛|角)"
    ))
});

/// Sums without their unit, as people say them: 三百五, 一千二, 两万八.
static ELLIPTIC: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(
        r"[一二两三四五六七八九](?:万[一二三四五六七八九]千?|千[一二三四五六七八九]百?|百[一二三四五六七八九])",
    )
});
/// Numbers that a word for paying or price stands before.
static AFTER_PRICE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    constant_pattern(&format!(
        r"(?:花了?|付了?|付款|卖|收了?|退了|退款|价格|价钱|一共|总共|只要|要价|预算|优惠了?|原价|现价|到手价?|售价|差价|运费)(?:是|为|:| )*({NUMBER})"
    ))
});

/// Word that names a currency, and its code; the first that occurs counts. What names none is yuan.
const CURRENCIES: &[(&str, &str)] = &[
    ("hk$", "HKD"),
    ("港", "HKD"),
    ("hkd", "HKD"),
    ("nt$", "TWD"),
    ("台币", "TWD"),
    ("twd", "TWD"),
    ("a$", "AUD"),
    ("us$", "USD"),
    ("s$", "SGD"),
    ("$", "USD"),
    ("usd", "USD"),
    ("dollar", "USD"),
    ("bucks", "USD"),
    ("美", "USD"),
    ("刀", "USD"),
    ("€", "EUR"),
    ("eur", "EUR"),
    ("欧元", "EUR"),
    ("£", "GBP"),
    ("pound", "GBP"),
    ("gbp", "GBP"),
    ("英镑", "GBP"),
    ("日元", "JPY"),
    ("yen", "JPY"),
    ("jpy", "JPY"),
    ("韩元", "KRW"),
];

/// What 一块, 两块 or 五毛 may count instead of money.
const PIECES: &[&str] = &[
    "地板",
    "地毯",
    "地垫",
    "面料",
    "面包",
    "布",
    "肉",
    "糖",
    "玻璃",
    "电池",
    "手表",
    "表",
    "香皂",
    "肥皂",
    "巧克力",
    "屏",
    "板",
    "砖",
    "石",
    "蛋糕",
    "饼",
    "毛巾",
    "抹布",
    "显示",
    "硬盘",
    "拼图",
    "豆腐",
    "木",
    "钢",
    "巾",
    "衣",
    "笔",
    "绒",
    "孩",
    "病",
    "线",
    "利",
    "星",
    "形",
    "落",
    "度",
    "旦",
    "宵",
    "素",
    "削",
    "具",
    "桌",
    "领",
    "通",
];

pub(super) fn find(folded: &Folded, hits: &mut Vec<Hit>) {
    for pattern in [&SIGNED, &COUNTED] {
        for (start, end, raw) in matches(folded, pattern) {
            if counts_pieces(folded, end, raw) {
                continue;
            }
            if let Some(value) = money(raw) {
                hits.push(Hit { kind: Kind::Amount, start, end, value, confidence: 0.92 });
            }
        }
    }
    let elliptic = matches(folded, &ELLIPTIC).map(|m| (m, 0.6));
    let priced = matches(folded, &AFTER_PRICE_WORD).map(|m| (m, 0.65));
    for ((start, end, raw), confidence) in elliptic.chain(priced) {
        if is_bare_sum(folded, start, end)
            && let Some(value) = numbers::parse_number(raw)
        {
            let value = format!("{} CNY", numbers::format(value));
            hits.push(Hit { kind: Kind::Amount, start, end, value, confidence });
        }
    }
}

/// 这一块, 两块面料, 三毛 the name: pieces, not money, unless a sum stands there.
fn counts_pieces(folded: &Folded, end: usize, raw: &str) -> bool {
    let small = raw.ends_with(['块', '毛', '角', '元', '刀', '圆']);
    small
        && (raw == "一块"
            || raw == "一刀"
            || raw.starts_with("第")
            || PIECES.iter().any(|p| folded.text[end..].starts_with(p)))
}

/// Neither cut out of a longer number nor followed by a unit of something else.
fn is_bare_sum(folded: &Folded, start: usize, end: usize) -> bool {
    const GOES_ON: &str = "十百千万亿点一二三四五六七八九零个件双条只台套箱包盒瓶袋支把张本份斤公千克杯天年月日号小分秒次折%米厘码寸码人位多块元毛/-:";
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千万亿第.".contains(c);
    let price_word_joined = |c: char| matches!(c, '.' | '/' | '-');
    !folded.before(start).is_some_and(|c| number(c) || price_word_joined(c))
        && !folded.after(end).is_some_and(|c| GOES_ON.contains(c) || c.is_ascii_alphanumeric())
        && !folded.text[end..].trim_start().starts_with(|c: char| GOES_ON.contains(c))
}

/// `三块五` is 3.5, `3元5角` as well, `¥1,200` 1200, `$5` five dollars.
fn money(raw: &str) -> Option<String> {
    let whole = raw.split(['块', '元']).next().unwrap_or(raw);
    let tail = raw[whole.len()..].trim_start_matches(['块', '元']);
    let value = if !tail.is_empty() && tail != "钱" && whole.len() < raw.len() {
        let (tenths, hundredths) = tail.split_once(['毛', '角']).unwrap_or((tail, ""));
        let (tenths, hundredths) = match tenths.strip_suffix('分') {
            Some(both) => both.char_indices().nth(1).map_or((both, ""), |(at, _)| both.split_at(at)),
            None => (tenths, hundredths.trim_end_matches('分')),
        };
        numbers::parse_number(whole.trim())?
            + numbers::parse_number(tenths)? / 10.0
            + numbers::parse_number(hundredths).unwrap_or(0.0) / 100.0
    } else {
        let value = numbers::find(raw).first()?.value;
        if raw.ends_with('k') { value * 1000.0 } else { value }
    };
    let tenths = !raw.contains(['块', '元']) && raw.trim_end_matches('钱').ends_with(['毛', '角']);
    let value = numbers::format(if tenths { value / 10.0 } else { value });
    let currency = CURRENCIES.iter().find(|(word, _)| raw.contains(word)).map_or("CNY", |(_, code)| code);
    Some(format!("{value} {currency}"))
}
