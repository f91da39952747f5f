//! Values that can be told by their form, without training: numbers of orders and parcels, phones, money, quantities,
//! sizes, colours, dates, addresses.
//!
//! Every recogniser reads the folded text (half width, lower case, simplified) and answers in its scalars; [`find`]
//! turns them into offsets of the text as it was written.

mod colours;
mod contact;
mod goods;
mod ids;
mod money;
mod places;
#[cfg(test)]
mod suite;

use jiff::civil::DateTime;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::text::{self, Aligned, dates};

/// What kind of value a recogniser found. Its default slot name is [`Kind::name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    OrderNo,
    TrackingNo,
    Phone,
    Email,
    Amount,
    Quantity,
    Size,
    Color,
    Date,
    Address,
    City,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 11] = [
        Kind::OrderNo,
        Kind::TrackingNo,
        Kind::Phone,
        Kind::Email,
        Kind::Amount,
        Kind::Quantity,
        Kind::Size,
        Kind::Color,
        Kind::Date,
        Kind::Address,
        Kind::City,
    ];

    /// The slot name where the training data gives no other.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::OrderNo => "order_no",
            Kind::TrackingNo => "tracking_no",
            Kind::Phone => "phone",
            Kind::Email => "email",
            Kind::Amount => "amount",
            Kind::Quantity => "quantity",
            Kind::Size => "size",
            Kind::Color => "color",
            Kind::Date => "date",
            Kind::Address => "address",
            Kind::City => "city",
        }
    }
}

/// A recognised value.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    pub kind: Kind,
    /// First scalar in the text.
    pub start: usize,
    /// One past the last scalar.
    pub end: usize,
    /// Normalised.
    pub value: String,
    /// How sure the form alone makes it, 0..=1.
    pub confidence: f32,
}

/// A number in digits or Chinese numerals, as part of a pattern.
const NUMBER: &str = r"(?:\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]*|[零一二两三四五六七八九十百千万亿半俩仨]+(?:点[零一二三四五六七八九]+)?)";

/// Every value of the text, sorted by place. Kinds may overlap: who joins them decides. Dates are relative to `now`; a
/// day is its midnight.
pub fn find(text: &str, now: impl Into<DateTime>) -> Vec<Recognised> {
    let now = now.into();
    let aligned = Aligned::new(text);
    let folded = Folded::new(&aligned);
    let mut hits = Vec::new();
    contact::find(&folded, &mut hits);
    ids::find(&folded, &mut hits);
    money::find(&folded, &mut hits);
    goods::find(&folded, &mut hits);
    colours::find(&folded, &mut hits);
    places::find(&folded, &mut hits);
    let mut found: Vec<Recognised> = without_contained(hits)
        .into_iter()
        .map(|hit| {
            let (start, end) = aligned.source_range(folded.scalar(hit.start), folded.scalar(hit.end));
            // An address is written on the parcel as it was said.
            let value = match hit.kind {
                Kind::Address => text::half_width(text::slice(text, start, end)),
                _ => hit.value,
            };
            Recognised { kind: hit.kind, start, end, value, confidence: hit.confidence }
        })
        .collect();
    found.extend(dates::find(text, now).into_iter().map(|d| Recognised {
        kind: Kind::Date,
        start: d.start,
        end: d.end,
        value: d.value,
        confidence: 0.9,
    }));
    found.sort_by_key(|r| (r.start, r.end));
    found
}

/// The folded text with the way back from its bytes to its scalars.
struct Folded {
    text: String,
    /// Scalar index of every byte offset that begins a character, and of the end.
    scalars: Vec<usize>,
}

impl Folded {
    fn new(aligned: &Aligned) -> Self {
        let text = aligned.text();
        let mut scalars = vec![0; text.len() + 1];
        for (scalar, (byte, _)) in text.char_indices().enumerate() {
            scalars[byte] = scalar;
        }
        scalars[text.len()] = aligned.chars.len();
        Self { text, scalars }
    }

