/** How long tasks held the page's own thread by the processor's clock: time that other programs take is not in it. */

import type { Browser, Page } from "playwright-core";

interface TraceEvent {
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly ph: string;
  /** Microseconds of the processor. */
  readonly tdur?: number;
}

/** Milliseconds of all tasks of the thread that draws the page, while it is used. */
export async function tasksWhile(
  browser: Browser,
  page: Page,
  use: () => Promise<void>,
): Promise<number[]> {
  await browser.startTracing(page, { categories: ["toplevel", "devtools.timeline"] });
  await use();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const frames = new Map<string, number>();
  for (const event of trace.traceEvents) {
    if (event.name !== "FireAnimationFrame") continue;
    frames.set(threadOf(event), (frames.get(threadOf(event)) ?? 0) + 1);
  }
  const [drawing] = [...frames].sort(([, a], [, b]) => b - a)[0] ?? [];
  return trace.traceEvents
    .filter((event) => event.ph === "X" && /RunTask$/.test(event.name) && event.tdur)
    .filter((event) => threadOf(event) === drawing)
    .map(({ tdur }) => tdur! / 1000);
}
