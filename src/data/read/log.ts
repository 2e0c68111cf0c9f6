/** One log of one or several sources, in the format that is asked for. */

import { ConfigError } from "../../errors.js";
import { ClickReader } from "./clicks.js";
import { NumberedEvents } from "./numbered.js";
import { checkReadOptions, type ReadOptions } from "./options.js";
import type { ReadClicks } from "./sink.js";
import { nameOf, type Source } from "./source.js";
import { Watch } from "./watch.js";

/** The errors are those of `readEvents`. */
export async function readClicks(
  source: Source | readonly Source[],
  options: ReadOptions,
): Promise<ReadClicks> {
  checkReadOptions(options);
  const sources = Array.isArray(source) ? (source as readonly Source[]) : [source as Source];
  if (sources.length === 0) throw new ConfigError("source", "at least one table", []);
  const named = sources.map((one) => [one, options.name ?? nameOf(one)] as const);
  const watch = new Watch(sources, options);
  if (options.format === "sequences" || options.format === "pairs") {
    const { readSequences } = await import("./sequences.js");
    return readSequences(named, options.format, watch);
  }
  const events = new NumberedEvents(options.signal);
  const reader = new ClickReader(options, events, watch);
  for (const [one, name] of named) {
    watch.begin(one);
    await reader.add(one, name);
  }
  watch.end();
  const understood = await reader.finish();
  const { grouped, facts } = await events.finish(understood);
  return { grouped, report: understood.report(facts) };
}
