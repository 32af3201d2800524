-- state: 1 applied (submitted), 2 approved, 3 done, 4 refused by a rule, 5 draft, 6 returned, 7 rejected, 8 lapsed (docs/matters.md).

-- The license that a matter is about; null for one that is not there yet.
ALTER TABLE matters ADD COLUMN serial BIGINT;

-- Who returned or rejected it, when and why.
ALTER TABLE matters ADD COLUMN decider TEXT;
ALTER TABLE matters ADD COLUMN decided_ms BIGINT;
ALTER TABLE matters ADD COLUMN ground TEXT;

-- When it was done, refused, rejected or lapsed; null for matters that ended under a former release.
ALTER TABLE matters ADD COLUMN finished_ms BIGINT;

CREATE INDEX matters_of_license ON matters (serial);
CREATE UNIQUE INDEX one_open_amendment ON matters (serial) WHERE type IN (6, 7) AND state < 3;
