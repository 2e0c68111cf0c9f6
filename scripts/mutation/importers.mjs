/**
 * Which tests are to notice what is wrong in a module: those that come to it by imports, the most direct and
 * most particular first. A name that is imported from src/index.ts leads to the module that has it, and not to
 * all that is public.
 */

import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { filesBelow, ROOT } from "../stages.mjs";

/** Tests that start programs, take long or look at the clock. */
const SLOW =
  /^test\/(browser|cli|durability|engines|races|soak|baselines)\/|(event-loop|programs|workers|package|examples|readme|live|gigabyte|formats|real-logs)\.test\.ts$/;

/** Tests of a folder's promises, which go through all of it: taken beside the nearest. */
const PROMISED = new Map([
  ["training", "test/contracts/"],
  ["network", "test/golden/"],
]);

/** Quick ones that go many ways: taken wherever they come to. */
const BROAD = ["test/training/known-bits.test.ts"];

/** What a file takes from others: [path, names or undefined for all]. Types are gone when tests run. */
function importsOf(path) {
  const tree = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), 99);
  const found = [];
  const visit = (node) => {
    const isImport = node.expression?.kind === ts.SyntaxKind.ImportKeyword;
    const specifier = isImport ? node.arguments[0]?.text : undefined;
    if (specifier?.startsWith(".")) found.push({ path: resolved(path, specifier) });
    ts.forEachChild(node, visit);
  };
  visit(tree);
  for (const statement of tree.statements) {
    const { moduleSpecifier, importClause, exportClause, isTypeOnly } = statement;
    if (!moduleSpecifier?.text.startsWith(".") || isTypeOnly || importClause?.isTypeOnly) continue;
    const bindings = importClause ? importClause.namedBindings : exportClause;
    const named = bindings?.elements?.filter((element) => !element.isTypeOnly);
    if (named?.length === 0) continue;
    const names = named?.map(({ name, propertyName }) => [name.text, (propertyName ?? name).text]);
    found.push({ path: resolved(path, moduleSpecifier.text), names, isExport: !importClause });
  }
  return found;
}

function resolved(importer, specifier) {
  return posix.join(posix.dirname(importer), specifier).replace(/\.js$/, ".ts");
}

/** Every module that each file comes to, and by how many steps. */
class Graph {
  #files = new Map();

  #importsOf(path) {
    if (!path.endsWith(".ts")) return [];
    let known = this.#files.get(path);
    if (!known) {
      known = existsSync(join(ROOT, path)) ? importsOf(path) : []; // generated, and not there yet
      this.#files.set(path, known);
    }
    return known;
  }

  /** Where a name that is imported from a file comes from. */
  #home(path, name) {
    for (const { path: next, names, isExport } of this.#importsOf(path)) {
      const own = isExport && names?.find(([as]) => as === name);
      if (own) return this.#home(next, own[1]);
    }
    return path;
  }

  stepsFrom(start) {
    const steps = new Map([[start, 0]]);
    for (const path of steps.keys()) {
      for (const { path: next, names } of this.#importsOf(path)) {
        const homes = names ? names.map(([, name]) => this.#home(next, name)) : [next];
        for (const home of homes) if (!steps.has(home)) steps.set(home, steps.get(path) + 1);
      }
    }
    return steps;
  }
}

/**
 * @param files modules below src/
 * @param most as many tests of each, but for the broad ones
 * @returns for each of them the paths of tests
 */
export function testsOf(files, most = 6) {
  const graph = new Graph();
  const tests = filesBelow("test", (path) => path.endsWith(".test.ts") && !SLOW.test(path));
  const reached = tests.map((path) => ({ path, steps: graph.stepsFrom(path) }));
  return new Map(
    files.map((file) => {
      const found = reached.filter(({ steps }) => steps.has(file));
      const [, folder, own] = /^src\/(?:(\w+)\/)?(?:.*\/)?([^/]+)\.ts$/.exec(file);
      const rank = ({ path, steps }) =>
        (path.endsWith(`/${own}.test.ts`) ? 0 : 1e6) +
        (path.startsWith(`test/${folder}/`) ? 0 : 1e5) +
        1e3 * steps.get(file) +
        steps.size;
      found.sort((a, b) => rank(a) - rank(b));
      const promised = PROMISED.get(folder);
      const broad = found.filter(
        ({ path }) => BROAD.includes(path) || (promised && path.startsWith(promised)),
      );
      const chosen = [...found.slice(0, most), ...broad].map(({ path }) => path);
      return [file, [...new Set(chosen)]];
    }),
  );
}
