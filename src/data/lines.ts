/** Lines of text that comes in pieces: cut at \n, a \r before it is dropped. */

import { FormatError, words } from "../errors.js";

/** No table has longer lines; bytes that are no text may have no line end at all. */
export const LONGEST_LINE: number = 1 << 20;

/** @throws FormatError when a line is longer than a MiB */
export async function* linesOf(
  pieces: AsyncIterable<string>,
  name: string,
): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    if (rest.length > LONGEST_LINE)
      throw new FormatError(name, "lines of text", words("one without end"));
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest.endsWith("\r") ? rest.slice(0, -1) : rest;
}
