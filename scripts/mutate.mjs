/**
 * Mutation testing: small wrongs are put into the sources, one at a time; tests are to notice each.
 *
 *   npm run mutate -- assembly [--sample 40] [gru loss …]  the kernels, all mutants or so many of each file
 *   npm run mutate -- src [src/models/gru4rec/format.ts …]          the rest, by Stryker
 *   … --tests test/files/ids.test.ts,…          by these tests, in place of those that are found
 */

import { mutateAssembly } from "./mutation/assembly.mjs";
import { mutateSource } from "./mutation/source.mjs";

const [what, ...args] = process.argv.slice(2);
const most = taken("--sample");
const tests = taken("--tests");

if (what === "assembly") await mutateAssembly(args, most && Number(most));
else if (what === "src") mutateSource(args, tests?.split(","));
else {
  console.error("mutate: expected assembly or src, then files");
  process.exitCode = 2;
}

/** The value of a flag, which is taken out of the arguments. */
function taken(flag) {
  const at = args.indexOf(flag);
  return at < 0 ? undefined : args.splice(at, 2)[1];
}
