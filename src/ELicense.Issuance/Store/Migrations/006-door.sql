-- Matters that ended otherwise than carried out, and those with their applicants: few, and listed by state.
CREATE INDEX other_matters ON matters (state, id) WHERE state > 3;

-- Entries about the standing of a version. They have no digest, and so at most 44 bytes, where an issuance has 69 at least: issuing does not pay for this index.
CREATE INDEX standing_entries ON log_entries (status_index) WHERE length(entry) < 64;

-- Answers are deleted by their age.
CREATE INDEX answered_calls_by_age ON idempotency_keys (started_ms);
