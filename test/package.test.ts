/** What is published: the files, the dependencies, the entries, and that importing them starts nothing. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { describe, expect, test } from "vitest";
import { ROOT } from "./sources.js";

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));

describe("the manifest", () => {
  test("needs the command line and what reads and writes packed tables at run time, nothing else", () => {
    expect(Object.keys(manifest.dependencies)).toEqual([
      "commander",
      "fflate",
      "hyparquet",
      "hyparquet-compressors",
      "hyparquet-writer",
    ]);
    expect(manifest.optionalDependencies).toBeUndefined();
  });

  test("runs nothing when it is installed", () => {
    const hooks = ["preinstall", "install", "postinstall", "prepare"];
    expect(hooks.filter((hook) => hook in manifest.scripts)).toEqual([]);
  });

  test("has a lock file that binds nobody to a registry", () => {
    const entries: { resolved?: string }[] = Object.values(lock.packages);
    expect(entries.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  test("has a lock file that npm ci takes on every platform (scripts/complete-lock.mjs)", () => {
    const isLocked = (path: string, name: string): boolean =>
      `${path && `${path}/`}node_modules/${name}` in lock.packages ||
      (path !== "" && isLocked(path.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, ""), name));
    const entries: [string, { optionalDependencies?: object }][] = Object.entries(lock.packages);
    const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
    );
    expect(missing).toEqual([]);
  });

  test("pleases publint", async () => {
    const { messages } = await publint({ pkgDir: ROOT, level: "suggestion", strict: true });
    // The field "browser" is for bundlers that do not read "exports"; those that do must not take the whole module.
    const others = messages.filter(({ code }) => code !== "USE_EXPORTS_BROWSER");
    expect(others.map((message) => formatMessage(message, manifest))).toEqual([]);
  }, 120_000);
});

describe("the packed files", () => {
  test("are dist/, the documents and the manifest", async () => {
    const files = await packedFiles();
    const documents = files.filter((path) => !path.startsWith("dist/")).sort();
    expect(documents).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
    expect(
      files.filter((path) => !/\.(js|js\.map|d\.ts|wasm|md|json)$|^LICENSE$/.test(path)),
    ).toEqual([]);
  }, 120_000);

  test("hold every file that the manifest points to", async () => {
    const files = await packedFiles();
    const { bin, exports, imports, main, types, typesVersions, unpkg, jsdelivr } = manifest;
    const all = [bin, exports, imports, main, types, typesVersions, unpkg, jsdelivr];
    const entries = all.flatMap(leaves);
    expect(entries.length).toBeGreaterThan(5);
    const isPacked = (path: string): boolean => {
      const [begin = "", end] = path.replace("./", "").split("*");
      const fits = (file: string) => file.startsWith(begin) && file.endsWith(end ?? "");
      return end === undefined ? files.includes(begin) : files.some(fits);
    };
    expect(entries.filter((path) => !isPacked(path))).toEqual([]);
  }, 120_000);

  test("declare an entry in one file, and as values what its program exports", async () => {
    const files = await packedFiles();
    expect(files.filter((path) => path.endsWith(".d.ts"))).toEqual([
      "dist/experiments.d.ts",
      "dist/gru4rec.d.ts",
      "dist/index.d.ts",
      "dist/kernels.d.ts",
      "dist/node.d.ts",
      "dist/recommend.d.ts",
      "dist/threads/worker.web.d.ts",
      "dist/two-towers.d.ts",
    ]);
    for (const entry of ["index", "node", "recommend"]) {
      const program = await import(join(ROOT, `dist/${entry}.js`));
      const text = readFileSync(join(ROOT, `dist/${entry}.d.ts`), "utf8");
      const [, names = ""] = /^export \{(.*)\}(?: from .*)?;$/m.exec(text) ?? [];
      const values = names.split(",").filter((name) => !name.includes("type "));
      expect(values.map((name) => name.trim()).sort()).toEqual(Object.keys(program).sort());
    }
  }, 120_000);

  test("start the command with a shebang", () => {
    const command = readFileSync(join(ROOT, manifest.bin.gru4rec), "utf8");
    expect(command.startsWith("#!/usr/bin/env node\n")).toBe(true);
  });
});

describe("importing", () => {
  test.each(["gru4rec", "gru4rec/node"])(
    "%s compiles nothing, starts nothing, reads no environment",
    async (entry) => {
      const { stdout } = await run(
        process.execPath,
        ["--input-type=module", "-e", watched(entry)],
        { cwd: ROOT },
      );
      expect(JSON.parse(stdout)).toEqual({ did: [], alive: [] });
    },
  );
});

describe("a page's bundle", () => {
  test("that only recommends holds no training and no worker program", async () => {
    const files = await bundledFiles('export { GRU4Rec } from "gru4rec";');
    expect(files).toContain("dist/models/gru4rec/gru4rec.js");
    expect(
      files.filter((path) =>
        /^dist\/(training|ranking|data\/read)|threads\/(job|host|program)/.test(path),
      ),
    ).toEqual([]);
  });

  test("that trains holds the worker program for browsers only", async () => {
    const files = await bundledFiles('export { GRU4Rec, train } from "gru4rec";');
    expect(files).toContain("dist/threads/program.web.js");
    expect(files.filter((path) => /\.node\.js$|cli/.test(path))).toEqual([]);
  });

  test("that trains one model holds nothing of the other's training", async () => {
    const gru4rec = await bundledFiles('export { GRU4Rec, train } from "gru4rec";');
    expect(gru4rec).toContain("dist/training/sampled/recipe.js");
    expect(gru4rec.filter((path) => /in-batch/.test(path))).toEqual([]);
    const towers = await bundledFiles('export { TwoTowers, train } from "gru4rec";');
    expect(towers).toContain("dist/training/in-batch/recipe.js");
    const index = await bundledFiles('export { RetrievalIndex } from "gru4rec";');
    expect(index.filter((path) => /^dist\/training/.test(path))).toEqual([]);
  });

  test("that only recommends is one request but for its kernels, whatever a bundler splits", async () => {
    const program = 'export { GRU4Rec } from "gru4rec";';
    const atOnce = new Set(await bundledFiles(program, "at once"));
    const all = await bundledFiles(program);
    const later = all.filter((path) => !atOnce.has(path));
    expect(later.sort()).toEqual([
      "dist/wasm/binaries/serving-relaxed.js",
      "dist/wasm/binaries/serving.js",
    ]);
  });

  test("that only recommends is at most 20 KB compressed, with the kernels it loads", async () => {
    const program = 'export { GRU4Rec } from "gru4rec";';
    const [atOnce, all] = [
      await bundled(program, "at once", true),
      await bundled(program, "all", true),
    ];
    const kernels = all.filter(({ name }) => name === "serving");
    expect(kernels).toHaveLength(1);
    const bytes = [...atOnce, ...kernels].map(({ code }) => gzipSync(code, { level: 9 }).length);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(20_000);
  });

  // Minified bytes without the kernels, a little above what there is: whoever raises one says what it buys.
  test.each([
    { name: "GRU4Rec", most: 39_000 },
    { name: "RetrievalIndex", most: 39_000 },
    { name: "evaluate", most: 154_000 },
  ])("of $name alone has at most $most bytes", async ({ name, most }) => {
    const chunks = await bundled(`export { ${name} } from "gru4rec";`, "at once", true);
    const bytes = chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
    expect(bytes).toBeLessThan(most);
  });
});

/** Files of dist/ whose code is in a browser's bundle of this program: lazily loaded chunks too, or not. */
async function bundledFiles(program: string, which: "all" | "at once" = "all"): Promise<string[]> {
  const chunks = await bundled(program, which, false);
  return chunks
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([path]) => path.replace(ROOT, ""));
}

