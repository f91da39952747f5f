//! The living index: follows the catalogue, publishes generations, hands out snapshots.
//!
//! There is one way in: [`Index::follow`] reads what the catalogue's history has gained and makes the next snapshot
//! of it. It makes no difference whether the change came from this process, from another one on the same data
//! folder, or happened while nobody was running. Whoever wrote something follows before saying that it is done, so
//! the next question sees it. Only the process that holds the folder's lock writes generations.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::error::{Code, Error, Result};
use crate::tasks::Tasks;
use crate::text::WholeWords;

use super::catalogue::{Catalogue, Position};
use super::generation::{self, EncoderMark, Plan};
use super::lexicon::Wordbook;
use super::snapshot::{Part, Snapshot};

/// Added passages read from the catalogue at a time.
const PAGE: usize = 4096;

/// How often the catalogue is asked whether another process has changed it.
const POLL: Duration = Duration::from_millis(400);

/// A generation is due when this part of all passages is not in one, within these bounds: what is not in one is in
/// memory and is read from the catalogue again at a restart.
const FOLD_PART: usize = 8;
const FOLD_AT_LEAST: usize = 512;
const FOLD_AT_MOST: usize = 16_384;

/// And when nothing has changed for this long and this part of all passages, however few, is not in one.
const FOLD_WHEN_QUIET: Duration = Duration::from_secs(20);
const FOLD_PART_WHEN_QUIET: usize = 1000;

/// Most vectors of a segment that are searched by passing over all of them, where nothing else is set.
///
/// Measured with `zhike bench retrieval`: see docs/BENCHMARKS.md.
const EXACT_UP_TO: usize = 100_000;

/// The index of one catalogue, for one encoder.
pub struct Index {
    root: PathBuf,
    catalogue: Arc<dyn Catalogue>,
    encoder: EncoderMark,
    tasks: Tasks,
    current: ArcSwap<Snapshot>,
    writer: Mutex<Writer>,
    folding: Mutex<()>,
    /// The words that passages are to be cut with; those of the snapshot until it is cut anew.
    whole: ArcSwap<WholeWords>,
    cutting: Mutex<()>,
    /// Held by the one process that publishes into the folder.
    lock: Option<File>,
    exact_up_to: AtomicUsize,
}

struct Writer {
    /// Leading parts that a running fold reads and that must stay parts until it is done.
    frozen: usize,
    /// Raised when the snapshot was built anew, so that a fold of the old one is not put in.
    epoch: u64,
    changed: Instant,
}

impl Index {
    /// Opens the index in `root`, creates the folder when there is none, and brings it up to the catalogue. What is
    /// missing, torn, of another encoder or of another history is built from the catalogue.
    pub async fn open(
        root: &Path,
        catalogue: Arc<dyn Catalogue>,
        encoder: EncoderMark,
        tasks: Tasks,
    ) -> Result<Self> {
        let (folder, mark) = (root.to_owned(), encoder.clone());
        let opened = tasks.spawn_blocking(move || -> Result<_> {
            fs::create_dir_all(&folder)
                .map_err(|e| Error::from(e).at(format!("index folder {}", folder.display())))?;
            let lock = try_lock(&folder);
            if lock.is_some() {
                generation::remove_unfinished(&folder);
            }
            Ok((lock, generation::newest(&folder, &mark)))
        });
        let (lock, generation) = opened.await.map_err(interrupted)??;
        let book = Wordbook::new(catalogue.lexicon().await?);
        let whole = Arc::new(book.whole());
        let snapshot = match generation {
            Some(generation) => Snapshot::of_generation(generation),
            None => Snapshot::empty_with(whole.clone()),
        };
        let index = Self {
            root: root.to_owned(),
            catalogue,
            encoder,
            tasks,
            current: ArcSwap::from_pointee(snapshot),
            writer: Mutex::new(Writer { frozen: 0, epoch: 0, changed: Instant::now() }),
            folding: Mutex::new(()),
            whole: ArcSwap::new(whole),
            cutting: Mutex::new(()),
            lock,
            exact_up_to: AtomicUsize::new(EXACT_UP_TO),
        };
        index.follow().await?;
        Ok(index)
    }

