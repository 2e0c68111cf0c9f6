/** What answering on the calling thread takes: a page that only recommends loads these and no others. */
export { activate } from "./activation";
export { addBags } from "./bags";
export { addRow, addRows, clearRows, copyRows, gatherRows } from "./embedding";
export { gemmAB, gemmABt } from "./gemm";
export { gruGates, gruGatesAfter, gruOutput } from "./gru";
export { lstmOutput, lstmState } from "./lstm";
export { normalizeRows } from "./normalize";
export { quantizeRows, quantizeStates } from "./quantized";
export { dotRows, topK } from "./rank";
export { boundRows, listRowsFrom } from "./upper-bounds";
