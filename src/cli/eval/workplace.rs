//! A data folder that lives as long as one evaluation, with the engine over it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{self, Core, Demo};
use crate::cli::knowledge::files::collect;
use crate::cli::{Context, out};
use crate::dialog::UNHURRIED;
use crate::domain::DEFAULT_BASE;
use crate::error::{Code, Error, Result};

/// The engine under evaluation, built exactly as a server builds it.
pub struct Workplace {
    pub core: Core,
    /// What is known here, in words.
    pub knowledge: String,
    /// Removed when the evaluation is over.
    _folder: tempfile::TempDir,
}

impl Workplace {
    /// Nothing is known yet, and no shop is set up.
    pub async fn empty(context: &Context) -> Result<Self> {
        Self::open(context, None, Demo::Skip, "").await
    }

    /// Documents and settings of a shop; the sample shop's where none are named.
    pub async fn of_shop(knowledge: &[PathBuf], shop: Option<&Path>, context: &Context) -> Result<Self> {
        if let Some(dir) = shop.filter(|dir| !dir.is_dir()) {
            return Err(Error::new(
                Code::BadConfig,
                format!("--shop {}: there is no such folder", dir.display()),
            ));
        }
        if knowledge.is_empty() {
            return Self::open(context, shop, Demo::Load, "sample shop").await;
        }
        let named: Vec<String> = knowledge.iter().map(|p| p.display().to_string()).collect();
        let place = Self::open(context, shop, Demo::Settings, &named.join(", ")).await?;
        place.import(knowledge, context).await?;
        Ok(place)
    }

    async fn open(context: &Context, shop: Option<&Path>, demo: Demo, knowledge: &str) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(|e| Error::from(e).at("making a temporary data folder"))?;
        let mut config = context.config.clone();
        // Imported models stay where they are; only data goes to the temporary folder.
        let models = app::models_folder(&config);
        for model in [&mut config.encoder.model, &mut config.engine.reader_model].into_iter().flatten() {
            let files = models.join(&*model);
            let files = std::path::absolute(&files).map_err(|e| Error::from(e).at(files.display()))?;
            *model = files.display().to_string();
        }
        config.engine.deadline_ms = UNHURRIED.as_millis() as u64;
        config.keep_to(folder.path());
        config.engine.shop_dir = shop.map(Path::to_owned);
        let core = Core::open(&config, demo).await?;
        Ok(Self { core, knowledge: knowledge.to_owned(), _folder: folder })
    }

    /// Imports files and folders; a file that is no document is left out, any other fault ends the evaluation, since
    /// the figures would not be those of this knowledge.
    async fn import(&self, paths: &[PathBuf], context: &Context) -> Result<()> {
        let files = collect(paths)?;
        let bar = bar(files.len(), "importing", context);
        for file in files {
            let bytes = std::fs::read(&file.path).map_err(|e| Error::from(e).at(file.path.display()))?;
            match self.core.knowledge.import(DEFAULT_BASE, &file.name, bytes, &|_, _| {}).await {
                Ok(_) => {}
                Err(e) if e.code() == Code::UnsupportedFormat && !file.named => {
                    out::note(format!("left out: {e}"))
                }
                Err(e) => return Err(e),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Ends background work and removes the folder.
    pub async fn close(self) {
        self.core.close().await;
    }
}

/// A progress bar on standard error; none where a program reads.
pub fn bar(steps: usize, what: &'static str, context: &Context) -> ProgressBar {
    if context.json {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(steps as u64);
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}  {elapsed}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
