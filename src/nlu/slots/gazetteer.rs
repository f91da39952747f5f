//! Which words were values of which slots in the examples. Unlike the [dictionary](super::lexicon), which proposes
//! spans, it only gives the tagger a hint: a name seen in one sentence is likely a name in another.

use serde::{Deserialize, Serialize};
use zhike_learning::packed;

use super::words::{FeatureId, id, words};
use crate::text;

/// Longer values are descriptions and do not come again.
const MOST_WORDS: usize = 8;

/// Values by the hash of their folded text, each with the slot it was a value of; sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gazetteer {
    #[serde(with = "packed::ids")]
    keys: Vec<FeatureId>,
    /// Places in the tagger's names.
    #[serde(with = "packed::ids")]
    slots: Vec<u32>,
}

/// The key of a value in a folded text.
pub fn key(folded: &[char], start: usize, end: usize) -> FeatureId {
    let value: String = folded.get(start..end).into_iter().flatten().collect();
    id("value", &[value.trim()])
}

impl Gazetteer {
    /// Of values and their slots.
    pub fn new(values: impl Iterator<Item = (FeatureId, u32)>) -> Self {
        let mut values: Vec<(FeatureId, u32)> = values.collect();
        values.sort_unstable();
        values.dedup();
        let (keys, slots) = values.into_iter().unzip();
        Self { keys, slots }
    }

    /// Features of every token: for each slot that words here were a value of, whether the token begins such words or
    /// goes on with them, and how many there are. Of values that lie in each other the longest counts. `counts` says
    /// whether a value and slot may be known: in training, a sentence must not remind itself.
    pub fn features(
        &self,
        source: &str,
        offsets: &[(usize, usize)],
        counts: impl Fn(FeatureId, u32) -> bool,
    ) -> Vec<Vec<FeatureId>> {
        let mut features = vec![Vec::new(); offsets.len()];
        if self.keys.is_empty() {
            return features;
        }
        let folded = text::folded_chars(source);
        let words = words(&folded, offsets);
        // The longest find of every slot at every token: its number of words, and whether it begins here.
        let mut best: Vec<Vec<(u32, usize, bool)>> = vec![Vec::new(); offsets.len()];
        for first in 0..words.len() {
            for last in (first..words.len().min(first + MOST_WORDS)).rev() {
                let tokens = words[first].tokens.start..words[last].tokens.end;
                let found = key(&folded, offsets[tokens.start].0, offsets[tokens.end - 1].1);
                for slot in self.slots_of(found).filter(|slot| counts(found, *slot)) {
                    for token in tokens.clone() {
                        let own = (slot, last + 1 - first, token == tokens.start);
                        match best[token].iter_mut().find(|(s, _, _)| *s == slot) {
                            Some(known) if known.1 < own.1 => *known = own,
                            Some(_) => {}
                            None => best[token].push(own),
                        }
                    }
                }
            }
        }
        for (features, best) in features.iter_mut().zip(best) {
            features.extend(best.into_iter().map(|(slot, words, begins)| {
                id(
                    if begins { "value first" } else { "value later" },
                    &[&slot.to_string(), &words.min(3).to_string()],
                )
            }));
        }
        features
    }

    fn slots_of(&self, key: FeatureId) -> impl Iterator<Item = u32> {
        let first = self.keys.partition_point(|k| *k < key);
        let same = self.keys[first..].iter().take_while(move |k| **k == key).count();
        self.slots.get(first..first + same).unwrap_or_default().iter().copied()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn of(values: &[(&str, u32)]) -> Gazetteer {
        let entry = |(value, slot): &(&str, u32)| {
            let folded = text::folded_chars(value);
            (key(&folded, 0, folded.len()), *slot)
        };
        Gazetteer::new(values.iter().map(entry))
    }

    #[test]
    fn known_values_mark_their_words_and_the_longest_counts() {
        let gazetteer = of(&[("new york", 0), ("york", 0), ("york", 1)]);
        let offsets = [(0, 2), (3, 6), (7, 11)];
        let found = gazetteer.features("in New York", &offsets, |_, _| true);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(found[1][0], id("value first", &["0", "2"]));
        assert_eq!(found[2], [id("value later", &["0", "2"]), id("value first", &["1", "1"])]);
        let none = gazetteer.features("in New York", &offsets, |_, _| false);
        assert!(none.iter().all(Vec::is_empty));
    }

    #[test]
    fn values_of_chinese_tokens_are_found_in_any_script() {
        let found =
            of(&[("空气炸锅", 2)]).features("買空氣炸鍋", &[(0, 1), (1, 3), (3, 5)], |_, _| true);
        assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [0, 1, 1]);
    }
}
