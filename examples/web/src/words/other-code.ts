/** The same lines in a page, and as a command. Loaded when one of them is looked at. */

import type { LogFacts, Settings } from "../engine/protocol.js";
import { asked, changed, chosenOf, fileName, type Told } from "./code.js";

export function inBrowser({ facts, visit }: Told): string {
  return [
    "// The saved model, in a page.",
    'import { GRU4Rec } from "gru4rec/recommend";',
    "",
    `const response = await fetch("/${fileName(facts)}");`,
    "const model = await GRU4Rec.fromBytes(await response.arrayBuffer());",
    "",
    asked(facts, visit),
  ].join("\n");
}

export function commandLine({ facts, settings, visit }: Told): string {
  const file = fileName(facts);
  const clicks = visit.map((item) => shell(facts.ids[item]!)).join(" ");
  const flags = settings ? flagsOf(settings) : "";
  const train = facts.isShop
    ? `npx gru4rec demo --output ${file}`
    : `npx gru4rec train ${shell(facts.name)}${columnFlags(facts)}${flags} \\\n  --output ${file}`;
  return [
    "# The same on the command line.",
    ...changed("#", facts),
    ...(settings ? [train] : []),
    `npx gru4rec recommend ${settings ? file : shell(facts.name)} ${clicks}`.trimEnd(),
  ].join("\n");
}

function columnFlags(facts: LogFacts): string {
  const { columns, pause } = facts;
  const named = Object.entries(columns).filter(([, column]) => column?.found === "named");
  const flags = named.map(([role, column]) => {
    const flag = role === "visit" ? (pause ? "user-column" : "session-column") : `${role}-column`;
    return ` --${flag} ${shell(column!.name)}`;
  });
  flags.push(...chosenOf(facts).map(([name, value]) => ` --${name} ${shell(String(value))}`));
  return flags.join("");
}

function flagsOf({ model, learning }: Settings): string {
  const kebab = (name: string): string =>
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const flags = Object.entries({ ...model, ...learning }).map(([name, value]) =>
    value === true ? `--${kebab(name)}` : value === false ? "" : `--${kebab(name)} ${value}`,
  );
  const words = flags.filter(Boolean);
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += 3) lines.push(` \\\n  ${words.slice(i, i + 3).join(" ")}`);
  return lines.join("");
}

function shell(text: string): string {
  return /^[\w.@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
