/** Random logs and rules, and what plain loops make of them. */

import { rmSync } from "node:fs";
import fc from "fast-check";
import { expect } from "vitest";
import type { Rules } from "../../src/prepare/plan.js";
import {
  core,
  cutBetween,
  cutThrough,
  lastOf,
  leaveOneOut,
  mostRecent,
  onlyKnown,
  type PlainEvent,
  type RawClick,
  sessionsOf,
  shownSets,
  withoutRare,
  withoutRepeats,
  withoutShort,
} from "../reference/preparation.js";
import { csvOf, fileIn, newFolder, prepared, shownFile } from "./logs.js";

const id = fc.oneof(
  fc.integer({ min: 1, max: 6 }),
  fc.constantFrom("a", "b", "é", 'q"uo,\nte', "0", "01", "-3"),
);
/** All numbers, or all as texts: in one column ids are one or the other. */
const ids = (kind: "number" | "text") =>
  kind === "number" ? fc.integer({ min: -2, max: 8 }) : id.map((value) => `${value}`);

const logs: fc.Arbitrary<RawClick[]> = fc
  .tuple(fc.constantFrom("number", "text"), fc.constantFrom("number", "text"), fc.boolean())
  .chain(([visitors, items, hasTies]) =>
    fc.array(
      fc.record({
        visitor: ids(visitors as "number"),
        item: ids(items as "number"),
        seconds: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(7.25, 0.1)),
        ...(hasTies && { tie: fc.integer({ min: 0, max: 3 }) }),
        kept: fc.constantFrom(true, true, true, false),
      }),
      { minLength: 40, maxLength: 120, size: "max" },
    ),
  )
  .map((clicks) => clicks.map((click, i) => ({ ...click, line: i + 1 })));

const size = fc.oneof(
  fc.record({ seconds: fc.integer({ min: 1, max: 58 }) }),
  fc.record({ sessions: fc.integer({ min: 1, max: 3 }) }),
);
const rules = fc.record({
  gap: fc.constantFrom("none" as const, "none" as const, 3, 10),
  keptFirst: fc.boolean(),
  minLength: fc.integer({ min: 1, max: 3 }),
  minSupport: fc.integer({ min: 1, max: 3 }),
  filterOnce: fc.boolean(),
  repeats: fc.constantFrom("none" as const, "next" as const, "all" as const),
  split: fc.constantFrom(
    "none" as const,
    "time" as const,
    "sessions" as const,
    "leave-one-out" as const,
  ),
  held: size,
  heldBefore: fc.option(size, { nil: undefined }),
  knownItems: fc.boolean(),
  recent: fc.option(
    fc.oneof(
      fc.record({ seconds: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ part: fc.constantFrom(0.25, 0.5, 1) }),
    ),
    { nil: undefined },
  ),
});
type Drawn = typeof rules extends fc.Arbitrary<infer T> ? T : never;

function filtered(clicks: readonly RawClick[], drawn: Drawn): readonly PlainEvent[] {
  const { gap, keptFirst, repeats, minLength, minSupport, filterOnce } = drawn;
  const all = sessionsOf(clicks, gap, keptFirst);
  const events = repeats === "none" ? all : withoutRepeats(all, repeats);
  if (!filterOnce || minLength === 1 || minSupport === 1)
    return core(events, minLength, minSupport);
  return withoutShort(withoutRare(withoutShort(events, minLength), minSupport), minLength);
}

/** The sets by their roles; undefined where one would be empty. */
function expected(clicks: readonly RawClick[], drawn: Drawn): Record<string, string[]> | undefined {
  const events = filtered(clicks, drawn);
  if (events.length === 0) return undefined;
  let sets: Record<string, readonly PlainEvent[]> = { train: events };
  if (drawn.split === "leave-one-out") sets = { ...leaveOneOut(events) };
  if (drawn.split === "time" || drawn.split === "sessions") {
    const isTime = drawn.split === "time";
    const cut = (from: readonly PlainEvent[], how: Drawn["held"], end: number) => {
      if (isTime) return cutThrough(from, how, end);
      const { train, held } = cutBetween(from, how);
      return { train, held: drawn.knownItems ? onlyKnown(held, train) : held, moment: 0 };
    };
    const { train, held, moment } = cut(events, drawn.held, lastOf(events));
    sets = { train, test: held };
    if (drawn.heldBefore && train.length > 0) {
      const before = cut(train, drawn.heldBefore, isTime ? moment : lastOf(train));
      sets = { train: before.train, validation: before.held, test: held };
    }
  }
  if (drawn.recent && sets.train!.length > 0) {
    sets = { ...sets, train: mostRecent(sets.train!, drawn.recent) };
  }
  if (Object.values(sets).some(({ length }) => length === 0)) return undefined;
  return Object.fromEntries(Object.entries(sets).map(([role, set]) => [role, shownSets(set)]));
}

function rulesOf(drawn: Drawn): Rules {
  const { keptFirst, minLength, minSupport, filterOnce, repeats, split, heldBefore } = drawn;
  const timed = split === "time" || split === "sessions";
  return {
    ...(keptFirst && { keptFirst }),
    filters: { minLength, minSupport, filterOnce, repeats },
    ...(split === "leave-one-out" && { split: { by: split } }),
    ...(timed && {
      split: {
        by: split,
        test: drawn.held,
        ...(heldBefore && { validation: heldBefore }),
        ...(split === "sessions" && { knownItems: drawn.knownItems }),
      },
    }),
    ...(drawn.recent && { recent: drawn.recent }),
    roles:
      split === "none"
        ? ["train"]
        : split === "leave-one-out" || heldBefore
          ? ["train", "validation", "test"]
          : ["train", "test"],
  };
}

/** Prepares random logs by random rules; a quarter of them at least leave something. */
export async function prepareRandomLogs(numRuns: number, seed: number): Promise<void> {
  const folder = newFolder();
  let made = 0;
  await fc.assert(
    fc.asyncProperty(logs, rules, async (clicks, drawn) => {
      const wanted = expected(clicks, drawn);
      const log = fileIn(folder, "log.csv", csvOf(clicks));
      const hasTies = clicks.some(({ tie }) => tie !== undefined);
      const work = prepared([log], folder, {
        reading: {
          sessionColumn: "visit",
          itemColumn: "item",
          timeColumn: "time",
          timeUnit: "seconds",
          orderColumn: hasTies ? "tie" : "none",
          eventColumn: "event",
          gap: drawn.gap,
          ...(clicks.some(({ kept }) => kept) && { events: ["view"] }),
        },
        rules: rulesOf(drawn),
      });
      if (!wanted) {
        if (clicks.some(({ kept }) => kept))
          await expect(work).rejects.toThrow(/^prepare: expected events/);
        else await work.catch(() => {});
        return;
      }
      const { files } = await work;
      const found: Record<string, string[]> = {};
      for (const { role, path } of files) found[role] = await shownFile(path);
      expect(found).toEqual(wanted);
      made++;
    }),
    { numRuns, seed, endOnFailure: true },
  );
  expect(made).toBeGreaterThan(numRuns / 4);
  rmSync(folder, { recursive: true });
}
