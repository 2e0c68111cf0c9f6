/** What went wrong, as a sentence of the page: what is so, and what it means or what to do. */

import { EngineError } from "../engine/calls.js";
import { count, size } from "./numbers.js";
import { type Problem, plain, platformProblem } from "./plain.js";

const FILE = ["file"] as const;
const LOG = "A click log is a table with one row for each click: the visit, the item, the time.";

/** Why a file could not be read as a log. */
export function readingProblem(error: unknown, files: readonly File[]): Problem {
  const name = files.map((file) => file.name).join(", ");
  const { message, name: kind } = error instanceof EngineError ? error.trouble : (error as Error);
  if (files.every((file) => file.size === 0)) {
    const rest = "It has 0 bytes. Perhaps the export was still running.";
    return { fact: `${name} is empty.`, rest, helps: FILE };
  }
  if (kind === "SingleClicks") {
    const column = message && ` Is ${message} the visit?`;
    const rest = `There is no next click to learn from.${column}`;
    return { fact: "Every visit has one click only.", rest, helps: ["columns"] };
  }
  if (/WebAssembly/.test(message)) return platformProblem(message);
  const foreign = /got (a spreadsheet|a picture|an? [\w ]+file|[^.]*)\. (.*)$/.exec(message);
  if (/expected a table: /.test(message) && foreign) {
    const [, is, remedy] = foreign;
    if (is === "a picture") return { fact: `${name} is a picture.`, rest: LOG, helps: FILE };
    if (is!.startsWith("a spreadsheet")) {
      const rest = "In Excel, save the sheet as CSV, then drop that file here.";
      return { fact: `${name} is an Excel workbook.`, rest, helps: FILE };
    }
    return { fact: `${name} is ${is}.`, rest: remedy!, helps: FILE };
  }
  const fields = /line ([\d,]+): expected (\d+) (?:fields|columns).*?, got (\d+)/.exec(message);
  if (fields) {
    const [, , expected, got] = fields;
    const line = Number(fields[1]!.replaceAll(",", ""));
    const fact = `${name} changes in line ${count(line)}:`;
    const rest = `${expected} columns until there, ${got} there. Are these two exports in one file?`;
    const isOne = files.length === 1 && !/\.(zst|zip)$/i.test(name);
    return {
      fact,
      rest,
      helps: isOne ? ["before", "skip"] : ["skip"],
      line,
    };
  }
  if (/Array buffer allocation|out of memory|Invalid array length|at most .* GiB/i.test(message)) {
    const bytes = size(files.reduce((sum, file) => sum + file.size, 0));
    const rest = `${bytes} of log became more than this browser gives to a tab. Drop a part of it, the last month for example.`;
    return { fact: "This log needs more memory than there is.", rest, helps: FILE };
  }
  const isText = files.length === 1 && !/\.(zst|zip|parquet)$/i.test(name);
  const letters = /line ([\d,]+): expected UTF-8 text/.exec(message);
  if (letters) {
    const rest = `Line ${letters[1]} has the first letter that is not. Programs on Windows write letters as ü and é in a way of their own.`;
    return { fact: `${name} is not UTF-8 text.`, rest, helps: isText ? ["windows", "file"] : FILE };
  }
  const time = /line ([\d,]+): expected .*, got "?(.*?)"?\. Write times/s.exec(message);
  if (time) {
    const [, line, found = ""] = time;
    const isDay = /^\d\d?\.\d\d?\.\d{4}/.test(found);
    const rest = isDay
      ? `Line ${line} has ${found}. A time begins with the year, as 2024-03-01 13:05.`
      : `Line ${line} has ${found}. A time is a number of seconds, or as 2024-03-01 13:05.`;
    const helps = isDay && isText ? (["days", "columns"] as const) : (["columns", "skip"] as const);
    return { fact: `${name} has times that cannot be read.`, rest, helps };
  }
  if (/damaged|cut off/.test(message))
    return { fact: `${name} could not be read to its end.`, rest: plain(message), helps: FILE };
  const [, where, expected, found] = /^(.*?): expected (.*), got (.*)$/s.exec(message) ?? [];
  const line = /line [\d,]+/.exec(where ?? "")?.[0];
  const rest = expected
    ? `${line ? `In ${line} it` : "It"} should have ${expected}, and has ${found}`
    : message;
  return { fact: `${name} is no log that can be read.`, rest: plain(rest), helps: FILE };
}

const OTHERS: Readonly<Record<string, string>> = {
  "two-towers": "a model of two towers",
  index: "an index of vectors",
  checkpoint: "a checkpoint of a training",
  baseline: "a baseline",
};

/** Why a model's file could not be opened. */
export function modelProblem(error: unknown, file: File, version: string): Problem {
  const { message } = error instanceof EngineError ? error.trouble : (error as Error);
  const newer = /got "?([\d.]+)"?\..*a newer gru4rec/.exec(message);
  if (newer) {
    const fact = `${file.name} comes from a newer version,`;
    return { fact, rest: `format ${newer[1]}; this page is ${version}.`, helps: ["reload"] };
  }
  const other = /got "(two-towers|index|checkpoint|baseline)"/.exec(message)?.[1];
  if (other) {
    const rest =
      "This page opens models of clicks alone: saved here, or a GRU4Rec saved in Node. Node opens this one.";
    return { fact: `${file.name} is ${OTHERS[other]}.`, rest };
  }
  const rest = /items/.test(message) ? "It lacks the list of items." : plain(message);
  return { fact: `${file.name} is no gru4rec model.`, rest };
}