    fn scalar(&self, byte: usize) -> usize {
        self.scalars[byte]
    }

    fn before(&self, byte: usize) -> Option<char> {
        self.text[..byte].chars().next_back()
    }

    fn after(&self, byte: usize) -> Option<char> {
        self.text[byte..].chars().next()
    }

    /// Whether `start..end` is not cut out of a longer run of Latin letters and digits.
    fn stands_alone(&self, start: usize, end: usize) -> bool {
        let joined = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let glued = |a: Option<char>, b: Option<char>| joined(a) && joined(b);
        !glued(self.before(start), self.after(start)) && !glued(self.before(end), self.after(end))
    }
}

/// A hit in bytes of the folded text.
struct Hit {
    kind: Kind,
    start: usize,
    end: usize,
    value: String,
    confidence: f32,
}

/// Matches of the first group of `pattern` that took part, or of the whole where none did, that stand alone.
fn matches<'a>(folded: &'a Folded, pattern: &'a Regex) -> impl Iterator<Item = (usize, usize, &'a str)> {
    pattern
        .captures_iter(&folded.text)
        .filter_map(|c| c.iter().skip(1).flatten().next().or(c.get(0)))
        .filter(|m| folded.stands_alone(m.start(), m.end()))
        .map(|m| (m.start(), m.end(), m.as_str()))
}

/// Of hits of one kind that overlap, keeps the longest, then the surest.
fn without_contained(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by(|a, b| {
        (b.end - b.start).cmp(&(a.end - a.start)).then(b.confidence.total_cmp(&a.confidence))
    });
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        let taken = kept.iter().any(|k| k.kind == hit.kind && k.start < hit.end && hit.start < k.end);
        if !taken {
            kept.push(hit);
        }
    }
    kept
}

