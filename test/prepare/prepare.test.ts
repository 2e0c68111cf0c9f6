/** Preparation against plain loops, on random logs. */

import { test } from "vitest";
import { prepareRandomLogs } from "./random-logs.js";

test("prepare makes what plain loops make, whatever the log and the rules", async () => {
  await prepareRandomLogs(60, 15);
});
