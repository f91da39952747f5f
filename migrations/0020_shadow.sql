-- Versions that answer beside the one in use, silently.
CREATE TABLE shadow_runs (
    id           TEXT   PRIMARY KEY,
    training_run TEXT   NOT NULL REFERENCES training_runs (id),
    author       TEXT   NOT NULL,
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    turns        BIGINT NOT NULL,
    differing    BIGINT NOT NULL,
    other_action BIGINT NOT NULL,
    skipped      BIGINT NOT NULL
);

-- Turns in which the two differ, as JSON.
CREATE TABLE shadow_turns (
    id         TEXT   PRIMARY KEY,
    run_id     TEXT   NOT NULL REFERENCES shadow_runs (id),
    turn       TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX shadow_turns_recent ON shadow_turns (run_id, created_at);
