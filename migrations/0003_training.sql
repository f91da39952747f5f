-- Trained versions of the intent and slot heads. At most one is in use.
CREATE TABLE training_runs (
    id         TEXT    PRIMARY KEY,
    created_at BIGINT  NOT NULL,
    promoted   BOOLEAN NOT NULL DEFAULT FALSE,
    report     TEXT    NOT NULL,
    model      BLOB    NOT NULL
);
CREATE UNIQUE INDEX training_runs_in_use ON training_runs (promoted) WHERE promoted;
