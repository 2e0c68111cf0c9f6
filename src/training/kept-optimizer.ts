/**
 * The optimiser state of a training, kept with its model: the next training goes on with it.
 *
 *     optional/optimizer/about   u8[bytes]          JSON: which optimiser, and how many steps it has made
 *     optional/optimizer/Wy      f32[rows · floats] what it keeps with each row of the table of this name
 *
 * What is drawn in a step follows from the number of the step, so that is kept as well: parts of a log that are
 * played one after the other draw what the whole log draws.
 */

import { checkInteger, checkNumber } from "../checks.js";
import { ConfigError, FormatError, words } from "../errors.js";
import type { FileTensor } from "../files/layout.js";
import { OPTIMIZER } from "../models/model-file.js";
import { loadTensors, storeTensors } from "../network/transfer.js";
import type { NamedTensor } from "../network/weights.js";
import type { Job } from "../threads/job.js";
import type { Learning, Training } from "./recipe.js";
import type { RunOptions } from "./run-options.js";

const WHAT = "optimizer state";

/** What a state is of. */
export interface About {
  readonly optimizer: string;
  /** Whether there are velocities. */
  readonly momentum: boolean;
  /** Where Adagrad's sums begin. */
  readonly initial: number;
  /** Steps of all trainings so far. */
  readonly steps: number;
}

/** State by the name of the table, f32[rows · floats]. */
export interface OptimizerState {
  readonly about: About;
  readonly tables: ReadonlyMap<string, Float32Array>;
}

/** The state that stands beside a model; undefined where there is none. Throws FormatError. */
export function stateIn(beside: readonly FileTensor[]): OptimizerState | undefined {
  const tables = new Map<string, Float32Array>();
  let about: About | undefined;
  for (const { name, pieces } of beside) {
    const [{ buffer, byteOffset, byteLength }] = [...pieces()] as [Float32Array];
    const part = name.slice(OPTIMIZER.length);
    if (part === "about") about = aboutIn(new Uint8Array(buffer, byteOffset, byteLength));
    else tables.set(part, new Float32Array(buffer, byteOffset, Math.floor(byteLength / 4)));
  }
  return about && { about, tables };
}

/** The same as tensors of a file. */
export function besideOf({ about, tables }: OptimizerState): FileTensor[] {
  const text = new TextEncoder().encode(JSON.stringify(about));
  const tensor = (name: string, dtype: "U8" | "F32", values: Uint8Array | Float32Array) => ({
    ...{ name: OPTIMIZER + name, dtype, shape: [values.length] },
    pieces: () => [values],
  });
  const state = Array.from(tables, ([name, values]) => tensor(name, "F32", values));
  return [tensor("about", "U8", text), ...state];
}

function aboutIn(bytes: Uint8Array): About {
  try {
    const about = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as About;
    checkInteger("steps", about.steps, 0);
    checkNumber("initial", about.initial, 0);
    return about;
  } catch (cause) {
    const found = words(`"${(cause as Error).message}"`);
    throw new FormatError(WHAT, "readable facts", found, undefined, { cause });
  }
}

/** The floats of a row behind its weights. */
function floatsOf({ table }: NamedTensor): number {
  return table.stride - table.width;
}

/** `"table/Wy"` → `"Wy"` */
function partOf({ name }: NamedTensor): string {
  return name.slice("table/".length);
}

export class KeptOptimizer {
  readonly #training: Training;
  readonly #before: OptimizerState | undefined;
  readonly #now: Omit<About, "steps">;
  readonly #room: ReadonlyMap<string, Float32Array>;
  /** Steps of the last whole epoch. */
  last = 0;

  /**
   * Takes all memory that it needs.
   *
   * @throws ConfigError beside a validation, or when the model has the state of another optimiser; FormatError when it is broken
   */
  constructor(training: Training, { validation }: RunOptions<unknown>) {
    if (validation !== undefined) {
      const remedy = "The state of the last epoch does not fit the weights of the best one.";
      throw new ConfigError("keepOptimizer", "false beside a validation", true, remedy);
    }
    const { door, plan } = training;
    this.#training = training;
    this.#before = stateIn(door.beside);
    this.#now = kindOf(plan.learning);
    if (this.#before) checkState(this.#before, this.#now, plan.tables);
    this.#room = new Map(
      plan.tables.map((tensor) => [
        partOf(tensor),
        new Float32Array(tensor.rows * floatsOf(tensor)),
      ]),
    );
  }

  /** Steps of the trainings before this one. */
  get steps(): number {
    return this.#before?.about.steps ?? 0;
  }

  /** Fills the rows of the job's tables. Call it before the weights are there: it writes 0 over them. */
  async load(job: Job, check: () => void): Promise<void> {
    await job.call("countOn", this.steps);
    const tables = this.#before?.tables;
    if (!tables) return;
    await loadTensors(
      job,
      this.#training.plan.tables,
      (tensor, begin, n) => {
        const { stride, width } = tensor.table;
        const floats = floatsOf(tensor);
        const state = tables.get(partOf(tensor))!;
        const rows = new Float32Array(n * stride);
        for (let row = 0; row < n; ++row) {
          const at = (begin + row) * floats;
          rows.set(state.subarray(at, at + floats), row * stride + width);
        }
        return rows;
      },
      check,
    );
  }

  /** Puts the state of a whole epoch of so many steps beside the model, which has its weights. */
  async keep(job: Job, steps: number): Promise<void> {
    const { door, plan } = this.#training;
    const broken = await storeTensors(job, plan.tables, (tensor, begin, values) => {
      const { stride, width } = tensor.table;
      const floats = floatsOf(tensor);
      const state = this.#room.get(partOf(tensor))!;
      for (let at = 0, to = begin * floats; at < values.length; at += stride, to += floats) {
        state.set(values.subarray(at + width, at + stride), to);
      }
    });
    this.last = steps;
    // A sum that is not finite makes no weight so: the training goes on, and so does the model, without it.
    if (broken) return;
    const about = { ...this.#now, steps: this.steps + steps };
    door.beside = besideOf({ about, tables: this.#room });
  }
}

function kindOf(learning: Learning): Omit<About, "steps"> {
  const { optimizer, momentum, initialAccumulator = 0 } = learning;
  const initial = optimizer === "adagrad" ? initialAccumulator : 0;
  return { optimizer, momentum: momentum > 0, initial };
}

function checkState(
  { about, tables }: OptimizerState,
  { optimizer, momentum }: Omit<About, "steps">,
  planned: readonly NamedTensor[],
): void {
  const remedy = "Leave `keepOptimizer` out once, and the optimiser begins anew.";
  if (about.optimizer !== optimizer) {
    const expected = `"${about.optimizer}", whose state the model has`;
    throw new ConfigError("optimizer", expected, optimizer, remedy);
  }
  if (about.momentum !== momentum) {
    const expected = about.momentum ? "a momentum, as the state has" : "0, as the state has none";
    throw new ConfigError("momentum", expected, words(momentum ? "one" : "none"), remedy);
  }
  for (const tensor of planned) {
    const length = tensor.rows * floatsOf(tensor);
    const found = tables.get(partOf(tensor));
    if (found?.length !== length) {
      const got = words(found ? `${found.length}` : "nothing");
      throw new FormatError(`${WHAT}, ${partOf(tensor)}`, `${length} numbers`, got);
    }
  }
}
