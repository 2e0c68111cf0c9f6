/** Options of a GRU4Rec without chance and without corrections: what reference loops compute. */

export const PLAIN = { dropoutEmbedding: 0, dropoutHidden: 0, logQ: 0 } as const;
