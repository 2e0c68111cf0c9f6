/** `gru4rec recommend`: the items that a saved model expects next. */
import { loadModel } from "../node.js";
import { formatCounted } from "./format.js";
import { findIds } from "./ids.js";
import type { Io } from "./io.js";
import { createReport } from "./output.js";

export interface RecommendCommand {
  /** Item ids as typed; each text may hold several between commas. Oldest first. */
  readonly items: readonly string[];
  readonly exclude?: readonly string[];
  readonly only?: readonly string[];
  readonly count?: number;
  readonly json: boolean;
}

/**
 * Unknown items are skipped and counted on standard error; that is no failure.
 *
 * @throws ConfigError, FormatError
 */
export async function runRecommend(path: string, command: RecommendCommand, io: Io): Promise<void> {
  const report = createReport(io, command.json);
  using model = await loadModel(path);
  const find = (flag: string, texts: readonly string[]) => {
    const { known, unknown } = findIds(model.items, texts);
    if (unknown.length > 0) {
      const few = unknown.slice(0, 5).join(", ") + (unknown.length > 5 ? ", …" : "");
      const skipped = formatCounted(unknown.length, "unknown item");
      const none = known.length === 0 ? "; none is known" : "";
      report.note(`${flag}: skipped ${skipped} that the model was not trained on (${few})${none}.`);
    }
    return known;
  };

  const visit = find("--items", command.items);
  const exclude = command.exclude && find("--exclude", command.exclude);
  const only = command.only && find("--only", command.only);
  report.recommendations(
    model.recommend(visit, {
      ...(command.count !== undefined && { count: command.count }),
      ...(exclude && { exclude }),
      ...(only && { only }),
    }),
  );
}
