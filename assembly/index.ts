/** The export list: the whole ABI. src/wasm/abi.ts is its typed mirror. */
export { activate, activateBackward } from "./activation";
export { addBags, sumBags } from "./bags";
export { barrier } from "./barrier";
export { applyMask, dropout } from "./dropout";
export {
  addRow, addRows, clearRows, copyRows, gatherRows, groupRows, sumGradients, sumRows,
} from "./embedding";
export { areBoundedRows } from "./bounds";
export { gemmAB, gemmABt, gemmAtB } from "./gemm";
export {
  gruGates, gruGatesAfter, gruHiddenBackward, gruOutput, gruOutputBackward, gruResetAfterBackward,
  gruResetBackward,
} from "./gru";
export { keepHighest, maskHits, maskListed } from "./left-out";
export { crossEntropy, shiftRows } from "./loss";
export { bprMax, top1Max } from "./loss-max";
export { bpr, top1 } from "./loss-pairwise";
export { lstmOutput, lstmOutputBackward, lstmState, lstmStateBackward } from "./lstm";
export { normalizeRows, normalizeRowsBackward } from "./normalize";
export {
  adadeltaRows, adagradRows, adamRows, rmspropRows, sgdRows,
} from "./optimizer";
export { squareRows } from "./gradient-cap";
export { quantizeRows, quantizeStates } from "./quantized";
export { boundRows, listRowsFrom } from "./upper-bounds";
export { threefry16 } from "./random";
export { countRanks, dotRows, takeDiagonal, topK, topKRows } from "./rank";
export { roundRows } from "./rounding";
export { drawNegatives } from "./sampling";
export { countSureRanks, countUnsureRanks, packPanels, setThresholds } from "./sieve";
export { listRowsAboveEnds, topKListedRows } from "./shortlist";
export { scaleRows, scatterRows, softmaxBlock, softmaxJoin, takeTargetScores } from "./softmax";
