/** npm packages as peers: no dependencies of this one, installed below build/peers by whoever wants them. */

import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const FOLDER = "build/peers";

/** The command that installs packages where they are looked for. */
export function installOf(packages: readonly string[]): string {
  return `npm install --no-save --ignore-scripts --prefix ${FOLDER} ${packages.join(" ")}`;
}

/** A package, or undefined when it is not installed. `file` is a module within it, if not its main one. */
export async function installed<Module>(name: string, file?: string): Promise<Module | undefined> {
  const require = createRequire(resolve(FOLDER, "package.json"));
  const path = file
    ? resolve(FOLDER, "node_modules", name, file)
    : resolved(() => require.resolve(name));
  if (path === undefined) return undefined;
  try {
    const module = (await import(pathToFileURL(path).href)) as Module & { default?: Module };
    return module.default ?? module;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Where a file of an installed package lies. */
export function pathIn(name: string, file: string): string {
  return resolve(FOLDER, "node_modules", name, file);
}

function resolved(find: () => string): string | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
