// What was typed, scanned, dropped or opened, recognized as the server recognizes it (Artefact.cs, QrText.cs, CreditCode.cs). Nothing is judged here.
import { CborReader } from './cbor.js';
import { fromBase32, fromBase64 } from './encodings.js';
import { Refusal } from './refusal.js';

const maxTextLength = 64 * 1024;
const maxTokenBytes = 2048;
const maxPresentationBytes = 4096;
const maxHostLength = 259;

/**
 * {kind: 'code', code} | {kind: 'token', token, host} (host null when it came in no QR text) | {kind: 'file', document, token} | {kind: 'other'}, which only the server judges.
 * Throws a Refusal.
 */
export function readText(text) {
  if (text.length > maxTextLength) throw new Refusal('too-large');
  const trimmed = text.trim();
  if (/^[a-z][a-z0-9+.-]*:/i.test(trimmed)) return readQr(trimmed);
  if (trimmed.length === 18) return { kind: 'code', code: readCode(trimmed.toUpperCase()) };
  if (trimmed.startsWith('-----BEGIN ')) return { kind: 'other' };
  const base32 = fromBase32(trimmed.toUpperCase());
  const bytes = base32 && isOurs(base32) ? base32 : fromBase64(trimmed);
  if (!bytes) throw new Refusal('not-an-artefact');
  return readBytes(bytes);
}

/** Content of a file, or decoded text. */
export function readBytes(bytes) {
  if (bytes.length > maxTextLength) throw new Refusal('too-large');
  if (bytes[0] === 0x30 && bytes[1] >= 0x80) return { kind: 'other' };
  if (!isOurs(bytes)) throw new Refusal('not-an-artefact');
  if (bytes[0] === 0xd2) return isPresentation(bytes) ? { kind: 'other' } : tokenOf(bytes, null);
  // docs/formats.md, .elic
  const reader = new CborReader(bytes);
  reader.exactly(0xd9, 0xd9, 0xf7, 0x83);
  if (reader.uint() !== 1) throw new Refusal('unknown-format');
  const document = reader.bytes();
  const token = reader.bytes();
  reader.end();
  return { kind: 'file', document, token };
}

// Tag 18 of a token (RFC 9052 2), tag 55799 of a file (RFC 8949 3.4.6).
const isOurs = bytes => bytes[0] === 0xd2 || (bytes[0] === 0xd9 && bytes[1] === 0xd9 && bytes[2] === 0xf7);

// docs/formats.md, Signed by an enterprise: the only one of ours that names alg and typ, but no key identifier between them.
function isPresentation(bytes) {
  const reader = new CborReader(bytes);
  try {
    reader.exactly(0xd2, 0x84);
    const header = reader.bytes();
    return header[3] === 0x10 && header.length > 4;
  } catch (refusal) {
    if (refusal instanceof Refusal) return false;
    throw refusal;
  }
}

function tokenOf(token, host) {
  if (token.length > maxTokenBytes) throw new Refusal('too-large');
  return { kind: 'token', token, host };
}

// docs/formats.md, QR text
function readQr(text) {
  if (text.length > 8 + maxHostLength + 3 + Math.ceil(maxPresentationBytes * 8 / 5)) throw new Refusal('too-large');
  if (/[^\x00-\x7f]/.test(text)) throw new Refusal('qr-letters');
  const upper = text.toUpperCase();
  if (!/^HTTPS?:/.test(upper)) throw new Refusal('qr-scheme');
  if (upper.includes('@')) throw new Refusal('qr-user-info');
  const [start, path, content, more] = upper.split(/\/([QP])\//);
  if (more !== undefined) throw new Refusal('qr-tokens');
  const host = /^HTTPS?:\/\/(.*)$/.exec(start)?.[1];
  const bytes = host && isHost(host) && content ? fromBase32(content) : null;
  if (!bytes) throw new Refusal('qr-format');
  return path === 'Q' ? tokenOf(bytes, host.toLowerCase()) : { kind: 'other' };
}

// RFC 1123 2.1: labels of letters, digits and hyphens, no hyphen at an end; perhaps a port.
function isHost(text) {
  const [host, port, more] = text.split(':');
  if (more !== undefined || host.length > 253 || (port !== undefined && !(/^[1-9][0-9]{0,4}$/.test(port) && Number(port) <= 65535))) return false;
  return host.split('.').every(label => /^[A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?$/.test(label));
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const organizationWeights = [3, 7, 9, 10, 5, 8, 4, 2];

/** A unified social credit code: GB 32100-2015 table 1 and annex A; GB 11714-1997 4.2. */
export function readCode(text) {
  if (!/^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/.test(text)) throw new Refusal('credit-code-format');
  const sum = weights.reduce((total, weight, i) => total + weight * alphabet.indexOf(text[i]), 0);
  if (alphabet[(31 - sum % 31) % 31] !== text[17]) throw new Refusal('credit-code-check');
  const inner = 11 - organizationWeights.reduce((total, weight, i) => total + weight * parseInt(text[8 + i], 36), 0) % 11;
  if (['X', '0'][inner - 10] !== text[16] && String(inner) !== text[16]) throw new Refusal('organization-code-check');
  return text;
}