    /// Segments of more vectors than this are to be searched along a graph: those that are written from now on.
    pub fn search_exactly_up_to(&self, vectors: usize) {
        self.exact_up_to.store(vectors, Ordering::Relaxed);
    }

    /// Whether another process keeps the index in `root`, as a running server does.
    pub fn in_use(root: &Path) -> bool {
        root.is_dir() && try_lock(root).is_none()
    }

    /// Removes the index in `root`; the next that opens it builds it from the catalogue.
    ///
    /// # Errors
    /// [`Code::Conflict`] while another process keeps it.
    pub fn clear(root: &Path) -> Result<()> {
        if !root.is_dir() {
            return Ok(());
        }
        let Some(_lock) = try_lock(root) else {
            return Err(Error::new(
                Code::Conflict,
                "a server keeps this index: stop it first (it builds a damaged index anew by itself when it starts)",
            ));
        };
        generation::remove_all(root);
        Ok(())
    }

    /// The present view. Cheap, takes no lock.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Catches up with the catalogue. When it returns, every change written before the call can be found.
    pub async fn follow(&self) -> Result<()> {
        let mut writer = self.writer.lock().await;
        let current = self.current.load_full();
        if self.catalogue.position().await? == *current.position() {
            return Ok(());
        }
        let next = if self.catalogue.reaches(current.position()).await? {
            self.catch_up(current, writer.frozen).await?
        } else {
            None
        };
        let next = match next {
            Some(next) => next,
            None => {
                tracing::info!("building the index from the catalogue");
                writer.epoch += 1;
                writer.frozen = 0;
                let empty = Arc::new(Snapshot::empty_with(self.whole.load_full()));
                let rebuilt = self.catch_up(empty, 0).await?;
                rebuilt.ok_or_else(|| {
                    Error::internal("the index built from the catalogue does not agree with it")
                })?
            }
        };
        writer.changed = Instant::now();
        self.current.store(next);
        Ok(())
    }

    /// `snapshot` brought to the end of the catalogue's history; `None` when it then disagrees with the catalogue.
    async fn catch_up(&self, mut snapshot: Arc<Snapshot>, frozen: usize) -> Result<Option<Arc<Snapshot>>> {
        loop {
            let changes = self.catalogue.changes(snapshot.position().revision, PAGE).await?;
            let (position, expected) = match changes.end {
                Some((position, passages)) => (position, Some(passages)),
                // In the middle of a page sequence nobody sees the snapshot, and only its revision counts.
                None => (Position { revision: changes.revision, ..Position::START }, None),
            };
            let encoder = self.encoder.clone();
            let work = move || snapshot.after(position, changes.added, &changes.removed, &encoder, frozen);
            snapshot = Arc::new(self.tasks.spawn_blocking(work).await.map_err(interrupted)??);
            let Some(expected) = expected else { continue };
            if snapshot.len() == expected {
                return Ok(Some(snapshot));
            }
            tracing::warn!(expected, found = snapshot.len(), "the index disagrees with the catalogue");
            return Ok(None);
        }
    }

    /// Says which words passages are to be cut with. Questions are cut as the snapshot's passages are, so nothing
    /// changes before [`Index::cut_anew`].
    pub fn cut_with(&self, whole: WholeWords) {
        self.whole.store(Arc::new(whole));
    }

    /// Cuts all passages anew if other words are to be whole than were. The present view goes on answering and following
    /// until the new one is there.
    pub async fn cut_anew(&self) -> Result<()> {
        let _one_at_a_time = self.cutting.lock().await;
        loop {
            let whole = self.whole.load_full();
            if *self.snapshot().whole() == whole {
                return Ok(());
            }
            tracing::info!(whole = whole.iter().count(), "cutting all passages anew");
            let empty = Arc::new(Snapshot::empty_with(whole));
            let Some(almost) = self.catch_up(empty, 0).await? else { continue };
            let mut writer = self.writer.lock().await;
            // What was written meanwhile.
            let Some(fresh) = self.catch_up(almost, 0).await? else { continue };
            writer.epoch += 1;
            writer.frozen = 0;
            writer.changed = Instant::now();
            self.current.store(fresh);
        }
    }

