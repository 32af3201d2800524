// Judges the ELicense badges of the page that loads it, and says beside each whether this site, or this page of it, is the registered one. It believes the service that it was
// loaded from, over TLS, for the keys; statement and standing it believes by their signatures only. docs/badges.md
(() => {
  'use strict';
  const service = new URL(document.currentScript.src).origin;
  const clocksMayDiffer = 300;
  const words = {
    zh: {
      match: '✓ 已核实：{here} 是登记的网址，{name}，执照{standing}。',
      mismatch: '✕ 这枚标识不属于这里！它只属于 {site}，您正在访问 {here}。请不要凭它付款或提供资料。',
      compare: '? 这枚标识只属于网页 {site}，而您的地址是 {here}，可能是别人的网页。请点击标识，从那里打开登记的网页。',
      ended: '! 执照状态：{standing}（{name}，登记网址 {site}）。',
      unused: '? 这枚标识未启用。请不要因为看到它而信任任何网站。',
      unconfirmed: '? 暂时无法确认这枚标识，请点击标识核对网站地址。',
      standings: {
        valid: '有效', suspended: '已冻结', revoked: '已吊销', cancelled: '已注销', superseded: '已变更', expired: '已过期', 'not-yet-valid': '尚未生效', invalid: '无效',
      },
    },
    en: {
      match: '✓ Checked: {here} is the registered address. {name}, license {standing}.',
      mismatch: '✕ This badge does not belong here! It belongs to {site} only, and you are on {here}. Do not pay or give details because of it.',
      compare: '? This badge belongs to the page {site} only, and your address is {here}: it may be the page of somebody else. Open the badge, and the registered page from there.',
      ended: '! Standing of the license: {standing} ({name}, registered address {site}).',
      unused: '? This badge is not in use. Do not trust any site because it shows it.',
      unconfirmed: '? This badge cannot be confirmed now. Open it and compare the address of the site.',
      standings: {
        valid: 'valid', suspended: 'suspended', revoked: 'revoked', cancelled: 'cancelled', superseded: 'superseded', expired: 'expired', 'not-yet-valid': 'not yet valid', invalid: 'invalid',
      },
    },
  };
  // On light and on dark paper, as the picture has them.
  const grey = ['#4a5057', '#b4bac1'];
  const bad = ['#a1201a', '#f2857d'];
  const colours = { match: ['#0f6b3a', '#6fcf97'], mismatch: bad, ended: bad, compare: grey, unused: grey, unconfirmed: grey };
  const language = /^en/i.test(document.documentElement.lang) ? 'en' : 'zh';

  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
  const json = text => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes(text)));
  // One spelling of a path (RFC 3986 6.2.2), as registered ones have it.
  const plain = path => path.replace(/%[0-9a-f]{2}/gi, octet => {
    const sign = String.fromCharCode(parseInt(octet.slice(1), 16));
    return /[\w.~-]/.test(sign) ? sign : octet.toUpperCase();
  });
  // As the address bar shows it, where every sign outside ASCII is Han, but for strokes that pass for | , / \: letters of other scripts may look like others.
  const readable = path => {
    try {
      const text = decodeURI(path);
      return /^[!-~\u3400-\u4dbf\u4e00-\u9fff]*$/.test(text) && !/[\u4e28\u4e36\u4e3f-\u4e41]/.test(text) ? text : path;
    } catch {
      return path;
    }
  };
  const noSlash = path => path.replace(/\/$/, '');
  // What shops are called with by those who count visitors; a platform shows the same page whatever they say.
  const counts = /^(utm_\w+|spm|scm|gclid|fbclid|msclkid|bd_vid)$/;

  // Null: here. A badge for a whole site is right on all its pages, that of a page on no other; by query or fragment a platform may show another's at the same path.
  const wrong = ({ origin, path }) => {
    if (origin !== location.origin) return 'mismatch';
    const here = plain(location.pathname);
    const isWhole = !/^#[!/]/.test(location.hash) && [...new URLSearchParams(location.search).keys()].every(key => counts.test(key));
    if (path === undefined || (path === here && isWhole)) return null;
    return noSlash(path) === noSlash(here) ? 'compare' : 'mismatch';
  };

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
    if (![1, 2].includes(said.version) || said.id !== id || said.issued > now + clocksMayDiffer || said.expires < now - clocksMayDiffer) throw new Error(`${typ} is not for now`);
    return said;
  };

  const judge = async id => {
    let statement;
    try {
      const [badge, { keys }] = await Promise.all([load(`/api/v1/badges/${id}`), load('/badge/keys.json')]);
      // Signed by nobody, and good for nothing but to trust less.
      if (['pending', 'paused', 'lost', 'deleted'].includes(badge.state)) return { state: 'unused' };
      const said = await open(badge.statement, 'elicense-badge+jws', keys, id);
      // Version 1 is about a whole site, 2 about a page of it.
      if ((said.version === 2) !== (typeof said.path === 'string')) throw new Error('neither site nor page');
      statement = said;
      const place = wrong(statement);
      if (place === 'mismatch') return { state: place, statement };
      const { standing } = await open(badge.standing, 'elicense-badge-standing+jws', keys, id);
      if (!words.zh.standings[standing]) return { state: 'unconfirmed', statement };
      return { state: standing === 'valid' ? place || 'match' : 'ended', standing, statement };
    } catch (failed) {
      console.warn('ELicense badge:', failed);
      return { state: 'unconfirmed', statement };
    }
  };

  const say = (link, { state, standing, statement }) => {
    const texts = words[language];
    const values = {
      here: location.host + (statement && statement.path ? readable(plain(location.pathname)) + (state === 'compare' ? (location.search + location.hash).slice(0, 100) : '') : ''),
      site: statement && new URL(statement.origin).host + readable(statement.path || ''),
      name: statement && statement.name,
      standing: texts.standings[standing],
    };
    const note = document.createElement('span');
    note.lang = language;
    note.dataset.elicense = state;
    note.setAttribute('role', state === 'mismatch' ? 'alert' : 'status');
    const [light, dark] = colours[state];
    const picture = link.querySelector('img');
    const [, theme] = /[?&]theme=(light|dark)/.exec(picture && picture.src) || [];
    Object.assign(note.style, {
      display: 'block', maxWidth: '32em', padding: '4px 8px', border: '2px solid', borderRadius: '3px', background: '#fff', color: light, overflowWrap: 'anywhere',
      font: `${state === 'mismatch' ? 'bold 16px' : '13px'}/1.5 sans-serif`,
    });
    // As the picture: dark when its address says so, or when the site is. Who does not know light-dark() passes over it.
    if (theme) note.style.colorScheme = theme;
    note.style.background = 'light-dark(#fff, #14171a)';
    note.style.color = `light-dark(${light}, ${dark})`;
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
