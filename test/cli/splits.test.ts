/** Splits, filters and chosen test cases on the command line. */
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { cycleClicks, gru4rec, linesOf, newFile, type Outcome, QUICK } from "./children.js";

/** 20 users who walk through a cycle of 9 items, 5 to 8 of them; the last asks for what nobody had before. */
const SEQUENCES = Array.from({ length: 20 }, (_, user) => {
  const items = Array.from({ length: 5 + (user % 4) }, (_, i) => `i${(user + i) % 9}`);
  return `u${user} ${items.join(" ")}${user === 19 ? " new" : ""}\n`;
}).join("");

let clicks = "";
let sequences = "";
let pairs = "";

beforeAll(() => {
  clicks = newFile("clicks.tsv", cycleClicks());
  sequences = newFile("users.txt", `${SEQUENCES}u20 i1 i2\n`);
  const lines = SEQUENCES.trim().split("\n");
  const each = lines.flatMap((line) => {
    const [user, ...items] = line.split(" ");
    return items.map((item) => `${user}\t${item}\n`);
  });
  pairs = newFile("pairs.txt", each.join(""));
});

const train = (path: string, ...more: string[]): Promise<Outcome> =>
  gru4rec(["train", path, ...QUICK, "--json", ...more]);

const of = (outcome: Outcome, type: string): Record<string, unknown>[] =>
  linesOf(outcome).filter((line) => line.type === type);

describe("--split leave-one-out", () => {
  test.each([[], ["--model", "two-towers", "--batch-size", "32"]])(
    "trains, validates and asks every user for the last item: %s",
    async (...model) => {
      const path = join(dirname(sequences), `model${model.length}`);
      const split = ["--format", "sequences", "--split", "leave-one-out", "-o", path];
      const quick = model.length > 0 ? ["--epochs", "1", ...model] : [...QUICK];
      const outcome = await gru4rec(["train", sequences, ...quick, "--json", ...split]);
      expect(outcome.code).toBe(0);
      expect(outcome.stderr).toMatch(/^Leave-one-out trains on what others did later/);
      expect(of(outcome, "data")).toMatchObject([
        { role: "train", events: 93, sessions: 21, fileEvents: 133, format: "sequences" },
        {
          ...{ role: "test", events: 131, sessions: 20, unknownEvents: 1, unknown: "miss" },
          ...{ unknownItems: ["new"], unknownCount: 1 },
          filtered: [{ reason: "sessions of one or two events", events: 2, sessions: 1 }],
        },
        { role: "validation", events: 111, sessions: 20, unknownEvents: 0 },
      ]);
      expect(of(outcome, "epoch")[0]).toMatchObject({ monitor: "recall@20", isBest: true });
      const chosen = { lastOnly: true, unknown: "miss", missedEvents: 1 };
      const [measured] = of(outcome, "evaluation");
      expect(measured).toMatchObject({ events: 20, ...chosen });

      const args = ["evaluate", path, sequences, "--format", "sequences", "--last-only"];
      const again = await gru4rec([...args, "--unknown", "miss", "--json"]);
      // The user of two items is asked, too: there is no split.
      expect(of(again, "evaluation")[0]).toMatchObject({ events: 21, ...chosen });
      const dropped = await gru4rec([...args, "--exclude-seen", "--json"]);
      expect(of(dropped, "evaluation")[0]).toMatchObject({ events: 20, excludeSeen: true });
    },
  );

  test("reads pairs, and says in words what it did", async () => {
    const args = ["--format", "pairs", "--split", "leave-one-out", "--cutoffs", "5"];
    const { code, stdout, stderr } = await gru4rec(["train", pairs, ...QUICK, ...args]);
    expect(code).toBe(0);
    expect(stdout).toContain("left out: 40 events, held out for validation and test\n");
    expect(stdout).toContain("missed where asked for: 1 event of 1 unknown item (new)\n");
    expect(stdout).toContain(
      "20 events of 20 sessions, the last of each, 1 missed as unknown, ties",
    );
    expect(stderr).toContain("Leave-one-out trains on what others did later than a test event");
  });

  test("drops what is unknown where that is wanted", async () => {
    const args = ["--format", "sequences", "--split", "leave-one-out", "--unknown", "drop"];
    const [measured] = of(await train(sequences, ...args), "evaluation");
    expect(measured).toMatchObject({ events: 19, lastOnly: true });
    expect(measured).not.toHaveProperty("unknown");
  });
});

