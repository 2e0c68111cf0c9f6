/**
 * Mutation testing: small wrongs are put into the sources, one at a time; tests are to notice each.
 *
 *   npm run mutate -- assembly [--sample 40] [gru loss …]  the kernels, all mutants or so many of each file
 *   npm run mutate -- src [src/models/gru4rec/format.ts …]          the rest, by Stryker
 */

import { mutateAssembly } from "./mutation/assembly.mjs";
import { mutateSource } from "./mutation/source.mjs";

const [what, ...args] = process.argv.slice(2);
const at = args.indexOf("--sample");
const most = at < 0 ? undefined : Number(args.splice(at, 2)[1]);

if (what === "assembly") await mutateAssembly(args, most);
else if (what === "src") mutateSource(args);
else {
  console.error("mutate: expected assembly or src, then files");
  process.exitCode = 2;
}
