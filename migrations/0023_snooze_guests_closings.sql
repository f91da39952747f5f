-- Put off by its agent until then; colleagues who help, as JSON [{"id", "name"}].
ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT;
ALTER TABLE conversations ADD COLUMN guests TEXT NOT NULL DEFAULT '[]';
CREATE INDEX conversations_snoozed ON conversations (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversations_helped ON conversations (updated_at) WHERE guests <> '[]';

-- Why a conversation ended, for each context of it.
CREATE TABLE closings (
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    context_seq     BIGINT NOT NULL,
    reason          TEXT   NOT NULL CONSTRAINT closing_reason CHECK (reason IN ('resolved', 'no_reply', 'spam', 'duplicate', 'other')),
    note            TEXT,
    closed_by       TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, context_seq)
);
CREATE INDEX closings_recent ON closings (created_at);
