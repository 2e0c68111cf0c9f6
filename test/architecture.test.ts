/** The one-way arrows and house rules of CONTRIBUTING.md, held against the import statements. */

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import {
  globalsOf,
  importsOf,
  ROOT,
  reach,
  type Source,
  sourceOf,
  sourcesBelow,
  visit,
} from "./sources.js";

const sources = sourcesBelow("src");
const kernels = sourcesBelow("assembly");

/** Small things that everything may use: what CONTRIBUTING.md calls *small*. */
const SMALL = ["platform", "errors", "checks", "random", "portable-math", "pause", "nearest"];

/**
 * What each part of src/ may import besides itself, parts and packages: the table of CONTRIBUTING.md. A part
 * is a folder, or a file directly in src/.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = arrowsIn(
  readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8"),
);

function arrowsIn(text: string): Record<string, readonly string[]> {
  const [, table = ""] = text.split("| part | what it is | may import |\n|---|---|---|\n");
  const rows = table.split("\n\n")[0]!.split("\n");
  return Object.fromEntries(
    rows.map((row) => {
      const [, part = "", , allowed = ""] = row.split("|");
      const [name = ""] = codeIn(part);
      return [name, [...(allowed.includes("*small*") ? SMALL : []), ...codeIn(allowed)]];
    }),
  );
}

function codeIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
}

/** Entries: they put a program together from all parts, so no arrow binds them, and nothing imports them. */
const ENTRIES = [
  "src/threads/worker.ts",
  "src/cli/main.ts",
  ...["gru4rec", "two-towers", "experiments", "kernels"].map((name) => `src/browser/${name}.ts`),
];

/** Pages are decoded one by one, which its entry does not offer. */
const HYPARQUET = ["column", "convert", "delta", "encoding"].map(
  (name) => `hyparquet/src/${name}.js`,
);

/** Files that must run on plain typed arrays: nothing they import, near or far, leads to these parts. */
const PLAIN = [
  /^src\/(data|baselines)\//,
  /^src\/training\/sampled\/negatives\.ts$/,
  /^src\/ranking\/metrics\.ts$/,
];
const HEAVY = /^src\/(wasm|threads|network|models)\//;

/** Where a platform may be known, and the global names that give one away. */
const PLATFORM_FILES =
  /^src\/(threads\/(host|port)\.(node|web)\.ts|node(\.ts|\/.*)|prepare\/.*|cli\/.*)$/;
const PLATFORM_NAMES = [
  "process",
  "window",
  "self",
  "document",
  "navigator",
  "Buffer",
  "require",
  "setImmediate",
];

/** One idea a file: above this many lines there are probably two. */
const LONGEST = 250;
const LONGER_FOR_A_REASON: readonly string[] = [];

