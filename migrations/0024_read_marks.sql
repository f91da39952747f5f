-- How far a conversation was read: by its visitor ('visitor'), or by a member of staff (their id).
CREATE TABLE read_marks (
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    reader          TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, reader)
);
