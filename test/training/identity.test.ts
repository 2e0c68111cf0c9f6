/** A checkpoint fits one training only; another one is refused by the option that differs. */

import { beforeAll, describe, expect, test } from "vitest";
import type { Header } from "../../src/files/safetensors.js";
import { GRU4Rec } from "../../src/index.js";
import { type Identity, identityOf, metadataOf } from "../../src/training/identity.js";
import { checkIdentity } from "../../src/training/resumed.js";
import { sampled } from "../../src/training/sampled/recipe.js";
import { Validation } from "../../src/training/validation.js";
import { clicks } from "./clicks.js";

const sessions = clicks(20, 9);
const REMEDY = "Resume as the training was begun, or begin anew without the checkpoint.";
let identity: Identity;

beforeAll(async () => {
  const model = await GRU4Rec.create(sessions.items, { layers: [5] });
  const training = await sampled.prepare(model, sessions, { epochs: 5, batchSize: 4 });
  identity = await identityOf(training, { numerics: "portable" }, undefined);
});

const header = (change: Record<string, string | undefined> = {}): Header => ({
  what: "checkpoint",
  metadata: { ...metadataOf(identity), ...change },
  entries: new Map(),
  data: new Uint8Array(0),
});

const changed = (field: "options" | "learning", change: object): Header => {
  const told = JSON.parse(metadataOf(identity)[field]!);
  return header({ [field]: JSON.stringify({ ...told, ...change }) });
};

test("an identity is what a file says of a training", () => {
  expect(metadataOf(identity)).toMatchObject({
    kind: "checkpoint",
    options: JSON.stringify(identity.plan.model),
    learning: JSON.stringify(identity.plan.learning),
    fused: "false",
    sessions: identity.fingerprint,
    validation: "",
  });
});

test("it has fingerprints of the data and of the validation", async () => {
  const model = await GRU4Rec.create(sessions.items, { layers: [5] });
  const of = async (log: typeof sessions) =>
    identityOf(await sampled.prepare(model, log, {}), {}, undefined);
  expect((await of(sessions)).fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect((await of(sessions)).fingerprint).not.toBe((await of(clicks(21, 9))).fingerprint);
  const validation = await Validation.of(model, { validation: sessions });
  const training = await sampled.prepare(model, sessions, {});
  const watched = await identityOf(training, {}, validation);
  expect(watched.validation).toBe(await validation!.identity());
});

describe("a checkpoint", () => {
  test("fits its own training, also with other epochs", () => {
    expect(() => checkIdentity(header(), identity)).not.toThrow();
    expect(() => checkIdentity(changed("learning", { epochs: 99 }), identity)).not.toThrow();
  });

  test.each<[string, () => Header, string]>([
    [
      "of another model",
      () => changed("options", { layers: [6] }),
      "layers: expected [6], as in the checkpoint, got [5]",
    ],
    [
      "of another training",
      () => changed("learning", { batchSize: 8 }),
      "batchSize: expected 8, as in the checkpoint, got 4",
    ],
    [
      "without an option",
      () => changed("options", { seed: undefined }),
      "seed: expected no such option, as in the checkpoint, got 42",
    ],
    [
      "of other data",
      () => header({ sessions: "0" }),
      "sessions: expected the sessions that the checkpoint was made on, got others",
    ],
    [
      "of another validation",
      () => header({ validation: "mrr@20 0" }),
      "validation: expected the validation of the checkpoint, got others",
    ],
  ])("%s is refused", (_, file, message) => {
    expect(() => checkIdentity(file(), identity)).toThrow(`${message}. ${REMEDY}`);
  });

  test("of fused products needs an engine that fuses them", () => {
    expect(() => checkIdentity(header({ fused: "true" }), identity)).toThrow(
      'numerics: expected "fast" arithmetic, as in the checkpoint, got "portable". ' +
        `Use an engine with relaxed SIMD. ${REMEDY}`,
    );
  });

  test("of plain products is not resumed with fused ones", () => {
    expect(() => checkIdentity(header(), { ...identity, fused: true })).toThrow(
      `numerics: expected "portable" arithmetic, as in the checkpoint, got "fast". ${REMEDY}`,
    );
  });

  test.each(["options", "learning"])("without readable %s is refused", (field) => {
    expect(() => checkIdentity(header({ [field]: "{" }), identity)).toThrow(
      `checkpoint: expected readable ${field}, got "`,
    );
    expect(() => checkIdentity(header({ [field]: undefined }), identity)).toThrow(
      `checkpoint: expected readable ${field}, got "`,
    );
  });
});
