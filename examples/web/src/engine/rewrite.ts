/** Rewrites a table that cannot be read as it is, by a rule that a person chose: its letters, its dates, or a time for each row. */

import { ROWS } from "../state/columns.js";
import type { Rewriting } from "./protocol.js";

/** What the name of the table says of it from then on. */
const HOW: Readonly<Record<Rewriting, string>> = {
  rows: "rows numbered",
  days: "dates turned",
  windows: "from Windows",
};

/** @throws TypeError where what is packed is damaged */
export async function rewritten(file: File, how: Rewriting, delimiter?: string): Promise<File> {
  const isGzip = /\.gz$/i.test(file.name);
  const stream = file.stream();
  const bytes = isGzip ? stream.pipeThrough(new DecompressionStream("gzip")) : stream;
  const letters = new TextDecoderStream(how === "windows" ? "windows-1252" : "utf-8");
  const reader = bytes.pipeThrough(letters).getReader();
  const lines = how === "rows" ? numbering(delimiter) : how === "days" ? dated : same;
  const parts: Blob[] = [];
  let rest = "";
  for (;;) {
    const { value = "", done } = await reader.read();
    const text = rest + value;
    const end = done ? text.length : text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (end > 0) parts.push(new Blob([lines(text.slice(0, end))]));
    if (done) break;
  }
  const [, name, end] = /^(.*?)(\.\w+)?$/s.exec(file.name.replace(/\.gz$/i, ""))!;
  return new File(parts, `${name} (${HOW[how]})${end ?? ""}`);
}

const same = (lines: string): string => lines;

/** 01.03.2024 becomes 2024-03-01. */
function dated(lines: string): string {
  return lines.replace(/\b(\d\d?)\.(\d\d?)\.(\d{4})\b/g, (_, day: string, month: string, year) => {
    return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  });
}

/** Gives each row its number as its time; what goes on within quotes is no new row. */
function numbering(delimiter: string | undefined): (lines: string) => string {
  let [row, isQuoted] = [0, false];
  const numbered = (line: string): string => {
    if (isQuoted || line.trim() === "") return line;
    if (delimiter === undefined) return line.replace("{", `{"${ROWS}":${++row},`);
    return `${row++ === 0 ? ROWS : row - 1}${delimiter}${line}`;
  };
  return (lines) =>
    lines
      .split("\n")
      .map((line) => {
        const changed = numbered(line);
        if (delimiter !== undefined && line.split('"').length % 2 === 0) isQuoted = !isQuoted;
        return changed;
      })
      .join("\n");
}
