/**
 * The quota of processor time that a container gives its programs (Linux control groups, versions 1
 * and 2), as a number of cores. The count of cores that the system gives ignores it.
 *
 *     /proc/self/cgroup      0::/pod/app         4:cpu,cpuacct:/pod/app    this program's groups
 *     /proc/self/mountinfo   … /pod /mnt … - cgroup2 …                     where they are seen, from which on
 *     version 2              /mnt/app/cpu.max              "50000 100000"  or "max 100000"
 *     version 1              /mnt/app/cpu.cfs_quota_us     "50000" or "-1", per cpu.cfs_period_us
 *
 * The quotas of all parent groups apply too, so every group up to the mount is read.
 */

/** The text of a file; undefined where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

/** Where groups of a version are seen. */
interface Mount {
  readonly isSecond: boolean;
  /** The group that stands at `point`. */
  readonly root: string;
  readonly point: string;
}

/** Cores that the quotas allow, e.g. 0.5; infinite where there is none. */
export function quotaOf(read: ReadText): number {
  const groups = lines(read("/proc/self/cgroup")).map((line) => line.split(":"));
  const mounts = lines(read("/proc/self/mountinfo")).flatMap(mountOf);
  let least = Number.POSITIVE_INFINITY;
  for (const [, controllers = "", ...path] of groups) {
    const isSecond = controllers === "";
    if (!isSecond && !controllers.split(",").includes("cpu")) continue;
    const mount = mounts.find((mount) => mount.isSecond === isSecond);
    if (!mount) continue;
    for (const folder of foldersOf(mount, path.join(":"))) {
      const quota = isSecond ? secondQuota(folder, read) : firstQuota(folder, read);
      if (quota > 0) least = Math.min(least, quota);
    }
  }
  return least;
}

/** Whole cores, rounded. With more threads than that, the system would stop all of them in every period. */
export function withinQuota(cores: number, quota: number): number {
  return Math.max(1, Math.min(cores, Math.floor(quota)));
}

function lines(text = ""): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** `36 35 98:0 /root /point rw shared:1 - cgroup2 cgroup2 rw,nsdelegate`, with any number of optional fields. */
function mountOf(line: string): Mount[] {
  const [before = "", after = ""] = line.split(" - ");
  const [, , , root = "/", point = ""] = before.split(" ");
  const [type, , options = ""] = after.split(" ");
  if (type === "cgroup2") return [{ isSecond: true, root, point }];
  const hasCpu = type === "cgroup" && options.split(",").includes("cpu");
  return hasCpu ? [{ isSecond: false, root, point }] : [];
}

/** The folder of a group and of all that it is in, as far as they are seen. */
function foldersOf({ root, point }: Mount, group: string): string[] {
  const top = root === "/" ? "" : root;
  const isBelow = group === top || group.startsWith(`${top}/`);
  const names = (isBelow ? group.slice(top.length) : "").split("/").filter((name) => name !== "");
  return [point, ...names.map((_, i) => [point, ...names.slice(0, i + 1)].join("/"))];
}

function secondQuota(folder: string, read: ReadText): number {
  const [quota, period] = (read(`${folder}/cpu.max`) ?? "").trim().split(" ");
  return Number(quota) / Number(period); // "max" is no number
}

function firstQuota(folder: string, read: ReadText): number {
  const quota = Number(read(`${folder}/cpu.cfs_quota_us`));
  return quota / Number(read(`${folder}/cpu.cfs_period_us`));
}
