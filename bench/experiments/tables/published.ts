/** Figures that others print, with their sources. */

import type { Published } from "../types.js";

const P2015 = "[Hidasi et al. 2016](https://arxiv.org/abs/1511.06939), on the whole of RSC15";
const P2018 =
  "[Hidasi & Karatzoglou 2018](https://arxiv.org/abs/1706.03847), on the whole of RSC15";
const SRGNN = "[Wu et al. 2019](https://arxiv.org/abs/1811.00855), SR-GNN";
const OFFICIAL = "[the official code's README](https://github.com/hidasib/GRU4Rec)";
const TIGER = "[Rajput et al. 2023](https://arxiv.org/abs/2305.05065), TIGER";
const ACTIONPIECE = "[Hou et al. 2025](https://arxiv.org/abs/2502.13581), ActionPiece";
const ESASREC = "[Tikhonovich et al. 2025](https://arxiv.org/abs/2508.06450), eSASRec";
const LRUREC = "[Yue et al. 2024](https://arxiv.org/abs/2310.02367), LRURec";
const GOLD = "[Klenitskiy & Vasilev 2023](https://arxiv.org/abs/2309.07602), SASRec+";
const HSTU = "[Zhai et al. 2024](https://arxiv.org/abs/2402.17152), HSTU";

const at20 = (model: string, recall: number, mrr: number, source: string): Published => ({
  model,
  values: { "recall@20": recall, "mrr@20": mrr },
  source,
});

const at10 = (model: string, recall: number, ndcg: number, source: string): Published => ({
  model,
  values: { "recall@10": recall, "ndcg@10": ndcg },
  source,
});

export const YOOCHOOSE: readonly Published[] = [
  at20("GRU4Rec, as SR-GNN's table has it", 0.6064, 0.2289, SRGNN),
  at20("NARM", 0.6832, 0.2863, SRGNN),
  at20("STAMP", 0.6874, 0.2967, SRGNN),
  at20("SR-GNN", 0.7057, 0.3094, SRGNN),
];

export const RSC15: readonly Published[] = [
  at20("POP", 0.005, 0.0012, P2015),
  at20("S-POP", 0.2672, 0.1775, P2015),
  at20("Item-KNN", 0.5065, 0.2048, P2015),
  at20("BPR-MF", 0.2574, 0.0618, P2015),
  at20("GRU4Rec, TOP1, 100 units", 0.5853, 0.2305, P2015),
  at20("GRU4Rec, BPR, 100 units", 0.6069, 0.2407, P2015),
  at20("GRU4Rec, cross-entropy, samples", 0.7112, 0.3059, P2018),
  at20("GRU4Rec, TOP1-max", 0.7086, 0.3045, P2018),
  at20("GRU4Rec, BPR-max", 0.719, 0.3119, P2018),
];

export const DIGINETICA: readonly Published[] = [
  at20("GRU4Rec, as SR-GNN's table has it", 0.2945, 0.0833, SRGNN),
  at20("STAMP", 0.4564, 0.1432, SRGNN),
  at20("NARM", 0.497, 0.1617, SRGNN),
  at20("SR-GNN", 0.5073, 0.1759, SRGNN),
  at20("GRU4Rec, 512 units, another preparation", 0.4995, 0.1542, OFFICIAL),
];

export const BEAUTY: readonly Published[] = [
  at10("GRU4Rec, as TIGER's table has it", 0.0283, 0.0137, TIGER),
  at10("SASRec", 0.0605, 0.0318, TIGER),
  at10("TIGER", 0.0648, 0.0384, TIGER),
  at10("HSTU", 0.0704, 0.0389, ACTIONPIECE),
  at10("ActionPiece", 0.0775, 0.0424, ACTIONPIECE),
  at10("eSASRec", 0.0928, 0.0523, ESASREC),
];

export const SPORTS: readonly Published[] = [
  at10("GRU4Rec, as TIGER's table has it", 0.0204, 0.011, TIGER),
  at10("TIGER", 0.04, 0.0225, TIGER),
];

export const ML_1M: readonly Published[] = [
  at10("GRU4Rec", 0.2811, 0.1648, GOLD),
  at10("SASRec", 0.25, 0.1341, GOLD),
  at10("SASRec+", 0.3152, 0.1821, GOLD),
  at10("LRURec", 0.3264, 0.193, LRUREC),
  at10("HSTU-large", 0.3294, 0.1893, HSTU),
];
