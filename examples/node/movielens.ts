/**
 * Retrieval with a sequential model, in the order of the tutorial of TensorFlow Recommenders:
 *
 *     node examples/node/movielens.ts ml-1m/ratings.dat ml-1m/movies.dat movies.safetensors
 *
 * Ratings and titles are MovieLens files in any of their formats; GroupLens gives them away, nobody else may.
 */

import { evaluate, examplesOf, splitAtRandom, TwoTowers, train } from "gru4rec";
import { loadModel, readRatings, readTitles, saveModel } from "gru4rec/node";

const [ratingsFile = "ratings.dat", moviesFile = "movies.dat", indexFile = "movies.safetensors"] =
  process.argv.slice(2);

// 1. The data: up to ten movies that somebody rated, and the next one.
const movies = await readTitles(moviesFile);
const titles = new Map(movies.map(({ id, title }) => [id, title]));
const ratings = await readRatings(ratingsFile);
const examples = examplesOf(ratings, { items: [...titles.keys()], windowLength: 10, minRating: 2 });
console.log(`${examples.length} examples of ${examples.users} users`);

// 2. Training and test examples, at random as in the tutorial. splitAtTime(examples) leaks nothing.
const { train: known, test } = splitAtRandom(examples, { fraction: 0.9, seed: 42 });

// 3. Query tower (embedding, GRU) and candidate tower (embedding), 32 wide.
const model = await TwoTowers.create(examples.items, { embeddingSize: 32, layers: [32] });

// 4. The retrieval task: in-batch softmax, Adagrad.
const recipe = { epochs: 3, batchSize: 12_800, optimizer: "adagrad", learningRate: 0.1 } as const;
for await (const { epoch, loss, seconds } of train(model, known, recipe)) {
  console.log(`epoch ${epoch}: loss ${loss.toFixed(4)} in ${seconds.toFixed(1)} s`);
}

// 5. Top-K categorical accuracy over all movies.
const { recall } = await evaluate(model, test, { cutoffs: [1, 5, 10, 50, 100] });
for (const [k, accuracy] of Object.entries(recall)) console.log(`top-${k} ${accuracy.toFixed(4)}`);

// 6. An index that answers from raw ids: exact, with exclusions, in one file for Node and browsers.
const index = await model.index();
await saveModel(index, indexFile);
const loaded = await loadModel(indexFile, "index");
const seen = [...titles.keys()].slice(0, 3);
for (const { itemId, score } of loaded.recommend(seen, { count: 5, exclude: seen })) {
  console.log(`${titles.get(String(itemId))} ${score.toFixed(2)}`);
}
