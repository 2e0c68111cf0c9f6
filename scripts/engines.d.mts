/** Types of engines.mjs for tests. */
export const ENGINE_NAMES: readonly string[];
export function engineBinary(engine: string): string;
