/**
 * The bundle stage: src/browser/ → dist/gru4rec.js and the modules beside it, for pages without a bundler.
 *
 * Minified modules with source maps, and chunks beside them that are loaded when needed: the kernels, one chunk a
 * build, and what reads packed tables. Each of the modules is made into one function, so that a worker can be
 * started from its text (src/browser/threads.ts): nothing stands in them twice, and a worker is fetched from nowhere.
 */

import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { BUILDS } from "./build-wasm.mjs";
import { filesBelow, ROOT, stage, writeIfChanged } from "./stages.mjs";

const MODULES = ["gru4rec", "two-towers", "experiments", "kernels"];

/** Whether a file of dist/ belongs to this stage. */
export const isBundled = (path) =>
  path.startsWith("dist/chunks/") || MODULES.some((name) => path.startsWith(`dist/${name}.`));

export async function buildBundle() {
  const inputs = ["package-lock.json", "scripts/build-bundle.mjs", ...filesBelow("src")];
  await stage("bundle", inputs, async () => {
    const files = await bundle();
    for (const { path, content } of files) writeIfChanged(path, content);
    const [main] = files;
    const outputs = files.map(({ path }) => path);
    for (const path of filesBelow("dist", isBundled)) {
      if (!outputs.includes(path)) rmSync(resolve(ROOT, path)); // left over from a source that is gone
    }
    const size = Math.ceil(main.content.length / 1024);
    return { outputs, summary: `bundle: ${outputs.length} files, ${main.path} ${size} KB` };
  });
}

/** The files of dist/, the main module first. */
async function bundle() {
  const groups = []; // what modules share is in the first of them that has it
  for (const name of MODULES) {
    const [alone] = await generate([name], { sourcemap: false });
    const needed = new Set(Object.keys(alone.modules));
    groups.push({ name, test: (id) => needed.has(id), priority: MODULES.length - groups.length });
  }
  const codeSplitting = { groups };
  const output = await generate(MODULES, { minify: true, codeSplitting, plugins: [asFunctions] });
  const main = output.findIndex(({ fileName }) => fileName === "gru4rec.js");
  output.unshift(...output.splice(main, 1));
  const files = output.map(({ fileName, code, source }) => ({
    path: `dist/${fileName}`,
    content: areKernels(fileName)
      ? code?.replace(/\n\/\/# sourceMappingURL=.*\n?/, "")
      : (code ?? source),
  }));
  return [...files.filter(({ content }) => content !== undefined), ...MODULES.map(typesOf)];
}

/** A map of kernels would lead to the same digits. */
const areKernels = (file) => BUILDS.some((name) => file.startsWith(`chunks/${name}.js`));

/** Declarations of a module: its names have the types of the package's. */
function typesOf(name) {
  const names = shown.get(name).join(", ");
  const content = `export { ${names} } from "./index.js";\nexport type * from "./index.js";\n`;
  return { path: `dist/${name}.d.ts`, content };
}

/** Names of each module that pages import. */
const shown = new Map();

async function generate(modules, options) {
  const { rolldown } = await import("rolldown");
  const build = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(modules.map((name) => [name, `src/browser/${name}.ts`])),
    platform: "browser",
    tsconfig: false, // its "paths" know one platform only
    preserveEntrySignatures: "allow-extension",
    checks: { pluginTimings: false, ineffectiveDynamicImport: false }, // gru4rec.ts makes a late import early
    resolve: {
      alias: {
        "#port": resolve(ROOT, "src/threads/port.web.ts"),
        "#host": resolve(ROOT, "src/threads/host.web.ts"),
      },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
    plugins: [workerText],
    onLog(level, log) {
      if (level !== "warn") return;
      throw new Error(`the modules for pages do not bundle: ${log.message}`);
    },
  });
  const shape = {
    dir: resolve(ROOT, "dist"),
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
  };
  const { output } = await build.generate({ ...shape, ...options }).catch(({ message }) => {
    throw new Error(`the modules for pages do not bundle: ${stripVTControlCharacters(message)}`);
  });
  await build.close();
  return output;
}

/** The host takes the worker's program from the modules instead of a text of its own. */
const workerText = {
  name: "worker-text",
  resolveId: (id) =>
    id.endsWith("/program.web.js") ? resolve(ROOT, "src/browser/threads.ts") : undefined,
};

/** A part of another module that is loaded late. */
const LATE = /import\("\.\/([\w-]+)\.js"\)\.then\(\((\w+)\) => \2\.(\w+)\)/g;

/**
 * An entry becomes a function, so that its text can start a worker:
 *
 *     import { a as b } from "./gru4rec.js";      import { $ as library } from "./gru4rec.js";
 *     …                                       →   const wholeModule = function wholeModule(library) {
 *     export { c as Name };                         const { a: b } = library;  …  return { Name: c };
 *                                                 };
 *                                                 const all = wholeModule(library);
 *                                                 export const { Name } = all;  export { all as $ };
 *
 * Names that begin with $, and those that only the other files use, are in `$` alone.
 */
const asFunctions = {
  name: "as-functions",
  async renderChunk(code, { isEntry, name, imports, facadeModuleId }) {
    const { default: MagicString } = await import("magic-string");
    const text = new MagicString(code);
    const parts = partsOf(code);
    for (const [i, { begin, end, names, from }] of parts.imports.entries()) {
      if (!MODULES.some((module) => from.endsWith(`/${module}.js`))) continue;
      const library = isEntry ? "library" : `library${i}`; // an entry imports from gru4rec.js alone
      const taken = `const {${names.map(([a, b]) => `${a}: ${b}`)}} = ${library};`;
      text.update(begin, end, `import { $ as ${library} } from "${from}";${isEntry ? "" : taken}`);
      if (isEntry)
        text.appendLeft(end, `\nconst wholeModule = function wholeModule(library) {\n${taken}`);
    }
    for (const { index, 0: all, 1: file, 2: of, 3: part } of code.matchAll(LATE)) {
      if (!MODULES.includes(file)) continue;
      text.update(
        index,
        index + all.length,
        `import("./${file}.js").then((${of}) => ${of}.$.${part})`,
      );
    }
    if (isEntry) {
      const expected = name === "gru4rec" ? "" : "gru4rec.js";
      if (String(imports) !== expected) {
        throw new Error(`${name}.js imports ${imports}: expected ${expected || "nothing"}`);
      }
      const argument = expected && "library";
      if (!argument) text.prepend("const wholeModule = function wholeModule() {\n");
      const { begin, end, names } = parts.exports;
      const returned = names.map(([inner, outer]) => `${outer}: ${inner}`);
      const { exports: own } = this.getModuleInfo(facadeModuleId);
      shown.set(name, own.filter((one) => !one.startsWith("$")).sort());
      text.update(
        begin,
        end,
        `return {${returned}};\n};\nconst all = wholeModule(${argument});\nexport const {${shown.get(name)}} = all;\nexport { all as $ };`,
      );
    }
    return { code: text.toString(), map: text.generateMap({ hires: true }) };
  },
};

/** The import statements at the top of a chunk and the export statement at its end. */
function partsOf(code) {
  const places = (pattern) =>
    [...code.matchAll(pattern)].map(({ 0: all, 1: list, 2: from, index }) => ({
      ...{ begin: index, end: index + all.length, from },
      names: list
        .split(",")
        .map((one) => one.trim().split(" as "))
        .map(([inner, outer = inner]) => [inner, outer]),
    }));
  const imports = places(/^import \{([^}]*)\} from "([^"]*)";$/gm);
  const [exports] = places(/^export \{([^}]*)\};$/gm).slice(-1);
  return { imports, exports };
}
