-- Questions the bot could not answer: it asked back, or brought a person because it was unsure.
CREATE TABLE unanswered (
    id              TEXT   PRIMARY KEY,
    conversation_id TEXT   NOT NULL REFERENCES conversations (id),
    message_seq     BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    UNIQUE (conversation_id, message_seq)
);

-- What somebody trying out the knowledge base says a question should have been answered with.
CREATE TABLE corrections (
    id         TEXT   PRIMARY KEY,
    question   TEXT   NOT NULL,
    answer     TEXT,
    intent     TEXT,
    said       TEXT,
    author     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- What became of lessons; those not here are still to be looked at.
CREATE TABLE lesson_decisions (
    lesson_id  TEXT   PRIMARY KEY,
    accepted   BOOLEAN NOT NULL,
    faq_id     TEXT,
    intent     TEXT,
    decided_by TEXT   NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX suggestions_edited ON suggestions (used_at) WHERE edited_text IS NOT NULL;
CREATE INDEX feedback_unhelpful ON message_feedback (created_at) WHERE NOT helpful;

-- Evaluations that were run here, with their whole report as JSON.
CREATE TABLE evaluations (
    id           TEXT   PRIMARY KEY,
    name         TEXT   NOT NULL,
    training_run TEXT,
    summary      TEXT   NOT NULL,
    report       TEXT   NOT NULL,
    created_at   BIGINT NOT NULL
);
CREATE INDEX evaluations_recent ON evaluations (created_at, id);
