// The script of the pages that the server makes.
import { enhance } from './form.js';
import { keep } from './keep.js';
import { showAll } from './moments.js';
import { page } from './page.js';

enhance(page);
showAll(page);
if ('serviceWorker' in navigator) {
  const note = document.getElementById('kept');
  keep(page).then(kept => { if (note) note.hidden = !kept; }, failure => console.warn('Not kept for use without a network:', failure));
}
