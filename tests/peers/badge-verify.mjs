// stdin: {"statements": [compact JWS, ...], "jwks"} -> stdout: [{"payload", "header"}, ...] as jose reads them with the keys of the set.
import { readFileSync } from 'node:fs';
import { compactVerify, createLocalJWKSet } from 'jose';

const { statements, jwks } = JSON.parse(readFileSync(0, 'utf8'));
const keys = createLocalJWKSet(jwks);
const read = await Promise.all(statements.map(async statement => {
  const { payload, protectedHeader } = await compactVerify(statement, keys);
  return { payload: JSON.parse(new TextDecoder().decode(payload)), header: protectedHeader };
}));
process.stdout.write(JSON.stringify(read));
