-- The knowledge base. Indexes are caches of these tables and follow knowledge_changes.

-- One row a change, never removed. The id tells histories of the same length apart.
CREATE TABLE knowledge_changes (
    revision BIGINT NOT NULL PRIMARY KEY,
    id       TEXT   NOT NULL,
    at       BIGINT NOT NULL
);

CREATE TABLE documents (
    id         TEXT   NOT NULL PRIMARY KEY,
    base       TEXT   NOT NULL,
    name       TEXT   NOT NULL,
    title      TEXT   NOT NULL,
    format     TEXT   NOT NULL,
    lang       TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    chunks     BIGINT NOT NULL,
    bytes      BIGINT NOT NULL,
    sha256     TEXT   NOT NULL,
    -- 1 for the document of a base that holds its hand-written FAQ pairs; it has no file.
    is_virtual BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (base, name)
);

-- What a document was, version by version. Outlives neither its document nor its own usefulness: no content.
CREATE TABLE document_versions (
    document_id TEXT   NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    version     BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    sha256      TEXT   NOT NULL,
    bytes       BIGINT NOT NULL,
    chunks      BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (document_id, version)
);

-- Files as they were given, by content; only those of current versions.
CREATE TABLE originals (
    sha256  TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
);

-- Passages are added and removed, never changed; only their vectors are made again for another encoder.
CREATE TABLE chunks (
    id          TEXT   NOT NULL PRIMARY KEY,
    document_id TEXT   NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,
    kind        TEXT   NOT NULL,
    lang        TEXT   NOT NULL,
    section     TEXT   NOT NULL,
    text        TEXT   NOT NULL,
    questions   TEXT   NOT NULL,
    encoder     TEXT   NOT NULL,
    -- How many of the vectors are of statements.
    statements  BIGINT NOT NULL,
    -- The passage's vector, then one a question, then one a statement: f32, little-endian.
    vectors     BLOB   NOT NULL
);
CREATE INDEX chunks_by_document ON chunks (document_id, ordinal);
CREATE INDEX chunks_by_revision ON chunks (revision);
CREATE INDEX chunks_by_encoder ON chunks (encoder);

-- Ids of passages removed in the last changes; an index that is further behind is built anew.
CREATE TABLE removed_chunks (
    revision BIGINT NOT NULL,
    id       TEXT   NOT NULL,
    PRIMARY KEY (revision, id)
);

-- FAQ pairs written by hand. Pairs imported from a table are passages of their document.
CREATE TABLE faqs (
    id         TEXT   NOT NULL PRIMARY KEY,
    base       TEXT   NOT NULL,
    chunk_id   TEXT   NOT NULL UNIQUE REFERENCES chunks (id) DEFERRABLE INITIALLY DEFERRED,
    question   TEXT   NOT NULL,
    similar_questions TEXT NOT NULL,
    answer     TEXT   NOT NULL,
    tags       TEXT   NOT NULL,
    valid_from BIGINT,
    valid_to   BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX faqs_by_base ON faqs (base, id);
