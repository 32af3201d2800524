// stdin: {"token": base64 of a tagged COSE_Sign1, "jwk": public key} -> stdout: {"alg", "kid" or "x5chain", "typ", "payload"} (hex) as @auth0/cose verifies and reads it.
// A signature that is not right ends the script with an error.
import { readFileSync } from 'node:fs';
import { Sign1 } from '@auth0/cose';
import { webcrypto } from 'node:crypto';

const { token, jwk } = JSON.parse(readFileSync(0, 'utf8'));
const algorithm = jwk.kty === 'EC' ? { name: 'ECDSA', namedCurve: jwk.crv } : { name: jwk.crv };
const key = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
const message = Sign1.decode(Buffer.from(token, 'base64'));
await message.verify(key);
const hex = (bytes) => bytes && Buffer.from(bytes).toString('hex');
process.stdout.write(JSON.stringify({
  alg: message.alg,
  kid: hex(message.protectedHeaders.get(4)),
  x5chain: hex(message.protectedHeaders.get(33)),
  typ: message.protectedHeaders.get(16),
  payload: hex(message.payload),
}));
