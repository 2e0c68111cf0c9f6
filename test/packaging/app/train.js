/** A page that trains; `?threads=0`, `?worker=URL` of `createWorker`. */

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

reported(files().then(([plain, packed]) => trained(plain, packed, options())));
