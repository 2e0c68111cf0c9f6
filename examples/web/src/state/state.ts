/** Everything that the page shows, in one object. Views read it; actions change it through `change`. */

import type { Inspection } from "gru4rec";
import type {
  Answer,
  Baselines,
  HeldVisit,
  Kept,
  LogFacts,
  Measured,
  Peek,
  Progress,
  Series,
  Settings,
  Similar,
} from "../engine/protocol.js";
import type { Choice } from "./columns.js";
import type { PresetName } from "./presets.js";

export type Section = "data" | "train" | "play" | "take";

export interface Notice {
  readonly section: Section;
  /** What is so. */
  readonly fact: string;
  /** Why, or what it means, and what to do. */
  readonly rest: string;
  readonly isNews?: boolean;
  readonly actions?: readonly { readonly name: string; run(): void }[];
}

export interface State {
  readonly phase: "first" | "reading" | "columns" | "ready" | "training" | "paused" | "ended";
  readonly section: Section;
  /** Sections that were opened again in place. */
  readonly opened: { readonly data: boolean; readonly train: boolean; readonly options: boolean };
  readonly notices: readonly Notice[];
  readonly isDragging: boolean;
  readonly reading: { name: string; size: number; rows: number; share: number } | undefined;
  readonly peek: Peek | undefined;
  readonly choice: Choice;
  readonly files: readonly File[];
  readonly facts: LogFacts | undefined;
  readonly names: readonly string[];
  readonly categories: readonly string[] | undefined;
  readonly inspection: Inspection | undefined;
  readonly baselines: Baselines | undefined;
  readonly preset: PresetName;
  /** Options that were changed by hand, as they were typed, and what is wrong with one. */
  readonly own: Readonly<Record<string, string>>;
  readonly wrong: Readonly<Record<string, string>>;
  readonly memory: number | undefined;
  readonly settings: Settings | undefined;
  readonly progress: Progress | undefined;
  readonly series: Series;
  readonly began: number;
  readonly took: number;
  /** Clicks a second, of the training that ended. */
  readonly rate: number;
  readonly canSave: boolean;
  readonly best: Measured | undefined;
  readonly kept: Kept | undefined;
  readonly hasModel: boolean;
  readonly hasMap: boolean;
  /** Whether "/" goes to the search. */
  readonly hasSlash: boolean;
  /** The point of a chart that is read. */
  readonly point: { readonly title: string; readonly at: number } | undefined;
  readonly visit: readonly number[];
  readonly exclude: readonly number[];
  readonly answer: Answer | undefined;
  /** The click of the visit that is looked at, and what would be without it. */
  readonly looked: number | undefined;
  readonly without: Answer | undefined;
  readonly held: HeldVisit | undefined;
  readonly shown: number;
  readonly query: string;
  readonly found: number;
  readonly isSearching: boolean;
  readonly popover: { readonly item: number; readonly similar: readonly Similar[] } | undefined;
  readonly pointed: number | undefined;
  readonly mode: "next" | "popularity" | "category";
  readonly places: Float32Array | undefined;
  readonly came: Float32Array | undefined;
  readonly view: { readonly x: number; readonly y: number; readonly zoom: number };
  readonly isTabOpen: boolean;
  readonly foreign: number;
  readonly theme: "light" | "dark";
  readonly code: "node" | "browser" | "command";
  readonly said: Readonly<Record<string, string>>;
  readonly isForgetting: boolean;
}

export const WHOLE: State["view"] = { x: 0, y: 0, zoom: 1 };

/** What is the same with every log, and with none. */
type Lasting =
  | ("phase" | "section" | "opened" | "notices" | "isDragging" | "reading" | "files" | "facts")
  | ("names" | "categories" | "preset" | "kept" | "best" | "isTabOpen" | "foreign" | "theme")
  | ("code" | "isForgetting" | "hasMap" | "hasSlash");
type Fresh = Omit<State, Lasting>;

/** What a new log, or none, begins with. */
export const FRESH: Fresh = {
  peek: undefined,
  choice: {},
  inspection: undefined,
  baselines: undefined,
  own: {},
  wrong: {},
  memory: undefined,
  settings: undefined,
  progress: undefined,
  series: { loss: [], measured: [] },
  began: 0,
  took: 0,
  rate: 0,
  canSave: true,
  hasModel: false,
  visit: [],
  exclude: [],
  answer: undefined,
  looked: undefined,
  without: undefined,
  held: undefined,
  shown: 8,
  query: "",
  found: 0,
  isSearching: false,
  popover: undefined,
  pointed: undefined,
  mode: "next",
  places: undefined,
  came: undefined,
  view: WHOLE,
  point: undefined,
  said: {},
};

let state: State = {
  ...FRESH,
  phase: "first",
  section: "data",
  opened: { data: false, train: false, options: false },
  notices: [],
  isDragging: false,
  reading: undefined,
  files: [],
  facts: undefined,
  names: [],
  categories: undefined,
  preset: "balanced",
  kept: undefined,
  best: undefined,
  isTabOpen: false,
  foreign: 0,
  theme: "light",
  code: "node",
  isForgetting: false,
  hasMap: true,
  hasSlash: true,
};

const listeners: (() => void)[] = [];

export function now(): State {
  return state;
}

export function change(part: Partial<State>): void {
  state = { ...state, ...part };
  for (const listener of listeners) listener();
}

export function onChange(listener: () => void): void {
  listeners.push(listener);
}

/** Puts a notice at the top of its section, in place of one of the same fact. */
export function notice(one: Notice): void {
  const others = state.notices.filter(({ fact }) => fact !== one.fact);
  change({ notices: [...others, one] });
}

export function withdraw(section?: Section): void {
  change({ notices: section ? state.notices.filter((one) => one.section !== section) : [] });
}
