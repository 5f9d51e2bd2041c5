/** What the browser keeps for one participant: the outbox and the draft of the present trial (IndexedDB). */

const NAME = "mambo-reading";
const VERSION = 1;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBFactory} indexedDB @returns {Promise<IDBDatabase>} */
function opened(indexedDB) {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const outbox = request.result.createObjectStore("outbox", { keyPath: "uuid" });
    outbox.createIndex("participant", "participant");
    request.result.createObjectStore("drafts", { keyPath: "participant" });
  };
  return settled(request);
}

/** Resolved when the write is on disk as far as the browser says, not when it is queued. @param {IDBDatabase} database @param {string} store @param {(store: IDBObjectStore) => void} change */
function written(database, store, change) {
  return /** @type {Promise<void>} */ (new Promise((resolve, reject) => {
    const transaction = database.transaction(store, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    change(transaction.objectStore(store));
  }));
}

/**
 * Open what is kept for a participant. Another participant of this browser is never seen.
 * @param {IDBFactory} indexedDB
 * @param {string} participant
 */
export async function openKept(indexedDB, participant) {
  const database = await opened(indexedDB);
  const read = (store) => database.transaction(store).objectStore(store);
  return {
    outbox: {
      put: (entry) => written(database, "outbox", (store) => store.put(entry)),
      remove: (uuid) => written(database, "outbox", (store) => store.delete(uuid)),
      async all() {
        const entries = await settled(read("outbox").index("participant").getAll(participant));
        return entries.sort((a, b) => (a.queuedAt < b.queuedAt ? -1 : 1));
      },
    },
    drafts: {
      put: (draft) => written(database, "drafts", (store) => store.put({ ...draft, participant })),
      remove: () => written(database, "drafts", (store) => store.delete(participant)),
      get: async () => (await settled(read("drafts").get(participant))) ?? null,
    },
  };
}

/**
 * Return all answers that this browser still keeps, by participant.
 * @param {IDBFactory} indexedDB
 * @returns {Promise<Map<string, import("./outbox.js").Entry[]>>}
 */
export async function keptEntries(indexedDB) {
  const database = await opened(indexedDB);
  const entries = await settled(database.transaction("outbox").objectStore("outbox").getAll());
  database.close();
  const kept = new Map();
  for (const entry of entries) kept.set(entry.participant, [...(kept.get(entry.participant) ?? []), entry]);
  return kept;
}
