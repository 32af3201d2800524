// The form: camera, pictures, files that are dropped or pasted, and a word at once on what cannot be a license. Without it the form works all the same.
import { readText } from './artefact.js';
import { openReader, readCamera, readPicture } from './scanner.js';
import { Refusal } from './refusal.js';

const longestAddressText = 4096;

/** Makes the page's form, if it has one, more than plain HTML. */
export function enhance(page) {
  const form = document.getElementById('verify');
  if (!form) return;
  const field = form.elements.artefact;
  const file = form.elements.file;
  const camera = document.getElementById('camera');
  const viewer = document.getElementById('viewer');
  const status = document.getElementById('scan-status');
  let reader;
  let scan;

  const say = key => { status.textContent = key ? page.texts[key] : ''; };
  const read = async picture => (await (reader ??= openReader(page))) (picture);

  file.accept = '.elic,image/*';

  camera.addEventListener('click', async () => {
    if (scan) {
      scan.abort();
      return;
    }
    scan = new AbortController();
    camera.textContent = page.texts['scan.stop'];
    say('scan.opening');
    viewer.hidden = false;
    viewer.onplaying = () => say('scan.aim');
    try {
      const texts = await readCamera(read, viewer, scan.signal);
      say(null);
      if (texts) take(texts);
    } catch (failure) {
      console.warn('The camera was not read:', failure);
      say(failure.name === 'NotAllowedError' ? 'scan.denied' : failure.name === 'NotFoundError' ? 'scan.none' : 'scan.failed');
      reader = undefined;
    } finally {
      viewer.hidden = true;
      camera.textContent = page.texts['scan.start'];
      scan = undefined;
    }
  });
  camera.hidden = !navigator.mediaDevices;

  file.addEventListener('change', () => { if (file.files[0]?.type.startsWith('image/')) takeFile(file.files[0]); });
  document.addEventListener('dragover', event => event.preventDefault());
  document.addEventListener('drop', event => {
    event.preventDefault();
    const dropped = event.dataTransfer.files[0];
    if (dropped) takeFile(dropped);
    else if (event.dataTransfer.getData('text')) take([event.dataTransfer.getData('text')]);
  });
  document.addEventListener('paste', event => {
    const pasted = event.clipboardData.files[0];
    if (pasted) takeFile(pasted);
  });
  form.addEventListener('submit', event => {
    if (file.files.length > 0) return;
    const code = refusalOf(field.value);
    if (!code?.startsWith('qr-')) return;
    event.preventDefault();
    refuse(code);
  });

  async function takeFile(chosen) {
    if (!chosen.type.startsWith('image/')) {
      const one = new DataTransfer();
      one.items.add(chosen);
      file.files = one.files;
      form.requestSubmit();
      return;
    }
    say('scan.reading');
    file.value = '';
    try {
      const texts = await readPicture(read, chosen);
      say(texts.length > 0 ? null : 'scan.nothing');
      if (texts.length > 0) take(texts);
    } catch (failure) {
      console.warn('The picture was not read:', failure);
      say('scan.unreadable');
      reader = undefined;
    }
  }

  // Of several codes in one picture none is chosen for the reader: which one is the license is not for us to guess.
  function take(texts) {
    const distinct = [...new Set(texts)];
    field.value = distinct[0];
    const code = distinct.length > 1 ? 'qr-tokens' : refusalOf(distinct[0]) ?? null;
    if (code) refuse(code);
    else if (distinct[0].length <= longestAddressText) location.assign(`/?artefact=${encodeURIComponent(distinct[0])}`);
    else form.requestSubmit();
  }

  function refuse(code) {
    const error = document.getElementById('artefact-error');
    error.querySelector('span').textContent = page.texts[`problem.${code}`] ?? page.texts['verify.unreadable'];
    error.querySelector('code').textContent = code;
    error.hidden = false;
    field.closest('.question').classList.add('wrong');
    field.setAttribute('aria-invalid', 'true');
    field.setAttribute('aria-describedby', 'artefact-hint artefact-error');
    field.focus();
  }

  function refusalOf(text) {
    try {
      readText(text);
      return null;
    } catch (refusal) {
      if (refusal instanceof Refusal) return refusal.code;
      throw refusal;
    }
  }
}
