-- Folders and pages that are imported again and again. What the last run came to is JSON, as is the list of names of
-- the documents it has brought.
CREATE TABLE knowledge_sources (
    id             TEXT    PRIMARY KEY,
    kind           TEXT    NOT NULL,
    location       TEXT    NOT NULL,
    base           TEXT    NOT NULL,
    every_minutes  BIGINT  NOT NULL,
    enabled        BOOLEAN NOT NULL,
    remove_missing BOOLEAN NOT NULL,
    allow_private  BOOLEAN NOT NULL,
    owner          TEXT,
    tags           TEXT    NOT NULL,
    audience       TEXT    NOT NULL,
    next_at        BIGINT  NOT NULL,
    last_run       TEXT,
    brought        TEXT    NOT NULL
);
