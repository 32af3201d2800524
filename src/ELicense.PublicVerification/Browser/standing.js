import { fromBase64 } from './encodings.js';
import { importKey, readJws, verify } from './jws.js';
import { Refusal } from './refusal.js';
import { findKey, isWithin } from './trust.js';

const listLength = 1048576;
const names = { 0: 'valid', 1: 'revoked', 2: 'suspended', 3: 'superseded', 12: 'cancelled', 15: 'not-issued' };

/** A status list of licenses (docs/formats.md, Status list token) that the card's status key signed: {asOf, expires, ttl} in seconds, logSize, and at(index), the standing there. Throws a Refusal. */
export async function openList(jwt, number, card) {
  const { payload, signatures: [{ header, signed, signature }] } = readJws(jwt, 'statuslist+jwt');
  const key = findKey(card, header.kid);
  if (key?.role !== 'status' || !isWithin(key, payload.iat) || (key.acceptedBelow !== undefined && payload.elicense_log_size > key.acceptedBelow)
    || !await verify(await importKey(key.jwk), signature, signed))
    throw new Refusal('status-signature');
  if (payload.sub !== `${card.lists.licenseStatusBase}/${number}` || payload.status_list.bits !== 4) throw new Refusal('status-signature');
  const packed = await inflate(fromBase64(payload.status_list.lst), listLength / 2);
  return {
    asOf: payload.iat,
    expires: payload.exp,
    ttl: payload.ttl,
    logSize: payload.elicense_log_size,
    at(index) {
      const standing = names[index % 2 ? packed[index >> 1] >> 4 : packed[index >> 1] & 15];
      if (!standing) throw new Refusal('malformed');
      return standing;
    },
  };
}

/** ZLIB (RFC 1950) that must unpack to exactly so many bytes; never more than that is kept. */
async function inflate(zlib, length) {
  const reader = new Blob([zlib]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const bytes = new Uint8Array(length);
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > length) {
      await reader.cancel();
      throw new Refusal('malformed');
    }
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== length) throw new Refusal('malformed');
  return bytes;
}
