// What this browser keeps to verify without a network: IndexedDB, small and bounded. Everything in it is verified anew whenever it is used, but for `logged`, which the server said.

const mostTokens = 200;
const mostLists = 4;
const mostListLength = 1.5 * 1024 * 1024;

let opened;

function open() {
  return opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('elicense', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('facts');
      request.result.createObjectStore('lists', { keyPath: 'number' });
      request.result.createObjectStore('tokens', { keyPath: 'statement' }).createIndex('uscc', 'uscc');
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(names, mode, act) {
  const transaction = (await open()).transaction(names, mode);
  const request = act(...names.map(name => transaction.objectStore(name)));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

const read = (name, act) => run([name], 'readonly', act);
const write = (name, act) => run([name], 'readwrite', act);

/** {jws, roots}, or undefined. */
export const trust = () => read('facts', facts => facts.get('trust'));

export const keepTrust = (jws, roots) => write('facts', facts => facts.put({ jws, roots }, 'trust'));

export const lists = () => read('lists', all => all.getAll());

export async function keepList(number, jwt) {
  if (jwt.length > mostListLength) return;
  await write('lists', all => all.put({ number, jwt, at: Date.now() }));
  await dropOldest('lists', await lists(), mostLists, list => list.number);
}

/** {statement, token, uscc, version, list, logged, at}, or undefined. */
export const token = statement => read('tokens', all => all.get(statement));

export const tokensOf = uscc => read('tokens', all => all.index('uscc').getAll(uscc));

export async function keepToken(entry) {
  await write('tokens', all => all.put({ ...entry, at: Date.now() }));
  await dropOldest('tokens', await read('tokens', all => all.getAll()), mostTokens, one => one.statement);
}

async function dropOldest(name, entries, most, keyOf) {
  const tooMany = entries.sort((a, b) => b.at - a.at).slice(most);
  if (tooMany.length > 0) await write(name, all => { for (const entry of tooMany) all.delete(keyOf(entry)); });
}
