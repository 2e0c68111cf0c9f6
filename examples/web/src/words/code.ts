/** The few lines that do the same elsewhere, with the chosen options and the visit of this moment. */

import type { LogFacts, Settings } from "../engine/protocol.js";

export type CodeName = "node" | "browser" | "command";

export interface Told {
  readonly facts: LogFacts;
  readonly settings: Settings | undefined;
  readonly visit: readonly number[];
}

export function inNode({ facts, settings, visit }: Told): string {
  const file = fileName(facts);
  if (!settings) {
    return [
      "// The same model, in Node.",
      'import { loadModel } from "gru4rec/node";',
      "",
      `const model = await loadModel(${JSON.stringify(facts.name)});`,
      asked(facts, visit),
    ].join("\n");
  }
  const source = facts.isShop
    ? ["const { train: sessions } = outdoorShop({ seed: 42 });"]
    : [`const sessions = await readSessions(${JSON.stringify(facts.name)}${reading(facts)});`];
  return [
    "// The same training, in Node.",
    ...changed("//", facts),
    `import { fit, GRU4Rec${facts.isShop ? ", outdoorShop" : ""} } from "gru4rec";`,
    `import { ${facts.isShop ? "" : "readSessions, "}saveModel } from "gru4rec/node";`,
    "",
    ...source,
    `const model = await GRU4Rec.create(sessions.items, ${objectOf(settings.model)});`,
    `await fit(model, sessions, ${objectOf(training(settings))});`,
    "",
    asked(facts, visit),
    `await saveModel(model, ${JSON.stringify(file)});`,
  ].join("\n");
}

/** A visit, and what comes next. */
export function asked({ ids }: LogFacts, visit: readonly number[]): string {
  const clicks = visit.map((item) => `  ${JSON.stringify(ids[item])},`);
  return clicks.length === 0
    ? "model.recommend([], { count: 8 });"
    : ["model.recommend([", ...clicks, "], { count: 8 });"].join("\n");
}

function training({ learning, numerics, threads }: Settings): object {
  return {
    ...learning,
    ...(numerics !== "fast" && { numerics }),
    ...(threads !== "auto" && { threads }),
  };
}

const LONGEST_LINE = 60;

/** `{ layers: [64], logQ: 1 }`, broken into lines where it is long. */
function objectOf(value: object): string {
  const parts = Object.entries(value).map(
    ([name, one]) => `${name}: ${JSON.stringify(one).replaceAll(",", ", ")},`,
  );
  const lines = [" "];
  for (const part of parts) {
    if (lines.at(-1)!.length + part.length > LONGEST_LINE) lines.push(" ");
    lines[lines.length - 1] += ` ${part}`;
  }
  return `{\n${lines.join("\n")}\n}`;
}

/** Another pause than it would be anyway, and kinds of events, by their options. */
export function chosenOf({ pause, chosen }: LogFacts): readonly (readonly [string, unknown])[] {
  const all = [["gap", pause === 1800 ? undefined : pause] as const, ["events", chosen] as const];
  return all.filter(([, value]) => value !== undefined);
}

/** Says that the file was changed by the page before it was read. */
export function changed(mark: string, { name }: LogFacts): string[] {
  const all = [...name.matchAll(/ \((rows numbered|dates turned|from Windows)\)/g)];
  const how = all.map(([, one]) => one).join(", ");
  return how ? [`${mark} The file is as this page changed it: ${how}.`] : [];
}

function reading(facts: LogFacts): string {
  const { columns, pause } = facts;
  const named = Object.entries(columns).filter(([, column]) => column?.found === "named");
  const options = named.map(([role, column]) => {
    const option = role === "visit" ? (pause ? "userColumn" : "sessionColumn") : `${role}Column`;
    return `${option}: ${JSON.stringify(column!.name)}`;
  });
  options.push(...chosenOf(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`));
  return options.length > 0 ? `, { ${options.join(", ")} }` : "";
}

/** What a saved model is called. */
export function fileName({ name, isShop }: Pick<LogFacts, "name" | "isShop">): string {
  if (isShop) return "sample-shop.safetensors";
  const plain = name.replace(
    /(\.(csv|tsv|json|jsonl|ndjson|parquet|gz|zst|zip|safetensors))+$/i,
    "",
  );
  return `${plain.replace(/[^\w.-]+/g, "-").replace(/-$/, "") || "model"}.safetensors`;
}
