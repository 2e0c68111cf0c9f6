/** V-SKNN (Ludewig & Jannach 2018, §3): what the past sessions clicked that are most like this visit's last clicks. */

import { checkBoolean, checkChoice, checkInteger, checkNumber } from "../checks.js";
import { scorerOfFew } from "../data/scorer.js";
import { pow } from "../portable-math.js";
import { DECAYS, type Decay, decay, placeWeight } from "./decay.js";
import { type BaselineKind, floatsOf, popularRest } from "./kind.js";
import { Neighbours, Sums, visitOf } from "./neighbours.js";
import { indexed, pastSessions } from "./past-sessions.js";
import { rarities } from "./rarity.js";

/** Options of V-SKNN. */
export interface VsknnOptions {
  /** Neighbours: the most similar sessions. Default 100. */
  readonly k?: number;
  /** They are looked for among so many sessions that share an item, the newest. Default 1,000. */
  readonly sampleSize?: number;
  /** `"vec"` (default): the weights of shared items, over the visit's items; or `"cosine"`. */
  readonly similarity?: "vec" | "cosine";
  /** What a click of the visit weighs, by its place. Default `"div"`. */
  readonly weights?: Decay;
  /** What a neighbour counts, by how long ago the visit clicked an item that it has. Default `"div"`. */
  readonly decay?: Decay;
  /** How much more an item counts that is in few sessions: its score times 1 + `idf` · idf. Default 0. */
  readonly idf?: number;
  /** A session of a day ago counts this share of one of today, from 0 to 1. Default 1. */
  readonly dayDecay?: number;
  /** Whether items that the visit clicked may be recommended. Default true. */
  readonly remind?: boolean;
}

/**
 * With w the weight of the visit's items, of an item clicked twice that of the later click:
 *
 *     vec(n) = Σ w(shared) / |visit|        cosine(n) = Σ w(shared) / (√Σw² · √|n|)
 *     score(i) = Σ over neighbours n with i   similarity(n) · dayDecay^age(n) · decay(steps back to the last shared item)
 *                · (1 + idf · ln(sessions / sessions with i))
 *
 * |…| counts distinct items. Of equally similar sessions the newer is the nearer. Ages count from the last click of
 * the log, not of the visit: that is one factor for all neighbours. idf counts sessions, where other code counts
 * events and can go below 0; a linear weight ends at 0. Items of no neighbour follow by popularity, where the
 * definition has them all at 0.
 */
export const vSknn: BaselineKind<VsknnOptions> = {
  defaults: {
    k: 100,
    sampleSize: 1000,
    similarity: "vec",
    weights: "div",
    decay: "div",
    idf: 0,
    dayDecay: 1,
    remind: true,
  },
  check({ k, sampleSize, similarity, weights, decay, idf, dayDecay, remind }) {
    checkInteger("k", k, 1);
    checkInteger("sampleSize", sampleSize, 1);
    checkChoice("similarity", similarity, ["vec", "cosine"]);
    checkChoice("weights", weights, DECAYS);
    checkChoice("decay", decay, DECAYS);
    checkNumber("idf", idf, 0);
    checkNumber("dayDecay", dayDecay, 0, 1, true);
    checkBoolean("remind", remind);
  },
  fit: pastSessions,
  *scorer(items, columns, { k, sampleSize, similarity, weights: kind, decay: by, ...more }) {
    const past = yield* indexed(items, columns);
    const { begins, rows, ages } = past;
    const neighbours = new Neighbours(past, k, sampleSize);
    const sums = new Sums(items.size);
    const rarity = yield* rarities(items.size, ages.length, more.idf, past.holding);
    const fresh = yield* floatsOf(ages.length, (n) => pow(more.dayDecay, ages[n]!));
    return scorerOfFew(items, {
      rest: popularRest(items),
      list(history, listed, scores) {
        const visit = visitOf(history);
        const { places, length } = visit;
        const weights = places.map((place) => placeWeight(kind, place, length));
        const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
        const similar = (sum: number, n: number): number => {
          const distinct = begins[n + 1]! - begins[n]!;
          const size = similarity === "vec" ? places.length : norm * Math.sqrt(distinct);
          return (sum / size) * fresh[n]!;
        };
        neighbours.of(visit, weights, similar, (n, similarity, shared) => {
          const share = similarity * decay(by, length - places[shared]! + 1);
          for (let i = begins[n]!; i < begins[n + 1]!; ++i) {
            const row = rows[i]!;
            if (more.remind || !visit.rows.includes(row)) sums.add(row, share * rarity[row]!);
          }
        });
        return sums.take(listed, scores);
      },
    });
  },
};
