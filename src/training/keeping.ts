/** How a training that keeps checkpoints begins: all that is checked before memory is taken. */

import type { Examples } from "../data/examples.js";
import type { Sessions } from "../data/sessions.js";
import type { Job } from "../threads/job.js";
import { checkCheckpoints } from "./checkpoint.js";
import { type Identity, identityOf } from "./identity.js";
import { Keeper } from "./keeper.js";
import type { Training } from "./recipe.js";
import type { DecodedCheckpoint } from "./resumed.js";
import type { CheckpointOptions, RunOptions } from "./run-options.js";
import type { Validation } from "./validation.js";

export class Keeping {
  readonly #options: CheckpointOptions;
  readonly #identity: Identity;
  /** What training goes on from. */
  readonly resumed: DecodedCheckpoint | undefined;

  private constructor(
    options: CheckpointOptions,
    identity: Identity,
    resumed: DecodedCheckpoint | undefined,
  ) {
    this.#options = options;
    this.#identity = identity;
    this.resumed = resumed;
  }

  /**
   * @param steps of trainings before, whose optimiser goes on
   * @throws FormatError or ConfigError where a checkpoint could not be read back, or is of another training
   */
  static async of(
    training: Training,
    options: RunOptions<Sessions | Examples>,
    validation: Validation | undefined,
    steps: number | undefined,
  ): Promise<Keeping> {
    const checkpoint = options.checkpoint!;
    const identity = await identityOf(training, options, validation, steps);
    checkCheckpoints(identity);
    const { resume } = checkpoint;
    // Late: most trainings begin anew.
    const resumed =
      resume && (await (await import("./resumed.js")).decodeCheckpoint(resume, identity));
    return new Keeping(checkpoint, identity, resumed);
  }

  keeper(job: Job): Keeper {
    return new Keeper(this.#options, this.#identity, job);
  }
}
