// A worker of its own: the only place that may run WebAssembly. Takes pictures, gives the texts of the QR codes in them.
import { BarcodeDetector, prepareZXingModule, ZXING_WASM_SHA256 } from 'barcode-detector/ponyfill';
import { sha256, toHex } from './encodings.js';

let detector;

async function prepare(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  const wasmBinary = await answer.arrayBuffer();
  // The script knows which binary it was made for.
  if (toHex(await sha256(wasmBinary)) !== ZXING_WASM_SHA256) throw new Error(`not the expected bytes: ${address}`);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return new BarcodeDetector({ formats: ['qr_code'] });
}

self.onmessage = async ({ data: { id, wasm, picture } }) => {
  try {
    detector ??= prepare(wasm);
    const codes = await (await detector).detect(picture);
    self.postMessage({ id, texts: codes.map(code => code.rawValue) });
  } catch (failure) {
    self.postMessage({ id, failure: String(failure) });
  } finally {
    picture.close();
  }
};
