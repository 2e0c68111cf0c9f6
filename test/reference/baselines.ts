/**
 * The baselines as their definitions, in f64 over whole lists: no index, no shortcut. Sessions are lists of items,
 * which are numbers from 0. Each function scores every item after a visit; what a definition leaves without a score
 * has 0.
 */

export type Log = readonly (readonly number[])[];

const zeros = (items: number): number[] => new Array<number>(items).fill(0);

const supportOf = (log: Log, item: number): number =>
  log.flat().filter((clicked) => clicked === item).length;

const sessionsWith = (log: Log, item: number): number =>
  log.filter((session) => session.includes(item)).length;

export function sessionPopularity(log: Log, items: number, visit: readonly number[]): number[] {
  const support = zeros(items).map((_, item) => supportOf(log, item));
  const most = Math.max(...support);
  return support.map(
    (own, item) => visit.filter((clicked) => clicked === item).length + own / (1 + most),
  );
}

/** Pairs of events of two items in common sessions. */
export function pairs(log: Log, a: number, b: number): number {
  let count = 0;
  for (const session of log) {
    for (const one of session) for (const other of session) if (one === a && other === b) count++;
  }
  return a === b ? 0 : count;
}

export function itemSimilarity(
  log: Log,
  [i, j]: readonly [number, number],
  damping: number,
  balance: number,
): number {
  const own = (supportOf(log, i) + damping) ** balance;
  return pairs(log, i, j) / (own * (supportOf(log, j) + damping) ** (1 - balance));
}

/** Σ of weight(distance) over the clicks of `next` that come 1 to `steps` clicks after one of `item`. */
export function following(
  log: Log,
  [item, next]: readonly [number, number],
  steps: number,
  weight: (distance: number) => number,
): number {
  let sum = 0;
  for (const session of log) {
    for (let a = 0; a < session.length; ++a) {
      for (let b = a + 1; b < session.length && b - a <= steps; ++b) {
        if (session[a] === item && session[b] === next) sum += weight(b - a);
      }
    }
  }
  return sum;
}

/**
 * Sequential rules after a visit: those of its last click, and of `more` clicks before it, which count the less the
 * further back they are.
 */
export function sequentialScores(
  log: Log,
  items: number,
  visit: readonly number[],
  rules: {
    readonly steps: number;
    readonly more: number;
    readonly idf: number;
    weight(distance: number): number;
  },
): number[] {
  const { steps, more, idf, weight } = rules;
  return zeros(items).map((_, next) => {
    let sum = 0;
    for (let back = 0; back <= more && back < visit.length; ++back) {
      const click = visit[visit.length - 1 - back]!;
      sum += (weight(1 + back) / weight(1)) * following(log, [click, next], steps, weight);
    }
    return sum * (1 + idf * Math.log(log.length / sessionsWith(log, next)));
  });
}

export const DISTANCE: Readonly<Record<string, (d: number) => number>> = {
  div: (d) => 1 / d,
  same: () => 1,
  linear: (d) => Math.max(0, 1 - 0.1 * d),
  log: (d) => 1 / Math.log10(d + 1.7),
  quadratic: (d) => 1 / d ** 2,
};

export const PLACE: Readonly<Record<string, (i: number, length: number) => number>> = {
  div: (i, length) => i / length,
  same: () => 1,
  linear: (i, length) => Math.max(0, 1 - 0.1 * (length - i)),
  log: (i, length) => 1 / Math.log10(length - i + 1.7),
  quadratic: (i, length) => (i / length) ** 2,
};

export interface KnnSettings {
  readonly k: number;
  readonly sampleSize: number;
  /** Days of each session before the last click of the log. The log is in the order of these, oldest first. */
  readonly ages: readonly number[];
  readonly remind: boolean;
  /** Of the visit's click at place i from 1. */
  weight(i: number, length: number): number;
  similarity(shared: number, visit: readonly number[], neighbour: readonly number[]): number;
  recency(days: number): number;
  /** From places in the neighbour, from 0, and steps back in the visit to the last shared item, from 0. */
  share(at: { readonly item: number; readonly shared: number; readonly back: number }): number;
  /** Beside ln(sessions / sessions with the item). */
  readonly idf: number;
}

/** V-SKNN, STAN and VSTAN differ in their settings. Not divided by the highest score. */
export function nearestSessions(
  log: Log,
  items: number,
  visit: readonly number[],
  { k, sampleSize, ages, remind, weight, similarity, recency, share, idf }: KnnSettings,
): number[] {
  const weights = new Map<number, number>();
  visit.forEach((item, at) => {
    weights.set(item, weight(at + 1, visit.length));
  });
  const candidates = [...log.keys()]
    .filter((n) => log[n]!.some((item) => weights.has(item)))
    .slice(-sampleSize)
    .map((n) => {
      const distinct = [...new Set(log[n])];
      const sum = distinct.reduce((sum, item) => sum + (weights.get(item) ?? 0), 0);
      const similar = similarity(sum, [...weights.values()], distinct) * recency(ages[n]!);
      return { n, distinct, similar };
    })
    .filter(({ similar }) => similar > 0)
    .sort((a, b) => b.similar - a.similar || b.n - a.n)
    .slice(0, k);
  const scores = zeros(items);
  for (const { n, distinct, similar } of candidates) {
    const session = log[n]!;
    const last = visit.findLastIndex((item) => session.includes(item));
    const back = visit.length - 1 - last;
    const shared = session.lastIndexOf(visit[last]!);
    for (const item of distinct) {
      if (!remind && visit.includes(item)) continue;
      const rare = Math.log(log.length / sessionsWith(log, item));
      const at = { item: session.lastIndexOf(item), shared, back };
      scores[item]! += similar * share(at) * (1 + idf * rare);
    }
  }
  return scores;
}

export interface Draws {
  /** f64[sessions + items, factors]: first vectors. */
  readonly users: number[][];
  readonly vectors: number[][];
  /** For each epoch: events in their order, and the event of each one's negative. */
  readonly epochs: readonly (readonly { readonly event: number; readonly other: number }[])[];
}

/** Learns the vectors of items. */
export function bprFactors(
  log: Log,
  { users, vectors, epochs }: Draws,
  rate: number,
  decay: number,
): number[][] {
  const events = log.flatMap((session, user) => session.map((item) => ({ user, item })));
  const u = users.map((row) => [...row]);
  const v = vectors.map((row) => [...row]);
  for (const { event, other } of epochs.flat()) {
    const { user, item: i } = events[event]!;
    const { item: j } = events[other]!;
    if (i === j) continue;
    const [p, a, b] = [[...u[user]!], [...v[i]!], [...v[j]!]];
    const x = p.reduce((sum, value, d) => sum + value * (a[d]! - b[d]!), 0);
    const g = 1 / (1 + Math.exp(x));
    u[user] = p.map((value, d) => value + rate * (g * (a[d]! - b[d]!) - decay * value));
    v[i] = a.map((value, d) => value + rate * (g * p[d]! - decay * value));
    v[j] = b.map((value, d) => value + rate * (-g * p[d]! - decay * value));
  }
  return v;
}
