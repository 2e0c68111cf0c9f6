/** Which column is which is told by hand: asked for, or changed after a log was read. Loaded when it is. */

import type { Choice } from "./columns.js";
import { engine } from "./engine.js";
import { guessed, readOptionsOf } from "./guessed.js";
import { read } from "./log.js";
import { change, now, withdraw } from "./state.js";

/** Shows the first rows, so that columns can be told. */
export async function askColumns(files: readonly File[] = now().files): Promise<void> {
  const peek = files[0] && (await engine.call("peek", files[0]));
  if (!peek) return;
  const { columns } = now().facts ?? {};
  const known: Choice = {
    ...(columns?.visit && { visit: columns.visit.name }),
    ...(columns?.item && { item: columns.item.name }),
    ...(columns?.time && { time: columns.time.name }),
  };
  withdraw("data");
  change({ phase: "columns", peek, choice: { ...guessed(peek), ...known }, files });
}

/** Another column for one role of a log that was read: it is read again. */
export async function changeColumn(part: Choice): Promise<void> {
  const { columns, pause, chosen: events } = now().facts!;
  const choice: Choice = {
    ...(columns.visit && { visit: columns.visit.name }),
    ...(columns.item && { item: columns.item.name }),
    ...(columns.time && { time: columns.time.name }),
    ...(pause && { pause }),
    ...{ events, ...part },
  };
  change({ choice });
  await read(now().files, readOptionsOf(choice));
}
