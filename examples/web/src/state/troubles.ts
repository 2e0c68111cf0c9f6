/** What is said of a training that does not go as it should; loaded when there is one. */

import { EngineError } from "../engine/calls.js";
import type { Events, Settings } from "../engine/protocol.js";
import { size } from "../words/numbers.js";
import { plain, platformProblem } from "../words/plain.js";
import { learn, typed } from "./learn.js";
import { change, notice, now, withdraw } from "./state.js";

export function cannotLearn(): void {
  notice({ section: "data", ...platformProblem() });
}

/** Of a call that nobody waits for. */
export function unexpected({ trouble: { name, message } }: EngineError): void {
  if (name === "Gone") return; // told when it went
  notice({ section: now().section, fact: "This did not work.", rest: plain(message) });
}

/** Another tab has it. */
export function taken(): void {
  notice({
    section: "train",
    fact: "Another tab goes on with this training.",
    rest: "What was learned here until then stays, and answers.",
    isNews: true,
  });
}

export function failed(error: unknown, from: "start" | "kept" | "here", settings: Settings): void {
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

/** Why a training is not kept. */
export function unsaved({ reason, bytes }: Events["unsaved"]): void {
  const rest = "It goes on learning; keep this tab open until it is done.";
  if (reason === "forbidden") {
    const fact = "This browser does not let the page store anything.";
    notice({ section: "train", fact, rest });
  } else if (reason === "private") {
    const fact = "A private window forgets when it closes.";
    const after = "Training works, but cannot go on after that.";
    notice({ section: "train", fact, rest: after, isNews: true });
  } else {
    const full = `This browser’s storage is full (${size(bytes)} are needed). ${rest}`;
    notice({ section: "train", fact: "No room to save the training.", rest: full });
  }
}
