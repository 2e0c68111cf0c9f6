/** Keeps things in IndexedDB, each write in one transaction. */

import type { Store } from "./store.js";

const NAME = "gru4rec";
const TABLE = "kept";

export async function databaseStore(isPrivate: boolean): Promise<Store> {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE);
  const database = await done(opening);
  const table = (mode: IDBTransactionMode): IDBObjectStore =>
    database.transaction(TABLE, mode).objectStore(TABLE);
  return {
    isPrivate,
    async write(name, parts) {
      const rows = table("readwrite");
      rows.put(new Blob([...parts]), name);
      await committed(rows.transaction);
    },
    read: (name) => done(table("readonly").get(name) as IDBRequest<Blob | undefined>),
    async clear() {
      const rows = table("readwrite");
      rows.clear();
      await committed(rows.transaction);
    },
  };
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}
