/** Disks that are full, folders that vanish, renames that fail: the old checkpoint stays, training goes on. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { CheckpointError, ConfigError, GRU4Rec, type TrainOptions } from "../../src/index.js";
import { type FileCheckpoint, fit } from "../../src/node.js";
import { clicks, fingerprint } from "../training/clicks.js";
import { newFolder } from "./processes.js";

/** Which call of the file system fails next, with what, and how often. */
const fault = vi.hoisted(() => ({ call: "", code: "", times: 0 }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  const failing = (call: string): void => {
    if (fault.call !== call || fault.times === 0) return;
    fault.times--;
    throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
  };
  return {
    ...real,
    rename: async (...args: Parameters<typeof real.rename>) => {
      failing("rename");
      return real.rename(...args);
    },
    open: async (...args: Parameters<typeof real.open>) => {
      if (args[1] === "wx") failing("open");
      const handle = await real.open(...args);
      const { writeFile, sync } = handle;
      handle.writeFile = async (data, ...rest) => {
        if (fault.call === "write" && fault.times > 0) {
          await writeFile.call(handle, (data as Uint8Array).subarray(0, 1000), ...rest);
        }
        failing("write");
        return writeFile.call(handle, data, ...rest);
      };
      handle.sync = async () => {
        failing("sync");
        return sync.call(handle);
      };
      return handle;
    },
  };
});
afterEach(() => {
  fault.times = 0;
});

const sessions = clicks(60, 15);
const OPTIONS = { epochs: 4, batchSize: 8, negatives: 8, threads: 0 } as const;
const modelOf = (): Promise<GRU4Rec> => GRU4Rec.create(sessions.items, { layers: [8] });

async function trained(
  checkpoint?: FileCheckpoint,
  more: Omit<TrainOptions, "checkpoint"> = {},
): Promise<string> {
  const model = await modelOf();
  await fit(model, sessions, { ...OPTIONS, ...more, ...(checkpoint && { checkpoint }) });
  return fingerprint(model);
}

/** Trains two epochs into a checkpoint, and then on with a fault; what it said and what came of it. */
async function withFault(call: string, code: string) {
  const path = join(newFolder(), "checkpoint");
  await trained({ path }, { epochs: 2 });
  const before = readFileSync(path);
  Object.assign(fault, { call, code, times: 0 });
  const failures: CheckpointError[] = [];
  const saved: number[] = [];
  let during: Buffer | undefined;
  const hash = await trained({
    ...{ path, every: 0, resume: true },
    onResumed: () => {
      fault.times = 2;
    },
    onFailure: (error) => {
      failures.push(error);
      during = readFileSync(path);
    },
    onSaved: ({ epochs }) => saved.push(epochs),
  });
  return { path, before, during, failures, saved, hash };
}

describe.each([
  ["write", "ENOSPC", "a full disk"],
  ["write", "EDQUOT", "a used up disk quota"],
  ["write", "EIO", "EIO: injected"],
  ["sync", "EIO", "EIO: injected"],
  ["open", "EROFS", "a read-only file system"],
  ["open", "EACCES", "no permission"],
  ["rename", "EACCES", "no permission"],
  ["rename", "ENOENT", "no such file or folder"],
])("%s that fails with %s", (call, code, said) => {
  test("leaves the old checkpoint whole, and training goes on and saves again", async () => {
    const { path, before, during, failures, saved, hash } = await withFault(call, code);
    expect(failures).toHaveLength(2);
    for (const { message, bytes } of failures) {
      expect(message).toContain(`${path}: expected to write ${bytes!.length} bytes, got ${said}`);
    }
    expect(during).toEqual(before);
    expect(saved.at(-1)).toBe(4);
    expect(hash).toBe(await trained());
    expect(readdirSync(join(path, ".."))).toEqual(["checkpoint"]);
  });

  test("ends training where nobody listens, with a checkpoint to be kept elsewhere", async () => {
    const folder = newFolder();
    const path = join(folder, "checkpoint");
    Object.assign(fault, { call, code, times: 0 });
    const model = await modelOf();
    const error = await fit(model, sessions, {
      ...OPTIONS,
      checkpoint: { path, every: 0 },
      onProgress: () => {
        fault.times = 1;
      },
    }).catch((error) => error);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(readdirSync(folder)).toEqual([]);
    const again = await modelOf();
    const { fit: fitInMemory } = await import("../../src/index.js");
    const checkpoint = { save: () => {}, resume: error.bytes };
    await fitInMemory(again, sessions, { ...OPTIONS, checkpoint });
    expect(fingerprint(again)).toBe(await trained());
  });
});

describe("a checkpoint that may not be replaced", () => {
  test("is refused without touching what another training is writing beside it", async () => {
    const folder = newFolder();
    const path = join(folder, "checkpoint");
    await trained({ path }, { epochs: 1 });
    const name = createHash("sha256").update("checkpoint").digest("hex").slice(0, 8);
    const half = `.gru4rec-${name}-0123456789ab.tmp`;
    writeFileSync(join(folder, half), "half of the next one");
    await expect(trained({ path })).rejects.toThrow("expected no checkpoint yet, got a file");
    expect(readdirSync(folder).sort()).toEqual([half, "checkpoint"]);
    await trained({ path, resume: true });
    expect(readdirSync(folder)).toEqual(["checkpoint"]);
  });
});

describe("a folder", () => {
  test("that vanishes and comes back loses no training", async () => {
    const folder = join(newFolder(), "folder");
    mkdirSync(folder);
    const path = join(folder, "checkpoint");
    let failures = 0;
    const hash = await trained(
      {
        ...{ path, every: 0 },
        onSaved: ({ epochs }) => {
          if (epochs === 1) renameSync(folder, `${folder} away`);
        },
        onFailure: ({ message }) => {
          failures++;
          expect(message).toContain("got no such file or folder");
          if (failures === 2) renameSync(`${folder} away`, folder);
        },
      },
      { epochs: 6 },
    );
    expect(failures).toBeGreaterThanOrEqual(2);
    expect(hash).toBe(await trained(undefined, { epochs: 6 }));
    expect(readdirSync(folder)).toEqual(["checkpoint"]);
  });

  test("on a disk of 64 KB keeps what fitted, and says that it is full", async (context) => {
    const folder = join(newFolder(), "disk");
    mkdirSync(folder);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "gru4rec-test", folder], {
        stdio: "ignore",
      });
    } catch {
      return context.skip("mounting a small disk needs the superuser");
    }
    try {
      const path = join(folder, "checkpoint");
      const small = { path, every: 0 };
      await trained(small, { epochs: 1 });
      const before = readFileSync(path);
      // No room for a second one beside the first.
      execFileSync("sh", ["-c", `head -c 65536 /dev/zero > "${folder}/rest" || true`], {
        stdio: "ignore",
      });
      let said = "";
      const onFailure = ({ message }: CheckpointError): void => {
        said = message;
      };
      const hash = await trained({ ...small, resume: true, onFailure }).catch((error) => error);
      // The disk may be too full even for the empty file that is tried first.
      if (hash instanceof ConfigError) expect(hash.message).toContain("a full disk");
      else {
        expect(said).toContain("got a full disk");
        expect(hash).toBe(await trained());
      }
      expect(readFileSync(path)).toEqual(before);
    } finally {
      execFileSync("umount", [folder]);
    }
  });
});
