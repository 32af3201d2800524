ALTER TABLE matters DROP CONSTRAINT decided;
ALTER TABLE matters ADD CONSTRAINT decided CHECK ((state NOT IN (2, 3, 4)) = (approver IS NULL) AND (approver IS NULL) = (approved_ms IS NULL));
