/** Cores that a program may use: by the quota of its container, and by its affinity mask. */

import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test, vi } from "vitest";
import {
  ConfigError,
  evaluate,
  fit,
  GRU4Rec,
  Items,
  recommendAll,
  TwoTowers,
} from "../../src/index.js";
import { quotaOf, withinQuota } from "../../src/threads/quota.js";
import { ROOT } from "../sources.js";
import { clicks } from "../training/clicks.js";

vi.mock("../../src/threads/host.node.js", async (original) => {
  const { host } = await original<typeof import("../../src/threads/host.node.js")>();
  return { host: { ...host, parallelism: () => 1 } };
});

const SECOND = "30 23 0:26 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const FIRST =
  "33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n" +
  "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";

/** The quota of a system with these files. */
function quota(files: Readonly<Record<string, string>>): number {
  return quotaOf((path) => (Object.hasOwn(files, path) ? files[path] : undefined));
}

function second(group: string, limits: Readonly<Record<string, string>>, mounts = SECOND): number {
  const files = Object.entries(limits).map(([at, text]) => [`/sys/fs/cgroup${at}/cpu.max`, text]);
  const own = { "/proc/self/cgroup": `0::${group}\n`, "/proc/self/mountinfo": mounts };
  return quota({ ...own, ...Object.fromEntries(files) });
}

function first(group: string, limits: Readonly<Record<string, string>>, mounts = FIRST): number {
  const files = Object.entries(limits).flatMap(([at, text]) => {
    const folder = `/sys/fs/cgroup/cpu,cpuacct${at}`;
    const [most, period] = text.split(" ");
    return [
      [`${folder}/cpu.cfs_quota_us`, `${most}\n`],
      [`${folder}/cpu.cfs_period_us`, `${period}\n`],
    ];
  });
  const own = `5:cpuset:/other\n4:cpu,cpuacct:${group}\n1:name=systemd:/\n`;
  const all = { "/proc/self/cgroup": own, "/proc/self/mountinfo": mounts };
  return quota({ ...all, ...Object.fromEntries(files) });
}

const none = Number.POSITIVE_INFINITY;

describe("the quota of version 2", () => {
  test.each([
    ["of a container that sees itself as the root", "/", { "": "50000 100000\n" }, 0.5],
    ["of no limit", "/", { "": "max 100000\n" }, none],
    ["of another period", "/", { "": "30000 20000\n" }, 1.5],
    ["of a group within others", "/pod/app", { "/pod/app": "200000 100000\n" }, 2],
    [
      "of the least of those it is in",
      "/a/b/c",
      { "/a": "max 100000", "/a/b": "150000 100000", "/a/b/c": "400000 100000" },
      1.5,
    ],
    ["of a group with colons in its name", "/a:b", { "/a:b": "100000 100000" }, 1],
    ["of a root without a file", "/", {}, none],
    ["of a broken file", "/", { "": "much\n" }, none],
  ])("%s", (_, group, limits, expected) => {
    expect(second(group, limits as Readonly<Record<string, string>>)).toBe(expected);
  });

  test("is found where a part of the groups is mounted", () => {
    const mounts = SECOND.replace(" / /sys", " /docker/abc /sys");
    expect(second("/docker/abc", { "": "50000 100000" }, mounts)).toBe(0.5);
    expect(second("/docker/abc/in", { "/in": "150000 100000" }, mounts)).toBe(1.5);
    // A group beside the mount is not seen; the mount itself is all there is to read.
    expect(second("/../other", { "": "250000 100000" }, mounts)).toBe(2.5);
  });
});

describe("the quota of version 1", () => {
  test.each([
    ["of a container", "/docker/abc", { "/docker/abc": "50000 100000" }, 0.5],
    ["of no limit", "/docker/abc", { "/docker/abc": "-1 100000" }, none],
    ["of the least of those it is in", "/a/b", { "/a": "120000 100000", "/a/b": "-1 100000" }, 1.2],
  ])("%s", (_, group, limits, expected) => {
    expect(first(group, limits as Readonly<Record<string, string>>)).toBe(expected);
  });

  test("is found where the container's own group is mounted", () => {
    const mounts = FIRST.replaceAll(" / /sys", " /docker/abc /sys");
    expect(first("/docker/abc", { "": "50000 100000" }, mounts)).toBe(0.5);
  });
});

