/** The worker that reads, learns and answers: the page's own thread only draws. Threads that learn run it again. */

import { serveThread } from "virtual:thread";
import { estimateMemory, type GRU4Rec, resolveModelOptions, resolveTrainOptions } from "gru4rec";
import {
  forget,
  type Head,
  isPrivate,
  keepLog,
  keepTraining,
  keptLog,
  keptTraining,
} from "../storage/training.js";
import { answer, heldVisit, similarTo } from "./answers.js";
import { baselinesOf } from "./baselines.js";
import { serve, type Tell } from "./calls.js";
import { type Held, lock } from "./lock.js";
import { inspect, type Log, readLog } from "./log.js";
import { openModel } from "./open.js";
import { type Engine, type Events, type LogFacts, markOf, type Settings } from "./protocol.js";
import { Gathered } from "./series.js";
import { isThread } from "./thread.js";
import { countThreads } from "./threads.js";
import { type Keep, Training } from "./training.js";
import { vectorsOf } from "./within.js";

if (isThread) serveThread();
else {
  countThreads();
  serve(engine);
}

function engine(tell: Tell<Events>): Engine {
  let log: Log | undefined;
  let facts: LogFacts | undefined;
  let files: readonly File[] = [];
  let readOptions: Head["readOptions"] = {};
  let reading = new AbortController();
  let training: Training | undefined;
  let opened: GRU4Rec | undefined;
  let held: Held | undefined;

  const model = (): GRU4Rec => (opened ?? training?.answering)!;
  const taken = (next: Log, from: readonly File[], options: Head["readOptions"]): LogFacts => {
    [log, facts, files, readOptions] = [next, next.facts, from, options];
    training?.stop();
    [training, opened] = [undefined, undefined];
    return next.facts;
  };
  const readFrom = async (from: readonly File[], options: Head["readOptions"]) => {
    reading = new AbortController();
    const told = await readLog(
      from,
      options,
      ({ rows, bytes, totalBytes }) => tell("reading", { rows, bytes, total: totalBytes }),
      reading.signal,
    );
    return taken(told, from, options);
  };
  const readShop = async () => taken((await import("./shop.js")).shopLog(), [], {});

  /** Keeps checkpoints, and says once why it cannot. */
  const keeping = (settings: Settings): Keep => {
    let isTold = false;
    return async (bytes, { pass, share, series }) => {
      const head: Head = {
        logName: log!.facts.name,
        isShop: log!.facts.isShop,
        settings,
        series: series.toJSON(),
        pass,
        passes: settings.learning.epochs ?? 0,
        share,
        mark: markOf(log!.facts),
        readOptions,
        files: files.map(({ name }) => name),
      };
      try {
        await keepTraining(head, bytes);
        tell("saved", { bytes: bytes.length });
      } catch (error) {
        const reason = (error as Error).name === "QuotaExceededError" ? "full" : "forbidden";
        if (!isTold) tell("unsaved", { reason, bytes: bytes.length });
        isTold = true;
        throw error;
      }
    };
  };

  return {
    peek: async (file) => (await import("./peek.js")).peek(file),
    lastDays: async (...given) => (await import("./part.js")).lastDays(...given),
    rowsBefore: async (...given) => (await import("./part.js")).rowsBefore(...given),
    rewrite: async (...given) => (await import("./rewrite.js")).rewritten(...given),
    read: readFrom,
    shop: readShop,
    async cancel() {
      reading.abort();
    },
    inspect: () => inspect(log!),
    baselines: () => baselinesOf(log!),
    async estimate({ model: options, learning, patience, threads, numerics }) {
      resolveModelOptions(options);
      resolveTrainOptions({ ...learning, threads, numerics });
      const { train, test } = log!;
      const size = { items: train.items.size, events: train.events, sessions: train.length };
      const run = { ...learning, ...(patience && { patience }), validation: test };
      return estimateMemory(size, options, run).total;
    },
    titles: async (file) => (await import("./titles.js")).titlesFor(file, facts!),
    async train(settings, from, steal) {
      const mine = await lock(steal, () => training?.stop("taken"));
      if (!mine) throw Object.assign(new Error("another tab"), { name: "Taken" });
      held = mine;
      try {
        let resume = from === "here" ? training?.checkpoint : undefined;
        let series = from === "here" ? training?.series : undefined;
        if (from === "kept") {
          const kept = await keptTraining();
          resume = kept && new Uint8Array(await kept.checkpoint.arrayBuffer());
          series = kept && new Gathered(kept.head.series);
          series?.upTo(kept!.head.pass + kept!.head.share);
        } else if (from === "start" && !log!.facts.isShop) await keepLog(files);
        if (await isPrivate()) tell("unsaved", { reason: "private", bytes: 0 });
        training = new Training(log!, settings, tell, series);
        opened = undefined;
        return await training.run(keeping(settings), resume);
      } finally {
        held.release();
      }
    },
    async pause(isPaused) {
      if (training) training.isPaused = isPaused;
    },
    async stop() {
      training?.stop();
    },
    ask: async (visit, exclude, effects) => answer(model(), visit, exclude, effects),
    similar: async (item) => similarTo(model(), item),
    held: async (number) => (log ? heldVisit(log, model(), number) : undefined),
    save: async () => model().toBytes(),
    async open(file) {
      const found = await openModel(file);
      [opened, facts, log, training] = [found.model, found.facts, undefined, undefined];
      const { values, columns } = vectorsOf(found.model);
      setTimeout(() => tell("vectors", { values, columns, pass: 1 }, [values.buffer]));
      return found.facts;
    },
    lists: async (count) => (await import("./lists.js")).listsOf(model(), count),
    async kept() {
      const kept = await keptTraining();
      if (!kept) return undefined;
      const hasLog = kept.head.isShop || (await keptLog(kept.head)) !== undefined;
      return { ...kept.head, hasLog };
    },
    async readKept() {
      const { head } = (await keptTraining())!;
      if (head.isShop) return readShop();
      const found = (await keptLog(head))!;
      return readFrom(found.files, head.readOptions);
    },
    forget,
  };
}
