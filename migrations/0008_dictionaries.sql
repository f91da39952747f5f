-- Values of slots that administrators list, with their other spellings as a JSON list of texts, and how many those are.
CREATE TABLE dictionary_entries (
    slot       TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    forms      TEXT   NOT NULL,
    spellings  BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (slot, value)
);
