-- Visitors who turned out to be one: the conversation of the one that was merged stays where it is and shows the other.
ALTER TABLE visitors ADD COLUMN merged_into TEXT;
CREATE INDEX visitors_merged ON visitors (merged_into) WHERE merged_into IS NOT NULL;
-- Who may be the same person.
CREATE INDEX visitors_email ON visitors (inbox_id, email) WHERE email IS NOT NULL;
CREATE INDEX visitors_phone ON visitors (inbox_id, phone) WHERE phone IS NOT NULL;
