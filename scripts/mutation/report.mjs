/** What became of mutants, line by line and added up. */

export function printResult({ file, line, was, now, fate, why }) {
  const change = `${file}:${line} ${short(was)} → ${short(now)}`;
  console.log(`${fate.padEnd(10)} ${change}${why ? ` (${why})` : ""}`);
}

/** One row a file: how many of how many, and the share of those killed that are no equivalents. */
export function printReport(results) {
  console.log();
  for (const file of new Set(results.map((result) => result.file))) {
    printRow(
      file,
      results.filter((result) => result.file === file),
    );
  }
  printRow("all", results);
}

function printRow(name, list) {
  const of = (fate) => list.filter((result) => result.fate === fate).length;
  const killed = of("killed");
  const share = (whole) => ((100 * killed) / Math.max(1, whole)).toFixed(1);
  console.log(
    `${name.padEnd(14)} ${String(list.length).padStart(5)} mutants, ${killed} killed, ` +
      `${of("equivalent")} equivalent, ${of("SURVIVED")} survived: ` +
      `${share(list.length)} % of all, ${share(list.length - of("equivalent"))} % without equivalents`,
  );
}

function short(text) {
  const line = text.replace(/\s+/g, " ");
  return line.length > 50 ? `${line.slice(0, 50)}…` : line;
}
