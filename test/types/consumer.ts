/** A strict project that has installed the package: which types and module resolution it has, and what tsc says of it. */

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../sources.js";

const run = promisify(execFile);

/** What a project knows of a platform, and the programs that it can compile. */
export interface Platform {
  readonly name: string;
  readonly lib: readonly string[];
  readonly types: readonly string[];
  readonly programs: readonly string[];
}

const COMMON = ["choices", "plain"];

export const PLATFORMS: readonly Platform[] = [
  { name: "neither DOM nor Node", lib: ["ES2022"], types: [], programs: COMMON },
  { name: "Node", lib: ["ES2022"], types: ["node"], programs: [...COMMON, "node"] },
  { name: "DOM", lib: ["ES2022", "DOM", "DOM.Iterable"], types: [], programs: [...COMMON, "page"] },
  {
    name: "DOM and Node",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: ["node"],
    programs: [...COMMON, "node", "page"],
  },
];

/** How a project finds modules. Node10 went with TypeScript 7. */
export const RESOLUTIONS = {
  NodeNext: { module: "NodeNext", moduleResolution: "NodeNext" },
  Node16: { module: "Node16", moduleResolution: "Node16" },
  Bundler: { module: "ESNext", moduleResolution: "Bundler" },
  Node10: { module: "ESNext", moduleResolution: "Node10", ignoreDeprecations: "6.0" },
} as const;

/** Modules for pages without a bundler. */
const MODULES = ["gru4rec", "two-towers", "experiments", "kernels"];

/** Folders of the project's own that stand for an installation: the package, and the types of Node. */
export function installIn(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const modules = join(folder, "node_modules");
  for (const path of ["package.json", "dist"]) {
    cpSync(join(ROOT, path), join(modules, "gru4rec", path), { recursive: true });
  }
  for (const path of ["@types/node", "undici-types"]) {
    cpSync(join(ROOT, "node_modules", path), join(modules, path), { recursive: true });
  }
  cpSync(join(ROOT, "test/types/programs"), folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
}

/** What a compiler says of a project's programs, ours and all declarations: nothing where all is well. */
export async function complaints(
  folder: string,
  { lib, types, programs }: Platform,
  resolution: Readonly<Record<string, string>>,
  typescript: string = join(ROOT, "node_modules/typescript"),
): Promise<string> {
  const compilerOptions = {
    ...resolution,
    lib,
    types,
    target: "ES2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    declaration: true,
    noEmit: true,
    pretty: false,
  };
  const project = join(folder, `${[...types, ...lib, resolution.moduleResolution].join("-")}.json`);
  const modules = MODULES.map((name) => `node_modules/gru4rec/dist/${name}.d.ts`);
  const files = [
    ...programs.map((name) => (name.endsWith(".tsx") ? name : `${name}.ts`)),
    ...modules,
  ];
  mkdirSync(folder, { recursive: true });
  writeFileSync(project, JSON.stringify({ compilerOptions, files }));
  const { bin } = createRequire(import.meta.url)(join(typescript, "package.json"));
  const tsc = join(typescript, bin.tsc);
  const { stdout } = await run(process.execPath, [tsc, "-p", project]).catch((error) => error);
  return stdout;
}
