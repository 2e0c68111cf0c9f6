/** `npm run experiments`: the command of bench/experiments, in this process, so that Ctrl-C reaches it once. */

import { pathToFileURL } from "node:url";
import { bundleProgram } from "./bundle-program.mjs";

await import(pathToFileURL(await bundleProgram("bench/experiments/main.ts")).href);
