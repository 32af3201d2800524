// A verdict as the server's pages show one (StandingBanner, FaceList, CheckList), from what is known without a network.

const checkSigns = { pass: ['good', 'valid'], fail: ['bad', 'revoked'], 'not-checked': ['grey', 'unknown'] };

/** Why nothing can be said, in place of a result. */
export function showNote(page, key, code) {
  put(banner(page, 'unknown', page.texts['offline.title'], [page.texts[key]], null, code));
}

export function showVerdict(page, verdict, host) {
  const { texts } = page;
  const faults = verdict.value === 'invalid'
    ? Object.values(verdict.checks).filter(check => check.result === 'fail').map(check => (texts[`fault.${check.code}`] ?? texts['fault.other']).replace('{0}', host))
    : [];
  const unknown = !verdict.token ? 'offline.authority' : verdict.standing === 'valid' ? 'offline.unlogged' : 'offline.unlisted';
  const sentence = verdict.value === 'unknown' ? texts[unknown] : texts[`standing.${verdict.value}.sentence`];
  put(
    banner(page, verdict.value, texts[`standing.${verdict.value}.word`], [sentence, ...new Set(faults)], verdict.asOf),
    ...(verdict.token && verdict.value !== 'invalid' ? [face(texts, verdict.token)] : []),
    checks(page, verdict.checks));
  document.title = `${texts[`standing.${verdict.value}.word`]} · ${texts['site.name']}`;
}

// The banner goes into a live region, which was there before: a screen reader says it when it comes.
function put(spoken, ...parts) {
  const result = document.getElementById('result');
  const live = result.firstElementChild;
  result.replaceChildren(live, ...parts);
  live.replaceChildren(spoken);
}

function banner(page, value, title, sentences, asOf, code) {
  const { tone } = page.signs[value];
  const when = element('p', { className: 'as-of' }, page.texts[asOf === null ? 'asOf.never' : 'asOf'], ' ');
  if (asOf !== null) when.append(element('time', { className: 'moment', dateTime: new Date(asOf * 1000).toISOString() }));
  if (code) when.append(' · ', element('code', {}, code));
  return element('section', { className: `banner ${tone}`, ariaLabel: title }, sign(page, value, 44),
    element('div', {}, element('h1', {}, title), ...sentences.map(text => element('p', {}, text)), when));
}

function face(texts, token) {
  const day = days => new Date(days * 86_400_000).toISOString().slice(0, 10);
  const number = `${String(token.authority).padStart(4, '0')}-${String(token.serial).padStart(10, '0')}`;
  const rows = [
    ['name', 'name', token.name], ['code', 'code', creditCode(token.uscc)], ['kind', '', texts[`kind.${token.kind}`]], ['representative', '', token.representative],
    ['established', 'number', day(token.established)], ['number', 'number', number], ['version', 'number', String(token.version)],
  ];
  return element('section', { className: 'face', ariaLabel: texts['face.title'] }, element('p', { className: 'note' }, texts['offline.face']),
    element('dl', {}, ...rows.map(([key, kind, value]) =>
      element('div', { className: kind }, element('dt', {}, texts[`face.${key}`]), element('dd', { dir: 'auto' }, value)))));
}

const creditCode = code => element('span', { className: 'credit-code', dir: 'ltr' }, ...code.match(/.{1,4}/g).map(group => element('span', {}, group)));

function checks(page, results) {
  const { texts } = page;
  const items = Object.entries(results).map(([name, { result, code }]) => {
    const [tone, drawn] = checkSigns[result];
    return element('li', { className: tone }, sign(page, drawn, 20), element('span', { className: 'what' }, texts[`check.${name}`]),
      element('span', { className: 'result' }, texts[`check.${result}`]),
      element('small', {}, texts[`check.${name}.how`], ...(result === 'fail' ? [' ', texts['check.code'], ' ', element('code', {}, code)] : [])));
  });
  return element('details', { className: 'checks', open: true }, element('summary', {}, element('b', {}, texts['checks.title'])), element('ul', {}, ...items));
}

function sign(page, value, size) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [name, text] of Object.entries({ class: 'sign', viewBox: '0 0 24 24', width: size, height: size, 'aria-hidden': 'true' })) svg.setAttribute(name, text);
  const path = document.createElementNS(svg.namespaceURI, 'path');
  for (const [name, text] of Object.entries({ d: page.signs[value].path, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }))
    path.setAttribute(name, text);
  svg.append(path);
  return svg;
}

// Texts become text nodes: nothing in a name is ever markup.
function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
