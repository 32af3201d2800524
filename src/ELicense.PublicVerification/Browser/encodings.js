const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of Base32 (RFC 4648 6: upper case, no padding, spare bits zero); null when it is none. */
export function fromBase32(text) {
  if ([1, 3, 6].includes(text.length % 8)) return null;
  const bytes = new Uint8Array(Math.floor(text.length * 5 / 8));
  let bits = 0, count = 0, at = 0;
  for (const character of text) {
    const value = base32.indexOf(character);
    if (value < 0) return null;
    bits = (bits << 5 | value) & 0xfff;
    count += 5;
    if (count >= 8) bytes[at++] = bits >> (count -= 8);
  }
  return bits & ((1 << count) - 1) ? null : bytes;
}

/** Bytes of base64 or base64url, padded or not; null when it is neither. */
export function fromBase64(text) {
  const plain = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]+$/.test(plain) || plain.length % 4 === 1) return null;
  return Uint8Array.from(atob(plain), character => character.charCodeAt(0));
}

export function toBase64Url(bytes) {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export const toHex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');

export const isSame = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const sha256 = async bytes => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
