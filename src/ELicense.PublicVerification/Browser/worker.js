// The service worker: pages come from the network; when there is none, from the page that judges by what this browser keeps. `offlineFiles` is put before this script by the server.
import { toBase64Url } from './encodings.js';
import { languageKey } from './language.js';

const cacheName = `elicense-${offlineFiles.version}`;
const patience = 10_000;

self.addEventListener('install', event => event.waitUntil(install()));
self.addEventListener('activate', event => event.waitUntil(activate()));
self.addEventListener('fetch', event => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (pathname.startsWith('/assets/')) event.respondWith(asset(request));
  else if (request.mode === 'navigate' && /^\/((q|p|l)\/[^/]+)?$/i.test(pathname)) event.respondWith(navigate(request));
});

async function install() {
  const cache = await caches.open(cacheName);
  await cache.addAll([...offlineFiles.assets, ...offlineFiles.pages].map(address => new Request(address, { cache: 'no-cache' })));
  await self.skipWaiting();
}

async function activate() {
  for (const name of await caches.keys()) {
    if (name.startsWith('elicense-') && name !== cacheName) await caches.delete(name);
  }
  await self.clients.claim();
}

// Their addresses name their content.
async function asset(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function navigate(request) {
  const form = request.method === 'POST' ? request.clone() : null;
  try {
    const answer = await Promise.race([fetch(request), new Promise((_, reject) => setTimeout(reject, patience, new Error('The network is too slow.')))]);
    if (answer.status === 502 || answer.status === 504) throw new Error(`The gateway answers ${answer.status}.`);
    return answer;
  } catch (failure) {
    console.info('Without the network:', failure.message);
    return form ? Response.redirect(await addressOf(form), 303) : offlinePage(new URL(request.url).searchParams.get('lang'));
  }
}

async function offlinePage(asked) {
  const cache = await caches.open(cacheName);
  const language = asked ?? await (await caches.match(languageKey))?.text();
  const page = offlineFiles.pages.find(address => address === `/offline/${language?.slice(0, 2)}`) ?? offlineFiles.pages[0];
  return await cache.match(page, { ignoreVary: true }) ?? Response.error();
}

// What was entered or chosen, as an address that the page can read.
async function addressOf(request) {
  const form = await request.formData();
  const file = form.get('file');
  const text = file?.size > 0 ? toBase64Url(new Uint8Array(await file.arrayBuffer())) : form.get('artefact') ?? '';
  return `/?artefact=${encodeURIComponent(text.trim())}`;
}
