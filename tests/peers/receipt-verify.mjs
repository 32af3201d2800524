// stdin: {"receipt": compact JWS} -> stdout: {"payload", "header"} as jose reads them with the key of the certificate in the payload.
import { readFileSync } from 'node:fs';
import { compactVerify, decodeJwt, importX509 } from 'jose';

const { receipt } = JSON.parse(readFileSync(0, 'utf8'));
const der = decodeJwt(receipt).certificate;
const pem = `-----BEGIN CERTIFICATE-----\n${der.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----`;
const { payload, protectedHeader } = await compactVerify(receipt, await importX509(pem, 'ES256'));
process.stdout.write(JSON.stringify({ payload: JSON.parse(new TextDecoder().decode(payload)), header: protectedHeader }));