/** `src/models/access.ts` → `models`, `src/errors.ts` → `errors`. */
function partOf(path: string): string {
  return (
    path
      .replace(/^src\//, "")
      .replace(/\.ts$/, "")
      .split("/")[0] ?? ""
  );
}

function isOwn(specifier: string): boolean {
  return specifier.startsWith("src/");
}

/** Lines "file: what it must not" for every source and finding. */
function offences(files: readonly Source[], find: (source: Source) => Iterable<string>): string[] {
  return files.flatMap((source) => [...find(source)].map((found) => `${source.path}: ${found}`));
}

describe("arrows", () => {
  test("every part of src/ has its place, and every place its part", () => {
    expect(sources.length).toBeGreaterThan(0);
    const parts = new Set(sources.map(({ path }) => partOf(path)));
    expect(Object.keys(ARROWS).filter((part) => !parts.has(part))).toEqual([]);
    for (const [part, allowed] of Object.entries(ARROWS)) {
      const before = Object.keys(ARROWS).slice(0, Object.keys(ARROWS).indexOf(part));
      const behind = allowed.filter((name) => name in ARROWS && !before.includes(name));
      expect({ part, behind }).toEqual({ part, behind: [] });
    }
    expect(
      offences(sources, ({ path }) => (Object.hasOwn(ARROWS, partOf(path)) ? [] : ["no arrow"])),
    ).toEqual([]);
  });

  test("each part imports only what stands before it", () => {
    const wrong = offences(sources, (source) => {
      if (ENTRIES.includes(source.path)) return [];
      const part = partOf(source.path);
      const allowed = [part, ...(ARROWS[part] ?? [])];
      return importsOf(source)
        .filter(isOwn)
        .filter(
          (path) =>
            !allowed.some(
              (a) => a === partOf(path) || path === `src/${a}.ts` || path.startsWith(`src/${a}/`),
            ),
        );
    });
    expect(wrong).toEqual([]);
  });

  test("nothing is loaded later but kernels, readers of tables, rare parts of a run, and evaluation of what is no GRU4Rec", () => {
    // What is imported later is an entry to a bundler that splits (esbuild): all that it shares with the
    // public names would be loaded by every page.
    const later = sources.filter(({ tree }) => {
      let found = false;
      visit(tree, (node) => {
        if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.ImportKeyword)
          return;
        const [name] = node.arguments;
        if (name && ts.isStringLiteral(name) && name.text.startsWith(".")) found = true;
      });
      return found;
    });
    const loading =
      /^src\/(data\/(readers|ratings|records|titles|read\/(compressed|log|parquet|table))|ranking\/(cases|evaluate)|training\/(keeping|run))\.ts$/;
    expect(later.map(({ path }) => path).filter((path) => !loading.test(path))).toEqual([]);
  });

  test("nothing imports an entry", () => {
    const wrong = offences(sources, (source) =>
      importsOf(source).filter((path) => ENTRIES.includes(path)),
    );
    expect(wrong).toEqual([]);
  });

  test("what works on plain arrays never reaches WebAssembly or the model", () => {
    const plain = sources.filter(({ path }) => PLAIN.some((pattern) => pattern.test(path)));
    expect(
      offences(plain, ({ path }) => [...reach(path, sources)].filter((p) => HEAVY.test(p))),
    ).toEqual([]);
  });

  test("models do not know training, near or far", () => {
    const models = sources.filter(({ path }) => /^src\/(network|models)\//.test(path));
    const wrong = offences(models, ({ path }) =>
      [...reach(path, sources)].filter((p) => p.startsWith("src/training/")),
    );
    expect(wrong).toEqual([]);
  });

  test("no file leads back to itself, by types neither", () => {
    const wrong = offences(sources, (source) => {
      const others = [...reach(source.path, sources)].filter((path) => path !== source.path);
      return others.filter((path) => reach(path, sources).has(source.path));
    });
    expect(wrong).toEqual([]);
  });

  test("packages are imported where they belong", () => {
    const wrong = offences(sources, (source) =>
      importsOf(source)
        .filter((specifier) => !isOwn(specifier) && !specifier.startsWith("node:"))
        .filter((specifier) => {
          const name = HYPARQUET.includes(specifier) ? "hyparquet" : specifier;
          return !ARROWS[partOf(source.path)]?.includes(name);
        }),
    );
    expect(wrong).toEqual([]);
  });

  test("kernels import kernels only", () => {
    const wrong = offences(kernels, (source) =>
      importsOf(source).filter((path) => !/^assembly\/[a-z0-9-]+\.ts$/.test(path)),
    );
    expect(wrong).toEqual([]);
  });
});

describe("platforms", () => {
  const common = sources.filter(({ path }) => !PLATFORM_FILES.test(path));

  test("only wasm/ and threads/ say WebAssembly", () => {
    const others = sources.filter(({ path }) => !/^src\/(wasm|threads)\//.test(path));
    expect(
      others.filter((source) => globalsOf(source).has("WebAssembly")).map((s) => s.path),
    ).toEqual([]);
  });

  test("only host, port, node, prepare and cli import from Node", () => {
    expect(
      offences(common, (s) => importsOf(s).filter((path) => path.startsWith("node:"))),
    ).toEqual([]);
  });

  test("only host, port, node, prepare and cli name a platform's globals", () => {
    expect(
      offences(common, (s) => PLATFORM_NAMES.filter((name) => globalsOf(s).has(name))),
    ).toEqual([]);
  });

  test("the root entry reaches no Node builtin", () => {
    expect([...reach("src/index.ts", sources)].filter((path) => path.startsWith("node:"))).toEqual(
      [],
    );
  });
});

describe("house rules", () => {
  test("a file holds one idea", () => {
    const long = [...sources, ...kernels]
      .filter(({ path }) => !LONGER_FOR_A_REASON.includes(path))
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > LONGEST);
    expect(long).toEqual([]);
  });

  test("no file is named utils, and names are lower case", () => {
    const paths = [...sources, ...kernels].map(({ path }) => path);
    expect(paths.filter((path) => /^(utils?|helpers?|misc|common)\./.test(basename(path)))).toEqual(
      [],
    );
    expect(paths.filter((path) => !/^[a-z0-9-]+(\.(node|web))?\.ts$/.test(basename(path)))).toEqual(
      [],
    );
  });

  test("a file opens with what it is for", () => {
    const silent = [...sources, ...kernels].filter(
      ({ text }) => !/^(#!.*\n)?\/\*\*|^\/\/ /.test(text),
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test("no enums, no default exports", () => {
    const wrong = offences(sources, ({ tree }) => {
      const found: string[] = [];
      visit(tree, (node) => {
        if (ts.isEnumDeclaration(node)) found.push(`enum ${node.name.text}`);
        if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword) {
          if (!ts.isDefaultClause(node)) found.push("default export");
        }
      });
      return found;
    });
    expect(wrong).toEqual([]);
  });

  test("every path that a source comment names exists", () => {
    const wrong = offences([...sources, ...kernels], ({ text }) =>
      [
        ...text.matchAll(
          /\b(?:test|src|assembly|scripts|bench)\/[a-z0-9/-]+\.(?:test\.)?(?:ts|mjs)\b/g,
        ),
      ]
        .map(([path]) => path)
        .filter((path) => !exists(path)),
    );
    expect(wrong).toEqual([]);
  });
});

describe("kernels", () => {
  test("hold no state: no variable at module level", () => {
    const wrong = offences(kernels, ({ tree }) =>
      tree.statements
        .filter(ts.isVariableStatement)
        .filter(({ declarationList }) => !(declarationList.flags & ts.NodeFlags.Const))
        .map((statement) => statement.getText()),
    );
    expect(wrong).toEqual([]);
  });

  test("allocate nothing and use no library mathematics", () => {
    const wrong = offences(kernels, (source) => {
      const found = [
        "Math",
        "Mathf",
        "NativeMath",
        "NativeMathf",
        "Array",
        "StaticArray",
        "Float32Array",
      ].filter((name) => globalsOf(source).has(name));
      visit(source.tree, (node) => {
        const allocates = ts.isArrayLiteralExpression(node) && !isStaticData(node.parent);
        if (ts.isNewExpression(node) || allocates) found.push(node.getText());
      });
      return found;
    });
    expect(wrong).toEqual([]);
  });
});

describe("the reading of sources", () => {
  test("sees every kind of import and no words in comments or strings", () => {
    const source = sourceOf(
      "src/models/x.ts",
      `// import "./no.js"
      import { a } from "../errors.js"; import type { B } from "#host";
      export * from "node:fs"; const later = () => import("./y.js");
      type C = import("./z.js").C; const text = "window";
      const process = 1; a.self(process, WebAssembly.Memory);`,
    );
    expect(importsOf(source)).toEqual([
      "src/errors.ts",
      "src/threads/host.web.ts",
      "node:fs",
      "src/models/y.ts",
      "src/models/z.ts",
    ]);
    const loaded = [...reach(source.path, [source], false)];
    expect(loaded).toEqual(expect.arrayContaining(["src/errors.ts", "node:fs", "src/models/y.ts"]));
    expect(loaded).not.toContain("src/threads/host.web.ts");
    expect(loaded).not.toContain("src/models/z.ts");
    const said = globalsOf(source);
    expect(said.has("WebAssembly")).toBe(true);
    expect(["window", "process", "self"].filter((name) => said.has(name))).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    readFileSync(join(ROOT, path));
    return true;
  } catch {
    return false;
  }
}

/** memory.data(…): bytes of the binary, put into page 0 when it is linked. */
function isStaticData(node: ts.Node): boolean {
  return ts.isCallExpression(node) && node.expression.getText() === "memory.data";
}