/** Chunks of a browser's bundle of this program: all of them, or those that are loaded at once. */
async function bundled(program: string, which: "all" | "at once", minify: boolean) {
  const build = await rolldown({
    cwd: ROOT,
    input: "virtual:page",
    platform: "browser",
    logLevel: "silent",
    plugins: [
      {
        name: "page",
        resolveId: (id) => (id === "virtual:page" ? join(ROOT, "page.js") : undefined),
        load: (id) => (id === join(ROOT, "page.js") ? program : undefined),
      },
    ],
  });
  const { output } = await build.generate({ format: "esm", minify });
  await build.close();
  const chunks = new Map(output.map((file) => [file.fileName, file]));
  const wanted = new Set([...chunks.keys()].slice(0, 1)); // the entry, and what it imports statically
  for (const name of wanted) {
    const chunk = chunks.get(name)!;
    if (chunk.type === "chunk") for (const imported of chunk.imports) wanted.add(imported);
  }
  return output
    .filter((file) => file.type === "chunk")
    .filter(({ fileName }) => which === "all" || wanted.has(fileName));
}

/** Paths that `npm pack` would put into the tarball. */
async function packedFiles(): Promise<string[]> {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json"], {
    cwd: ROOT,
    shell: process.platform === "win32",
  });
  const [tarball] = JSON.parse(stdout);
  return tarball.files.map((file: { path: string }) => file.path);
}

/** Every path in a nested table of conditions. */
function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return Object.values(value as object).flatMap(leaves);
}

/** A program that imports an entry and prints what the import did beyond defining things. */
function watched(entry: string): string {
  return `
    import workers from "node:worker_threads";
    import { syncBuiltinESMExports } from "node:module";
    const did = [];
    for (const name of ["compile", "instantiate", "validate", "Module", "Instance", "Memory"]) {
      WebAssembly[name] = new Proxy(WebAssembly[name], {
        apply() { did.push(name); }, construct() { did.push(name); return {}; },
      });
    }
    workers.Worker = class { constructor() { did.push("Worker"); } };
    syncBuiltinESMExports();
    process.env = new Proxy(process.env, {
      get(target, name) {
        // Node's own loader looks this one up at every import.
        if (name !== "WATCH_REPORT_DEPENDENCIES") did.push("env " + String(name));
        return target[name];
      },
    });
    await import(${JSON.stringify(entry)});
    console.log(JSON.stringify({
      did, alive: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|Immediate|FS|Req$/.test(name)),
    }));`;
}
