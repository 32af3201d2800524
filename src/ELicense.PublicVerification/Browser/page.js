const element = document.getElementById('page');

/** What the server says to the scripts: language, texts by key, addresses of the decoder, fingerprints of the trusted root. */
export const page = element ? JSON.parse(element.textContent) : null;
