-- What the officers' CRL calls a certificate: kid of the CA's key and serial number, both hexadecimal. Null: enrolled before they were kept, and no CRL names it.
ALTER TABLE person_certificates ADD COLUMN issuer TEXT;
ALTER TABLE person_certificates ADD COLUMN serial TEXT;
CREATE UNIQUE INDEX one_officer_a_serial ON person_certificates (issuer, serial);
