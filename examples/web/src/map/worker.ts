/** The worker that lays out the map. Of pictures that wait only the newest is made. */

import { serve } from "../engine/calls.js";
import { MapLayout, PLACED } from "./layout.js";
import { amongLikes } from "./others.js";

export interface MapEvents {
  /** f32[items, 2]. */
  places: { readonly places: Float32Array; readonly pass: number; readonly isFirst: boolean };
}

export interface MapWorker {
  /** The items of a new log: radius of each dot, and the clicks of each item. */
  begin(radii: Float32Array, support: Int32Array): Promise<void>;
}

interface Vectors {
  readonly values: Float32Array;
  readonly columns: number;
  readonly pass: number;
}

serve<MapEvents>((tell) => {
  let layout: MapLayout | undefined;
  let placed: Int32Array<ArrayBufferLike> = new Int32Array(0);
  let waiting: Vectors | undefined;
  let isWorking = false;

  const work = (): void => {
    const vectors = waiting;
    waiting = undefined;
    isWorking = vectors !== undefined;
    if (!vectors || !layout) return;
    const { values, columns, pass } = vectors;
    const own = rowsOf(values, columns, placed);
    const spread = (places: Float32Array): Float32Array =>
      amongLikes(values, columns, placed, places);
    if (pass === 0) {
      const places = spread(layout.first(own, columns));
      tell("places", { places, pass, isFirst: true }, [places.buffer]);
    } else {
      const places = spread(layout.next(own, columns));
      tell("places", { places, pass, isFirst: false }, [places.buffer]);
    }
    setTimeout(work); // a newer picture may have come meanwhile
  };

  return {
    async begin(radii: Float32Array, support: Int32Array) {
      const order = Int32Array.from(support.keys()).sort((a, b) => support[b]! - support[a]!);
      placed = order.slice(0, PLACED).sort();
      layout = new MapLayout(Float32Array.from(placed, (item) => radii[item]!));
      waiting = undefined;
    },
    vectors(given: Vectors) {
      waiting = given;
      if (!isWorking) work();
    },
  };
});

function rowsOf(values: Float32Array, columns: number, rows: Int32Array): Float32Array {
  if (rows.length * columns === values.length) return values;
  const own = new Float32Array(rows.length * columns);
  for (const [i, row] of rows.entries()) {
    own.set(values.subarray(row * columns, (row + 1) * columns), i * columns);
  }
  return own;
}
