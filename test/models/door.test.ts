/** Whoever reads a model's weights at once sees all of what is on its way in; who reads in turns waits. */

import { describe, expect, test } from "vitest";
import { Door } from "../../src/models/door.js";
import { pause } from "../../src/pause.js";

/** Writes 0, 1, …, n − 1 into a list, and gives the event loop its turn after each. */
function arrival(n: number) {
  const list: number[] = [];
  const steps = function* (): Generator<void, void> {
    for (let i = 0; i < n; ++i) {
      list.push(i);
      const until = performance.now() + 25; // more than a slice
      while (performance.now() < until);
      yield;
    }
  };
  return { list, steps };
}

const WEIGHTS = { dispose: () => {} };

describe("Weights on their way in", () => {
  test("come in turns", async () => {
    const { list, steps } = arrival(3);
    const done = new Door("Model", WEIGHTS).bring(steps, undefined);
    await pause();
    expect(list.length).toBeLessThan(3);
    await done;
    expect(list).toEqual([0, 1, 2]);
  });

  test("are there at once for whoever cannot wait, and come only once", async () => {
    const { list, steps } = arrival(3);
    const door = new Door("Model", WEIGHTS);
    const done = door.bring(steps, undefined);
    await pause();
    door.now(() => {});
    expect(list).toEqual([0, 1, 2]);
    await done;
    door.now(() => {});
    expect(list).toEqual([0, 1, 2]);
  });

  test("do not come when they are forbidden before the first piece", async () => {
    const { list, steps } = arrival(1);
    const door = new Door("Model", WEIGHTS);
    const forbidden = door.bring(() => {
      throw new Error("not these");
    }, undefined);
    await expect(forbidden).rejects.toThrow("not these");
    door.now(() => {});
    expect(door.arrivals).toBe(0);
    expect(await door.bring(steps, undefined)).toBe(1);
    expect(list).toEqual([0]);
  });

  test("are counted", async () => {
    const door = new Door("Model", WEIGHTS);
    const came = [door.bring(arrival(1).steps, undefined), door.bring(arrival(1).steps, undefined)];
    expect(await Promise.all(came)).toEqual([1, 2]);
    expect(door.arrivals).toBe(2);
  });
});

describe("Those who read in turns", () => {
  test("wait for weights on their way in, and these for them", async () => {
    const door = new Door("Model", WEIGHTS);
    const [first, second] = [arrival(2), arrival(2)];
    const seen: number[][] = [];
    const look = async (): Promise<void> => {
      for (let i = 0; i < 3; ++i) {
        seen.push([first.list.length, second.list.length]);
        await pause();
      }
    };
    await Promise.all([
      door.bring(first.steps, undefined),
      door.during(look),
      door.bring(second.steps, undefined),
      door.during(look),
    ]);
    expect(seen).toEqual([...Array(3).fill([2, 0]), ...Array(3).fill([2, 2])]);
  });

  test("do not keep the next ones waiting when they fail", async () => {
    const door = new Door("Model", WEIGHTS);
    const failed = door.during(() => Promise.reject(new Error("lost")));
    const next = door.during(async () => "there");
    await expect(failed).rejects.toThrow("lost");
    expect(await next).toBe("there");
  });
});
