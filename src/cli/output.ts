/**
 * Reports in both forms: text for people, or with `--json` one object a line.
 *
 * Results go to standard output, notes and the progress bar to standard error.
 */
import type { Io } from "./io.js";
import { JsonReport } from "./output-json.js";
import { TextReport } from "./output-text.js";
import type { Report } from "./report.js";

export type { AnyModel, DataReport, Report } from "./report.js";

export function createReport(io: Io, json: boolean): Report {
  return json ? new JsonReport(io) : new TextReport(io);
}
