/** Files of one JSON object a line, small ones: read as a whole, and written so that they are whole at every moment. */

import { mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { FormatError } from "../../src/index.js";
import { writeWhole } from "../../src/node/files.js";

/**
 * Empty where there is no file.
 *
 * @param names what every object has
 * @throws FormatError naming the line that is none
 */
export async function readLines<Kind extends object>(
  file: string,
  expected: string,
  names: readonly (keyof Kind & string)[],
): Promise<Kind[]> {
  const text = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return "";
    throw cause;
  });
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line, i) => {
    try {
      const found = JSON.parse(line) as Kind;
      if (names.every((name) => Object.hasOwn(found, name))) return found;
    } catch {
      // What is no JSON is none.
    }
    throw new FormatError(`${file}, line ${i + 1}`, expected, line);
  });
}

/** @param isSame tells which one takes the place of an older one */
export async function addLine<Kind extends object>(
  file: string,
  before: readonly Kind[],
  added: Kind,
  isSame: (other: Kind) => boolean,
): Promise<void> {
  const place = before.findIndex(isSame);
  const all = place < 0 ? [...before, added] : before.map((one, i) => (i === place ? added : one));
  const text = all.map((each) => `${JSON.stringify(each)}\n`).join("");
  await mkdir(dirname(file), { recursive: true });
  await writeWhole(file, new TextEncoder().encode(text));
}
