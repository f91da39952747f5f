//! Moving an installation from a data folder into PostgreSQL: its database, and the files people have sent.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{DATABASE_FILE, FILES_FOLDER};
use crate::error::{Code, Error, Result};
use crate::knowledge::Index;
use crate::store::{CopiedTable, Db, copy_all};

/// Folder of the index inside the data folder.
const INDEX_FOLDER: &str = "index";

/// What was moved.
#[derive(Clone, Debug)]
pub struct Moved {
    pub tables: Vec<CopiedTable>,
    /// Files people have sent.
    pub files: usize,
}

/// Moves the installation in the folder `from` into the empty database `to`. The folder stays as it is.
///
/// # Errors
/// [`Code::BadConfig`] when there is no installation, a server runs on it, or the database is not empty. Nothing has
/// changed then.
pub async fn migrate(
    from: &Path,
    to: Option<&SecretString>,
    each: impl FnMut(&CopiedTable) + Send,
) -> Result<Moved> {
    let to = to.ok_or_else(|| Error::new(Code::BadConfig, "name the database with --to postgres://…"))?;
    let file = from.join(DATABASE_FILE);
    if !file.is_file() {
        let text =
            format!("there is no installation in {}; name its data folder with --from", from.display());
        return Err(Error::new(Code::BadConfig, text));
    }
    if Index::in_use(&from.join(INDEX_FOLDER)) {
        let text = format!("a server is running on {}: stop it first", from.display());
        return Err(Error::new(Code::BadConfig, text));
    }
    let source = Db::open(&file).await?;
    let target = Db::connect(to.expose_secret()).await?;
    let moved = copy_all(&source, &target, &from.join(FILES_FOLDER), each).await;
    source.close().await;
    target.close().await;
    let (tables, files) = moved?;
    Ok(Moved { tables, files })
}
