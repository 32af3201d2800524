-- What indexes ask of a matter's state: 0 open (applied or approved), else the state. An approval changes no column of an index: PostgreSQL writes the row anew beside
-- itself and leaves every index as it is (HOT), where its page has room. A statement that would use one of these indexes names its condition.
ALTER TABLE matters ADD COLUMN phase BIGINT GENERATED ALWAYS AS (CASE WHEN state < 3 THEN 0 ELSE state END) STORED;

DROP INDEX open_matters;
DROP INDEX one_open_issuance;
DROP INDEX one_open_amendment;
DROP INDEX open_loss_reports;
DROP INDEX other_matters;
CREATE INDEX open_matters ON matters (id) WHERE phase = 0;
CREATE UNIQUE INDEX one_open_issuance ON matters (credit_code) WHERE type = 1 AND phase = 0;
CREATE UNIQUE INDEX one_open_amendment ON matters (serial) WHERE type IN (6, 7) AND phase = 0;
CREATE INDEX open_loss_reports ON matters (applied_ms) WHERE type = 9 AND phase = 0;
CREATE INDEX other_matters ON matters (phase, id) WHERE phase > 3;
