/**
 * What assembly/index.ts exports, as types.
 *
 * Pointers are byte addresses, sizes and strides count elements, a bool is 0 or 1; each kernel says
 * the rest in its own file under assembly/. A test compares these names and arities with the linked
 * binary's.
 */

// biome-ignore format: a kernel's parameters read as one list
export interface Kernels {
  activate(
    kind: number, a: number, lambda: number, x: number, ld: number, columns: number,
    begin: number, end: number,
  ): void;
  activateBackward(
    kind: number, a: number, lambda: number, dy: number, ldDy: number, y: number, ldY: number,
    columns: number, begin: number, end: number,
  ): void;
  barrier(at: number, threads: number): void;
  applyMask(x: number, ld: number, mask: number, D: number, begin: number, end: number): void;
  dropout(
    x: number, mask: number, D: number, key: number, stream: number, layer: number,
    drop: number, scale: number, words: number, begin: number, end: number,
  ): void;
  addBags(
    out: number, ldOut: number, table: number, stride: number, items: number, offsets: number,
    rows: number, weights: number, columns: number, begin: number, end: number,
  ): void;
  addRow(
    x: number, ld: number, row: number, columns: number, begin: number, end: number,
  ): void;
  addRows(
    out: number, ldOut: number, x: number, ldX: number, columns: number, begin: number,
    end: number,
  ): void;
  clearRows(x: number, ld: number, begin: number, end: number): void;
  copyRows(
    out: number, ldOut: number, x: number, ldX: number, columns: number, begin: number,
    end: number,
  ): void;
  gatherRows(
    out: number, ldOut: number, table: number, stride: number, rows: number, columns: number,
    begin: number, end: number,
  ): void;
  groupRows(
    items: number, places: number, distinct: number, first: number, last: number, next: number,
    count: number, begin: number, end: number,
  ): number;
  sumBags(
    out: number, columns: number, first: number, next: number, owners: number, weights: number,
    addresses: number, at: number, begin: number, end: number,
  ): void;
  sumGradients(
    scored: number, width: number, inputs: number, inputWidth: number, border: number,
    first: number, next: number, addresses: number, begin: number, end: number,
  ): void;
  sumRows(out: number, x: number, ld: number, rows: number, begin: number, end: number): void;
  areBoundedRows(x: number, ld: number, columns: number, begin: number, end: number): number;
  gemmAB(
    c: number, ldC: number, a: number, ldA: number, b: number, ldB: number, N: number,
    K: number, accumulate: boolean, panel: number, begin: number, end: number,
  ): void;
  gemmABt(
    c: number, ldC: number, a: number, ldA: number, b: number, ldB: number, N: number,
    K: number, accumulate: boolean, panel: number, begin: number, end: number,
  ): void;
  gemmAtB(
    c: number, ldC: number, a: number, ldA: number, b: number, ldB: number, N: number,
    K: number, accumulate: boolean, panel: number, begin: number, end: number,
  ): void;
  gruGates(gates: number, h: number, q: number, D: number, begin: number, end: number): void;
  gruGatesAfter(gates: number, u: number, D: number, begin: number, end: number): void;
  gruOutput(gates: number, h: number, out: number, D: number, begin: number, end: number): void;
  gruHiddenBackward(
    dh: number, dOut: number, ldOut: number, gates: number, dq: number, D: number, begin: number,
    end: number,
  ): void;
  gruOutputBackward(
    dOut: number, ldOut: number, gates: number, h: number, da: number, D: number, begin: number,
    end: number,
  ): void;
  gruResetAfterBackward(
    gates: number, u: number, da: number, D: number, begin: number, end: number,
  ): void;
  gruResetBackward(
    dq: number, gates: number, h: number, da: number, D: number, begin: number, end: number,
  ): void;
  lstmOutput(gates: number, s: number, out: number, D: number, begin: number, end: number): void;
  lstmOutputBackward(
    dOut: number, ldOut: number, gates: number, s: number, da: number, ds: number, D: number,
    begin: number, end: number,
  ): void;
  lstmState(
    gates: number, c: number, next: number, s: number, D: number, begin: number, end: number,
  ): void;
  lstmStateBackward(
    ds: number, gates: number, c: number, dc: number, da: number, D: number, begin: number,
    end: number,
  ): void;
  crossEntropy(
    scores: number, ld: number, N: number, losses: number, smoothing: number, B: number,
    scale: number, begin: number, end: number,
  ): void;
  shiftRows(scores: number, ld: number, shift: number, B: number, begin: number, end: number): void;
  bprMax(
    scores: number, ld: number, N: number, losses: number, terms: number, kind: number, a: number,
    lambda: number, bprReg: number, B: number, scale: number, begin: number, end: number,
  ): void;
  top1Max(
    scores: number, ld: number, N: number, losses: number, terms: number, kind: number, a: number,
    lambda: number, B: number, scale: number, begin: number, end: number,
  ): void;
  bpr(
    scores: number, ld: number, N: number, losses: number, kind: number, a: number,
    lambda: number, B: number, scale: number, begin: number, end: number,
  ): void;
  top1(
    scores: number, ld: number, N: number, losses: number, kind: number, a: number,
    lambda: number, B: number, scale: number, begin: number, end: number,
  ): void;
  adadeltaRows(
    table: number, stride: number, width: number, rows: number, gradients: number,
    columns: number, velocity: number, rate: number, momentum: number, l2: number,
    scale: number, decay: number, begin: number, end: number,
  ): number;
  adagradRows(
    table: number, stride: number, width: number, rows: number, gradients: number,
    columns: number, velocity: number, rate: number, momentum: number, l2: number,
    scale: number, begin: number, end: number,
  ): number;
  adamRows(
    table: number, stride: number, width: number, rows: number, gradients: number,
    columns: number, velocity: number, rate: number, momentum: number, l2: number,
    scale: number, beta1: number, beta2: number, powers: number, begin: number, end: number,
  ): number;
  rmspropRows(
    table: number, stride: number, width: number, rows: number, gradients: number,
    columns: number, velocity: number, rate: number, momentum: number, l2: number,
    scale: number, decay: number, begin: number, end: number,
  ): number;
  sgdRows(
    table: number, stride: number, rows: number, gradients: number, columns: number,
    velocity: number, rate: number, momentum: number, l2: number, scale: number, begin: number,
    end: number,
  ): number;
  squareRows(norms: number, gradients: number, columns: number, begin: number, end: number): void;
  boundRows(
    out: number, peaks: number, rows: number, scales: number, biases: number,
    states: number, units: number, added: number, K: number, items: number,
  ): void;
  quantizeRows(
    out: number, scales: number, biases: number, norms: number, table: number, stride: number,
    K: number, begin: number, end: number,
  ): void;
  quantizeStates(
    out: number, units: number, added: number, norms: number, states: number, stride: number,
    K: number, begin: number, end: number,
  ): void;
  threefry16(key: number, block: number, stream: number, layer: number, out: number): void;
  countRanks(
    scores: number, ld: number, rows: number, targets: number, greater: number, equal: number,
    begin: number, end: number,
  ): void;
  dotRows(
    out: number, list: number, rows: number, table: number, stride: number, x: number, K: number,
  ): void;
  listRowsFrom(rows: number, bounds: number, peaks: number, items: number, floor: number): number;
  takeDiagonal(out: number, scores: number, ld: number, begin: number, end: number): void;
  topK(scores: number, items: number, topScores: number, topItems: number, count: number): void;
  topKRows(
    scores: number, ld: number, rows: number, items: number, firstItem: number,
    topScores: number, topItems: number, count: number, begin: number, end: number,
  ): void;
  drawNegatives(
    out: number, coin: number, alias: number, items: number, key: number, stream: number,
    words: number, begin: number, end: number,
  ): void;
  setThresholds(
    goals: number, doors: number, targets: number, topScores: number, count: number,
    open: number, S: number,
  ): void;
  packPanels(panels: number, rows: number, N: number, K: number): void;
  roundRows(
    out: number, width: number, units: number, biases: number, table: number, stride: number,
    K: number, begin: number, end: number,
  ): number;
  countUnsureRanks(
    unsure: number, found: number, end: number, table: number, stride: number, K: number,
    panels: number, scratch: number, targets: number, greater: number, equal: number,
    names: number, topScores: number, topItems: number, count: number,
  ): void;
  countSureRanks(
    greater: number, unsure: number, items: number, units: number, biases: number, K: number,
    panels: number, slotUnits: number, goals: number, doors: number, S: number, delta: number,
    epsilon: number, begin: number, end: number,
  ): number;
  topKListedRows(
    lists: number, lengths: number, room: number, scores: number, table: number, stride: number,
    states: number, K: number, topScores: number, topItems: number, count: number,
    begin: number, end: number,
  ): void;
  listRowsAboveEnds(
    lists: number, lengths: number, room: number, rows: number, scales: number, biases: number,
    K: number, states: number, units: number, added: number, ends: number, count: number,
    S: number, begin: number, end: number,
  ): number;
  keepHighest(
    scores: number, ld: number, N: number, count: number, begin: number, end: number,
  ): void;
  maskHits(
    scores: number, ld: number, items: number, places: number, first: number, next: number,
    offset: number, begin: number, end: number,
  ): void;
  maskListed(
    scores: number, ld: number, examples: number, starts: number, lists: number, places: number,
    distinct: number, count: number, first: number, next: number, offset: number, begin: number,
    end: number,
  ): void;
  normalizeRows(x: number, norms: number, columns: number, begin: number, end: number): void;
  normalizeRowsBackward(
    dy: number, y: number, norms: number, columns: number, begin: number, end: number,
  ): void;
  scaleRows(
    out: number, x: number, factors: number, columns: number, accumulate: boolean, begin: number,
    end: number,
  ): void;
  scatterRows(
    out: number, rows: number, x: number, factors: number, columns: number, begin: number,
    end: number,
  ): void;
  softmaxBlock(
    scores: number, ld: number, rows: number, maxima: number, sums: number, begin: number,
    end: number,
  ): void;
  softmaxJoin(
    maxima: number, sums: number, ld: number, blocks: number, targets: number, weights: number,
    losses: number, begin: number, end: number,
  ): void;
  takeTargetScores(
    targets: number, scores: number, ld: number, targetRows: number, fix: number, alone: boolean,
    first: number, last: number, begin: number, end: number,
  ): void;
}
