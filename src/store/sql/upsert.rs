//! Rows by the hundred, new or taking the place of what was there.

use crate::error::Result;
use crate::store::database_error;

use super::{Builder, Tx, VALUES, Value};

/// Writes rows into `table`. A row whose first `key` columns are in the table takes that row's place.
pub(in crate::store) async fn upsert<const N: usize>(
    tx: &mut Tx,
    table: &str,
    columns: [&str; N],
    key: usize,
    rows: &[[Value; N]],
) -> Result<()> {
    let (keys, values) = columns.split_at(key);
    let (all, keys) = (columns.join(", "), keys.join(", "));
    let set = values.iter().map(|name| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ");
    for rows in rows.chunks(VALUES / N) {
        let mut insert = Builder::new(format!("INSERT INTO {table} ({all}) "));
        insert.push_rows(rows.iter().cloned());
        insert.push(format_args!(" ON CONFLICT ({keys}) DO UPDATE SET {set}"));
        insert.build().execute(&mut *tx).await.map_err(database_error)?;
    }
    Ok(())
}
