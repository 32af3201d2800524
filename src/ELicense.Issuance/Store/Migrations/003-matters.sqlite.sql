-- SQLite does not alter a constraint. Where no stored row is touched, its schema text may be edited in place: https://sqlite.org/lang_altertable.html, section 7.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '(state = 1) = (approver IS NULL) AND', '(state NOT IN (2, 3, 4)) = (approver IS NULL) AND')
WHERE type = 'table' AND name = 'matters';
PRAGMA schema_version = 1003;
PRAGMA writable_schema = RESET;
