/** The kind that a file says it is, for whoever does not know what to expect. */

import { describe, expect, test } from "vitest";
import { checkKind, kindOf, LIBRARY_VERSION, metadataFor } from "../../src/files/kinds.js";
import { layOut } from "../../src/files/layout.js";
import { readHeader } from "../../src/files/safetensors.js";

const file = (change: Record<string, string>): Uint8Array =>
  layOut("model file", { ...metadataFor("index", { layers: [4] }), ...change }, []).bytes;

describe("the kind of a file", () => {
  test("is what its metadata begin with", () => {
    expect(metadataFor("index", { layers: [4] })).toEqual({
      format: "gru4rec",
      version: "2",
      kind: "index",
      library: LIBRARY_VERSION,
      options: '{"layers":[4]}',
    });
    expect(kindOf(file({}), "model file")).toBe("index");
  });

  test("is told for every version", () => {
    expect(kindOf(file({ version: "3" }), "model file")).toBe("index");
  });

  test.each([{ format: "other" }, { kind: "constructor" }, { kind: "" }])(
    "is unknown with %o",
    (change) => {
      expect(kindOf(file(change), "model file")).toBeUndefined();
    },
  );

  test("is unknown without one", () => {
    const { kind: _, ...others } = metadataFor("index", {});
    expect(kindOf(layOut("model file", others, []).bytes, "model file")).toBeUndefined();
  });
});

describe("a file is refused", () => {
  const refused = (change: Record<string, string>) => () =>
    checkKind(readHeader(file(change), "model file"), "gru4rec");

  test.each<[Record<string, string>, string]>([
    [{ format: "other" }, 'model file: expected format "gru4rec", got "other"'],
    [
      { version: "3" },
      'model file: expected version "2", got "3". It was written by a newer gru4rec.',
    ],
    [
      { version: "1" },
      'model file: expected version "2", got "1". It was written by an older gru4rec, or another program.',
    ],
    [
      {},
      'model file: expected kind "gru4rec", got "index". It is an index: read it with ' +
        '`loadModel(path, "index")` or `RetrievalIndex.fromBytes`.',
    ],
    [
      { kind: "baseline" },
      'expected kind "gru4rec", got "baseline". It is a baseline: read it with',
    ],
    [{ kind: "valueOf" }, 'model file: expected kind "gru4rec", got "valueOf"'],
  ])("with %o", (change, message) => {
    expect(refused(change)).toThrow(message);
  });
});
