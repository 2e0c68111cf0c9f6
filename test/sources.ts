/** The sources as the architecture tests see them: files, what they import, which names they say. */

import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** One source file. `path` is relative to the root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** All TypeScript below a folder but what the build generates, sorted by path. */
export function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/^src\/(wasm\/binaries|threads\/program\.(node|web)\.ts)/.test(path))
    .sort()
    .map((path) => sourceOf(path, readFileSync(join(ROOT, path), "utf8")));
}

/** Parses a text as the file of that path. */
export function sourceOf(path: string, text: string): Source {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

const imports = new WeakMap<Source, string[]>();

/**
 * What a file imports or re-exports, `import()` and type imports included: relative specifiers as paths from the root
 * (`src/model/gru4rec.ts`), `#host` and `#port` as the web variant, packages and builtins as written.
 */
export function importsOf(source: Source): string[] {
  const known = imports.get(source);
  if (known) return known;
  const { path, tree } = source;
  const found: string[] = [];
  imports.set(source, found);
  visit(tree, (node) => {
    let specifier: ts.Node | undefined;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      specifier = node.moduleSpecifier;
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      specifier = node.arguments[0];
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      specifier = node.argument.literal;
    }
    if (specifier && ts.isStringLiteralLike(specifier)) found.push(resolved(path, specifier.text));
  });
  return found;
}

function resolved(importer: string, specifier: string): string {
  if (specifier.startsWith("#")) return `src/threads/${specifier.slice(1)}.web.ts`;
  if (!specifier.startsWith(".")) return specifier;
  const path = posix.join(posix.dirname(importer), specifier).replace(/\.js$/, "");
  return path.endsWith(".ts") ? path : `${path}.ts`;
}

/** Every file that `path` reaches by imports, itself included. */
export function reach(path: string, sources: readonly Source[]): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const source = byPath.get(next);
    if (source) waiting.push(...importsOf(source));
  }
  return seen;
}

/** Global names a file says: identifiers that are neither the name of a property nor declared in the file. */
export function globalsOf({ tree }: Source): Set<string> {
  const said = new Set<string>();
  const declared = new Set<string>();
  visit(tree, (node) => {
    if (!ts.isIdentifier(node)) return;
    const parent = node.parent;
    const isDeclared =
      "name" in parent && parent.name === node && !ts.isPropertyAccessExpression(parent);
    if (isDeclared) declared.add(node.text);
    else if (ts.isPropertyAccessExpression(parent) && parent.name === node) return;
    else if (ts.isQualifiedName(parent) && parent.right === node) return;
    else said.add(node.text);
  });
  for (const name of declared) said.delete(name);
  return said;
}

/** Calls `see` with every node of a tree, parents first. */
export function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
