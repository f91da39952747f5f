//! Whether two texts say the same, and whether they say it with other numbers.

use std::collections::HashSet;

use crate::text::{normalise, numbers};

/// Letters of a unit that are looked at behind a number.
const UNIT: usize = 2;

/// A text without its numbers, and the numbers with their units.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    pairs: HashSet<[char; 2]>,
    quantities: Vec<(String, String)>,
}

impl Said {
    /// What `text` says.
    pub fn of(text: &str) -> Self {
        let folded = normalise(text);
        let chars: Vec<char> = folded.chars().collect();
        let mut rest: Vec<char> = Vec::new();
        let mut quantities = Vec::new();
        let mut at = 0;
        for found in numbers::find(&folded) {
            rest.extend(&chars[at..found.start]);
            rest.push('#');
            at = found.end;
            // English writes a space between: 24 hours.
            let behind = chars[at..].iter().skip(usize::from(chars.get(at) == Some(&' ')));
            let unit: String = behind.take(UNIT).take_while(|c| c.is_alphabetic() || **c == '%').collect();
            // A numeral inside a word (一律, 十分) measures nothing.
            let written = chars[found.start..found.end].iter().any(char::is_ascii_digit);
            if written || unit.chars().next().is_some_and(|c| MEASURES.contains(c)) {
                quantities.push((unit, numbers::format(found.value)));
            }
        }
        rest.extend(&chars[at..]);
        rest.retain(|c| c.is_alphanumeric() || *c == '#');
        quantities.sort();
        Self { pairs: rest.windows(2).map(|pair| [pair[0], pair[1]]).collect(), quantities }
    }

    /// Share of pairs of characters that both have, numbers left aside (Jaccard).
    pub fn likeness(&self, other: &Said) -> f32 {
        let common = self.pairs.intersection(&other.pairs).count();
        let all = self.pairs.len() + other.pairs.len() - common;
        if all == 0 { 0.0 } else { common as f32 / all as f32 }
    }

    /// Whether both have the same numbers with the same units.
    pub fn agrees(&self, other: &Said) -> bool {
        self.quantities == other.quantities
    }

    /// Whether they measure something in the same unit and come to other numbers.
    pub fn disagrees(&self, other: &Said) -> bool {
        let values = |said: &Said, unit: &str| -> Vec<String> {
            said.quantities.iter().filter(|(u, _)| u == unit).map(|(_, value)| value.clone()).collect()
        };
        let units: HashSet<&String> = self.quantities.iter().map(|(unit, _)| unit).collect();
        units.into_iter().filter(|unit| !unit.is_empty()).any(|unit| {
            let theirs = values(other, unit);
            !theirs.is_empty() && values(self, unit) != theirs
        })
    }
}

/// Characters that begin the units of what shops measure.
const MEASURES: &str = "天日时周月年元块折次件个倍分小公斤克米升度层晚颗%";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_with_other_numbers_contradict_each_other() {
        let (a, b) = (Said::of("签收后七天内可以无理由退货。"), Said::of("签收后15天内可以无理由退货"));
        assert!(a.likeness(&b) > 0.8 && a.disagrees(&b) && !a.agrees(&b));
        let same = Said::of("签收后7天内可以無理由退貨");
        assert!(a.agrees(&same) && !a.disagrees(&same));
    }

    #[test]
    fn a_space_before_the_unit_changes_nothing() {
        let said = Said::of("Orders leave within 24 hours.");
        assert!(said.disagrees(&Said::of("Orders leave within 48 hours.")));
        assert!(said.agrees(&Said::of("Orders leave within 24hours")));
        assert!(!said.disagrees(&Said::of("Orders above 30 EUR leave at once.")));
    }

    #[test]
    fn other_units_and_words_with_numerals_contradict_nothing() {
        assert!(!Said::of("保修2年").disagrees(&Said::of("运费6元")));
        assert!(!Said::of("一律不退").disagrees(&Said::of("十分抱歉")));
        assert!(Said::of("首重6元").likeness(&Said::of("积分怎么用")) < 0.1);
    }
}
