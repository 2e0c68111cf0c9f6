/**
 * The service worker: keeps all files of the page at its first visit and answers from there; what it does not keep
 * it does not fetch from elsewhere. Workers get the page's rule against sending, which a page's own rules do not reach.
 */

/// <reference lib="webworker" />

/** Filled in by the build: the files of the page, and a name that changes with them. */
declare const __FILES__: readonly string[];
declare const __STAMP__: string;

interface Waiting extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface Asked extends Waiting {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

const CACHE = `gru4rec-${__STAMP__}`;
const RULES =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' blob:; worker-src 'self' blob:; connect-src 'self'";
const worker = self as unknown as EventTarget & {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  readonly registration: { readonly scope: string };
};

worker.addEventListener("install", (event) => {
  (event as Waiting).waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(__FILES__))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (event) => {
  (event as Waiting).waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))),
      )
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  if (request.method !== "GET" || !request.url.startsWith(worker.registration.scope)) return;
  (event as Asked).respondWith(answer(request));
});

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const address = new URL(request.url);
  address.hash = "";
  address.search = "";
  if (address.href === worker.registration.scope) address.pathname += "index.html";
  const kept = (await cache.match(address.href)) ?? (await fetch(request));
  if (request.destination !== "worker") return kept;
  const headers = new Headers(kept.headers);
  headers.set("Content-Security-Policy", RULES);
  return new Response(kept.body, { status: kept.status, headers });
}