    /// Publishes a generation of the present snapshot. Returns whether one was published: not when another process
    /// holds the folder, and not when there is nothing new.
    pub async fn fold(&self) -> Result<bool> {
        let _one_at_a_time = self.folding.lock().await;
        if self.lock.is_none() {
            return Ok(false);
        }
        let (source, epoch) = {
            let mut writer = self.writer.lock().await;
            let source = self.current.load_full();
            if source.unpublished() == 0 {
                return Ok(false);
            }
            writer.frozen = source.parts().len();
            (source, writer.epoch)
        };
        let (root, encoder) = (self.root.clone(), self.encoder.clone());
        let exact_up_to = self.exact_up_to.load(Ordering::Relaxed);
        let work = move || {
            let kept = source.kept();
            let (stay, merge) = source.parts().split_at(kept);
            let on_disk = |part: &'_ Part| part.published.as_ref().map(|published| published.mark.clone());
            let plan = Plan {
                position: source.position(),
                encoder: &encoder,
                whole: source.whole(),
                kept: stay.iter().filter_map(|part| Some((on_disk(part)?, &*part.dead))).collect(),
                merged: merge.iter().map(|part| (&*part.segment, &*part.dead)).collect(),
                exact_up_to,
            };
            let made = generation::publish(&root, &plan)?;
            Ok::<_, Error>((source, kept, made))
        };
        let published = self.tasks.spawn_blocking(work).await.map_err(interrupted);

        let mut writer = self.writer.lock().await;
        if writer.epoch == epoch {
            writer.frozen = 0;
        }
        let (source, kept, made) = published??;
        if writer.epoch != epoch {
            return Ok(false);
        }
        let next = self.current.load().with_generation(&source, kept, made);
        self.current.store(Arc::new(next));
        Ok(true)
    }

    /// Follows other processes and folds when it is worth it, until the tasks are asked to stop.
    pub async fn keep_up(&self) {
        let stop = self.tasks.token();
        let mut failing = false;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(POLL) => {}
            }
            let kept = async {
                self.follow().await?;
                self.cut_anew().await?;
                if self.fold_is_due().await { self.fold().await.map(drop) } else { Ok(()) }
            };
            match kept.await {
                Ok(()) => failing = false,
                // Said once, not twice a second.
                Err(e) if !failing => {
                    tracing::error!(error = %e, "the index cannot keep up with the catalogue; trying on");
                    failing = true;
                }
                Err(_) => {}
            }
        }
    }

    async fn fold_is_due(&self) -> bool {
        let snapshot = self.snapshot();
        let waiting = snapshot.unpublished();
        if waiting == 0 || self.lock.is_none() {
            return false;
        }
        waiting >= (snapshot.len() / FOLD_PART).clamp(FOLD_AT_LEAST, FOLD_AT_MOST)
            || waiting >= snapshot.len() / FOLD_PART_WHEN_QUIET
                && self.writer.lock().await.changed.elapsed() >= FOLD_WHEN_QUIET
    }
}

/// The folder's lock, unless another process holds it. The system releases it when the process ends, however.
fn try_lock(root: &Path) -> Option<File> {
    let path = root.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let locked = file.and_then(|file| file.try_lock().map(|()| file).map_err(std::io::Error::from));
    locked
        .inspect_err(
            |e| tracing::debug!(path = %path.display(), error = %e, "another process keeps the index folder"),
        )
        .ok()
}

fn interrupted(e: tokio::task::JoinError) -> Error {
    Error::internal("work on the index was interrupted").with_source(e)
}
