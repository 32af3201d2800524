/** Where the cache keeps the language that the reader saw last, for pages without a network. */
export const languageKey = '/offline/language';

export async function keepLanguage(language) {
  await (await caches.open('language')).put(languageKey, new Response(language));
}
