// Judges the ELicense badges of the page that loads it, and says beside each whether this site is the registered one. It believes the service that it was
// loaded from, over TLS, for the keys; statement and standing it believes by their signatures only. docs/badges.md
(() => {
  'use strict';
  const service = new URL(document.currentScript.src).origin;
  const clocksMayDiffer = 300;
  const words = {
    zh: {
      match: '✓ 已核实：本站 {here} 是登记的网站，{name}，执照{standing}。',
      mismatch: '✕ 这枚标识不属于本站！它只属于 {site}，您正在访问 {here}。请不要凭它付款或提供资料。',
      ended: '! 执照状态：{standing}（{name}，登记网站 {site}）。',
      unconfirmed: '? 暂时无法确认这枚标识，请点击标识核对网站地址。',
      standings: {
        valid: '有效', suspended: '已冻结', revoked: '已吊销', cancelled: '已注销', superseded: '已变更', expired: '已过期', 'not-yet-valid': '尚未生效', invalid: '无效',
      },
    },
    en: {
      match: '✓ Checked: this site, {here}, is the registered one. {name}, license {standing}.',
      mismatch: '✕ This badge does not belong to this site! It belongs to {site} only, and you are on {here}. Do not pay or give details because of it.',
      ended: '! Standing of the license: {standing} ({name}, registered site {site}).',
      unconfirmed: '? This badge cannot be confirmed now. Open it and compare the address of the site.',
      standings: {
        valid: 'valid', suspended: 'suspended', revoked: 'revoked', cancelled: 'cancelled', superseded: 'superseded', expired: 'expired', 'not-yet-valid': 'not yet valid', invalid: 'invalid',
      },
    },
  };
  const colours = { match: '#0f6b3a', mismatch: '#a1201a', ended: '#a1201a', unconfirmed: '#4a5057' };
  const language = /^en/i.test(document.documentElement.lang) ? 'en' : 'zh';

  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const json = text => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes(text)));
  const host = origin => new URL(origin).host;

  const load = async path => {
    const response = await fetch(service + path, { cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer' });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  };

  // RFC 7515, compact, ES256; what is said by a key of the service, about this badge, now.
  const open = async (jws, typ, keys, id) => {
    const [head, body, signature, more] = jws.split('.');
    const header = json(head);
    if (more !== undefined || header.alg !== 'ES256' || header.typ !== typ) throw new Error(`no ${typ}`);
    const { kty, crv, x, y } = keys.find(key => key.kid === header.kid);
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
    const signed = new TextEncoder().encode(`${head}.${body}`);
    if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes(signature), signed)) throw new Error('signature');
    const said = json(body);
    const now = Date.now() / 1000;
    if (said.version !== 1 || said.id !== id || said.issued > now + clocksMayDiffer || said.expires < now - clocksMayDiffer) throw new Error(`${typ} is not for now`);
    return said;
  };

  const judge = async id => {
    let statement;
    try {
      const [badge, { keys }] = await Promise.all([load(`/api/v1/badges/${id}`), load('/badge/keys.json')]);
      statement = await open(badge.statement, 'elicense-badge+jws', keys, id);
      if (statement.origin !== location.origin) return { state: 'mismatch', statement };
      const { standing } = await open(badge.standing, 'elicense-badge-standing+jws', keys, id);
      if (!words.zh.standings[standing]) return { state: 'unconfirmed', statement };
      return { state: standing === 'valid' ? 'match' : 'ended', standing, statement };
    } catch (failed) {
      console.warn('ELicense badge:', failed);
      return { state: 'unconfirmed', statement };
    }
  };

  const say = (link, { state, standing, statement }) => {
    const texts = words[language];
    const values = {
      here: location.host,
      site: statement && host(statement.origin),
      name: statement && statement.name,
      standing: texts.standings[standing],
    };
    const note = document.createElement('span');
    note.lang = language;
    note.dataset.elicense = state;
    note.setAttribute('role', state === 'mismatch' ? 'alert' : 'status');
    Object.assign(note.style, {
      display: 'block', maxWidth: '32em', padding: '4px 8px', border: '2px solid', borderRadius: '3px', background: '#fff', color: colours[state],
      font: `${state === 'mismatch' ? 'bold 16px' : '13px'}/1.5 sans-serif`,
    });
    // Each value stands isolated: a name written from right to left moves nothing around it.
    for (const part of texts[state].split(/(\{\w+\})/)) {
      const value = /^\{\w+\}$/.test(part) && document.createElement('bdi');
      if (value) value.textContent = values[part.slice(1, -1)];
      note.append(value || part);
    }
    link.after(note);
  };

  const start = () => {
    for (const link of document.querySelectorAll('a[href]')) {
      const { origin, pathname } = new URL(link.href);
      const [, id] = origin === service && /^\/badge\/([a-z2-7]{26})$/.exec(pathname) || [];
      if (id) judge(id).then(verdict => say(link, verdict));
    }
  };

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