test("both versions count where both are mounted", () => {
  const files = {
    "/proc/self/cgroup": "4:cpu,cpuacct:/\n0::/\n",
    "/proc/self/mountinfo": FIRST + SECOND.replace("/sys/fs/cgroup ", "/sys/fs/cgroup/unified "),
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "300000",
    "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
    "/sys/fs/cgroup/unified/cpu.max": "200000 100000",
  };
  expect(quota(files)).toBe(2);
});

test("a system without control groups has none", () => {
  expect(quota({})).toBe(none);
});

test.each([
  [8, none, 8],
  [2, 0.5, 1],
  [4, 1.9, 1],
  [4, 2, 2],
  [1, 3, 1],
])("%i cores and a quota of %d are %i threads", (cores, most, expected) => {
  expect(withinQuota(cores, most)).toBe(expected);
});

describe.skipIf(!existsSync("/usr/bin/taskset"))("a program on one core of the machine", () => {
  const run = promisify(execFile);
  const onOneCore = (...args: readonly string[]): ReturnType<typeof run> =>
    run("/usr/bin/taskset", ["-c", "0", process.execPath, ...args]);

  test("counts one", async () => {
    const host = pathToFileURL(join(ROOT, "dist/threads/host.node.js"));
    const program = `import { host } from ${JSON.stringify(host)}; console.log(host.parallelism());`;
    const { stdout } = await onOneCore("--input-type=module", "-e", program);
    expect(stdout).toBe("1\n");
  });

  test("is told of two threads on standard error, once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gru4rec-quota-"));
    const file = join(folder, "clicks.tsv");
    const rows = Array.from({ length: 60 }, (_, i) => `${Math.floor(i / 5)}\t${(i * 7) % 4}\t${i}`);
    writeFileSync(file, `session\titem\ttime\n${rows.join("\n")}\n`);
    const how = ["--epochs", "2", "--layers", "4", "--test-sessions", "3", "--threads", "2"];
    try {
      const main = join(ROOT, "dist/cli/main.js");
      const { stderr } = await onOneCore(main, "train", file, ...how);
      expect(String(stderr).match(/--threads: expected at most 1, the cores that/g)).toHaveLength(
        1,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("more threads than cores", () => {
  const sessions = clicks(20, 8);
  const N = 12;
  const examples = {
    ...{ items: Items.from(["a", "b", "c"]), windowLength: 2, length: N },
    ...{ times: new Float64Array(N), targets: Int32Array.from({ length: N }, (_, n) => n % 3) },
    contexts: Int32Array.from({ length: 2 * N }, (_, i) => i % 3),
  };

  test("are told of once, in every place that takes threads", async () => {
    using model = await GRU4Rec.create(sessions.items, { layers: [4] });
    const small = { windowLength: 2, embeddingSize: 4, layers: [4] };
    using towers = await TwoTowers.create(examples.items, small);
    const some = Array.from(sessions.items.ids).slice(0, 3);
    for (const work of [
      (how: object) => fit(model, sessions, { epochs: 2, ...how }),
      (how: object) => fit(model, sessions, { epochs: 2, validation: sessions, ...how }),
      (how: object) => evaluate(model, sessions, how),
      (how: object) => recommendAll(model, [some], how),
      (how: object) => fit(towers, examples, { epochs: 2, ...how }),
      (how: object) => evaluate(towers, examples, how),
    ]) {
      const warnings: ConfigError[] = [];
      const onWarning = (warning: ConfigError): void => void warnings.push(warning);
      await work({ threads: 2, onWarning });
      expect(warnings.map(({ message }) => message)).toEqual([
        "threads: expected at most 1, the cores that this program may use, got 2. They wait for each other in every step.",
      ]);
      expect(warnings[0]).toBeInstanceOf(ConfigError);
      for (const threads of [0, 1, "auto"] as const) await work({ threads, onWarning });
      expect(warnings).toHaveLength(1);
    }
  });
});
