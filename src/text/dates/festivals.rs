//! Days of shopping and feast days: fixed ones, those of the Chinese calendar, and those that follow a weekday.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Words of the feast days, as one alternative of a pattern on folded text.
pub(super) const WORDS: &str = r"双十一|双11|双十二|双12|六一八|(?-u:\b)618(?-u:\b)|元旦|国庆节?|五一|劳动节|妇女节|情人节|儿童节|六一儿童节|教师节|万圣节|感恩节|平安夜|圣诞节?|母亲节|父亲节|大年三十|年三十|除夕夜?|大年初[一二三四五六七]|春节|过年|元宵节?|清明节?|端午节?|七夕节?|中秋节?|重阳节?|(?-u:\b)(?:black friday|cyber monday|thanksgiving|halloween|singles'? day|valentine'?s day|christmas(?: day| eve)?|(?:chinese|lunar) new year|spring festival|mid-autumn festival|dragon boat festival|new year'?s?(?: day| eve)?)(?-u:\b)";

/// First day of the first month, fifth of the fifth, seventh of the seventh, fifteenth of the eighth and ninth of the
/// ninth month of the Chinese calendar, as month × 100 + day of the common one; from [`FIRST_YEAR`] on.
const LUNAR: [[i16; 5]; 26] = [
    [125, 625, 825, 1001, 1025],
    [212, 614, 814, 921, 1014],
    [201, 603, 804, 910, 1004],
    [122, 622, 822, 929, 1023],
    [210, 610, 810, 917, 1011],
    [129, 531, 829, 1006, 1029],
    [217, 619, 819, 925, 1018],
    [206, 609, 808, 915, 1008],
    [126, 528, 826, 1003, 1026],
    [213, 616, 816, 922, 1016],
    [203, 605, 805, 912, 1005],
    [123, 624, 824, 1001, 1024],
    [211, 612, 812, 919, 1012],
    [131, 601, 801, 908, 1001],
    [219, 620, 820, 927, 1020],
    [208, 610, 810, 916, 1009],
    [128, 530, 828, 1004, 1027],
    [215, 618, 817, 924, 1017],
    [204, 607, 807, 913, 1007],
    [124, 527, 826, 1002, 1026],
    [212, 614, 814, 920, 1014],
    [201, 603, 803, 910, 1003],
    [122, 622, 822, 928, 1022],
    [210, 611, 811, 917, 1011],
    [130, 531, 731, 1005, 1029],
    [217, 619, 819, 925, 1018],
];
const FIRST_YEAR: i16 = 2020;
/// A feast day so many days ahead is spoken of as the coming one; one further away as the last.
const HORIZON_DAYS: i64 = 90;

/// When a feast day is in a year.
enum Rule {
    Fixed(i8, i8),
    /// Column of [`LUNAR`] and days after it.
    Lunar(usize, i64),
    /// The nth such weekday of a month and days after it.
    Weekday(i8, i8, Weekday, i64),
    /// Qingming, the fifteenth day after the spring equinox.
    Qingming,
}

