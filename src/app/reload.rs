//! Hot reload: a changed file of the shop's settings counts within two seconds. One that is wrong is said to be so and
//! changes nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::config::Config;
use crate::dialog::Shop;

use super::{Core, plugins, shop_folder};

const EVERY: Duration = Duration::from_secs(1);
/// Folders below the settings that are looked at as well.
const FOLDERS: [&str; 3] = ["", "connectors", "plugins"];

/// Watches the settings until the program stops.
pub(super) fn watch(core: &Core, config: &Config) {
    let folder = shop_folder(config);
    let (engine, connectors) = (core.engine.clone(), core.connectors.clone());
    let stop = core.tasks.token();
    core.tasks.spawn(async move {
        let mut seen = look(&folder);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(EVERY) => {}
            }
            let now = look(&folder);
            if now == seen {
                continue;
            }
            seen = now;
            match Shop::load(&folder) {
                Ok(shop) => engine.set_shop(Arc::new(shop)),
                Err(e) => tracing::error!("changed settings are not used: {e}"),
            }
            match plugins::load(&folder) {
                Ok(plugins) => engine.set_plugins(plugins),
                Err(e) => tracing::error!("changed plugins are not used: {e}"),
            }
            match connectors.reload().await {
                Ok(()) => tracing::info!("the shop's settings are loaded again"),
                Err(e) => tracing::error!("connectors cannot be loaded again: {e}"),
            }
        }
    });
}

/// Names, sizes and times of the settings' files.
fn look(folder: &Path) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
    let entries = FOLDERS.iter().filter_map(|below| std::fs::read_dir(folder.join(below)).ok());
    let files = entries.flatten().filter_map(|entry| {
        let entry = entry.ok()?;
        let about = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((entry.path(), about.len(), about.modified().ok()))
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}
