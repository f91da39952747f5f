-- When somebody who waited in the queue was taken, and how long they had waited (microseconds). The last hours only.
CREATE TABLE queue_takes (
    taken_at BIGINT NOT NULL,
    waited   BIGINT NOT NULL
);
CREATE INDEX queue_takes_recent ON queue_takes (taken_at);
