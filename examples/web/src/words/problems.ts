/** What went wrong, as a sentence of the page: what is so, and what it means or what to do. */

import { EngineError } from "../engine/calls.js";
import { size } from "./numbers.js";

export interface Problem {
  readonly fact: string;
  readonly rest: string;
  /** What helps, by the name of its button. */
  readonly helps?: "file" | "columns" | "reload" | "skip";
}

const LOG = "A click log is a table with one row for each click: the visit, the item, the time.";

/** Why a file could not be read as a log. */
export function readingProblem(error: unknown, files: readonly File[]): Problem {
  const name = files.map((file) => file.name).join(", ");
  const { message, name: kind } = error instanceof EngineError ? error.trouble : (error as Error);
  if (files.every((file) => file.size === 0)) {
    const rest = "It has 0 bytes. Perhaps the export was still running.";
    return { fact: `${name} is empty.`, rest, helps: "file" };
  }
  if (kind === "SingleClicks") {
    const column = message && ` Is ${message} the visit?`;
    const rest = `There is no next click to learn from.${column}`;
    return { fact: "Every visit has one click only.", rest, helps: "columns" };
  }
  if (/WebAssembly/.test(message)) return platformProblem(message);
  const foreign = /got (a spreadsheet|a picture|an? [\w ]+file|[^.]*)\. (.*)$/.exec(message);
  if (/expected a table: /.test(message) && foreign) {
    const [, is, remedy] = foreign;
    if (is === "a picture") return { fact: `${name} is a picture.`, rest: LOG, helps: "file" };
    if (is!.startsWith("a spreadsheet")) {
      const rest = "In Excel, save the sheet as CSV, then drop that file here.";
      return { fact: `${name} is an Excel workbook.`, rest, helps: "file" };
    }
    return { fact: `${name} is ${is}.`, rest: remedy!, helps: "file" };
  }
  const fields = /line ([\d,]+): expected (\d+) (?:fields|columns).*?, got (\d+)/.exec(message);
  if (fields) {
    const [, line, expected, got] = fields;
    const fact = `${name} changes in line ${Number(line).toLocaleString("en")}:`;
    const rest = `${expected} columns until there, ${got} there. Are these two exports in one file?`;
    return { fact, rest, helps: "skip" };
  }
  if (/Array buffer allocation|out of memory|Invalid array length|at most .* GiB/i.test(message)) {
    const bytes = size(files.reduce((sum, file) => sum + file.size, 0));
    const rest = `${bytes} of log became more than this browser gives to a tab. Drop a part of it, the last month for example.`;
    return { fact: "This log needs more memory than there is.", rest, helps: "file" };
  }
  return { fact: `${name} could not be read to its end.`, rest: plain(message), helps: "file" };
}

/** Why a model's file could not be opened. */
export function modelProblem(error: unknown, file: File, version: string): Problem {
  const { message } = error instanceof EngineError ? error.trouble : (error as Error);
  const newer = /got "?([\d.]+)"?\..*a newer gru4rec/.exec(message);
  if (newer) {
    const fact = `${file.name} comes from a newer version,`;
    return { fact, rest: `format ${newer[1]}; this page is ${version}.`, helps: "reload" };
  }
  const rest = /items/.test(message) ? "It lacks the list of items." : plain(message);
  return { fact: `${file.name} is no gru4rec model.`, rest };
}

/** What the browser lacks, before anything is tried. */
export function platformProblem(message = ""): Problem {
  if (typeof WebAssembly !== "object" || /forbid|wasm-unsafe-eval|disallow/i.test(message)) {
    const rest =
      "A browser setting or an extension forbids it, on iPhones Lockdown Mode. Allow it for this page, or use another browser.";
    return { fact: "WebAssembly is switched off here.", rest };
  }
  const rest = "It lacks WebAssembly SIMD. Chrome 91, Firefox 89, Safari 16.4 and later have it.";
  return { fact: "This browser is too old to learn.", rest };
}

/** A sentence of the library without its quotes of code. */
export function plain(message: string): string {
  const text = message.replaceAll("`", "");
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
