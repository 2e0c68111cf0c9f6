/** What a person does with a training: begins it, pauses it, stops it, goes on; and what comes of it. */

import { EngineError } from "../engine/calls.js";
import type { Ended, Measured, Settings } from "../engine/protocol.js";
import { percent, size } from "../words/numbers.js";
import { plain, platformProblem } from "../words/plain.js";
import { ask } from "./ask.js";
import { engine, mapMaker } from "./engine.js";
import { settle } from "./settle.js";
import { change, notice, now, withdraw } from "./state.js";

export function learn(from: "start" | "kept" | "here" = "start", steal = false): void {
  const { settings } = now();
  if (!settings || Object.keys(now().wrong).length > 0) return;
  withdraw("train");
  const series = from === "start" ? { loss: [], measured: [] } : now().series;
  const opened = { data: false, train: false, options: false };
  change({ phase: "training", section: "train", series, opened, progress: undefined });
  change({ began: performance.now(), canSave: true });
  if (from === "start" && !now().facts?.isShop) change({ kept: undefined }); // its place is taken
  engine
    .call("train", settings, from, steal)
    .then(ended, (error) => failed(error, from, settings))
    .then(() => {
      const then = afterwards;
      afterwards = undefined;
      then?.();
    });
}

/** What waits for the end of a training. */
let afterwards: (() => void) | undefined;

function ended(how: Ended): void {
  const { began, progress } = now();
  const took = (performance.now() - began) / 1000;
  change({ phase: "ended", took, rate: progress?.rate ?? 0, progress: undefined });
  if (how === "taken") {
    notice({
      section: "train",
      fact: "Another tab goes on with this training.",
      rest: "What was learned here until then stays, and answers.",
      isNews: true,
    });
  }
  showModel();
}

function failed(error: unknown, from: "start" | "kept" | "here", settings: Settings): void {
  change({ phase: now().hasModel ? "ended" : "ready", progress: undefined });
  const trouble = error instanceof EngineError ? error.trouble : undefined;
  const { name = "", message = String(error), where = "", epoch } = trouble ?? {};
  if (name === "Gone") return; // the page was told
  if (name === "Taken") {
    notice({
      section: "train",
      fact: "This training is open in another tab.",
      rest: "Only one tab can go on with it.",
      actions: [
        { name: "Go on here", run: () => learn(from, true) },
        { name: "Leave it there", run: () => withdraw("train") },
      ],
    });
  } else if (name === "DivergedError") astray(epoch ?? 1, settings);
  else if (/WebAssembly/.test(message)) notice({ section: "train", ...platformProblem(message) });
  else if (name === "WorkerError") {
    notice({
      section: "train",
      fact: "A part of this page could not start.",
      rest: "It is the worker that learns; an extension may be blocking it. The clicks are still here.",
      actions: [
        { name: "Try again", run: () => learn(from) },
        { name: "Learn without it, slower", run: () => typed("threads", "0", () => learn(from)) },
      ],
    });
  } else if (from === "kept" && /checkpoint|the same|items/.test(message)) {
    notice({
      section: "train",
      fact: "The saved training belongs to another log.",
      rest: "Drop that log to go on with it.",
      actions: [{ name: "Start anew with this log", run: () => learn("start") }],
    });
  } else
    notice({
      section: "train",
      fact: `${where || "The training"} ended early.`,
      rest: plain(message),
    });
}

function astray(pass: number, settings: Settings): void {
  const { learningRate = 0.05 } = settings.learning;
  const smaller = String(Number((learningRate / 10).toPrecision(1)));
  if (pass === 1) {
    const series = { loss: [], measured: [] };
    change({ phase: "ready", hasModel: false, answer: undefined, visit: [], series });
  }
  const kept = pass > 1 ? ` The model of pass ${pass - 1} is kept.` : "";
  notice({
    section: "train",
    fact: `It went astray in pass ${pass}:`,
    rest: `the numbers grew without end.${kept} A smaller learning rate helps, ${smaller} instead of ${learningRate}.`,
    actions: [{ name: `Train with ${smaller}`, run: () => typed("learningRate", smaller, learn) }],
  });
}

/** Sets an option as if it had been typed. */
export function typed(name: string, value: string, then?: () => void): void {
  const { [name]: _, ...wrong } = now().wrong;
  change({ own: { ...now().own, [name]: value }, wrong });
  settle();
  then?.();
}

export function pause(isPaused: boolean): void {
  change({ phase: isPaused ? "paused" : "training" });
  void engine.call("pause", isPaused);
}

export function stop(then?: () => void): void {
  afterwards = then;
  void engine.call("stop");
}

/** More passes of the same training. */
export function trainOn(): void {
  const settings = now().settings!;
  const { epochs = 1 } = settings.learning;
  const last = now().series.measured.at(-1)?.pass ?? 0;
  const more = last < epochs ? epochs : epochs + 4;
  change({ settings: { ...settings, learning: { ...settings.learning, epochs: more } } });
  learn("here");
}

/** A model is there: the list answers. */
export function showModel(): void {
  change({ hasModel: true });
  void ask();
}

export function listen(): void {
  engine.on("reading", ({ rows, bytes, total }) => {
    const { reading } = now();
    if (reading) change({ reading: { ...reading, rows, share: total ? bytes / total : 0 } });
  });
  engine.on("progress", (progress) => change({ progress, series: progress.series }));
  engine.on("measured", (one) => {
    const { loss, measured } = now().series;
    const others = measured.filter(({ pass }) => pass !== one.pass);
    const all = [...others, one].sort((a, b) => a.pass - b.pass);
    change({ series: { loss, measured: all } });
    sayPass(one);
  });
  engine.on("vectors", (vectors) => mapMaker.give("vectors", vectors, [vectors.values.buffer]));
  engine.on("learned", ({ pass }) => {
    if (pass === 0) return; // nothing is learned yet
    if (!now().hasModel) change({ hasModel: true, section: "play" });
    void ask();
  });
  engine.on("unsaved", ({ reason, bytes }) => {
    change({ canSave: false });
    const rest = "It goes on learning; keep this tab open until it is done.";
    if (reason === "forbidden") {
      const fact = "This browser does not let the page store anything.";
      return notice({ section: "train", fact, rest });
    }
    if (reason === "private") {
      const fact = "A private window forgets when it closes.";
      const after = "Training works, but cannot go on after that.";
      return notice({ section: "train", fact, rest: after, isNews: true });
    }
    const full = `This browser’s storage is full (${size(bytes)} are needed). ${rest}`;
    notice({ section: "train", fact: "No room to save the training.", rest: full });
  });
  mapMaker.on("places", ({ places }) => show(places));
}

/** Those who listen hear of a pass, and not of all when they are short. */
const QUIET_MS = 5000;
let saidAt = Number.NEGATIVE_INFINITY;

function sayPass({ pass, recall }: Measured): void {
  const time = performance.now();
  if (!Number.isInteger(pass) || time - saidAt < QUIET_MS) return;
  saidAt = time;
  change({ said: { ...now().said, pass: `Pass ${pass} done, ${percent(recall)} in 100.` } });
}

/** Without motion a picture of the map stays for so long. */
const STILL_MS = 2000;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");
let shownAt = Number.NEGATIVE_INFINITY;
let next: Float32Array | undefined;

function show(places: Float32Array): void {
  const wait = isStill.matches ? shownAt + STILL_MS - performance.now() : 0;
  if (wait > 0) {
    if (!next) setTimeout(() => next && show(next), wait + 1);
    next = places;
    return;
  }
  next = undefined;
  shownAt = performance.now();
  change({ came: now().places, places });
}
