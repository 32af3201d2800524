// While there is a network: keeps what verifying without one takes. The card and the lists are fetched anew at each visit; unchanged ones cost an answer without a body.
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
  if (page.roots.length === 0 || (!page.token && !known)) return false;
  const card = await freshTrust(page.roots, known);
  const numbers = new Set((await store.lists()).map(list => list.number));
  const bytes = page.token ? fromBase64(page.token) : null;
  const token = bytes && await readToken(bytes);
  // A license of another authority, whose card this site does not serve, is not kept.
  const ours = token && findKey(card, token.kid)?.role === 'license';
  if (ours) {
    const before = await store.token(token.statement);
    await store.keepToken({
      statement: token.statement, token: bytes, uscc: token.uscc, version: token.version, list: token.list, logged: page.logged || before?.logged === true,
    });
    numbers.add(token.list);
  }
  for (const number of numbers) {
    const jwt = await text(`/publication/status/licenses/${number}.jwt`);
    await openList(jwt, number, card);
    await store.keepList(number, jwt);
  }
  return Boolean(ours);
}

// The roots are those of this page, which came from the authority's own site; a card older than the one that is kept is not taken.
async function freshTrust(roots, known) {
  const jws = await text('/publication/trust.jws');
  const card = await openTrust(jws, roots);
  if (known) {
    const kept = await openTrust(known.jws, known.roots);
    if (card.version < kept.version) throw new Refusal('trust-rollback');
  }
  await store.keepTrust(jws, roots);
  return card;
}

async function text(address) {
  const answer = await fetch(address, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${answer.status} ${address}`);
  return answer.text();
}
