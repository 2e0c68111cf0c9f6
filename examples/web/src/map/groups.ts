/**
 * Finds the vectors of a set that are most like another one, without looking at all of them: they are sorted into
 * groups (k-means over directions), and only the groups whose middles are nearest are looked through. Few are missed.
 */

const ROUNDS = 4;
const PROBED = 4;

export class Groups {
  readonly #columns: number;
  readonly #units: Float32Array;
  readonly #middles: Float32Array;
  readonly #members: Int32Array[];

  /** @param units f32[n, columns], each of length 1 */
  constructor(units: Float32Array, columns: number) {
    this.#columns = columns;
    this.#units = units;
    const n = units.length / columns;
    const count = Math.max(1, Math.round(Math.sqrt(n)));
    this.#middles = new Float32Array(count * columns);
    for (let g = 0; g < count; ++g) {
      const row = Math.floor((g * n) / count);
      this.#middles.set(units.subarray(row * columns, (row + 1) * columns), g * columns);
    }
    this.#members = this.#sorted();
    for (let round = 1; round < ROUNDS; ++round) {
      this.#centre();
      this.#members = this.#sorted();
    }
  }

  /** Rows of the set that are most like a vector of length 1, and how like they are, the nearest first. */
  nearest(vector: Float32Array, count: number): Best {
    const middles = new Best(PROBED);
    const groups = this.#members.length;
    for (let g = 0; g < groups; ++g) middles.offer(g, this.#closeness(vector, this.#middles, g));
    const best = new Best(count);
    for (const group of middles.rows) {
      for (const row of this.#members[group]!) {
        best.offer(row, this.#closeness(vector, this.#units, row));
      }
    }
    return best;
  }

  #closeness(vector: Float32Array, table: Float32Array, row: number): number {
    const begin = row * this.#columns;
    let dot = 0;
    for (let c = 0; c < this.#columns; ++c) dot += vector[c]! * table[begin + c]!;
    return dot;
  }

  /** The rows of each group: those to which its middle is the nearest. */
  #sorted(): Int32Array[] {
    const count = this.#middles.length / this.#columns;
    const lists = Array.from({ length: count }, (): number[] => []);
    for (let row = 0; row < this.#units.length / this.#columns; ++row) {
      const vector = this.#units.subarray(row * this.#columns, (row + 1) * this.#columns);
      let [nearest, most] = [0, Number.NEGATIVE_INFINITY];
      for (let g = 0; g < count; ++g) {
        const closeness = this.#closeness(vector, this.#middles, g);
        if (closeness > most) [nearest, most] = [g, closeness];
      }
      lists[nearest]!.push(row);
    }
    return lists.map((rows) => Int32Array.from(rows));
  }

  /** Each middle becomes the direction of its members' mean; one without members stays. */
  #centre(): void {
    for (const [g, rows] of this.#members.entries()) {
      if (rows.length === 0) continue;
      const middle = this.#middles.subarray(g * this.#columns, (g + 1) * this.#columns).fill(0);
      for (const row of rows) {
        for (let c = 0; c < this.#columns; ++c) middle[c]! += this.#units[row * this.#columns + c]!;
      }
      makeUnit(middle);
    }
  }
}

/** The few best of many, kept in order. */
class Best {
  readonly rows: number[] = [];
  readonly closeness: number[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  offer(row: number, closeness: number): void {
    if (this.rows.length === this.#most && !(closeness > this.closeness[this.#most - 1]!)) return;
    let at = Math.min(this.rows.length, this.#most - 1);
    for (; at > 0 && closeness > this.closeness[at - 1]!; --at) {
      this.rows[at] = this.rows[at - 1]!;
      this.closeness[at] = this.closeness[at - 1]!;
    }
    this.rows[at] = row;
    this.closeness[at] = closeness;
  }
}

/** Makes a vector one of length 1, in place. */
export function makeUnit(vector: Float32Array): void {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square) || 1;
  for (let c = 0; c < vector.length; ++c) vector[c]! /= length;
}
