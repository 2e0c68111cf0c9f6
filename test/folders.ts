/** One folder for all that tests put into the temporary folder: gone when they are over. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const NAME = "gru4rec-tests-";

/**
 * Called before any test, in the process that starts the others; they get its environment. Called again for each
 * project of vitest.config.ts: a folder in a folder would make paths too long for the sockets of a browser.
 */
export default function setup(): () => void {
  if (basename(tmpdir()).startsWith(NAME)) return () => {};
  const folder = mkdtempSync(join(tmpdir(), NAME));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
