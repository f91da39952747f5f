-- Replies kept ready. Without an owner they are for all staff.
CREATE TABLE canned_responses (
    id         TEXT   PRIMARY KEY,
    owner_id   TEXT   REFERENCES users (id) ON DELETE CASCADE,
    shortcut   TEXT   NOT NULL,
    text_zh    TEXT,
    text_en    TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX canned_responses_shortcut ON canned_responses (COALESCE(owner_id, ''), shortcut);