/// Letters and digits of `text` in capitals: the form in which numbers of orders and parcels are compared.
fn compact(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>().to_ascii_uppercase()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    /// Surface and value of the only hit of `kind`.
    fn only(text: &str, kind: Kind) -> (String, String) {
        let found: Vec<_> = find(text, date(2026, 11, 21)).into_iter().filter(|r| r.kind == kind).collect();
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        (text::slice(text, found[0].start, found[0].end).to_owned(), found[0].value.clone())
    }

    fn none(text: &str, kind: Kind) {
        let found: Vec<_> = find(text, date(2026, 11, 21)).into_iter().filter(|r| r.kind == kind).collect();
        assert!(found.is_empty(), "{text}: {found:?}");
    }

    fn pair(a: &str, b: &str) -> (String, String) {
        (a.to_owned(), b.to_owned())
    }

    #[test]
    fn phones_of_several_places() {
        assert_eq!(
            only("我手机１３８１２３４５６７８", Kind::Phone),
            pair("１３８１２３４５６７８", "13812345678")
        );
        assert_eq!(only("打+86 138-1234-5678", Kind::Phone), pair("+86 138-1234-5678", "13812345678"));
        assert_eq!(only("香港 +852 9123 4567", Kind::Phone), pair("+852 9123 4567", "+85291234567"));
        assert_eq!(only("台灣0912-345-678", Kind::Phone), pair("0912-345-678", "+886912345678"));
        assert_eq!(only("call +1 415 555 2671", Kind::Phone), pair("+1 415 555 2671", "+14155552671"));
        assert_eq!(only("座机021-62345678", Kind::Phone), pair("021-62345678", "02162345678"));
        none("订单2024110388127", Kind::Phone);
    }

    #[test]
    fn order_numbers_with_and_without_their_word() {
        assert_eq!(
            only("帮我看下 2024110388127 啥状态", Kind::OrderNo),
            pair("2024110388127", "2024110388127")
        );
        assert_eq!(only("查个单 e5-77310942", Kind::OrderNo), pair("e5-77310942", "E5-77310942"));
        assert_eq!(only("订单号是ml2051呢", Kind::OrderNo), pair("ml2051", "ML2051"));
        assert_eq!(only("order #88213 please", Kind::OrderNo), pair("88213", "88213"));
        none("耳机WH-1000XM5好吗", Kind::OrderNo);
        none("我的手机13812345678", Kind::OrderNo);
    }

    #[test]
    fn parcel_numbers_by_carrier_and_context() {
        assert_eq!(
            only("SF1390028847561到哪了", Kind::TrackingNo),
            pair("SF1390028847561", "SF1390028847561")
        );
        assert_eq!(only("YT8823 0045 1127", Kind::TrackingNo), pair("YT8823 0045 1127", "YT882300451127"));
        assert_eq!(
            only("快递单号：78310029934455", Kind::TrackingNo),
            pair("78310029934455", "78310029934455")
        );
        assert_eq!(
            only("tracking number RR123456785CN", Kind::TrackingNo),
            pair("RR123456785CN", "RR123456785CN")
        );
        none("快递单号：78310029934455", Kind::OrderNo);
    }

    #[test]
    fn money_in_digits_and_words() {
        assert_eq!(only("一共一千二百元", Kind::Amount), pair("一千二百元", "1200 CNY"));
        assert_eq!(only("￥１,２３９.５０", Kind::Amount), pair("￥１,２３９.５０", "1239.5 CNY"));
        assert_eq!(only("三块五一个", Kind::Amount), pair("三块五", "3.5 CNY"));
        assert_eq!(only("I paid $64.99", Kind::Amount), pair("$64.99", "64.99 USD"));
        assert_eq!(only("退了80块钱", Kind::Amount), pair("80块钱", "80 CNY"));
        none("这一块坏了", Kind::Amount);
    }

    #[test]
    fn quantities_sizes_and_colours() {
        assert_eq!(only("买三十双", Kind::Quantity), pair("三十双", "30"));
        assert_eq!(only("two boxes please", Kind::Quantity), pair("two boxes", "2"));
        assert_eq!(only("换成XL", Kind::Size), pair("XL", "XL"));
        assert_eq!(only("四十二码", Kind::Size), pair("四十二码", "42"));
        assert_eq!(only("42.5码有吗", Kind::Size), pair("42.5码", "42.5"));
        assert_eq!(only("要深蓝色的", Kind::Color), pair("深蓝色", "深蓝色"));
        assert_eq!(only("the navy one", Kind::Color), pair("navy", "navy"));
        none("有红包吗", Kind::Color);
        none("白天送", Kind::Color);
    }

    #[test]
    fn places_and_mail() {
        assert_eq!(only("改到杭州市余杭区五常大道88号", Kind::Address).0, "杭州市余杭区五常大道88号");
        assert_eq!(
            only("ship it to 88 Wenyi Road, Hangzhou instead", Kind::Address).0,
            "88 Wenyi Road, Hangzhou"
        );
        assert_eq!(only("漏了5栋2单元", Kind::Address).0, "5栋2单元");
        assert_eq!(only("寄到成都要多久", Kind::City), pair("成都", "成都"));
        assert_eq!(
            only("发到 Li.Lei@example.com 吧", Kind::Email),
            pair("Li.Lei@example.com", "li.lei@example.com")
        );
        assert_eq!(only("ship to 221 Linden Ave, Apt 4B", Kind::Address).0, "221 Linden Ave, Apt 4B");
    }

    proptest! {
        #[test]
        fn offsets_slice(text in "[0-9a-zA-Z＃#$¥￥元块双件码色红市区路号+. \\-一二三十京北杭州①]{0,24}") {
            let scalars = text.chars().count();
            for r in find(&text, date(2026, 11, 21)) {
                prop_assert!(r.start < r.end && r.end <= scalars);
            }
        }
    }
}
