//! What two sequences have in common, and what only one of them has.

use serde::Serialize;
use utoipa::ToSchema;

/// Beyond so many comparisons the middle is taken to be wholly different.
const MOST_COMPARISONS: usize = 4_000_000;

/// One step from one sequence to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit<T> {
    Same(T),
    Removed(T),
    Added(T),
}

/// A line of two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Line {
    pub side: Side,
    pub text: String,
}

/// Which text a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Both,
    Before,
    After,
}

/// Lines of both texts in order.
pub fn lines(before: &[&str], after: &[&str]) -> Vec<Line> {
    let line = |side, text: &str| Line { side, text: text.to_owned() };
    diff(before, after)
        .into_iter()
        .map(|edit| match edit {
            Edit::Same(text) => line(Side::Both, text),
            Edit::Removed(text) => line(Side::Before, text),
            Edit::Added(text) => line(Side::After, text),
        })
        .collect()
}

/// The fewest steps from `before` to `after`, by the longest common subsequence; what goes comes before what arrives.
pub fn diff<'a, T: PartialEq>(before: &'a [T], after: &'a [T]) -> Vec<Edit<&'a T>> {
    let head = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = before[head..].iter().rev().zip(after[head..].iter().rev());
    let tail = rest.take_while(|(a, b)| a == b).count();
    let (old, new) = (&before[head..before.len() - tail], &after[head..after.len() - tail]);

    let mut edits: Vec<Edit<&T>> = before[..head].iter().map(Edit::Same).collect();
    if old.len().saturating_mul(new.len()) > MOST_COMPARISONS {
        edits.extend(old.iter().map(Edit::Removed));
        edits.extend(new.iter().map(Edit::Added));
    } else {
        walk(old, new, &mut edits);
    }
    edits.extend(before[before.len() - tail..].iter().map(Edit::Same));
    edits
}

fn walk<'a, T: PartialEq>(old: &'a [T], new: &'a [T], edits: &mut Vec<Edit<&'a T>>) {
    let width = new.len() + 1;
    // Length of what is common from each pair of places on.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            common[a * width + b] = if old[a] == new[b] {
                common[(a + 1) * width + b + 1] + 1
            } else {
                common[(a + 1) * width + b].max(common[a * width + b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            edits.push(Edit::Same(&old[a]));
            (a, b) = (a + 1, b + 1);
        } else if a < old.len()
            && (b == new.len() || common[(a + 1) * width + b] >= common[a * width + b + 1])
        {
            edits.push(Edit::Removed(&old[a]));
            a += 1;
        } else {
            edits.push(Edit::Added(&new[b]));
            b += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_are_of_both_or_of_one() {
        let found = lines(&["a", "b", "c"], &["a", "x", "c", "d"]);
        let sides: Vec<_> = found.iter().map(|l| (l.side, l.text.as_str())).collect();
        assert_eq!(
            sides,
            [
                (Side::Both, "a"),
                (Side::Before, "b"),
                (Side::After, "x"),
                (Side::Both, "c"),
                (Side::After, "d")
            ]
        );
    }

    proptest! {
        #[test]
        fn either_sequence_can_be_read_off(before in "[abc]{0,12}", after in "[abc]{0,12}") {
            let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
            let edits = diff(&before, &after);
            let old: Vec<char> = edits.iter().filter_map(|e| match e {
                Edit::Same(c) | Edit::Removed(c) => Some(**c),
                Edit::Added(_) => None,
            }).collect();
            let new: Vec<char> = edits.iter().filter_map(|e| match e {
                Edit::Same(c) | Edit::Added(c) => Some(**c),
                Edit::Removed(_) => None,
            }).collect();
            prop_assert_eq!(old, before);
            prop_assert_eq!(new, after);
        }
    }
}
