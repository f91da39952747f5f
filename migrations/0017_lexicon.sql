-- What administrators tell the search about words: kept whole, synonyms, one way, stop words. One entry a kind and word,
-- however the word is written; the others are a JSON list of texts.
CREATE TABLE lexicon_entries (
    kind       TEXT   NOT NULL,
    folded     TEXT   NOT NULL,
    word       TEXT   NOT NULL,
    others     TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, folded)
);
