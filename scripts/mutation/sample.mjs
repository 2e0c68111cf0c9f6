/** A random sample, the same every time. */

const SEED = 20181022;

/** At most so many of a list, each as likely as any other, in the list's order. */
export function sample(list, most) {
  if (list.length <= most) return list;
  const places = list.map((_, i) => i);
  let state = SEED;
  for (let i = 0; i < most; ++i) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = i + Math.floor((state / 2 ** 32) * (places.length - i));
    [places[i], places[j]] = [places[j], places[i]];
  }
  return places
    .slice(0, most)
    .sort((a, b) => a - b)
    .map((place) => list[place]);
}
