//! Bytes of a text file become text: UTF-8, UTF-16, GB18030, Big5 and the old Western encodings.
//!
//! Order of trust: a byte order mark; UTF-16 seen by its zero bytes and its Chinese code units; valid UTF-8; what the
//! file itself declares (HTML); then the Chinese double-byte encodings by how many of their pairs are everyday
//! characters, which also works on a few words, where statistical detectors need sentences; last, `chardetng`.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::error::Problem;
use super::limits::Meter;

/// Bytes looked at when guessing; more does not change the guess.
const SAMPLE: usize = 256 << 10;

/// The most common characters of Chinese prose and of shops, simplified and traditional. They decide between GB18030
/// and Big5 when a text is so short that most of its byte pairs are everyday characters in both.
const COMMON: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种\
面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些\
然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者\
最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农\
指几九区强放决西被干做必战先回则任取据处理世车员请退货款换订单付快递寄客服店铺发票保修优惠券您好什怎吗呢谢谢帮忙送价格免费\
這個國時來們對會發動過說產種麼後經進著當點從應開還關實兩體與問題電話員請退貨換訂單遞寄務發票優惠給謝買賣價錢運費無線長見計別\
號碼帳戶請選擇確認聯繫網頁頁內數據處";

/// A decoded text with line ends folded to `\n` and control characters removed.
#[derive(Debug)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Set when some bytes fit no encoding and were replaced.
    pub(super) warning: Option<String>,
}

/// Decodes a text file; `label` is the encoding it declares itself, such as `gb2312`.
pub(super) fn text(bytes: &[u8], label: Option<&str>, meter: &Meter) -> Result<Decoded, Problem> {
    meter.text(bytes.len())?;
    let encoding = guess(bytes, label);
    let (decoded, _, malformed) = encoding.decode(bytes);
    if looks_binary(&decoded) {
        return Err(Problem::Unsupported { found: "the content is binary data, not text".into() });
    }
    let text = tidy(&decoded);
    if text.trim().is_empty() {
        return Err(Problem::Empty);
    }
    let warning = malformed
        .then(|| format!("some bytes are not valid {}; they were replaced by \u{fffd}", encoding.name()));
    Ok(Decoded { text, warning })
}

/// The encoding these bytes are most likely written in.
pub(super) fn guess(bytes: &[u8], label: Option<&str>) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    if let Some(encoding) = utf16_without_bom(sample) {
        return encoding;
    }
    if nearly_utf8(bytes) {
        return UTF_8;
    }
    if let Some(encoding) = label.and_then(|l| Encoding::for_label(l.trim().as_bytes())) {
        // GBK is decoded as its superset: pages that say gb2312 hold anything up to GB18030.
        let encoding = if encoding == encoding_rs::GBK { GB18030 } else { encoding };
        if encoding != UTF_8 && !encoding.decode_without_bom_handling(sample).1 {
            return encoding;
        }
    }
    chinese(sample).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(sample, true);
        let guessed = detector.guess(None, Utf8Detection::Deny);
        if guessed == encoding_rs::GBK { GB18030 } else { guessed }
    })
}

/// UTF-8, or UTF-8 with a few broken bytes (a log cut in the middle of a character).
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut rest, mut broken, mut multibyte) = (bytes, 0usize, 0usize);
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                multibyte += valid.bytes().filter(|b| *b >= 0x80).count();
                break;
            }
            Err(e) => {
                let (valid, tail) = rest.split_at(e.valid_up_to());
                multibyte += valid.iter().filter(|b| **b >= 0x80).count();
                broken += 1;
                match e.error_len() {
                    Some(n) => rest = &tail[n..],
                    None => break,
                }
            }
        }
    }
    broken == 0 || broken * 100 < multibyte
}

/// UTF-16 without its mark: most code units of one byte order, and not of the other, are ASCII or Chinese.
fn utf16_without_bom(sample: &[u8]) -> Option<&'static Encoding> {
    if sample.len() < 4 {
        return None;
    }
    let share = |unit: fn([u8; 2]) -> u16| {
        let units = sample.len() / 2;
        let plain = sample.chunks_exact(2).filter(|p| is_everyday_unit(unit([p[0], p[1]]))).count();
        plain as f32 / units as f32
    };
    let (le, be) = (share(u16::from_le_bytes), share(u16::from_be_bytes));
    let has_zero = sample.contains(&0);
    // Two bytes of another encoding are often a Chinese character by chance, so without any zero byte (which a line
    // end or a figure brings) the text must be long, not ASCII and not UTF-8.
    let non_ascii = sample.iter().filter(|b| **b >= 0x80).count() * 4 > sample.len();
    if !(has_zero || (sample.len() >= 64 && non_ascii && std::str::from_utf8(sample).is_err())) {
        return None;
    }
    if le > 0.9 && le > be + 0.3 {
        Some(UTF_16LE)
    } else if be > 0.9 && be > le + 0.3 {
        Some(UTF_16BE)
    } else {
        None
    }
}

