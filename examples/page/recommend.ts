/** A page that recommends while its visitor clicks. */

import { GRU4Rec, type Recommendation } from "gru4rec";

const response = await fetch("/shop.safetensors");
const model = await GRU4Rec.fromBytes(await response.arrayBuffer());
const visit = model.session();
const list = document.querySelector<HTMLUListElement>("#next")!;

function show(recommended: readonly Recommendation[]): void {
  list.replaceChildren(
    ...recommended.map(({ itemId }) => {
      const entry = document.createElement("li");
      entry.textContent = String(itemId);
      return entry;
    }),
  );
}

document.addEventListener("click", ({ target }) => {
  const item = target instanceof HTMLElement ? target.dataset.item : undefined;
  if (item === undefined) return;
  show(visit.push(item).recommend({ count: 5 }));
});
