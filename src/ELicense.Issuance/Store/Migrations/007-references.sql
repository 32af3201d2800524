-- Most matters are about no license that is there yet, and are in the index no more.
DROP INDEX matters_of_license;
CREATE INDEX matters_of_license ON matters (serial) WHERE serial IS NOT NULL;
