-- Where events are sent to. The secret signs what is sent, so it is kept as it is; the API never shows it again.
CREATE TABLE webhooks (
    id            TEXT    PRIMARY KEY,
    url           TEXT    NOT NULL,
    format        TEXT    NOT NULL CONSTRAINT webhook_format CHECK (format IN ('zhike', 'chatwoot')),
    events        TEXT    NOT NULL,
    secret        TEXT    NOT NULL,
    allow_private BOOLEAN NOT NULL,
    enabled       BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    updated_at    BIGINT  NOT NULL
);

-- What happened, written in the transaction in which it happened, until it has become deliveries. Nothing is written
-- while no webhook is enabled. Ids are UUIDv7: their order is the order of time.
CREATE TABLE webhook_outbox (
    id              TEXT   PRIMARY KEY,
    event           TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    seq             BIGINT,
    detail          TEXT   NOT NULL,
    created_at      BIGINT NOT NULL
);

-- One thing to send to one webhook, and what became of it. `failures` counts tries that have ended badly, `attempts`
-- those that were begun; `next_attempt_at` is also the lease of whoever is trying right now.
CREATE TABLE webhook_deliveries (
    id              TEXT   PRIMARY KEY,
    webhook_id      TEXT   NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event           TEXT   NOT NULL,
    conversation_id TEXT,
    body            TEXT   NOT NULL,
    status          TEXT   NOT NULL CONSTRAINT delivery_status CHECK (status IN ('pending', 'delivered', 'failed')),
    attempts        BIGINT NOT NULL DEFAULT 0,
    failures        BIGINT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT,
    response_status BIGINT,
    error           TEXT,
    created_at      BIGINT NOT NULL,
    ended_at        BIGINT
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_order ON webhook_deliveries (webhook_id, conversation_id, id) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_ended ON webhook_deliveries (ended_at) WHERE status <> 'pending';
