//! How far conversations were read.

use std::collections::HashMap;

use crate::chat::{ReadMark, Reader};
use crate::domain::{ConversationId, Reads};
use crate::error::Result;
use crate::store::columns::parsed;
use crate::store::sql::{Bind, Builder, VALUES};
use crate::store::{Db, database_error};

/// The reader that a conversation's visitor is.
const VISITOR: &str = "visitor";

fn name(reader: Reader) -> String {
    match reader {
        Reader::Visitor => VISITOR.to_owned(),
        Reader::Staff(user) => user.to_string(),
    }
}

/// Notes marks, of which no two are one reader's of one conversation. A mark only ever moves forward, and not beyond the
/// conversation's newest message.
pub(super) async fn mark(db: &Db, marks: &[ReadMark]) -> Result<()> {
    let mut tx = db.write().await?;
    for marks in marks.chunks(VALUES / 3) {
        let mut insert = Builder::new(
            "INSERT INTO read_marks (conversation_id, reader, seq) \
             SELECT c.id, v.column2, CASE WHEN v.column3 < c.last_seq THEN v.column3 ELSE c.last_seq END FROM (",
        );
        insert.push_rows(marks.iter().map(|mark| {
            [
                mark.conversation.to_string().into_value(),
                name(mark.reader).into_value(),
                mark.seq.into_value(),
            ]
        }));
        // SQLite reads `ON` as the join's without a condition before it.
        insert.push(
            ") AS v JOIN conversations c ON c.id = v.column1 WHERE c.last_seq > 0 \
             ON CONFLICT (conversation_id, reader) DO UPDATE SET seq = excluded.seq \
             WHERE excluded.seq > read_marks.seq",
        );
        insert.build().execute(&mut tx).await.map_err(database_error)?;
    }
    tx.commit().await.map_err(database_error)
}

/// How far `reader` and the other side have read each of `ids`.
pub(super) async fn of(
    db: &Db,
    reader: Reader,
    ids: &[ConversationId],
) -> Result<HashMap<ConversationId, Reads>> {
    let (other_side, other_words) = match reader {
        Reader::Visitor => ("<> 'visitor'", "IN ('bot', 'agent')"),
        Reader::Staff(_) => ("= 'visitor'", "= 'visitor'"),
    };
    let mut all = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(VALUES) {
        let mut select = Builder::new("SELECT own.id, own.seq, ");
        select.push(format_args!(
            "COALESCE((SELECT MAX(r.seq) FROM read_marks r WHERE r.conversation_id = own.id AND r.reader \
             {other_side}), 0), \
             (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = own.id AND m.seq > own.seq AND \
             m.sender_kind {other_words}) \
             FROM (SELECT c.id, COALESCE(r.seq, 0) AS seq FROM conversations c \
             LEFT JOIN read_marks r ON r.conversation_id = c.id AND r.reader = "
        ));
        select.push_bind(name(reader)).push(" WHERE c.id IN (");
        select.push_list(ids.iter().map(ToString::to_string)).push(")) AS own");
        let rows: Vec<(String, i64, i64, i64)> =
            select.build_query_as().fetch_all(db.reader()).await.map_err(database_error)?;
        for (id, read_seq, other_read_seq, unread) in rows {
            all.insert(parsed(&id)?, Reads { read_seq, other_read_seq, unread });
        }
    }
    Ok(all)
}
