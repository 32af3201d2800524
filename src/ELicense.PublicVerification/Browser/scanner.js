// QR codes by camera and from pictures: the browser's own BarcodeDetector, else our worker, fetched when it is first needed.

const largestSide = 1600;
const betweenLooks = 120;

/** Texts of the QR codes in an ImageBitmap, which it closes. Addresses are those of worker and WebAssembly. */
export async function openReader(addresses) {
  const formats = 'BarcodeDetector' in globalThis ? await BarcodeDetector.getSupportedFormats() : [];
  if (formats.includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async picture => {
      try {
        return (await detector.detect(picture)).map(code => code.rawValue);
      } finally {
        picture.close();
      }
    };
  }

  const worker = new Worker(addresses.decoder);
  const waiting = new Map();
  let last = 0;
  const failAll = failure => {
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  worker.onerror = event => failAll(new Error(event.message || 'The decoder did not load.'));
  worker.onmessage = ({ data: { id, texts, failure } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (failure) reject(new Error(failure));
    else resolve(texts);
  };
  return picture => new Promise((resolve, reject) => {
    waiting.set(++last, { resolve, reject });
    worker.postMessage({ id: last, wasm: addresses.wasm, picture }, [picture]);
  });
}

/** Texts in a picture file: scaled down first, as photographs are large, then as it is. */
export async function readPicture(read, file) {
  const whole = await createImageBitmap(file);
  const scale = largestSide / Math.max(whole.width, whole.height);
  if (scale < 1) {
    const texts = await read(await createImageBitmap(whole, {
      resizeWidth: Math.round(whole.width * scale), resizeHeight: Math.round(whole.height * scale), resizeQuality: 'high',
    }));
    if (texts.length > 0) {
      whole.close();
      return texts;
    }
  }
  return read(whole);
}

/** Shows the camera in the video element until a code is seen; its texts, or null when the signal ended it. */
export async function readCamera(read, video, signal) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } } });
  try {
    video.srcObject = stream;
    await video.play();
    while (!signal.aborted) {
      const texts = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await read(await createImageBitmap(video)) : [];
      if (texts.length > 0) return texts;
      await new Promise(resolve => setTimeout(resolve, betweenLooks));
    }
    return null;
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
