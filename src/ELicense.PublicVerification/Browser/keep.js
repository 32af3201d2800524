// While there is a network: keeps what verifying without one takes. The card is asked for at each visit, a list once its copy is older than its ttl; what is unchanged costs an answer without a body.
import { fromBase64 } from './encodings.js';
import { keepLanguage } from './language.js';
import { Refusal } from './refusal.js';
import { openList } from './standing.js';
import * as store from './store.js';
import { readToken } from './token.js';
import { findKey, openTrust } from './trust.js';

/** Keeps the page's token, its list and the card; freshens the other lists that are kept. Whether the page had a token to keep. */
export async function keep(page) {
  await navigator.serviceWorker.register('/sw.js');
  await keepLanguage(page.language);
  const known = await store.trust();
  // Who saves data is spared the lists.
  if (navigator.connection?.saveData || page.roots.length === 0 || (!page.token && !known)) return false;
  const card = await freshTrust(page.roots, known);
  const lists = new Map((await store.lists()).map(list => [list.number, list]));
  const bytes = page.token ? fromBase64(page.token) : null;
  const token = bytes && await readToken(bytes);
  // A license of another authority, whose card this site does not serve, is not kept.
  const ours = token && findKey(card, token.kid)?.role === 'license';
  if (ours) {
    const before = await store.token(token.statement);
    await store.keepToken({
      statement: token.statement, token: bytes, uscc: token.uscc, version: token.version, list: token.list, logged: page.logged || before?.logged === true,
    });
    if (!lists.has(token.list)) lists.set(token.list, null);
  }
  for (const [number, kept] of lists) {
    const former = kept && await unlessRefused(openList(kept.jwt, number, card));
    // A list may have hundreds of kilobytes; its ttl says how long a copy will do.
    if (former && Date.now() - kept.at < former.ttl * 1000) continue;
    const jwt = await text(`/publication/status/licenses/${number}.jwt`);
    const list = await openList(jwt, number, card);
    if (former && list.logSize < former.logSize) throw new Refusal('log-rollback');
    await store.keepList(number, jwt);
  }
  return Boolean(ours);
}

// What is kept and does not verify any more, since keys change and stores break, is as good as missing.
async function unlessRefused(opening) {
  try {
    return await opening;
  } catch (refusal) {
    if (refusal instanceof Refusal) return null;
    throw refusal;
  }
}

// The roots are those of this page, which came from the authority's own site; a card older than the one that is kept is not taken.
async function freshTrust(roots, known) {
  const jws = await text('/publication/trust.jws');
  const card = await openTrust(jws, roots);
  const kept = known && await unlessRefused(openTrust(known.jws, known.roots));
  if (kept && card.version < kept.version) throw new Refusal('trust-rollback');
  await store.keepTrust(jws, roots);
  return card;
}

async function text(address) {
  const answer = await fetch(address, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.text();
}
