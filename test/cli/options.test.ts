import { describe, expect, test } from "vitest";
import { DATA_OPTIONS } from "../../src/cli/data-options.js";
import { inFlags, kebabCase, pickOptions } from "../../src/cli/flags.js";
import { findIds } from "../../src/cli/ids.js";
import {
  EVALUATION_OPTIONS,
  LEARNING_OPTIONS,
  MODEL_OPTIONS,
  TRAIN_OPTIONS,
} from "../../src/cli/options.js";
import { createProgram } from "../../src/cli/program.js";
import { parseValue } from "../../src/cli/values.js";
import { ConfigError, Items, MODEL_DEFAULTS, TRAIN_DEFAULTS } from "../../src/index.js";

const silent = { write: () => true };
const io = { stdout: silent, stderr: silent, env: {}, signal: new AbortController().signal };
const commandOf = (name: string) => {
  const command = createProgram(io).commands.find((c) => c.name() === name);
  if (!command) throw new Error(`no command ${name}`);
  return command;
};

describe("the option table", () => {
  test("has every option of the library, and no other", () => {
    expect(Object.keys(MODEL_OPTIONS).sort()).toEqual(Object.keys(MODEL_DEFAULTS).sort());
    expect(Object.keys(LEARNING_OPTIONS).sort()).toEqual(Object.keys(TRAIN_DEFAULTS).sort());
  });

  test("names each once", () => {
    const names = [DATA_OPTIONS, MODEL_OPTIONS, TRAIN_OPTIONS, EVALUATION_OPTIONS].flatMap(
      (group) => Object.keys(group),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  test("gives train a flag for each that comes back under the library's name", () => {
    const options = commandOf("train").options;
    for (const name of [...Object.keys(MODEL_DEFAULTS), ...Object.keys(TRAIN_DEFAULTS)]) {
      const option = options.find(({ long }) => long === `--${kebabCase(name)}`);
      expect(option?.attributeName()).toBe(name);
    }
  });

  test("shows the library's defaults in the help", () => {
    const help = commandOf("train").helpInformation();
    expect(help).toMatch(
      new RegExp(`--learning-rate <x> .*default ${TRAIN_DEFAULTS.learningRate}\\)`),
    );
    expect(help).toMatch(
      new RegExp(`--layers <n,…> .*default ${MODEL_DEFAULTS.layers.join(",")}; two towers 32\\)`),
    );
  });

  test("groups the help", () => {
    const help = commandOf("train").helpInformation();
    const headings = ["Data:", "Model:", "Training:", "Evaluation:", "Output:"];
    const places = headings.map((heading) => help.indexOf(`\n${heading}\n`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});

describe("values", () => {
  test("come from text by kind", () => {
    expect(parseValue("numbers", "--layers", "100,50", undefined)).toEqual([100, 50]);
    expect(parseValue("number", "--sigma", "1e-3", undefined)).toBe(0.001);
    expect(parseValue("threads", "--threads", "auto", undefined)).toBe("auto");
    expect(parseValue("threads", "--threads", "2", undefined)).toBe(2);
    expect(parseValue("ids", "--items", "c", ["a,b"])).toEqual(["a,b", "c"]);
    expect(() => parseValue("ids", "--items", " ", undefined)).toThrow(
      /^--items: expected item ids between commas, got " "/,
    );
    expect(parseValue("delimiter", "--delimiter", "tab", undefined)).toBe("\t");
    expect(parseValue("delimiter", "--delimiter", "\\t", undefined)).toBe("\t");
    expect(parseValue("delimiter", "--delimiter", "::", undefined)).toBe("::");
  });

  test.each([
    ["number", ""],
    ["number", "1x"],
    ["number", "Infinity"],
    ["numbers", "1,,2"],
    ["positive", "0"],
    ["count", "1.5"],
    ["threads", "many"],
    ["delimiter", ""],
  ] as const)("of kind %s refuse %j", (kind, text) => {
    expect(() => parseValue(kind, "--flag", text, undefined)).toThrow(/^--flag: expected .*, got /);
  });

  test("that were not given are left to the library", () => {
    expect(pickOptions(MODEL_OPTIONS, { logQ: 1, epochs: 2 })).toEqual({ logQ: 1 });
  });
});

describe("library errors", () => {
  test.each([
    [
      new ConfigError("dropoutHidden", "a number in [0, 1)", 1.2),
      "--dropout-hidden: expected a number in [0, 1), got 1.2",
    ],
    [
      new ConfigError("layers[1]", "an integer ≥ 1", 0),
      "--layers, value 2: expected an integer ≥ 1, got 0",
    ],
    [
      new ConfigError("model size", "at most 4 GiB", "x", "Lower `layers` or drop rare items."),
      'model size: expected at most 4 GiB, got "x". Lower --layers or drop rare items.',
    ],
    [
      new ConfigError("minSupport", "less", 9, "Lower minSupport: minLength dropped 3 events."),
      "--min-support: expected less, got 9. Lower --min-support: --min-length dropped 3 events.",
    ],
    [new Error("see `something` else"), "see `something` else"],
  ])("name flags: %s", (error, message) => {
    expect(inFlags(error)).toBe(message);
  });
});

describe("findIds", () => {
  const items = Items.from(["a", "b,c", "", "7", 8, 9n, 2.5, "__proto__"]);

  test.each([
    [["a,7"], ["a", "7"], []],
    [["b,c"], ["b,c"], []],
    [["8,9,2.5"], [8, 9n, 2.5], []],
    [["a, 8"], ["a", 8], []],
    [[""], [""], []],
    [["a", "__proto__"], ["a", "__proto__"], []],
    [["x,a", "1e400", "9.0"], ["a"], ["x", "1e400", "9.0"]],
  ])("finds %j", (texts, known, unknown) => {
    expect(findIds(items, texts)).toMatchObject({ known, unknown });
  });
});
