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

/** One import or re-export. */
interface Import {
  readonly path: string;
  /** Types only: gone after compilation. */
  readonly erased: boolean;
}

const imports = new WeakMap<Source, Import[]>();

/**
 * What a file imports or re-exports, `import()` and type imports included: relative specifiers as
 * paths from the root (`src/models/gru4rec/gru4rec.ts`), `#host` and `#port` as the web variant, packages
 * and builtins as written.
 */
export function importsOf(source: Source): string[] {
  return readImports(source).map(({ path }) => path);
}

function readImports(source: Source): Import[] {
  const known = imports.get(source);
  if (known) return known;
  const found: Import[] = [];
  visit(source.tree, (node) => {
    let specifier: ts.Node | undefined;
    let erased = false;
    if (ts.isImportDeclaration(node)) {
      specifier = node.moduleSpecifier;
      erased = node.importClause !== undefined && isErased(node.importClause);
    } else if (ts.isExportDeclaration(node)) {
      specifier = node.moduleSpecifier;
      erased = node.isTypeOnly;
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      specifier = node.arguments[0];
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      specifier = node.argument.literal;
      erased = true;
    }
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    found.push({ path: resolved(source.path, specifier.text), erased });
  });
  imports.set(source, found);
  return found;
}

function isErased(clause: ts.ImportClause): boolean {
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = clause;
  if (name || !namedBindings || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly);
}

function resolved(importer: string, specifier: string): string {
  if (specifier.startsWith("#")) return `src/threads/${specifier.slice(1)}.web.ts`;
  if (!specifier.startsWith(".")) return specifier;
  const path = posix.join(posix.dirname(importer), specifier).replace(/\.js$/, "");
  return path.endsWith(".ts") ? path : `${path}.ts`;
}

/** Every file that `path` reaches by imports, itself included; types count unless said otherwise. */
export function reach(path: string, sources: readonly Source[], types = true): Set<string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const source = byPath.get(next);
    if (!source) continue;
    for (const { path, erased } of readImports(source)) if (types || !erased) waiting.push(path);
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