describe("splits by time", () => {
  test("keep sessions whole with --split sessions, and cut a validation off in the same go", async () => {
    const args = ["--split", "sessions", "--test-sessions", "5", "--validation-sessions", "4"];
    const outcome = await train(clicks, ...args);
    expect(of(outcome, "data")).toMatchObject([
      {
        ...{ role: "train", sessions: 51 },
        filtered: [
          { reason: "held out for the test", events: 24, sessions: 5 },
          { reason: "held out for the validation", events: 18, sessions: 4 },
        ],
      },
      { role: "test", sessions: 5 },
      { role: "validation", sessions: 4 },
    ]);
  });

  test("train on the most recent part before the test only", async () => {
    const days = await train(clicks, "--test-sessions", "5", "--last-days", "0.5");
    expect(of(days, "data")).toMatchObject([{ sessions: 12 }, { sessions: 5 }]);
    const part = await train(clicks, "--test-sessions", "5", "--last-part", "1/5");
    expect(of(part, "data")).toMatchObject([{ sessions: 11 }, { sessions: 5 }]);
    const alone = await train(clicks, "--last-part", "0.5");
    expect(of(alone, "data")).toMatchObject([{ sessions: 30 }]);
  });

  test("measure the last events only where that is wanted", async () => {
    const held = ["--test-sessions", "5", "--validation-sessions", "5", "--last-only"];
    const outcome = await train(clicks, ...held, "--exclude-seen", "--unknown", "miss");
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const chosen = { events: 5, lastOnly: true, excludeSeen: true, missedEvents: 0 };
    expect(of(outcome, "evaluation")[0]).toMatchObject(chosen);
  });
});

describe("filters", () => {
  const log = "s,i,t\n1,a,1\n1,a,2\n1,b,3\n1,a,4\n2,a,5\n2,b,6\n3,c,7\n3,a,8\n4,b,9\n";

  test("are counted by reason", async () => {
    const path = newFile("log.csv", log);
    const columns = ["--session-column", "s", "--item-column", "i", "--time-column", "t"];
    const filters = ["--drop-all-repeats", "--min-length", "2", "--min-support", "2"];
    const [line] = of(await train(path, ...columns, ...filters, "--filter-once"), "data");
    expect(line).toMatchObject({
      ...{ events: 4, sessions: 2, fileEvents: 9 },
      filtered: [
        { reason: "repeats", events: 2, sessions: 0 },
        { reason: "sessions of fewer than 2 events", events: 2, sessions: 2 },
        { reason: "items of fewer than 2 events", events: 1, sessions: 0 },
      ],
    });
  });

  test("of repeats hold for what is measured, too", async () => {
    const model = join(dirname(clicks), "plain.safetensors");
    await train(clicks, "-o", model);
    const path = newFile("twice.csv", "SessionId,ItemId,Time\n1,i1,1\n1,i1,2\n1,i2,3\n1,i1,4\n");
    const counts = await Promise.all(
      [[], ["--drop-repeats"], ["--drop-all-repeats"]].map(async (drop) => {
        const outcome = await gru4rec(["evaluate", model, path, ...drop, "--json"]);
        return of(outcome, "evaluation")[0]!.events;
      }),
    );
    expect(counts).toEqual([3, 2, 1]);
  });
});

describe("what contradicts is refused before a file is read:", () => {
  const SEQUENCE = ["--format", "sequences"];
  test.each([
    [
      ["--split", "random"],
      '--split: expected "time", "sessions" or "leave-one-out", got "random"',
    ],
    [["--split", "sessions"], "--split: expected how much is held out beside it, got"],
    [
      ["--split", "leave-one-out", "--test-days", "1"],
      "--test-days: expected nothing beside --split",
    ],
    [["--split", "leave-one-out", "--last-part", "1/2"], "--last-part: expected nothing beside"],
    [["--split", "leave-one-out", "--validation", "x"], "--validation: expected nothing beside"],
    [["--last-only"], "--last-only: expected something to measure on beside it, got true"],
    [["--exclude-seen"], "--exclude-seen: expected something to measure on beside it"],
    [["--unknown", "miss"], "--unknown: expected something to measure on beside it"],
    [["--unknown", "skip", "--test", "x"], '--unknown: expected "drop" or "miss", got "skip"'],
    [["--drop-repeats", "--drop-all-repeats"], "--drop-repeats"],
    [["--last-part", "3/2"], "--last-part: expected a share like 1/64 or 0.1, at most 1, got"],
    [["--last-part", "0"], "--last-part: expected a share"],
    [["--last-part", "1/2/3"], "--last-part: expected a share"],
    [["--model", "two-towers", "--ratings", "--last-only"], "--last-only: expected nothing with"],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await gru4rec(["train", "no-such-file", ...args]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect([code, stdout]).toEqual([2, ""]);
  });

  test.each([
    [
      ["--format", "pairs", "--gap", "30m"],
      "--gap: expected nothing beside --format pairs, got 1800",
    ],
    [["--filter-once"], "--filter-once: expected --min-support and --min-length above 1, got true"],
    [["--test-days", "400"], "--test-days: expected a share that leaves sessions"],
    [["--validation-days", "400"], "--validation-days: expected a share that leaves"],
    [["--test-sessions", "1", "--validation-days", "400"], "--validation-days: expected a share"],
  ])("once it is read: %j", async (args, message) => {
    const { code, stderr } = await train(clicks, ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test.each([["--test-days"], ["--validation-sessions"], ["--last-days"], ["--last-part"]])(
    "%s of sequences, which have no times",
    async (flag) => {
      const { code, stderr } = await train(sequences, ...SEQUENCE, flag, "1");
      expect(stderr).toContain(
        `${flag}: expected a log with times, got 1. Sequences and pairs have`,
      );
      expect(code).toBe(2);
    },
  );
});
