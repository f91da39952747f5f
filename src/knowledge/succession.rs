//! How one snapshot becomes the next: passages added, passages removed, small segments merged, a generation put in
//! the place of what it was made from. Pure; whoever calls decides when.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::ChunkId;
use crate::error::Result;
use crate::text::WholeWords;

use super::catalogue::{Position, StoredChunk};
use super::generation::{EncoderMark, Generation};
use super::rows::Dead;
use super::segment::Segment;
use super::snapshot::{Part, Snapshot};

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
        let part = generation.segment.map(|segment| Part::of(segment, true));
        Snapshot::new(generation.position, part.into_iter().collect(), Arc::new(generation.whole))
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
            parts.push(Part::of(Segment::build(added, &encoder.id, encoder.dim, self.whole())?, false));
        }
        let published = parts.iter().take_while(|part| part.published).count();
        compact(&mut parts, frozen.max(published))?;
        Ok(Snapshot::new(position, parts, self.whole().clone()))
    }

    /// This snapshot with the generation that was made of `source` in the place of the parts it was made from.
    /// What died since in those parts is dead in the generation too.
    pub(super) fn with_generation(&self, source: &Snapshot, generation: Generation) -> Self {
        let folded = source.parts().len();
        let mut parts = Vec::with_capacity(1 + self.parts().len().saturating_sub(folded));
        if let Some(segment) = generation.segment {
            let mut dead = Dead::default();
            for (then, now) in source.parts().iter().zip(self.parts()) {
                for (number, row) in (0..).zip(then.segment.rows.iter()) {
                    let died = now.dead.contains(number) && !then.dead.contains(number);
                    if let Some(place) = died.then(|| segment.rows.find(row.id)).flatten() {
                        dead.insert(place, row.words);
                    }
                }
            }
            parts.push(Part { segment: Arc::new(segment), dead: Arc::new(dead), published: true });
        }
        parts.extend(self.parts().iter().skip(folded).cloned());
        Snapshot::new(self.position().clone(), parts, self.whole().clone())
    }

    /// How much of this snapshot is not in the published generation: passages added and rows dead since.
    pub(super) fn unpublished(&self) -> usize {
        self.parts()
            .iter()
            .map(|part| if part.published { part.dead.count() } else { part.segment.rows.len() })
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
    fn of(segment: Segment, published: bool) -> Self {
        Self { segment: Arc::new(segment), dead: Arc::default(), published }
    }
}

/// Merges the last parts while the last has at least half as many passages as the one before it. Sizes then at
/// least halve from part to part: few parts, and each passage is merged only a few times.
fn compact(parts: &mut Vec<Part>, frozen: usize) -> Result<()> {
    while parts.len() >= frozen + 2 {
        let (last, before) = (&parts[parts.len() - 1], &parts[parts.len() - 2]);
        if last.living() * 2 < before.living() {
            return Ok(());
        }
        let merged = Segment::merge(&[(&before.segment, &before.dead), (&last.segment, &last.dead)])?;
        parts.truncate(parts.len() - 2);
        parts.extend(merged.map(|segment| Part::of(segment, false)));
    }
    Ok(())
}
