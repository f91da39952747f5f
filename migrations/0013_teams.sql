-- Teams of staff. What waits for a closed team is seen by its members, admins and the owner only.
CREATE TABLE teams (
    id         TEXT    PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    closed     BOOLEAN NOT NULL,
    skills     TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);

CREATE TABLE team_members (
    team_id TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

-- Which team a conversation is for, who served it last, and who gave it back or let it pass.
ALTER TABLE conversations ADD COLUMN team_id TEXT REFERENCES teams (id) ON DELETE SET NULL;
ALTER TABLE conversations ADD COLUMN last_agent_id TEXT;
ALTER TABLE conversations ADD COLUMN declined_by TEXT;
CREATE INDEX conversations_team ON conversations (team_id, status);
CREATE INDEX conversations_load ON conversations (assignee_id) WHERE status IN ('serving', 'transferring');

-- Those with a higher tier wait in front of the others.
ALTER TABLE visitors ADD COLUMN tier BIGINT NOT NULL DEFAULT 0;

-- Where visitors come in: what they are greeted with, when somebody is there, which pages may open it, who gets them.
ALTER TABLE inboxes ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE inboxes ADD COLUMN auto_assign BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE inboxes ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inboxes ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0;
