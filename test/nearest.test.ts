import { expect, test } from "vitest";
import { near, nearest } from "../src/nearest.js";

const NAMES = ["layers", "loss", "batch_size", "learning_rate", "dropout_p_embed", "momentum"];

test.each([
  ["layer", "layers"],
  ["learningRate", "learning_rate"],
  ["lerning-rate", "learning_rate"],
  ["BATCH", "batch_size"],
  ["momemtum", "momentum"],
  ["los", "loss"],
  ["lr", "learning_rate"],
  ["bs", "batch_size"],
  ["", "loss"],
])("%s is nearest to %s", (name, known) => {
  expect(nearest(name, NAMES)).toBe(known);
});

test.each([
  ["learningrate", "learning_rate"],
  ["lr", undefined],
  ["momentums", "momentum"],
  ["speed", undefined],
  ["", undefined],
])("%s is near to %s", (name, known) => {
  expect(near(name, NAMES)).toBe(known);
});

test("initials are those of words in camel case, too", () => {
  expect(nearest("br", ["eluParam", "bprReg"])).toBe("bprReg");
});

test("a name of any length is compared quickly", () => {
  expect(nearest("layers".padEnd(1e7, "x"), NAMES)).toBe("layers");
});
