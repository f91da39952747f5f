-- What plugins noted about messages: the quality check, and webhooks.
CREATE TABLE findings (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    message_id      TEXT   NOT NULL REFERENCES messages (id),
    plugin          TEXT   NOT NULL,
    finding         TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX findings_conversation ON findings (conversation_id, id);
