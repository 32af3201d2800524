import { fromBase64 } from './encodings.js';
import { Refusal } from './refusal.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A JWS in compact or, with several signatures, general JSON serialization (RFC 7515 7.1, 7.2.1): {payload, signatures: [{header, signed, signature}]}. */
export function readJws(text, typ) {
  const { payload, signatures } = text.startsWith('{') ? JSON.parse(text) : compact(text);
  return {
    payload: json(payload),
    signatures: signatures.map(({ protected: header, signature }) => {
      const read = json(header);
      if (read.typ !== typ || read.alg !== 'ES256') throw new Refusal('unknown-format');
      return { header: read, signed: new TextEncoder().encode(`${header}.${payload}`), signature: bytes(signature) };
    }),
  };
}

export const verify = (key, signature, signed) => crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, signed);

export const importKey = jwk =>
  crypto.subtle.importKey('jwk', { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);

function compact(text) {
  const [header, payload, signature, more] = text.split('.');
  if (!signature || more !== undefined) throw new Refusal('malformed');
  return { payload, signatures: [{ protected: header, signature }] };
}

const json = text => JSON.parse(utf8.decode(bytes(text)));

function bytes(text) {
  const read = fromBase64(text);
  if (!read) throw new Refusal('malformed');
  return read;
}
