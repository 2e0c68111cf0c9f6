/** A page that only recommends, with a model that was trained elsewhere. */

import { GRU4Rec } from "gru4rec";
import { reported } from "./page.js";

async function recommended() {
  const model = await GRU4Rec.fromBytes(await (await fetch("/model.bin")).arrayBuffer());
  const list = model.recommend(["1", "2"], { count: 5 });
  return { recommended: list.map(({ itemId }) => itemId) };
}

reported(recommended());
