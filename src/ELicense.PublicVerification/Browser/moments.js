// Times in words that stay true while the page is open, and exactly in the reader's own zone.

export function ago(seconds, texts, now = Date.now() / 1000) {
  const passed = now - seconds;
  const say = (key, number) => texts[key].replace('{0}', Math.floor(number));
  if (passed < -60) return texts['time.future'];
  if (passed < 60) return texts['time.now'];
  if (passed < 3600) return say('time.minutes', passed / 60);
  return passed < 48 * 3600 ? say('time.hours', passed / 3600) : say('time.days', passed / 86400);
}

/** A time element: how long ago, and in brackets when that was here. */
export function show(element, { language, texts }) {
  const at = new Date(element.dateTime);
  element.textContent = ago(at / 1000, texts);
  const exact = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(at);
  element.title = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'long' }).format(at);
  element.append(document.createElement('wbr'), ` (${exact})`);
}

export function showAll(page) {
  const elements = document.querySelectorAll('time.moment');
  const tick = () => { for (const element of elements) show(element, page); };
  if (elements.length > 0) {
    tick();
    setInterval(tick, 30_000);
  }
}
