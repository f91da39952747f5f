//! How one snapshot becomes the next: passages added, passages removed, small segments merged, a generation put in
//! the place of what it was made from. Pure; whoever calls decides when.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ChunkId;
use crate::error::Result;
use crate::text::WholeWords;

use super::catalogue::{Position, StoredChunk};
use super::generation::{EncoderMark, Generation};
use super::published::SegmentMark;
use super::rows::Dead;
use super::segment::Segment;
use super::snapshot::{Part, Published, Snapshot};

/// More passages than this are not merged in memory: the next question waits for that. They are merged on disk.
const MERGED_IN_MEMORY: usize = 16_384;

/// A segment on disk of fewer passages is always merged with what is new.
const SMALL: usize = 4096;

/// A segment on disk is merged with what is new once it is at most so many times as large.
const NEARLY_AS_LARGE: usize = 2;

/// And once one of so many of its rows is dead.
const DEAD_PART: usize = 4;

impl Snapshot {
    /// Nothing, before the first change.
    pub fn empty() -> Self {
        Self::empty_with(Arc::default())
    }

    /// Nothing, whose passages will be cut with these words whole.
    pub(super) fn empty_with(whole: Arc<WholeWords>) -> Self {
        Snapshot::new(Position::START, Vec::new(), whole)
    }

    /// What a generation from disk holds.
    pub(super) fn of_generation(generation: Generation) -> Self {
        let part = |(mark, segment, dead): (Arc<SegmentMark>, Segment, Dead)| Part {
            segment: Arc::new(segment),
            published: Some(Published { mark, dead: dead.count() }),
            dead: Arc::new(dead),
        };
        let parts = generation.segments.into_iter().map(part).collect();
        Snapshot::new(generation.position, parts, Arc::new(generation.whole))
    }

    /// The snapshot after `added` and `removed`. A passage that is added while it is there takes the place of
    /// itself. The first `frozen` parts are left as parts; smaller ones after them are merged, so that there are
    /// never more than a few.
    pub(super) fn after(
        &self,
        position: Position,
        added: Vec<StoredChunk>,
        removed: &[ChunkId],
        encoder: &EncoderMark,
        frozen: usize,
    ) -> Result<Self> {
        let replaced = added.iter().map(|stored| stored.chunk.id);
        let mut parts = self.without(removed.iter().copied().chain(replaced));
        if !added.is_empty() {
            parts.push(Part::of(Segment::build(added, &encoder.id, encoder.dim, self.whole())?));
        }
        let published = parts.iter().take_while(|part| part.published.is_some()).count();
        compact(&mut parts, frozen.max(published))?;
        Ok(Snapshot::new(position, parts, self.whole().clone()))
    }

    /// How many leading parts, all of them on disk, stay as they are when a generation is made: those much larger than
    /// all that is merged behind them.
    pub(super) fn kept(&self) -> usize {
        let parts = self.parts();
        let mut kept = parts.iter().take_while(|part| part.published.is_some()).count();
        let mut merged: usize = parts[kept..].iter().map(Part::living).sum();
        while let Some(part) = kept.checked_sub(1).map(|last| &parts[last]) {
            let much_larger = part.living() > NEARLY_AS_LARGE * merged && part.living() >= SMALL;
            if much_larger && !is_rotten(part) {
                break;
            }
            merged += part.living();
            kept -= 1;
        }
        parts[..kept].iter().position(is_rotten).unwrap_or(kept)
    }

    /// This snapshot with the generation made of `source` in the place of the parts it was made from: the first `kept`
    /// as they were, and `made` for the others. What died since in those is dead in it too.
    pub(super) fn with_generation(
        &self,
        source: &Snapshot,
        kept: usize,
        made: Option<(Arc<SegmentMark>, Segment)>,
    ) -> Self {
        let mut parts: Vec<Part> = Vec::with_capacity(self.parts().len());
        for (then, now) in source.parts().iter().zip(self.parts()).take(kept) {
            let published =
                now.published.as_ref().map(|p| Published { mark: p.mark.clone(), dead: then.dead.count() });
            parts.push(Part { published, ..now.clone() });
        }
        if let Some((mark, segment)) = made {
            let mut dead = Dead::default();
            for (then, now) in source.parts().iter().zip(self.parts()).skip(kept) {
                for number in now.dead.rows().filter(|number| !then.dead.contains(*number)) {
                    let row = then.segment.rows.row(number);
                    if let Some(place) = segment.rows.find(row.id) {
                        dead.insert(place, row.words);
                    }
                }
            }
            let published = Some(Published { mark, dead: 0 });
            parts.push(Part { segment: Arc::new(segment), dead: Arc::new(dead), published });
        }
        parts.extend(self.parts().iter().skip(source.parts().len()).cloned());
        Snapshot::new(self.position().clone(), parts, self.whole().clone())
    }

    /// How much of this snapshot is not in the published generation: passages added and rows dead since.
    pub(super) fn unpublished(&self) -> usize {
        let parts = self.parts().iter();
        parts
            .map(|part| match &part.published {
                Some(published) => part.dead.count() - published.dead,
                None => part.segment.rows.len(),
            })
            .sum()
    }

    fn without(&self, gone: impl Iterator<Item = ChunkId>) -> Vec<Part> {
        let mut dying: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for id in gone {
            if let Some((part, row)) = self.find(id) {
                dying.entry(part).or_default().push(row);
            }
        }
        let mut parts = self.parts().to_vec();
        for (at, rows) in dying {
            let part = &mut parts[at];
            let dead = Arc::make_mut(&mut part.dead);
            for row in rows {
                dead.insert(row, part.segment.rows.row(row).words);
            }
        }
        parts
    }
}

impl Part {
    fn of(segment: Segment) -> Self {
        Self { segment: Arc::new(segment), dead: Arc::default(), published: None }
    }
}

/// Whether so much of it is dead that it is better written anew.
fn is_rotten(part: &Part) -> bool {
    part.dead.count() * DEAD_PART > part.segment.rows.len()
}

/// Merges the last parts while the last has at least half as many passages as the one before it. Sizes then at
/// least halve from part to part: few parts, and each passage is merged only a few times. Large ones are left to the
/// next generation.
fn compact(parts: &mut Vec<Part>, frozen: usize) -> Result<()> {
    while parts.len() >= frozen + 2 {
        let (last, before) = (&parts[parts.len() - 1], &parts[parts.len() - 2]);
        if last.living() * 2 < before.living() || last.living() + before.living() > MERGED_IN_MEMORY {
            return Ok(());
        }
        let merged = Segment::merge(&[(&before.segment, &before.dead), (&last.segment, &last.dead)])?;
        parts.truncate(parts.len() - 2);
        parts.extend(merged.map(Part::of));
    }
    Ok(())
}
