//! Building the links.
//!
//! Vectors are put in batches, in a shuffled order, as in ParlayANN (Manohar et al., 2024): every vector of a batch
//! looks for its neighbours in the graph as it stood before the batch, so threads share nothing that changes, and the
//! graph does not depend on how many they are. A vector is linked to the nearest found, leaving out those that are
//! nearer to one already chosen: links in all directions lead on where links to one crowd do not.

use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::walk::{Visited, walk};
use super::{ENTRIES, NONE, WIDTH, neighbours};
use crate::knowledge::byte_matrix::ByteMatrix;

/// Neighbours a vector is given when it is put in.
const OWN: usize = 16;

/// Neighbours that are left to a vector to which too many have been linked.
const LEFT: usize = 24;

/// Candidates among which neighbours are chosen.
const CANDIDATES: usize = 96;

/// A batch is this part of what is linked, at most so many.
const BATCH_PART: usize = 16;
const BATCH: usize = 8192;

/// Below this a batch is not worth threads.
const FOR_THREADS: usize = 64;

const SEED: u64 = 1;

/// A vector with its inner product with the one that is linked.
type Near = (u32, f32);

/// Entries and links over `set`.
pub fn build(set: &ByteMatrix, threads: usize) -> (Vec<u32>, Vec<u32>) {
    let mut order: Vec<u32> = (0..set.len() as u32).collect();
    order.shuffle(&mut StdRng::seed_from_u64(SEED));
    let mut links = vec![NONE; set.len() * WIDTH];
    let mut visited: Vec<Visited> = (0..threads.max(1)).map(|_| Visited::new(set.len())).collect();
    let mut done = 1;
    while done < order.len() {
        let batch = (done / BATCH_PART).clamp(1, BATCH).min(order.len() - done);
        let fresh = &order[done..done + batch];
        let entries = &order[..done.min(ENTRIES)];
        let chosen = side_by_side(fresh, &mut visited, |at, visited| {
            let probe = set.at(*at as usize);
            let near = walk(set, &links, entries, probe, CANDIDATES, |_| true, usize::MAX, visited);
            spread(set, near.unwrap_or_default(), OWN)
        });

        let mut back: Vec<(u32, Near)> = Vec::with_capacity(batch * OWN);
        for (at, near) in fresh.iter().zip(chosen) {
            put(&mut links, *at, near.iter().map(|(near, _)| *near));
            back.extend(near.into_iter().map(|(near, score)| (near, (*at, score))));
        }
        back.sort_unstable_by_key(|(to, (from, _))| (*to, *from));
        let linked_to: Vec<&[(u32, Near)]> = back.chunk_by(|a, b| a.0 == b.0).collect();
        let rows = side_by_side(&linked_to, &mut visited, |new, _| {
            let at = new[0].0;
            let old: Vec<u32> = neighbours(&links, at).collect();
            let new_ones = new.iter().map(|(_, near)| *near);
            if old.len() + new.len() <= WIDTH {
                return old.into_iter().chain(new_ones.map(|(near, _)| near)).collect();
            }
            let own = set.at(at as usize);
            let mut all: Vec<Near> =
                old.into_iter().map(|near| (near, set.score(own, near as usize))).collect();
            all.extend(new_ones);
            all.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            spread(set, all, LEFT).into_iter().map(|(near, _)| near).collect::<Vec<u32>>()
        });
        for (new, row) in linked_to.iter().zip(rows) {
            put(&mut links, new[0].0, row.into_iter());
        }
        done += batch;
    }
    order.truncate(ENTRIES);
    (order, links)
}

/// At most `most` of `near`, which are sorted, nearest first: those that are nearer to the vector than to any chosen
/// before, then the nearest of the others.
fn spread(set: &ByteMatrix, near: Vec<Near>, most: usize) -> Vec<Near> {
    let mut chosen: Vec<Near> = Vec::with_capacity(most);
    let mut others = Vec::new();
    for (at, score) in near {
        if chosen.len() == most {
            break;
        }
        let own = set.at(at as usize);
        if chosen.iter().all(|(before, _)| set.score(own, *before as usize) < score) {
            chosen.push((at, score));
        } else {
            others.push((at, score));
        }
    }
    others.truncate(most - chosen.len());
    chosen.extend(others);
    chosen
}

fn put(links: &mut [u32], at: u32, near: impl Iterator<Item = u32>) {
    let row = &mut links[at as usize * WIDTH..][..WIDTH];
    row.fill(NONE);
    row.iter_mut().zip(near).for_each(|(place, near)| *place = near);
}

/// What `work` makes of every item, in order, done by as many threads as there are places in `visited`.
fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    visited: &mut [Visited],
    work: impl Fn(&T, &mut Visited) -> R + Sync,
) -> Vec<R> {
    let threads = if items.len() < FOR_THREADS { 1 } else { visited.len() };
    let share = items.len().div_ceil(threads).max(1);
    let work = &work;
    let parts = items.chunks(share).zip(visited);
    std::thread::scope(|scope| {
        let done = |(items, visited): (&[T], &mut Visited)| -> Vec<R> {
            items.iter().map(|item| work(item, visited)).collect()
        };
        if threads == 1 {
            return parts.flat_map(done).collect();
        }
        let running: Vec<_> = parts.map(|part| scope.spawn(move || done(part))).collect();
        running.into_iter().flat_map(join).collect()
    })
}

/// What a thread made; its panic goes on in this one.
fn join<R>(thread: std::thread::ScopedJoinHandle<'_, R>) -> R {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
