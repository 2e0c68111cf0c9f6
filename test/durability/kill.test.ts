import { test } from "vitest";
import { killAndResume } from "./kill.js";

test.each(["GRU4Rec", "TwoTowers"] as const)(
  "kill -9 leaves a whole checkpoint of %s and loses none, 20 times",
  (kind) => killAndResume(kind, 20, 11),
);
