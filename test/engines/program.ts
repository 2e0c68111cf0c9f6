/** Trains three epochs in every way there is and prints a line of JSON for each; bundled for any engine. */

import { createHash } from "node:crypto";
import { fit, GRU4Rec, Sessions } from "gru4rec";
import { clicks, MODEL, TRAINING } from "../browser/clicks.js";

const sessions = Sessions.from(clicks());
for (const numerics of ["portable", "fast"] as const) {
  for (const threads of [0, 1, 2, 4]) {
    const model = await GRU4Rec.create(sessions.items, MODEL);
    await fit(model, sessions, { ...TRAINING, epochs: 3, numerics, threads });
    const hash = createHash("sha256").update(model.toBytes()).digest("hex");
    console.log(JSON.stringify({ numerics, threads, hash }));
    model.dispose();
  }
}
