// stdin: {"jws": compact JWS, "jwk": public key} -> stdout: {"payload", "header"} as jose verifies and reads them.
import { readFileSync } from 'node:fs';
import { compactVerify, importJWK } from 'jose';

const { jws, jwk } = JSON.parse(readFileSync(0, 'utf8'));
const { payload, protectedHeader } = await compactVerify(jws, await importJWK(jwk, 'ES256'));
process.stdout.write(JSON.stringify({ payload: JSON.parse(new TextDecoder().decode(payload)), header: protectedHeader }));
