-- Deadlines (docs/deadlines.md). The authority's clock runs while a matter is applied or approved. Its last turn is from applied_ms to finished_ms of the matter;
-- a turn that ended with a return (退回) is a row here. Append-only.
CREATE TABLE matter_turns (
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    from_ms BIGINT NOT NULL,
    to_ms BIGINT NOT NULL
);
CREATE INDEX turns_of_matter ON matter_turns (matter_id);

-- Those that lie with their applicants now. Of matters that were returned and submitted again under a former release, only the newest turn is known.
INSERT INTO matter_turns (matter_id, from_ms, to_ms) SELECT id, applied_ms, decided_ms FROM matters WHERE state = 6;

-- Limits in working days as the configuration set them, each in force from since_ms until the next of its type; NULL: none. A matter has the limit of when it was submitted. Append-only.
CREATE TABLE matter_limits (
    type BIGINT NOT NULL,
    since_ms BIGINT NOT NULL,
    working_days BIGINT CHECK (working_days > 0),
    PRIMARY KEY (type, since_ms)
);

-- The configured calendar: days since 0001-01-01 in China time, whether each is worked (1 or 0), how many working days there were up to and with it, and its month
-- (year * 12 + month - 1).
CREATE TABLE calendar_days (
    day BIGINT PRIMARY KEY,
    worked BIGINT NOT NULL,
    working_days BIGINT NOT NULL,
    month BIGINT NOT NULL
);

-- All that figures ask of a matter, without its content.
CREATE INDEX finished_matters ON matters (finished_ms, office, type, applied_ms, id) WHERE finished_ms IS NOT NULL;
