/** What `dist/kernels.js` holds: kernels compiled elsewhere are handed in through it, beside `dist/gru4rec.js`. */

export { provideKernels } from "../wasm/provide.js";
