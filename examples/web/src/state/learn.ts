/** What a person does with a training: begins it, pauses it, stops it, goes on; and what comes of it. */

import type { Ended, Measured, Settings } from "../engine/protocol.js";
import { percent } from "../words/numbers.js";
import { ask } from "./ask.js";
import { engine, mapMaker } from "./engine.js";
import { settle } from "./settle.js";
import { change, now, withdraw } from "./state.js";

/** What is said when something goes wrong: loaded then. */
const troubles = (): Promise<typeof import("./troubles.js")> => import("./troubles.js");

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
  if (how === "taken") void troubles().then(({ taken }) => taken());
  showModel();
}

function failed(error: unknown, from: "start" | "kept" | "here", settings: Settings): void {
  change({ phase: now().hasModel ? "ended" : "ready", progress: undefined });
  void troubles().then((told) => told.failed(error, from, settings));
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
  engine.on("unsaved", (lost) => {
    change({ canSave: false });
    void troubles().then(({ unsaved }) => unsaved(lost));
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
