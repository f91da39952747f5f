-- What a dialog carries from turn to turn: the open form, what it is about. Ends with the context.
ALTER TABLE conversations ADD COLUMN dialog_state TEXT;

-- Business systems declared over the API; those of files are not in here. No secrets, only where they lie.
CREATE TABLE connectors (
    name       TEXT   PRIMARY KEY,
    spec       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What business systems were told to do at a visitor's word: written before they are told.
CREATE TABLE actions (
    key             TEXT   PRIMARY KEY,
    form            TEXT   NOT NULL,
    operation       TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    visitor         TEXT,
    conversation_id TEXT,
    params          TEXT   NOT NULL,
    outcome         TEXT   NOT NULL,
    begun_at        BIGINT NOT NULL,
    ended_at        BIGINT
);
