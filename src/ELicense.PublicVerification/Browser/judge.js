import { isSame, sha256 } from './encodings.js';
import { importKey, verify } from './jws.js';
import { openList } from './standing.js';
import { readToken } from './token.js';
import { findKey, isWithin } from './trust.js';
import { Refusal } from './refusal.js';

const names = ['integrity', 'issuer', 'logged', 'period', 'status', 'holder', 'origin'];
const later = 'not-checked';

/**
 * The verdict on a token by what this browser keeps, with the precedence of docs/formats.md, Verdict. A token counts as logged only when the server said so before: a log never takes that back.
 * Returns {value, checks: {name: {result, code}}, token, standing, asOf}; token null when it is not authentic, asOf in seconds, null without a list.
 *
 * card: opened trust card · kept: {isLogged(statement), list(number)} · now: seconds
 */
export async function judge({ token: bytes, document, host }, card, kept, now) {
  const checks = Object.fromEntries(names.map(name => [name, { result: later, code: later }]));
  const pass = name => { checks[name] = { result: 'pass', code: 'ok' }; };
  const fail = (name, code) => { checks[name] = { result: 'fail', code }; };
  const notAuthentic = () => ({ value: 'invalid', checks, token: null, standing: null, asOf: null });

  if (host) card.qrHosts.includes(host) ? pass('origin') : fail('origin', 'qr-host');

  // Step 1: whose key signed it, and are the bytes as they were signed?
  let token;
  try {
    token = await readToken(bytes);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    fail('integrity', refusal.code);
    return notAuthentic();
  }
  const key = findKey(card, token.kid);
  // Whether another authority signed it is for those to say who have that one's card.
  if (!key && token.authority !== card.authority.number && checks.origin.result !== 'fail') return { value: 'unknown', checks, token: null, standing: null, asOf: null };
  if (key?.role !== 'license') {
    fail('issuer', key ? 'key-role' : 'key-unknown');
    return notAuthentic();
  }
  if (!await verify(await importKey(key.jwk), token.signature, token.signed)) {
    fail('integrity', 'signature-invalid');
    return notAuthentic();
  }

  // Step 2: is the document the one that it names, and was the key allowed to sign this?
  if (document && !isSame(await sha256(document), token.digest)) {
    fail('integrity', 'digest-mismatch');
    return notAuthentic();
  }
  pass('integrity');
  const { first, last } = card.lists.licenses;
  if (!isWithin(key, token.issued)) fail('issuer', 'key-period');
  else if (token.authority !== card.authority.number || token.list < first || token.list > last) fail('issuer', 'issuer-scope');
  if (checks.issuer.result === 'fail') return notAuthentic();
  const logged = await kept.isLogged(token.statement);
  // Where the log is not at hand, nothing by a stolen key is believed.
  if (logged || key.acceptedBelow === undefined) pass('issuer');
  if (logged) pass('logged');

  // Step 3: its period, and its standing in the list that is kept.
  if (now < token.issued) fail('period', 'not-yet-valid');
  else if (token.expires !== null && now >= token.expires) fail('period', 'expired');
  else pass('period');
  const jwt = await kept.list(token.list);
  const list = jwt ? await openList(jwt, token.list, card) : null;
  const standing = list?.at(token.index) ?? null;
  const stale = list && (now - list.asOf > card.maxAge || now >= list.expires);
  if (standing === 'valid' && !stale) pass('status');
  else if (standing) fail('status', standing === 'valid' ? 'status-stale' : `status-${standing}`);

  return { value: decide(checks, standing), checks, token, standing, asOf: list?.asOf ?? null };
}

function decide(checks, standing) {
  if (checks.origin.result === 'fail') return 'invalid';
  if (standing && standing !== 'valid' && standing !== 'not-issued') return standing;
  if (checks.period.result === 'fail') return checks.period.code;
  if (checks.status.code === 'status-stale') return 'stale';
  return standing === 'valid' && checks.logged.result === 'pass' ? 'valid' : 'unknown';
}
