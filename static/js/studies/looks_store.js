/** Batches of interactions that could not leave yet (IndexedDB): a database of their own, away from the answers. */

const NAME = "mambo-looks";
const VERSION = 1;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Open what waits for a participant.
 * @param {IDBFactory} indexedDB
 * @param {string} participant
 * @returns {Promise<import("./interaction_log.js").BatchStore>}
 */
export async function openLooks(indexedDB, participant) {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("batches", { keyPath: "batch" }).createIndex("participant", "participant");
  };
  const database = await settled(request);
  const store = (/** @type {IDBTransactionMode} */ mode) => database.transaction("batches", mode).objectStore("batches");
  return {
    put: async (batch) => void (await settled(store("readwrite").put({ ...batch, participant }))),
    remove: async (id) => void (await settled(store("readwrite").delete(id))),
    all: () => settled(store("readonly").index("participant").getAll(participant)),
  };
}
