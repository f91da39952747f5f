-- What people said in the console about the intents, over the files of the shop. A text has one label here.
CREATE TABLE examples (
    text_key   TEXT   PRIMARY KEY, -- the text normalised, so that one text is not written twice
    text       TEXT   NOT NULL,
    intent     TEXT   NOT NULL,
    slots      TEXT   NOT NULL,
    lang       TEXT,
    source     TEXT   NOT NULL,
    author     TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX examples_of_intent ON examples (intent);

-- Texts of the files that are not to be learnt from.
CREATE TABLE examples_left_out (
    text_key   TEXT   PRIMARY KEY,
    created_at BIGINT NOT NULL
);
