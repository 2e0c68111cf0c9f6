/** Types of bundle-program.mjs for tests. */
export function bundleProgram(path: string): Promise<string>;
