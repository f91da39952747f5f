-- Uploaded files where nodes have no folder in common: in PostgreSQL, beside the folder of the node that took them.
CREATE TABLE attachment_files (
    attachment_id TEXT PRIMARY KEY REFERENCES attachments (id) ON DELETE CASCADE,
    content       BLOB NOT NULL
);
