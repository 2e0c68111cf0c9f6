/** One folder for all that tests put into the temporary folder: gone when they are over. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Called before any test, in the process that starts the others; they get its environment. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "gru4rec-tests-"));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
