import { byteString, CborReader } from './cbor.js';
import { sha256, toHex } from './encodings.js';
import { Refusal } from './refusal.js';

const kinds = ['', 'company', 'partnership', 'sole-proprietorship', 'sole-trader', 'branch'];

/** A license token taken apart (docs/formats.md, COSE and License token): what is signed, by which key, and the claims. Throws a Refusal; the signature is not verified here. */
export async function readToken(bytes) {
  const message = new CborReader(bytes);
  message.exactly(0xd2, 0x84);
  const header = message.bytes();
  message.exactly(0xa0);
  const payload = message.bytes();
  const signature = message.bytes();
  message.end();
  if (signature.length !== 64) throw new Refusal('malformed');

  const protectedHeader = new CborReader(header);
  protectedHeader.exactly(0xa3, 0x01, 0x26, 0x04);
  const kid = toHex(protectedHeader.bytes());
  protectedHeader.exactly(0x10);
  if (protectedHeader.text() !== 'elicense+cose') throw new Refusal('unknown-format');
  protectedHeader.end();

  // RFC 9052 4.4: ["Signature1", protected, external_aad, payload]
  const signed = Uint8Array.from([0x84, 0x6a, ...new TextEncoder().encode('Signature1'), ...byteString(header), 0x40, ...byteString(payload)]);
  return { kid, signature, signed, statement: toHex(await sha256(signed)), ...readClaims(payload) };
}

function readClaims(payload) {
  const reader = new CborReader(payload);
  const pairs = reader.head(5);
  if (pairs !== 3 && pairs !== 4) throw new Refusal('malformed');
  reader.exactly(0x02);
  const uscc = reader.text();
  let expires = null;
  if (pairs === 4) {
    reader.exactly(0x04);
    expires = reader.uint();
  }
  reader.exactly(0x06);
  const issued = reader.uint();
  reader.exactly(0x3a, 0x00, 0x01, 0x00, 0x00);
  if (reader.head(4) !== 12 || reader.uint() !== 1) throw new Refusal('unknown-format');
  const claims = {
    uscc, expires, issued, name: reader.text(), kind: kinds[reader.uint()], representative: reader.text(), established: reader.int(), authority: reader.uint(),
    office: reader.uint(), serial: reader.uint(), version: reader.uint(), list: reader.uint(), index: reader.uint(), digest: reader.bytes(),
  };
  reader.end();
  if (!claims.kind || claims.digest.length !== 32) throw new Refusal('malformed');
  return claims;
}
