// stdin: {"pictures": [path of a binary PGM, ...]} -> stdout: [[text of each QR code in it], ...] as ZXing reads them: the decoder of the verify page, as it is built with it.
import { readFileSync } from 'node:fs';
import { prepareZXingModule, readBarcodes } from '../../src/ELicense.PublicVerification/Browser/node_modules/zxing-wasm/dist/es/reader/index.js';

const packages = new URL('../../src/ELicense.PublicVerification/Browser/node_modules/', import.meta.url);
const wasmBinary = readFileSync(new URL('zxing-wasm/dist/reader/zxing_reader.wasm', packages));
await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });

// Netpbm, PGM: "P5", width, height and the largest value in ASCII, one white space, then a byte a pixel.
function readPgm(path) {
  const file = readFileSync(path);
  const [head, width, height] = /^P5\s(\d+)\s(\d+)\s255\s/.exec(file.subarray(0, 64).toString('latin1'));
  const data = new Uint8ClampedArray(width * height * 4);
  file.subarray(head.length).forEach((grey, i) => data.set([grey, grey, grey, 255], 4 * i));
  return { data, width: Number(width), height: Number(height), colorSpace: 'srgb' };
}

const read = [];
for (const path of JSON.parse(readFileSync(0, 'utf8')).pictures) {
  const codes = await readBarcodes(readPgm(path), { formats: ['QRCode'] });
  read.push(codes.map(code => code.text));
}
process.stdout.write(JSON.stringify(read));
