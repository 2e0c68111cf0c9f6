/** The version of this package: a worker of another one is told by it. */

/** What package.json says; a test compares the two. */
export const VERSION = "0.1.0";