impl Rule {
    fn of(word: &str) -> Option<Self> {
        use Rule::{Fixed, Lunar, Qingming};
        let nth = Rule::Weekday;
        Some(match word.strip_suffix('节').filter(|w| w.chars().count() > 1).unwrap_or(word) {
            "双十一" | "双11" => Fixed(11, 11),
            "双十二" | "双12" => Fixed(12, 12),
            "六一八" | "618" => Fixed(6, 18),
            "元旦" => Fixed(1, 1),
            "国庆" => Fixed(10, 1),
            "五一" | "劳动" => Fixed(5, 1),
            "妇女" => Fixed(3, 8),
            "情人" => Fixed(2, 14),
            "儿童" | "六一儿童" => Fixed(6, 1),
            "教师" => Fixed(9, 10),
            "万圣" | "halloween" => Fixed(10, 31),
            "平安夜" | "christmas eve" => Fixed(12, 24),
            "母亲" => nth(5, 2, Weekday::Sunday, 0),
            "父亲" => nth(6, 3, Weekday::Sunday, 0),
            "感恩" | "thanksgiving" => nth(11, 4, Weekday::Thursday, 0),
            "black friday" => nth(11, 4, Weekday::Thursday, 1),
            "cyber monday" => nth(11, 4, Weekday::Thursday, 4),
            "大年三十" | "年三十" | "除夕" | "除夕夜" => Lunar(0, -1),
            "春" | "过年" | "春节" | "chinese new year" | "lunar new year" | "spring festival" => {
                Lunar(0, 0)
            }
            "元宵" => Lunar(0, 14),
            "清明" => Qingming,
            "端午" | "dragon boat festival" => Lunar(1, 0),
            "七夕" => Lunar(2, 0),
            "中秋" | "mid-autumn festival" => Lunar(3, 0),
            "重阳" => Lunar(4, 0),
            word if word.starts_with("大年初") => {
                Lunar(0, "一二三四五六七".chars().position(|c| word.ends_with(c))? as i64)
            }
            word if word.starts_with("圣诞") || word.starts_with("christmas") => Fixed(12, 25),
            word if word.starts_with("singles") => Fixed(11, 11),
            word if word.starts_with("valentine") => Fixed(2, 14),
            word if word.ends_with("eve") => Fixed(12, 31),
            _ => Fixed(1, 1),
        })
    }

    fn in_year(&self, year: i16) -> Option<Date> {
        match *self {
            Rule::Fixed(month, day) => Date::new(year, month, day).ok(),
            Rule::Lunar(column, after) => {
                let day = *LUNAR.get(usize::try_from(year - FIRST_YEAR).ok()?)?.get(column)?;
                let date = Date::new(year, i8::try_from(day / 100).ok()?, i8::try_from(day % 100).ok()?);
                date.ok()?.checked_add(after.days()).ok()
            }
            Rule::Weekday(month, nth, weekday, after) => {
                let date = Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()?;
                date.checked_add(after.days()).ok()
            }
            // The usual approximation for the 21st century; right for every year of the table.
            Rule::Qingming => {
                let since = f64::from(year - 2000);
                let day = (since * 0.2422 + 4.81).floor() - (since / 4.0).floor();
                Date::new(year, 4, day as i8).ok()
            }
        }
    }
}

/// The day a word of [`WORDS`] means on a given day: the latest one that is not beyond the horizon.
pub(super) fn day_of(word: &str, today: Date) -> Option<Date> {
    let rule = Rule::of(word)?;
    let horizon = today.checked_add(HORIZON_DAYS.days()).ok()?;
    (today.year() - 1..=today.year() + 1)
        .filter_map(|year| rule.in_year(year))
        .filter(|day| *day <= horizon)
        .max()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn feasts_of_the_chinese_calendar_move() {
        let today = date(2026, 11, 21);
        for (word, expected) in [
            ("除夕", date(2027, 2, 5)),
            ("春节", date(2027, 2, 6)),
            ("大年初三", date(2027, 2, 8)),
            ("元宵节", date(2026, 3, 3)),
            ("清明", date(2026, 4, 5)),
            ("端午节", date(2026, 6, 19)),
            ("七夕", date(2026, 8, 19)),
            ("中秋节", date(2026, 9, 25)),
            ("重阳节", date(2026, 10, 18)),
            ("lunar new year", date(2027, 2, 6)),
        ] {
            assert_eq!(day_of(word, today), Some(expected), "{word}");
        }
    }

    #[test]
    fn feasts_that_follow_a_weekday() {
        let today = date(2026, 11, 21);
        assert_eq!(day_of("母亲节", today), Some(date(2026, 5, 10)));
        assert_eq!(day_of("thanksgiving", today), Some(date(2026, 11, 26)));
        assert_eq!(day_of("cyber monday", today), Some(date(2026, 11, 30)));
    }

    #[test]
    fn beyond_the_table_there_is_no_answer() {
        assert_eq!(day_of("春节", date(2090, 1, 1)), None);
    }
}
