import { test } from "vitest";
import { killAndResume } from "./kill.js";

test("kill -9 leaves a whole checkpoint and loses none, 30 times", () => killAndResume(30, 11));
