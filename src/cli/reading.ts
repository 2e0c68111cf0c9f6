/** The reading of a table with a bar, and ended by Ctrl-C. */
import type { ReadProgress } from "../index.js";
import type { Report } from "./output.js";

/** Work that is shorter shows nothing. */
const SHORT_MS = 1000;

/** What readers take, beside what they are to read. */
export interface Following {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ReadProgress) => void;
}

/** @param read hands what it is given to a reader, as options */
export async function followed<T>(
  report: Report,
  signal: AbortSignal,
  read: (following: Following) => Promise<T>,
): Promise<T> {
  const bar = report.progress("reading");
  const begun = performance.now();
  const onProgress = ({ bytes, totalBytes = Number.NaN, rows }: ReadProgress): void => {
    if (performance.now() - begun > SHORT_MS) bar.update(rows, (rows * totalBytes) / bytes);
  };
  try {
    return await read({ signal, onProgress });
  } finally {
    bar.finish();
  }
}
