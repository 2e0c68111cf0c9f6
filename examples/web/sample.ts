/** The first screen's picture: the items of the sample shop where chance put them, and one visit. */

/** The built package: by its address, because this file is bundled into another folder before it runs. */
const LIBRARY: string = new URL("../../dist/index.js", import.meta.url).href;

const WIDTH = 704;
const HEIGHT = 560;
/** Names of the visit that is drawn, and where its names stand. */
const VISIT = [
  { id: "weather-guide-lakes", x: 567, y: 388, side: -1 },
  { id: "canoe-paddle-lake", x: 174, y: 381, side: -1 },
  { id: "dome-tent-6-persons", x: 293, y: 486, side: 1 },
] as const;
const GUESS = { x: 560, y: 150 };

type Dot = readonly [x: number, y: number, radius: number];

export async function sampleOf(): Promise<object> {
  const { evaluate, outdoorShop } = (await import(LIBRARY)) as typeof import("gru4rec");
  const shop = outdoorShop();
  const { support } = shop.train.items;
  const { recall, mrr } = await evaluate(shop.best, shop.test, { cutoffs: [20] });
  return {
    dots: scattered(support),
    visit: VISIT.map(({ id, ...place }) => ({ ...place, name: shop.name(id) })),
    guess: GUESS,
    best: { recall: recall[20], mrr: mrr[20] },
  };
}

/** Places in an oval, drawn until they are free; the most clicked items first. */
function scattered(support: Int32Array): Dot[] {
  let state = 7;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const top = support.reduce((a, b) => Math.max(a, b));
  const dots: Dot[] = [];
  for (const clicks of [...support].sort((a, b) => b - a)) {
    const radius = Math.round(10 * (3 + 6.5 * Math.sqrt(clicks / top))) / 10;
    for (let tries = 0; tries < 400; ++tries) {
      const [angle, reach] = [2 * Math.PI * next(), Math.sqrt(next())];
      const x = Math.round(WIDTH / 2 + 300 * reach * Math.cos(angle));
      const y = Math.round(HEIGHT / 2 - 4 + 240 * reach * Math.sin(angle));
      const isFree = dots.every(([ox, oy, r]) => Math.hypot(x - ox, y - oy) > r + radius + 1);
      const isCovered = [...VISIT, GUESS].some((one) => Math.hypot(x - one.x, y - one.y) < 20);
      if (!isFree || isCovered) continue;
      dots.push([x, y, radius]);
      break;
    }
  }
  return dots;
}
