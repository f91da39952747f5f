//! What administrators tell the search about words.

use jiff::Timestamp;

use crate::error::Result;
use crate::knowledge::LexiconEntry;
use crate::knowledge::lexicon::LexiconChange;
use crate::nodes::Topic;
use crate::store::columns::{from_json, micros, to_json};
use crate::store::nodes::changed;
use crate::store::sql::{Bind, query, query_as, upsert};
use crate::store::{Db, database_error};

use super::shapes::{name_of, named};

#[derive(sqlx::FromRow)]
struct EntryRow {
    kind: String,
    word: String,
    others: String,
}

pub async fn all(db: &Db) -> Result<Vec<LexiconEntry>> {
    let rows: Vec<EntryRow> =
        query_as("SELECT kind, word, others FROM lexicon_entries ORDER BY kind, folded")
            .fetch_all(db.reader())
            .await
            .map_err(database_error)?;
    let entry = |row: EntryRow| {
        Ok(LexiconEntry { kind: named(&row.kind)?, others: from_json(&row.others)?, word: row.word })
    };
    rows.into_iter().map(entry).collect()
}

pub async fn change(db: &Db, change: &LexiconChange) -> Result<()> {
    let now = micros(Timestamp::now());
    let mut tx = db.write().await?;
    if change.replace {
        query("DELETE FROM lexicon_entries").execute(&mut tx).await.map_err(database_error)?;
    }
    for name in &change.remove {
        let (kind, folded) = name.key();
        query("DELETE FROM lexicon_entries WHERE kind = $1 AND folded = $2")
            .bind(name_of(&kind)?)
            .bind(folded)
            .execute(&mut tx)
            .await
            .map_err(database_error)?;
    }
    let row = |entry: &LexiconEntry| {
        Ok([
            name_of(&entry.kind)?.into_value(),
            entry.key().1.into_value(),
            entry.word.as_str().into_value(),
            to_json(&entry.others)?.into_value(),
            now.into_value(),
        ])
    };
    let rows = change.put.iter().map(row).collect::<Result<Vec<_>>>()?;
    let columns = ["kind", "folded", "word", "others", "updated_at"];
    upsert(&mut tx, "lexicon_entries", columns, 2, &rows).await?;
    changed(&mut tx, Topic::Lexicon).await?;
    tx.commit().await.map_err(database_error)
}
