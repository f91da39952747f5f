-- Programs that serve this database, one row each while they run, with the staff connected to them as a JSON list.
CREATE TABLE nodes (
    id         TEXT   PRIMARY KEY,
    address    TEXT   NOT NULL,
    staff      TEXT   NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

-- What only one of them does at a time, who does it, and until when it is theirs.
CREATE TABLE leases (
    name   TEXT   PRIMARY KEY,
    holder TEXT   NOT NULL,
    until  BIGINT NOT NULL
);

-- How often each kind of setting was changed: what nodes keep in memory they read again when its number has risen.
CREATE TABLE setting_changes (
    topic TEXT   PRIMARY KEY,
    n     BIGINT NOT NULL
);

-- The node that took the newest visitor message, and whose turn it is to answer it.
ALTER TABLE conversations ADD COLUMN turn_node TEXT;

-- Imports, trainings and evaluations, for those who ask another node about them.
CREATE TABLE jobs (
    id         TEXT    PRIMARY KEY,
    node       TEXT    NOT NULL,
    job        TEXT    NOT NULL,
    cancelled  BOOLEAN NOT NULL DEFAULT FALSE,
    updated_at BIGINT  NOT NULL
);
CREATE INDEX jobs_updated ON jobs (updated_at);

-- One row: what tells this database from all others, for what is shared beside it.
CREATE TABLE installation (
    one BIGINT PRIMARY KEY CONSTRAINT installation_one CHECK (one = 1),
    id  TEXT   NOT NULL
);
