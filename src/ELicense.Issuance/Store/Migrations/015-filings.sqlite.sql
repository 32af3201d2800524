CREATE TRIGGER filings_are_not_updated BEFORE UPDATE ON filings BEGIN SELECT RAISE(ABORT, 'filings is append-only'); END;
CREATE TRIGGER filings_are_not_deleted BEFORE DELETE ON filings BEGIN SELECT RAISE(ABORT, 'filings is append-only'); END;
