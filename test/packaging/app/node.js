/** The tiny app without a page: in Node, Bun and Deno, and within test runners. */

import { readFile } from "node:fs/promises";
import { trained } from "./app.js";

const read = async (name, ...of) =>
  new File([await readFile(new URL(name, import.meta.url))], ...of);
const outcome = trained(
  await read("./clicks.csv", "clicks.csv"),
  await read("./clicks.csv.gz", "clicks.csv.gz"),
);
console.log(JSON.stringify(await outcome.catch((error) => ({ error: String(error) }))));
