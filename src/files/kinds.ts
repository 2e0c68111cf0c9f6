/** The metadata of every file: its kind, the version of its format, the library that wrote it. */

import { FormatError } from "../errors.js";
import { type Header, readHeader } from "./safetensors.js";

const FORMAT = "gru4rec";
const VERSION = 2;
/** The version of this library; a test compares it with the package's. */
export const LIBRARY_VERSION = "0.1.0";

/** Each kind of file, and how it is read. */
const KINDS = {
  gru4rec: "It is a GRU4Rec: read it with `loadModel(path)` or `GRU4Rec.fromBytes`.",
  "two-towers":
    'It is two towers: read it with `loadModel(path, "two-towers")` or `TwoTowers.fromBytes`.',
  index: 'It is an index: read it with `loadModel(path, "index")` or `RetrievalIndex.fromBytes`.',
  checkpoint: "It is a checkpoint: training goes on from it with `checkpoint: { resume }`.",
  baseline: 'It is a baseline: read it with `loadModel(path, "baseline")` or `Baseline.fromBytes`.',
} as const;

export type FileKind = keyof typeof KINDS;

/** The metadata that every file begins with. */
export function metadataFor(kind: FileKind, options: object): Record<string, string> {
  return {
    format: FORMAT,
    version: String(VERSION),
    kind,
    library: LIBRARY_VERSION,
    options: JSON.stringify(options),
  };
}

/** Throws FormatError when a file is of another kind, or of a version that this code does not know. */
export function checkKind({ what, metadata }: Header, kind: FileKind): void {
  const { format, version, kind: found = "" } = metadata;
  if (format !== FORMAT) throw new FormatError(what, `format "${FORMAT}"`, format);
  if (version !== String(VERSION)) {
    const remedy =
      Number(version) > VERSION ? "a newer gru4rec" : "an older gru4rec, or another program";
    throw new FormatError(what, `version "${VERSION}"`, version, `It was written by ${remedy}.`);
  }
  if (found === kind) return;
  const remedy = Object.hasOwn(KINDS, found) ? KINDS[found as FileKind] : undefined;
  throw new FormatError(what, `kind "${kind}"`, metadata.kind, remedy);
}

/** The kind that a file says it is, of whatever version; undefined where it says none. Throws FormatError. */
export function kindOf(bytes: Uint8Array, what: string): FileKind | undefined {
  const { format, kind = "" } = readHeader(bytes, what).metadata;
  return format === FORMAT && Object.hasOwn(KINDS, kind) ? (kind as FileKind) : undefined;
}
