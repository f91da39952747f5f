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
        Reader::Agent(user) | Reader::Viewer(user) => user.to_string(),
    }
}

/// Notes marks, of which no two are one reader's of one conversation. A mark only ever moves forward, and not beyond the
/// conversation's newest message.
pub(super) async fn mark(db: &Db, marks: &[ReadMark]) -> Result<()> {
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
        // SQLite reads `ON` as the join's without a condition before it. In one order on every node: two that write the same
        // rows wait for each other, and not for ever.
        insert.push(
            ") AS v JOIN conversations c ON c.id = v.column1 WHERE c.last_seq > 0 ORDER BY v.column1, v.column2 \
             ON CONFLICT (conversation_id, reader) DO UPDATE SET seq = excluded.seq \
             WHERE excluded.seq > read_marks.seq",
        );
        insert.build().execute(db.writer()).await.map_err(database_error)?;
    }
    Ok(())
}

/// How far `reader`, who has read at least as far as the number says, and the other side have read each of these. What was
/// said before the present context is nobody's news.
pub(super) async fn of(
    db: &Db,
    reader: Reader,
    of: &[(ConversationId, i64)],
) -> Result<HashMap<ConversationId, Reads>> {
    let (other_side, other_words) = match reader {
        Reader::Visitor => ("IN (SELECT id FROM users WHERE role <> 'viewer')", "IN ('bot', 'agent')"),
        Reader::Agent(_) | Reader::Viewer(_) => ("= 'visitor'", "= 'visitor'"),
    };
    let mut all = HashMap::with_capacity(of.len());
    for of in of.chunks(VALUES / 2) {
        let mut select = Builder::new("SELECT own.id, own.seq, ");
        select.push(format_args!(
            "COALESCE((SELECT MAX(r.seq) FROM read_marks r WHERE r.conversation_id = own.id AND r.reader \
             {other_side}), 0), \
             (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = own.id AND m.seq > own.seq AND \
             m.seq > own.context_seq AND m.sender_kind {other_words}) \
             FROM (SELECT c.id, c.context_seq, CASE WHEN v.column2 > COALESCE(r.seq, 0) THEN \
             CASE WHEN v.column2 < c.last_seq THEN v.column2 ELSE c.last_seq END \
             ELSE COALESCE(r.seq, 0) END AS seq FROM ("
        ));
        select
            .push_rows(of.iter().map(|(id, at_least)| [id.to_string().into_value(), at_least.into_value()]));
        select.push(
            ") AS v JOIN conversations c ON c.id = v.column1 \
             LEFT JOIN read_marks r ON r.conversation_id = c.id AND r.reader = ",
        );
        select.push_bind(name(reader)).push(") AS own");
        let rows: Vec<(String, i64, i64, i64)> =
            select.build_query_as().fetch_all(db.reader()).await.map_err(database_error)?;
        for (id, read_seq, other_read_seq, unread) in rows {
            all.insert(parsed(&id)?, Reads { read_seq, other_read_seq, unread });
        }
    }
    Ok(all)
}
