/** A page that trains in a worker of its own, in a form that bundlers know: they bundle the worker, too. */

import { reported } from "./page.js";

const worker = new Worker(new URL("./inside.js", import.meta.url), { type: "module" });
reported(
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the page's own worker failed: ${message}`));
  }),
);
