-- Calls that came with an Idempotency-Key, for a day: begun, and with what they were answered, sealed with what the caller
-- alone knows. Without an answer the call is running, or its node has died.
CREATE TABLE calls_once (
    name     TEXT   PRIMARY KEY,
    begun_at BIGINT NOT NULL,
    answer   BLOB
);
CREATE INDEX calls_once_begun ON calls_once (begun_at);
