// The script of the page that stands in when there is no network: judges what the address names by what this browser keeps.
import { readText } from './artefact.js';
import { enhance } from './form.js';
import { showAll } from './moments.js';
import { judge } from './judge.js';
import { page } from './page.js';
import { Refusal } from './refusal.js';
import { showNote, showVerdict } from './result.js';
import * as store from './store.js';
import { openTrust } from './trust.js';

enhance(page);
answer().catch(failure => {
  showNote(page, failure instanceof Refusal ? 'offline.damaged' : 'offline.failed', failure.code);
  if (!(failure instanceof Refusal)) throw failure;
});

async function answer() {
  const text = asked();
  if (!text) return;
  let artefact;
  try {
    artefact = readText(text);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    showNote(page, page.texts[`problem.${refusal.code}`] ? `problem.${refusal.code}` : 'verify.unreadable', refusal.code);
    return;
  }
  if (artefact.kind === 'other') return showNote(page, 'offline.other');
  const known = await store.trust();
  if (!known) return showNote(page, 'offline.nothing');
  const card = await openTrust(known.jws, known.roots);
  const now = Date.now() / 1000;
  if (now >= card.expires) return showNote(page, 'offline.expired');
  if (artefact.kind === 'code') {
    const newest = (await store.tokensOf(artefact.code)).sort((a, b) => b.version - a.version)[0];
    if (!newest) return showNote(page, 'offline.unseen');
    artefact = { token: newest.token };
  }
  const lists = await store.lists();
  const kept = {
    isLogged: async statement => (await store.token(statement))?.logged === true,
    list: async number => lists.find(list => list.number === number)?.jwt,
  };
  showVerdict(page, await judge(artefact, card, kept, now), artefact.host);
  showAll(page);
}

// The text of the QR code that led here, what was entered, or the code of a license page.
function asked() {
  const path = /^\/(q|p|l)\/([^/]+)\/?$/i.exec(location.pathname);
  if (!path) return new URLSearchParams(location.search).get('artefact');
  return path[1].toLowerCase() === 'l' ? decodeURIComponent(path[2]) : `HTTPS://${page.host}/${path[1]}/${path[2]}`;
}
