-- What was put on the own list or taken off it is proposed by one supervisor and confirmed by another. state: 1 proposed, 2 confirmed, 3 rejected.
CREATE TABLE black_list_changes (
    id BIGINT PRIMARY KEY,
    state BIGINT NOT NULL CHECK (state BETWEEN 1 AND 3),
    content BYTEA NOT NULL,
    content_hash BYTEA NOT NULL,
    proposer TEXT NOT NULL,
    proposed_ms BIGINT NOT NULL,
    decider TEXT,
    decided_ms BIGINT,
    CONSTRAINT four_eyes_on_black_list CHECK (state <> 2 OR decider <> proposer),
    CONSTRAINT black_list_decided CHECK ((state = 1) = (decider IS NULL) AND (decider IS NULL) = (decided_ms IS NULL))
);

-- A person's identifier, encrypted (docs/matters.md); only on the own list. Null: the mark alone is known.
ALTER TABLE black_list ADD COLUMN identifier BYTEA;

-- Who confirmed it; null for what was imported, and for what a former release listed.
ALTER TABLE black_list ADD COLUMN confirmed_by TEXT;

-- When it was taken off the list; it stays to be read.
ALTER TABLE black_list ADD COLUMN removed_ms BIGINT;
