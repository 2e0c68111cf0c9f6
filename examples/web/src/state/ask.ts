/** Asks the model about the visit: the list at once, what each click did soon after. Only the newest answer counts. */

import { engine } from "./engine.js";
import { change, now } from "./state.js";

const NAMED = 3;
/** Why is asked for when the clicks have rested so long. */
const REST_MS = 60;

let asked = 0;
let isBusy = false;
let isStale = false;

export async function ask(): Promise<void> {
  const { visit, exclude, hasModel } = now();
  const mine = ++asked;
  if (!hasModel) return;
  if (visit.length === 0) return change({ answer: undefined, without: undefined });
  if (isBusy) {
    isStale = true;
    return;
  }
  isBusy = true;
  try {
    const answer = await engine.call("ask", visit, exclude, false);
    if (now().visit === visit) change({ answer: withEffectsOf(answer) });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    if (mine === asked && visit.length > 1) {
      const whole = await engine.call("ask", visit, exclude, true);
      if (now().visit === visit && mine === asked) change({ answer: whole });
    }
    say();
  } finally {
    isBusy = false;
    if (isStale) {
      isStale = false;
      void ask();
    }
  }
}

/** Until new effects are there the old ones stay, of items that are still listed after the same clicks. */
function withEffectsOf<Given extends NonNullable<ReturnType<typeof now>["answer"]>>(
  answer: Given,
): Given {
  const before = now().answer;
  if (!before) return answer;
  const length = now().visit.length;
  const old = new Map(before.guesses.map((guess) => [guess.item, guess.effects]));
  const guesses = answer.guesses.map((guess) => {
    const effects = old.get(guess.item);
    return effects?.length === length ? { ...guess, effects } : guess;
  });
  return { ...answer, guesses };
}

/** Tells those who listen the first guesses. */
function say(): void {
  const { answer, names, said } = now();
  const first = answer?.guesses.slice(0, NAMED).map(({ item }) => names[item]);
  if (first) change({ said: { ...said, guesses: `Likely next: ${first.join("; ")}.` } });
}
