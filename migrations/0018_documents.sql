-- Who looks after a document, what it is about, who may be answered from it, and when.
ALTER TABLE documents ADD COLUMN owner TEXT;
ALTER TABLE documents ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE documents ADD COLUMN audience TEXT NOT NULL DEFAULT 'visitors';
ALTER TABLE documents ADD COLUMN valid_from BIGINT;
ALTER TABLE documents ADD COLUMN valid_to BIGINT;
ALTER TABLE faqs ADD COLUMN audience TEXT NOT NULL DEFAULT 'visitors';

-- Who brought a version. The files of versions are kept in originals as well as those of documents.
ALTER TABLE document_versions ADD COLUMN author TEXT;
