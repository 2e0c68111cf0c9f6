import { test } from "vitest";
import { killAndResume } from "./kill.js";

test("kill -9 leaves a whole checkpoint and loses none, 1,000 times", () =>
  killAndResume(1000, 12));
