/** The page's own worker: trains in it, so that the library's workers are started by a worker. */

import { trained } from "./app.js";
import { files } from "./page.js";

files()
  .then(([plain, packed]) => trained(plain, packed))
  .catch((error) => ({ error: String(error) }))
  .then((outcome) => postMessage(outcome));
