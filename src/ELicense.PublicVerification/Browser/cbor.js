import { Refusal } from './refusal.js';
import { isSame } from './encodings.js';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads deterministic CBOR (RFC 8949 4.2.1) one item at a time; what is not in its shortest form, or not what is asked for, is refused. */
export class CborReader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** Argument of a head of this major type. */
  head(major) {
    const first = this.#byte();
    const extra = first & 0x1f;
    if (first >> 5 !== major || extra > 27) throw new Refusal('malformed');
    if (extra < 24) return extra;
    let value = 0;
    for (let i = 0; i < 1 << (extra - 24); i++) value = value * 256 + this.#byte();
    const least = [24, 0x100, 0x10000, 0x100000000][extra - 24];
    if (value < least) throw new Refusal('not-canonical');
    if (!Number.isSafeInteger(value)) throw new Refusal('malformed');
    return value;
  }

  uint() {
    return this.head(0);
  }

  int() {
    return this.#bytes[this.#at] >> 5 === 1 ? -1 - this.head(1) : this.uint();
  }

  bytes() {
    return this.#take(this.head(2));
  }

  text() {
    const bytes = this.#take(this.head(3));
    try {
      return strictUtf8.decode(bytes);
    } catch {
      throw new Refusal('malformed');
    }
  }

  /** These very bytes. */
  exactly(...expected) {
    if (!isSame(this.#take(expected.length), expected)) throw new Refusal('malformed');
  }

  end() {
    if (this.#at !== this.#bytes.length) throw new Refusal('malformed');
  }

  #byte() {
    return this.#take(1)[0];
  }

  #take(length) {
    if (length > this.#bytes.length - this.#at) throw new Refusal('malformed');
    return this.#bytes.subarray(this.#at, this.#at += length);
  }
}

/** A byte string with its head, as in a Sig_structure. */
export function byteString(bytes) {
  const n = bytes.length;
  const head = n < 24 ? [0x40 | n] : n < 0x100 ? [0x58, n] : [0x59, n >> 8, n & 0xff];
  return [...head, ...bytes];
}
