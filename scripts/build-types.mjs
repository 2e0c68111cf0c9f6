/**
 * The declarations of the package: one file an entry, rolled up from what tsc writes for each module.
 *
 * `gru4rec/node` takes the names that it shares with the root entry from there, so that a class is one class.
 * Nothing that only this library can make is told of, nor what a file of ours is for.
 */

import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { ROOT, writeIfChanged } from "./stages.mjs";

/** Where tsc writes the declarations of modules (tsconfig.build.json). */
const MODULES = "build/types";

/** Modules that are said otherwise: weights, which no user can see, and a class that is known by two names. */
const SAID = {
  "models/gru4rec/inference": opaque("Inference"),
  "models/two-towers/index-inference": opaque("IndexInference"),
  "models/two-towers/inference": opaque("TowerInference"),
  "training/in-batch/two-towers":
    'export { TwoTowers } from "../../models/two-towers/two-towers.js";',
};

/** Symbol.dispose, which the ES2022 of a strict program does not know. */
const DISPOSABLE = '/// <reference lib="esnext.disposable" />\n';

/** Writes the declarations of the entries to dist/, and returns their paths. */
export async function rollTypes() {
  const [{ rollup }, { dts }] = await Promise.all([import("rollup"), import("rollup-plugin-dts")]);
  const build = await rollup({
    input: {
      index: resolve(ROOT, MODULES, "index.d.ts"),
      node: resolve(ROOT, MODULES, "node.d.ts"),
      recommend: resolve(ROOT, MODULES, "recommend.d.ts"),
    },
    preserveEntrySignatures: "allow-extension",
    plugins: [{ name: "said", load: declarationsOf }, dts()],
    onLog(_, { message }) {
      throw new Error(`the declarations do not roll up: ${message}`);
    },
  });
  const { output } = await build.generate({
    entryFileNames: "[name].d.ts",
    manualChunks: (id) => /^(node|recommend)[./]/.exec(moduleOf(id))?.[1] ?? "index",
  });
  await build.close();
  const names = output.map(({ fileName }) => fileName).sort();
  if (names.join() !== "index.d.ts,node.d.ts,recommend.d.ts")
    throw new Error(`declarations are in ${names}`);
  for (const { fileName, code } of output) {
    const head = fileName === "index.d.ts" ? DISPOSABLE : "";
    writeIfChanged(`dist/${fileName}`, head + withTypesOnly(code, fileName));
  }
  return names.map((name) => `dist/${name}`);
}

function declarationsOf(id) {
  const said = SAID[moduleOf(id).replace(/\.d\.ts$/, "")];
  return (
    said ??
    readFileSync(id, "utf8").replace(/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?!export|declare)/, "")
  );
}

/** Classes that an entry exports as types alone (no `new` for users) are exported as such; rolling up forgets it. */
function withTypesOnly(code, fileName) {
  const entry = readFileSync(resolve(ROOT, MODULES, fileName), "utf8");
  const lists = [...entry.matchAll(/export type \{([^}]*)\}/g)].map(([, names]) => names).join();
  const single = [...entry.matchAll(/\btype (\w+)[,\s}]/g)].map(([, name]) => name);
  const types = new Set([...(lists.match(/\w+/g) ?? []), ...single]);
  return code.replace(/^export \{(.*)\}( from '.*')?;$/m, (_, names, from = "") => {
    const said = names.split(",").map((name) => (types.has(name.trim()) ? ` type${name}` : name));
    return `export {${said}}${from};`;
  });
}

/** `models/session.d.ts` */
function moduleOf(id) {
  return relative(resolve(ROOT, MODULES), id).split(sep).join("/");
}

function opaque(name) {
  return `export interface ${name} { dispose(): void; }`;
}
