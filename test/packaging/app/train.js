/** A page that trains: here, or in the page's own worker; `?threads=0`, `?worker=URL`, `?inside`. */

import { trained } from "./app.js";
import { files, reported } from "./page.js";

const wanted = new URLSearchParams(location.search);

function options() {
  const worker = wanted.get("worker");
  const threads = wanted.get("threads");
  return {
    ...(worker && { createWorker: () => new Worker(worker) }),
    ...(threads && { threads: Number(threads) }),
  };
}

/** Bundlers know this form, and make a bundle of its own of the worker. */
function insideWorker() {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./inside.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the page's own worker failed: ${message}`));
  });
}

reported(
  wanted.has("inside")
    ? insideWorker()
    : files().then(([plain, packed]) => trained(plain, packed, options())),
);
