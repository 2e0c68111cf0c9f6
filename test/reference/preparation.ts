/** What `gru4rec prepare` makes of a log, in plain loops over lists of clicks. */

/** A click as it stands in the log; `line` counts from 1. */
export interface RawClick {
  readonly line: number;
  readonly visitor: number | string;
  readonly item: number | string;
  readonly seconds: number;
  readonly tie?: number;
  readonly kept: boolean;
}

export interface PlainEvent {
  readonly session: number | string;
  readonly item: number | string;
  readonly seconds: number;
  readonly tie: number;
  readonly line: number;
}

type Sets = Readonly<Record<string, readonly PlainEvent[]>>;

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

function inOrder(events: readonly PlainEvent[]): PlainEvent[] {
  return [...events].sort((a, b) => a.seconds - b.seconds || a.tie - b.tie || a.line - b.line);
}

/** The events of each session, in order. */
export function bySession(events: readonly PlainEvent[]): Map<number | string, PlainEvent[]> {
  const sessions = new Map<number | string, PlainEvent[]>();
  for (const event of inOrder(events)) {
    const found = sessions.get(event.session);
    if (found) found.push(event);
    else sessions.set(event.session, [event]);
  }
  return sessions;
}

export function sessionsOf(
  clicks: readonly RawClick[],
  gap: number | "none",
  keptFirst: boolean,
): PlainEvent[] {
  const used = keptFirst ? clicks.filter(({ kept }) => kept) : clicks;
  const events: PlainEvent[] = [];
  let session = 0;
  for (const visitor of new Set(used.map((click) => click.visitor))) {
    let before = Number.NEGATIVE_INFINITY;
    const own = used.filter((click) => click.visitor === visitor);
    own.sort((a, b) => a.seconds - b.seconds || (a.tie ?? 0) - (b.tie ?? 0) || a.line - b.line);
    for (const { item, seconds, tie = 0, line, kept } of own) {
      if (gap !== "none" && seconds - before > gap) session++;
      before = seconds;
      const name = gap === "none" ? visitor : session;
      if (kept) events.push({ session: name, item, seconds, tie, line });
    }
  }
  return events;
}

export function withoutRepeats(events: readonly PlainEvent[], which: "next" | "all"): PlainEvent[] {
  return [...bySession(events).values()].flatMap((session) =>
    session.filter((event, i) => {
      const earlier = which === "next" ? session.slice(Math.max(0, i - 1), i) : session.slice(0, i);
      return earlier.every(({ item }) => item !== event.item);
    }),
  );
}

export function withoutShort(events: readonly PlainEvent[], least: number): PlainEvent[] {
  return [...bySession(events).values()].filter(({ length }) => length >= least).flat();
}

export function withoutRare(events: readonly PlainEvent[], least: number): PlainEvent[] {
  const often = new Map<number | string, number>();
  for (const { item } of events) often.set(item, (often.get(item) ?? 0) + 1);
  return events.filter(({ item }) => often.get(item)! >= least);
}

/** Until nothing changes. */
export function core(
  events: readonly PlainEvent[],
  length: number,
  support: number,
): readonly PlainEvent[] {
  const left = withoutRare(withoutShort(events, length), support);
  return left.length === events.length ? left : core(left, length, support);
}

export type Held = { readonly seconds: number } | { readonly sessions: number };

/** The sessions that are held out, and the moment that they begin at. */
function heldOut(
  events: readonly PlainEvent[],
  how: Held,
  mark: "start" | "end",
  end: number,
): { sessions: Set<number | string>; moment: number } {
  const marks = [...bySession(events)].map(([session, own]) => {
    return { session, time: (mark === "start" ? own[0]! : own.at(-1)!).seconds };
  });
  marks.sort((a, b) => a.time - b.time || compare(a.session, b.session));
  const held =
    "seconds" in how
      ? marks.filter(({ time }) => time >= end - how.seconds)
      : marks.slice(Math.max(0, marks.length - how.sessions));
  const moment = "seconds" in how ? end - how.seconds : held[0]!.time;
  return { sessions: new Set(held.map(({ session }) => session)), moment };
}

export function lastOf(events: readonly PlainEvent[]): number {
  return Math.max(...events.map(({ seconds }) => seconds));
}

/** A cut at a moment, through sessions. */
export function cutThrough(
  events: readonly PlainEvent[],
  how: Held,
  end: number,
): { train: PlainEvent[]; held: PlainEvent[]; moment: number } {
  const { sessions, moment } = heldOut(events, how, "start", end);
  return {
    train: withoutShort(
      events.filter(({ seconds }) => seconds < moment),
      2,
    ),
    held: events.filter(({ session }) => sessions.has(session)),
    moment,
  };
}

/** A cut between sessions. */
export function cutBetween(
  events: readonly PlainEvent[],
  how: Held,
): { train: PlainEvent[]; held: PlainEvent[] } {
  const { sessions } = heldOut(events, how, "end", lastOf(events));
  return {
    train: withoutShort(
      events.filter(({ session }) => !sessions.has(session)),
      2,
    ),
    held: events.filter(({ session }) => sessions.has(session)),
  };
}

export function onlyKnown(held: readonly PlainEvent[], train: readonly PlainEvent[]): PlainEvent[] {
  const known = new Set(train.map(({ item }) => item));
  return withoutShort(
    held.filter(({ item }) => known.has(item)),
    2,
  );
}

export function leaveOneOut(events: readonly PlainEvent[]): Sets {
  const sessions = [...bySession(events).values()];
  const long = sessions.filter(({ length }) => length >= 3);
  return {
    train: sessions.flatMap((own) => (own.length < 3 ? own : own.slice(0, -2))),
    validation: long.flatMap((own) => own.slice(0, -1)),
    test: long.flat(),
  };
}

/** Those that start last. */
export function mostRecent(
  events: readonly PlainEvent[],
  how: { readonly seconds: number } | { readonly part: number },
): PlainEvent[] {
  const count = bySession(events).size;
  const held: Held =
    "seconds" in how ? how : { sessions: Math.max(1, Math.round(how.part * count)) };
  const { sessions } = heldOut(events, held, "start", lastOf(events));
  return events.filter(({ session }) => sessions.has(session));
}

/** `session item item …` for each session, with the times; the form in which sets are compared. */
export function shownSets(events: readonly PlainEvent[], ties: "line" | "item" = "line"): string[] {
  const lines = [...bySession(events)].map(([session, own]) => {
    if (ties === "item") own.sort((a, b) => a.seconds - b.seconds || compare(a.item, b.item));
    return `${session}: ${own.map(({ item, seconds }) => `${item}@${seconds}`).join(" ")}`;
  });
  return lines.sort();
}
