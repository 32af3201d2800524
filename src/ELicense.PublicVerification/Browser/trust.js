import { fromBase64, sha256, toHex } from './encodings.js';
import { importKey, readJws, verify } from './jws.js';
import { Refusal } from './refusal.js';

// SubjectPublicKeyInfo of a P-256 key up to its point (RFC 5480 2).
const spkiStart = [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04];

/**
 * The authority's card (docs/formats.md, trust.jws), signed by a root whose fingerprint is among those given; every signature must be right. Its period is not judged here.
 * Throws a Refusal.
 */
export async function openTrust(jws, roots) {
  const { payload: card, signatures } = readJws(jws, 'elicense-trust+jws');
  let trusted = false;
  for (const { header, signed, signature } of signatures) {
    const root = card.keys.find(key => key.kid === header.kid && key.role === 'root');
    if (!root || card.issued < root.from || card.issued >= root.to) throw new Refusal('trust-root');
    const fingerprint = toHex(await sha256(Uint8Array.from([...spkiStart, ...fromBase64(root.jwk.x), ...fromBase64(root.jwk.y)])));
    if (!fingerprint.startsWith(root.kid) || !await verify(await importKey(root.jwk), signature, signed)) throw new Refusal('trust-signature');
    trusted ||= roots.includes(fingerprint);
  }
  if (!trusted) throw new Refusal('trust-root');
  return card;
}

/** The key with this identifier, whatever its role. */
export const findKey = (card, kid) => card.keys.find(key => key.kid === kid);

export const isWithin = (key, seconds) => seconds >= key.from && seconds < key.to;
