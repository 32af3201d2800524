-- SQLite has no roles that could be denied an update: triggers keep what was written once.
CREATE TRIGGER log_entries_are_not_updated BEFORE UPDATE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END;
CREATE TRIGGER log_entries_are_not_deleted BEFORE DELETE ON log_entries BEGIN SELECT RAISE(ABORT, 'log_entries is append-only'); END;
CREATE TRIGGER prepared_licenses_are_not_updated BEFORE UPDATE ON prepared_licenses BEGIN SELECT RAISE(ABORT, 'prepared_licenses is append-only'); END;
CREATE TRIGGER prepared_licenses_are_not_deleted BEFORE DELETE ON prepared_licenses BEGIN SELECT RAISE(ABORT, 'prepared_licenses is append-only'); END;
CREATE TRIGGER signed_licenses_are_not_updated BEFORE UPDATE ON signed_licenses BEGIN SELECT RAISE(ABORT, 'signed_licenses is append-only'); END;
CREATE TRIGGER signed_licenses_are_not_deleted BEFORE DELETE ON signed_licenses BEGIN SELECT RAISE(ABORT, 'signed_licenses is append-only'); END;
