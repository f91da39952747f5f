//! Which scope of an API key a route needs, and which conversation it is about: read where staff are recognised, so
//! that no route can forget to ask. A route that no row of the table names is for people only.

use axum::http::Method;

use crate::domain::Area;

/// A part of the API by the beginning of its paths.
struct Row {
    prefix: &'static str,
    /// Leave for any of these is enough. None: no key may.
    areas: &'static [Area],
    /// Paths below that are posted to and change nothing.
    reads: &'static [&'static str],
}

#[rustfmt::skip]
const TABLE: &[Row] = &[
    Row { prefix: "/api/v1/conversations",    areas: &[Area::Conversations], reads: &[] },
    Row { prefix: "/api/v1/suggestions",      areas: &[Area::Conversations], reads: &[] },
    Row { prefix: "/api/v1/attachments",      areas: &[Area::Conversations], reads: &[] },
    Row { prefix: "/api/v1/canned_responses", areas: &[Area::Conversations], reads: &[] },
    Row { prefix: "/api/v1/agents",           areas: &[Area::Conversations], reads: &[] },
    Row { prefix: "/api/v1/dialog",           areas: &[Area::Dialog],        reads: &["/api/v1/dialog/parse"] },
    Row { prefix: "/v1",                      areas: &[Area::Dialog],        reads: &["/v1/embeddings"] },
    Row { prefix: "/webhooks/rest",           areas: &[Area::Dialog],        reads: &[] },
    Row { prefix: "/model/parse",             areas: &[Area::Dialog],        reads: &["/model/parse"] },
    Row { prefix: "/api/v1/knowledge",        areas: &[Area::Knowledge],     reads: &["/api/v1/knowledge/search", "/api/v1/knowledge/lexicon/try"] },
    Row { prefix: "/api/v1/jobs",             areas: &[Area::Knowledge, Area::Training], reads: &[] },
    Row { prefix: "/api/v1/intents",          areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/training_runs",    areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/lessons",          areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/evaluations",      areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/shadow_runs",      areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/dictionaries",     areas: &[Area::Training],      reads: &[] },
    Row { prefix: "/api/v1/reports",          areas: &[Area::Reports],       reads: &[] },
    Row { prefix: "/api/v1/quality",          areas: &[Area::Reports],       reads: &[] },
    Row { prefix: "/api/v1/users",            areas: &[Area::Staff],         reads: &[] },
    Row { prefix: "/api/v1/teams",            areas: &[Area::Staff],         reads: &[] },
    Row { prefix: "/api/v1/audit",            areas: &[Area::Staff],         reads: &[] },
    Row { prefix: "/api/v1/connectors",       areas: &[Area::Settings],      reads: &[] },
    Row { prefix: "/api/v1/webhooks",         areas: &[Area::Settings],      reads: &[] },
    Row { prefix: "/api/v1/inboxes",          areas: &[Area::Settings],      reads: &[] },
    Row { prefix: "/api/v1/actions",          areas: &[Area::Settings],      reads: &[] },
    Row { prefix: "/api/v1/auth/me",          areas: Area::ALL,              reads: &[] },
];

/// What a call needs: leave to write or only to read one of these areas.
pub(super) fn needed(method: &Method, path: &str) -> (&'static [Area], bool) {
    let below = |row: &&Row| {
        path.strip_prefix(row.prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let Some(row) = TABLE.iter().find(below) else { return (&[], true) };
    let reads = matches!(*method, Method::GET | Method::HEAD) || row.reads.contains(&path);
    (row.areas, !reads)
}

/// Whether a path's `id` is that of a conversation.
pub(super) fn names_conversation(path: &str) -> bool {
    path.starts_with("/api/v1/conversations/{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_told_from_writing_and_what_is_not_listed_is_for_people() {
        let write = [Area::Conversations].as_slice();
        assert_eq!(needed(&Method::POST, "/api/v1/conversations/{id}/accept"), (write, true));
        assert_eq!(needed(&Method::GET, "/api/v1/conversations"), (write, false));
        assert_eq!(needed(&Method::POST, "/api/v1/knowledge/search"), ([Area::Knowledge].as_slice(), false));
        assert_eq!(needed(&Method::GET, "/api/v1/api_keys"), ([].as_slice(), true));
        assert_eq!(needed(&Method::GET, "/api/v1/usersandmore"), ([].as_slice(), true));
    }
}
