/**
 * STAN (Garg et al. 2019, "Sequence and time aware neighborhood for session-based recommendations", §3) and VSTAN
 * (Ludewig et al. 2021), which adds two factors of V-SKNN.
 */

import { checkBoolean, checkInteger, checkNumber } from "../checks.js";
import { scorerOfFew } from "../data/scorer.js";
import { exp } from "../portable-math.js";
import { type BaselineKind, floatsOf, popularRest } from "./kind.js";
import { Neighbours, Sums, visitOf } from "./neighbours.js";
import { indexed, pastSessions } from "./past-sessions.js";
import { rarities } from "./rarity.js";

/** Options of STAN. Each λ is a distance after which a weight has fallen to 1/e; 0 switches its factor off. */
export interface StanOptions {
  /** Neighbours: the most similar sessions. Default 500. */
  readonly k?: number;
  /** They are looked for among so many sessions that share an item, the newest. Default 5,000. */
  readonly sampleSize?: number;
  /** Of a visit's click, in clicks before its last one. Default 1.02. */
  readonly lambdaSpw?: number;
  /** Of a session's age, in days. Default 5. */
  readonly lambdaSnh?: number;
  /** Of a neighbour's item, in clicks from the last item that it shares with the visit. Default 2.05. */
  readonly lambdaInh?: number;
  /** Whether items that the visit clicked may be recommended. Default true. */
  readonly remind?: boolean;
}

/** Options of VSTAN. */
export interface VstanOptions extends StanOptions {
  /** Of a neighbour, in clicks from the last item that it shares to the visit's last one. Default 1.02. */
  readonly lambdaIpw?: number;
  /** How much more an item counts that is in few sessions: its score times 1 + `lambdaIdf` · idf. Default 5. */
  readonly lambdaIdf?: number;
}

const DEFAULTS: Required<VstanOptions> = {
  k: 500,
  sampleSize: 5000,
  lambdaSpw: 1.02,
  lambdaSnh: 5,
  lambdaInh: 2.05,
  remind: true,
  lambdaIpw: 1.02,
  lambdaIdf: 5,
};

/**
 * With p the place of an item's last click, in the visit or in the neighbour n, and s the item of n that the visit
 * clicked last:
 *
 *     w(i) = e^((p(i) − length)/λspw)      similarity(n) = Σ w(shared) / (√Σw² · √|n|) · e^(−age(n)/λsnh)
 *     score(i) = Σ over neighbours n with i   similarity(n) · e^(−|p_n(i) − p_n(s)|/λinh)
 *     VSTAN: · e^((p(s) − length)/λipw) · (1 + λidf · ln(sessions / sessions with i))
 *
 * |n| counts distinct items. Of equally similar sessions the newer is the nearer. Ages count from the last click of
 * the log, not of the visit: that is one factor for all neighbours. idf counts sessions, where other code counts
 * events and can go below 0. VSTAN has no option for another similarity. Items of no neighbour follow by popularity,
 * where the definition has them all at 0.
 */
export const vstan: BaselineKind<VstanOptions> = {
  defaults: DEFAULTS,
  check({ k, sampleSize, remind, ...lambdas }) {
    checkInteger("k", k, 1);
    checkInteger("sampleSize", sampleSize, 1);
    checkBoolean("remind", remind);
    for (const [name, lambda] of Object.entries(lambdas)) checkNumber(name, lambda, 0);
  },
  fit: pastSessions,
  *scorer(items, columns, { k, sampleSize, remind, ...lambdas }) {
    const past = yield* indexed(items, columns);
    const { begins, rows, places, ages } = past;
    const neighbours = new Neighbours(past, k, sampleSize);
    const sums = new Sums(items.size);
    const rarity = yield* rarities(items.size, ages.length, lambdas.lambdaIdf, past.holding);
    const fresh = yield* floatsOf(ages.length, (n) => fallen(ages[n]!, lambdas.lambdaSnh));
    return scorerOfFew(items, {
      rest: popularRest(items),
      list(history, listed, scores) {
        const visit = visitOf(history);
        const { length } = visit;
        const weights = visit.places.map((place) => fallen(length - place, lambdas.lambdaSpw));
        const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
        const similar = (sum: number, n: number): number =>
          (sum / (norm * Math.sqrt(begins[n + 1]! - begins[n]!))) * fresh[n]!;
        neighbours.of(visit, weights, similar, (n, similarity, shared) => {
          const share = similarity * fallen(length - visit.places[shared]!, lambdas.lambdaIpw);
          const [begin, end] = [begins[n]!, begins[n + 1]!];
          const at = places[rows.indexOf(visit.rows[shared]!, begin)]!;
          for (let i = begin; i < end; ++i) {
            const row = rows[i]!;
            if (!remind && visit.rows.includes(row)) continue;
            const near = fallen(Math.abs(places[i]! - at), lambdas.lambdaInh);
            sums.add(row, share * near * rarity[row]!);
          }
        });
        return sums.take(listed, scores);
      },
    });
  },
};

/** VSTAN without its two factors. */
export const stan: BaselineKind<StanOptions> = {
  defaults: withoutVstan(DEFAULTS),
  check: (options) => vstan.check({ ...DEFAULTS, ...options }),
  fit: pastSessions,
  scorer: (items, columns, options) =>
    vstan.scorer(items, columns, { ...options, lambdaIpw: 0, lambdaIdf: 0 }),
};

function withoutVstan({
  lambdaIpw,
  lambdaIdf,
  ...stan
}: Required<VstanOptions>): Required<StanOptions> {
  return stan;
}

/** e^(−distance/λ); 1 where λ is 0. */
function fallen(distance: number, lambda: number): number {
  return lambda === 0 ? 1 : exp(-distance / lambda);
}
