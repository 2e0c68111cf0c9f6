/** What the build knows before anybody comes: the first screen's picture of the sample shop, and the defaults. */

/** The built package: by its address, because this file is bundled into another folder before it runs. */
const LIBRARY: string = new URL("../../dist/index.js", import.meta.url).href;

/** Names of the visit that is drawn, and where its names stand. */
const VISIT = [
  { id: "weather-guide-lakes", x: 567, y: 388, side: -1 },
  { id: "canoe-paddle-lake", x: 174, y: 381, side: -1 },
  { id: "dome-tent-6-persons", x: 293, y: 486, side: 1 },
] as const;
const GUESS = { x: 560, y: 150 };

export async function sampleOf(): Promise<object> {
  const { evaluate, outdoorShop } = (await import(LIBRARY)) as typeof import("gru4rec");
  const shop = outdoorShop();
  const { support } = shop.train.items;
  const { recall, mrr } = await evaluate(shop.best, shop.test, { cutoffs: [20] });
  return {
    radii: radiiOf(support),
    visit: VISIT.map(({ id, ...place }) => ({ ...place, name: shop.name(id) })),
    guess: GUESS,
    best: { recall: recall[20], mrr: mrr[20] },
  };
}

/** Radii of the dots, the most clicked items first, in tenths of a pixel. */
function radiiOf(support: Int32Array): number[] {
  const top = support.reduce((a, b) => Math.max(a, b));
  const order = [...support].sort((a, b) => b - a);
  return order.map((clicks) => Math.round(10 * (3 + 6.5 * Math.sqrt(clicks / top))));
}

/** Options of model and training that are not given. */
export async function defaultsOf(): Promise<object> {
  const { MODEL_DEFAULTS, TRAIN_DEFAULTS } = (await import(LIBRARY)) as typeof import("gru4rec");
  return { model: MODEL_DEFAULTS, learning: TRAIN_DEFAULTS };
}
