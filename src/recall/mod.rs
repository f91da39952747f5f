//! Ways to find candidates, a file a path.

pub mod rules;
