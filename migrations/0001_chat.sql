-- Staff, visitors, conversations and their messages.
-- Times are microseconds since the epoch, ids and JSON are text: the same in SQLite and PostgreSQL.

-- Where visitors come in.
CREATE TABLE inboxes (
    id   TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
INSERT INTO inboxes (id, name) VALUES ('default', 'default');

CREATE TABLE users (
    id            TEXT    PRIMARY KEY,
    email         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    role          TEXT    NOT NULL CONSTRAINT user_role CHECK (role IN ('viewer', 'agent', 'supervisor', 'admin', 'owner')),
    password_hash TEXT    NOT NULL,
    presence      TEXT    NOT NULL DEFAULT 'offline' CONSTRAINT user_presence CHECK (presence IN ('online', 'busy', 'away', 'offline')),
    capacity      BIGINT  NOT NULL DEFAULT 5 CONSTRAINT user_capacity CHECK (capacity BETWEEN 0 AND 100),
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

-- Tokens are never stored, only their SHA-256.
CREATE TABLE staff_sessions (
    token_hash TEXT   PRIMARY KEY,
    user_id    TEXT   NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX staff_sessions_user ON staff_sessions (user_id);

CREATE TABLE visitors (
    id          TEXT   PRIMARY KEY,
    inbox_id    TEXT   NOT NULL REFERENCES inboxes (id),
    external_id TEXT,
    name        TEXT,
    email       TEXT,
    phone       TEXT,
    locale      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    UNIQUE (inbox_id, external_id)
);

CREATE TABLE visitor_tokens (
    token_hash TEXT   PRIMARY KEY,
    visitor_id TEXT   NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX visitor_tokens_visitor ON visitor_tokens (visitor_id);

-- One conversation for each visitor of an inbox; closed and opened again it goes on in a new context.
-- `version` rises with every change of status or owner; writers name the version they saw.
-- `context_seq`: the dialog context begins after this message. `bot_seq`: the newest visitor message the bot has
-- dealt with. `visitor_seq`: the newest visitor message. A visitor message is due for the bot when the status is
-- `bot` and visitor_seq > bot_seq.
CREATE TABLE conversations (
    id             TEXT   PRIMARY KEY,
    inbox_id       TEXT   NOT NULL REFERENCES inboxes (id),
    visitor_id     TEXT   NOT NULL REFERENCES visitors (id),
    status         TEXT   NOT NULL CONSTRAINT conversation_status CHECK (status IN ('bot', 'waiting', 'serving', 'transferring', 'closed')),
    assignee_id    TEXT   REFERENCES users (id) ON DELETE SET NULL,
    offered_to     TEXT   REFERENCES users (id) ON DELETE SET NULL,
    version        BIGINT NOT NULL,
    last_seq       BIGINT NOT NULL,
    visitor_seq    BIGINT NOT NULL DEFAULT 0,
    bot_seq        BIGINT NOT NULL DEFAULT 0,
    context_seq    BIGINT NOT NULL DEFAULT 0,
    handoff_reason TEXT,
    waiting_since  BIGINT,
    page           TEXT,
    tags           TEXT   NOT NULL DEFAULT '[]',
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    UNIQUE (visitor_id, inbox_id)
);
CREATE INDEX conversations_recent ON conversations (updated_at, id);
CREATE INDEX conversations_status ON conversations (status, updated_at, id);
CREATE INDEX conversations_queue ON conversations (waiting_since, id) WHERE status IN ('waiting', 'transferring');
CREATE INDEX conversations_due ON conversations (visitor_seq) WHERE status = 'bot' AND visitor_seq > bot_seq;

-- `text` holds the words of every message; `content` the whole of those that are more than text.
CREATE TABLE messages (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    seq             BIGINT NOT NULL,
    client_id       TEXT,
    sender_kind     TEXT   NOT NULL CONSTRAINT message_sender CHECK (sender_kind IN ('visitor', 'bot', 'agent', 'system')),
    sender_id       TEXT,
    sender_name     TEXT,
    text            TEXT   NOT NULL,
    content         TEXT,
    citations       TEXT,
    created_at      BIGINT NOT NULL,
    UNIQUE (conversation_id, seq)
);
-- The same client_id of the same sender is the same message.
CREATE UNIQUE INDEX messages_client ON messages (conversation_id, sender_kind, sender_id, client_id) WHERE client_id IS NOT NULL;

CREATE TABLE notes (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    author_id       TEXT   NOT NULL,
    author_name     TEXT   NOT NULL,
    text            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX notes_conversation ON notes (conversation_id, created_at);

-- What was suggested to agents, and what became of it.
CREATE TABLE suggestions (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    message_seq     BIGINT NOT NULL,
    ordinal         BIGINT NOT NULL,
    text            TEXT   NOT NULL,
    confidence      DOUBLE PRECISION NOT NULL,
    source          TEXT   NOT NULL,
    citations       TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    used_by         TEXT,
    used_at         BIGINT,
    edited_text     TEXT
);
CREATE INDEX suggestions_conversation ON suggestions (conversation_id, message_seq, ordinal);

CREATE TABLE message_feedback (
    message_id TEXT    PRIMARY KEY REFERENCES messages (id),
    helpful    BOOLEAN NOT NULL,
    comment    TEXT,
    created_at BIGINT  NOT NULL
);

-- One rating for each context of a conversation; rating again replaces it.
CREATE TABLE csat (
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    context_seq     BIGINT NOT NULL,
    score           BIGINT NOT NULL CONSTRAINT csat_score CHECK (score BETWEEN 1 AND 5),
    comment         TEXT,
    assignee_id     TEXT,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, context_seq)
);

CREATE TABLE attachments (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    uploader        TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    mime            TEXT   NOT NULL,
    size            BIGINT NOT NULL,
    sha256          TEXT   NOT NULL,
    message_id      TEXT   REFERENCES messages (id),
    created_at      BIGINT NOT NULL
);
CREATE INDEX attachments_conversation ON attachments (conversation_id);

-- Administrative acts.
CREATE TABLE audit (
    id         TEXT   PRIMARY KEY,
    actor_id   TEXT,
    actor_name TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    detail     TEXT   NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL
);
CREATE INDEX audit_recent ON audit (created_at, id);