fn is_everyday_unit(unit: u16) -> bool {
    // A low byte of zero is an ASCII letter read in the wrong order far more often than it is 一.
    if unit & 0xff == 0 && unit != 0x3000 {
        return false;
    }
    matches!(unit, 0x09 | 0x0a | 0x0d | 0x20..=0x7e | 0xa0..=0xff | 0x2010..=0x2026 | 0x3000..=0x303f
        | 0x4e00..=0x9fff | 0xff00..=0xffef)
}

/// GB18030 or Big5, if nearly all double bytes are everyday characters of it.
fn chinese(sample: &[u8]) -> Option<&'static Encoding> {
    let gb = everyday_share(sample, GB18030, |lead| matches!(lead, 0xa1..=0xa3 | 0xb0..=0xd7), false);
    let big5 = everyday_share(sample, BIG5, |lead| matches!(lead, 0xa1..=0xc6), true);
    let best = gb.max(big5);
    if best < 0.8 {
        return None;
    }
    Some(if gb >= big5 { GB18030 } else { BIG5 })
}

/// Share of the double bytes that are everyday characters of `encoding`, raised by the share of very common ones.
fn everyday_share(
    sample: &[u8],
    encoding: &'static Encoding,
    everyday: fn(u8) -> bool,
    low_trail: bool,
) -> f32 {
    let (mut pairs, mut hits, mut at) = (0u32, 0u32, 0usize);
    while at + 1 < sample.len() {
        let (lead, trail) = (sample[at], sample[at + 1]);
        if lead < 0x81 {
            at += 1;
            continue;
        }
        pairs += 1;
        let in_range = trail >= 0xa1 || (low_trail && (0x40..=0x7e).contains(&trail));
        hits += u32::from(everyday(lead) && in_range);
        at += 2;
    }
    if pairs == 0 {
        return 0.0;
    }
    let decoded = encoding.decode_without_bom_handling(sample).0;
    let common = decoded.chars().filter(|c| *c >= '\u{4e00}' && COMMON.contains(*c)).count();
    (hits as f32 + common as f32) / pairs as f32
}

/// Folds line ends, and drops the byte order mark and control characters other than line ends and tabs.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{0c}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            '\u{feff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Control characters and replacement characters by the dozen are no text.
fn looks_binary(text: &str) -> bool {
    let (mut all, mut odd) = (0usize, 0usize);
    for c in text.chars().take(64 << 10) {
        all += 1;
        let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{0c}' | '\u{1b}');
        odd += usize::from(control || c == '\u{fffd}');
    }
    odd * 20 > all
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::knowledge::readers::Limits;

    fn decode(bytes: &[u8]) -> String {
        text(bytes, None, &Meter::new(Limits::default())).unwrap().text
    }

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    const ZH: [&str; 6] = [
        "你好",
        "退货",
        "发票怎么开？",
        "满99元包邮",
        "您的订单已发货，请注意查收。",
        "本店商品支持七天无理由退货，生鲜、定制商品除外。\n请在收货后七天内联系客服。",
    ];
    const TRADITIONAL: [&str; 6] = [
        "您好",
        "退貨",
        "發票怎麼開？",
        "滿99元免運費",
        "您的訂單已出貨，請注意查收。",
        "本店商品支援七天無理由退貨，生鮮、訂製商品除外。\n請在收貨後七天內聯繫客服。",
    ];

    #[test]
    fn gb18030_is_recognised_even_in_two_characters() {
        for text in ZH {
            assert_eq!(decode(&GB18030.encode(text).0), text);
        }
    }

    #[test]
    fn big5_is_recognised_even_in_two_characters() {
        for text in TRADITIONAL {
            assert_eq!(decode(&BIG5.encode(text).0), text);
        }
    }

    #[test]
    fn utf8_with_and_without_mark() {
        for text in ZH {
            assert_eq!(decode(text.as_bytes()), text);
            assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), text);
        }
    }

    #[test]
    fn utf16_in_both_orders_with_and_without_mark() {
        for text in [ZH[3], ZH[5], TRADITIONAL[5], "Returns within 7 days.\nOpen daily."] {
            for mark in ["\u{feff}", ""] {
                let marked = format!("{mark}{text}");
                assert_eq!(decode(&utf16(&marked, u16::to_le_bytes)), text);
                assert_eq!(decode(&utf16(&marked, u16::to_be_bytes)), text);
            }
        }
    }

    #[test]
    fn western_text_is_not_taken_for_chinese() {
        let text = "The café’s opening hours – déjà vu – cost £5.";
        assert_eq!(decode(&encoding_rs::WINDOWS_1252.encode(text).0), text);
    }

    #[test]
    fn one_broken_byte_does_not_change_the_encoding() {
        let mut bytes = "退货说明：".repeat(100).into_bytes();
        bytes.truncate(bytes.len() - 1);
        assert!(decode(&bytes).starts_with("退货说明：退货"));
    }

    #[test]
    fn line_ends_are_folded_and_control_characters_dropped() {
        assert_eq!(decode(b"one line\r\nand another\rthe last\x07\n"), "one line\nand another\nthe last\n");
    }

    #[test]
    fn binary_data_is_refused() {
        let bytes: Vec<u8> = (0..4096u32).map(|i| (i.wrapping_mul(2654435761) >> 13) as u8).collect();
        assert!(text(&bytes, None, &Meter::new(Limits::default())).is_err());
    }
}
