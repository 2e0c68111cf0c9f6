/**
 * Prints "N passed, N failed, N skipped" from the JSON report of vitest; exit code 1 when anything failed or nothing ran.
 *
 *   node scripts/report-tests.mjs build/tests.json
 */

import { readFileSync } from "node:fs";

try {
  const { testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const states = testResults.flatMap(({ status, assertionResults }) => {
    const own = assertionResults.map((assertion) => assertion.status);
    // A file that could not be loaded has no assertions to count, yet it failed.
    return status === "failed" && !own.includes("failed") ? [...own, "failed"] : own;
  });
  const passed = states.filter((state) => state === "passed").length;
  const failed = states.filter((state) => state === "failed").length;
  console.log(`${passed} passed, ${failed} failed, ${states.length - passed - failed} skipped`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
} catch (error) {
  console.error(`ci: the tests left no report: ${error.message}`);
  process.exitCode = 1;
}
