//! Lists: `{"items": [...], "next_cursor": ...}`.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{Error, Result};

const DEFAULT_LIMIT: usize = 100;
const LARGEST_LIMIT: usize = 500;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// Send it as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
    /// 1 to 500; 100 when not given.
    #[serde(default)]
    pub limit: Option<usize>,
}

impl ListQuery {
    /// How many items are wanted at most.
    pub fn limit(&self) -> Result<usize> {
        checked_limit(self.limit)
    }
}

/// How many items are wanted at most.
pub(super) fn checked_limit(limit: Option<usize>) -> Result<usize> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=LARGEST_LIMIT).contains(&limit) {
        return Err(Error::invalid(format!("limit must be from 1 to {LARGEST_LIMIT}")));
    }
    Ok(limit)
}

impl<T> Page<T> {
    /// The last page: there is nothing after it.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }

    /// The first `limit` of items of which one more was asked for, to see whether there is a next page; `cursor` of the
    /// last one leads there.
    pub fn cut(mut items: Vec<T>, limit: usize, cursor: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(cursor);
        Self { items, next_cursor }
    }

    /// The asked-for part of a list that is at hand. The cursor is the key of the last item of the page before.
    pub fn of_all(items: Vec<T>, query: &ListQuery, key: impl Fn(&T) -> String) -> Result<Self> {
        let limit = query.limit()?;
        let start = match &query.cursor {
            None => 0,
            Some(cursor) => {
                let at = items.iter().position(|item| key(item) == *cursor);
                at.map(|at| at + 1)
                    .ok_or_else(|| Error::invalid("the cursor is no longer valid: start again without it"))?
            }
        };
        let more = items.len() > start + limit;
        let items: Vec<T> = items.into_iter().skip(start).take(limit).collect();
        let next_cursor = if more { items.last().map(&key) } else { None };
        Ok(Self { items, next_cursor })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_together_are_the_list() {
        let all: Vec<u32> = (0..7).collect();
        let mut seen = Vec::new();
        let mut query = ListQuery { limit: Some(3), ..ListQuery::default() };
        loop {
            let page = Page::of_all(all.clone(), &query, u32::to_string).unwrap();
            seen.extend(page.items);
            let Some(next) = page.next_cursor else { break };
            query.cursor = Some(next);
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn a_cursor_that_names_nothing_is_refused() {
        let query = ListQuery { cursor: Some("x".into()), ..ListQuery::default() };
        assert!(Page::of_all(vec![1u32], &query, u32::to_string).is_err());
    }
}
