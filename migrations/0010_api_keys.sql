-- Keys of programs. The key itself is never stored, only its SHA-256; `hint` is its beginning, to tell keys apart.
-- A key acts for an account and ends with it.
CREATE TABLE api_keys (
    id           TEXT   PRIMARY KEY,
    key_hash     TEXT   NOT NULL UNIQUE,
    hint         TEXT   NOT NULL,
    name         TEXT   NOT NULL UNIQUE,
    user_id      TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    scopes       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_user ON api_keys (user_id);
