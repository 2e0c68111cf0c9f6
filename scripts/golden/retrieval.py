"""
Writes test/golden/retrieval/*.json: a few steps of two towers in plain PyTorch (float64, autograd), for every
option of the retrieval task. Written from the equations in the papers and from src/towers and src/retrieval's
comments; run it with /usr/bin/python3 after a change of what a case means.
"""

import json
import os

import features
import torch

FOLDER = os.path.join(os.path.dirname(__file__), "../../test/golden/retrieval")
ITEMS, EXAMPLES, WINDOW = 9, 14, 4
DEFAULT = {"embeddingSize": 5, "layers": [5], "windowLength": WINDOW}

CASES = {
    "plain": ({}, {}),
    "masked": ({"padding": "masked"}, {}),
    "stacked-dense": (
        {"layers": [6, 5], "queryLayers": [7, 4], "candidateLayers": [6, 4], "denseActivation": "tanh"},
        {},
    ),
    "normalized-temperature": ({"normalize": True}, {"temperature": 0.2, "reduction": "mean"}),
    "reset-before-masked": ({"resetAfter": False, "padding": "masked", "layers": [5, 5]}, {}),
    "support": ({}, {"logQ": 1}),
    "hits": ({}, {"removeAccidentalHits": True, "temperature": 0.5}),
    "hard-negatives": ({"candidateLayers": [5]}, {"hardNegatives": 2, "removeAccidentalHits": True}),
    "weights-sgd": ({}, {"optimizer": "sgd", "learningRate": 0.05, "momentum": 0.5, "weighted": True}),
    "gradient-cap": ({"queryLayers": [5]}, {"gradientCap": 1.5}),
    "excluded": ({}, {"removeAccidentalHits": True, "excluded": True}),
    "excluded-hard-negatives": ({}, {"logQ": 1, "hardNegatives": 2, "excluded": True}),
    "features-one-step": (
        {"features": features.FEATURES, "timeBoundaries": [10, 20, 40]},
        {"epochs": 1, "batchSize": EXAMPLES},
    ),
    "features-many-steps": ({"features": features.FEATURES, "timeBoundaries": [10, 20, 40]}, {"epochs": 30}),
    "features-concatenated": (
        {
            **{"embeddingSize": 4, "layers": [6, 8], "queryLayers": [7, 5], "candidateLayers": [6, 5]},
            **{"features": {**features.FEATURES, "genres": {"kind": "categories", "size": 8}}},
            **{"timeBoundaries": [10, 20, 40], "combine": "concatenate", "denseActivation": "tanh"},
        },
        {"temperature": 0.7, "gradientCap": 0.5},
    ),
    "features-concatenated-plain": (
        {
            **{"embeddingSize": 4, "layers": [8], "features": {"title": {"kind": "text", "size": 12}}},
            **{"timeBoundaries": [15], "combine": "concatenate", "normalize": True},
        },
        {"hardNegatives": 2},
    ),
    "features-sgd-hard-negatives": (
        {"features": features.FEATURES, "timeBoundaries": [25], "padding": "masked"},
        {"hardNegatives": 2, "optimizer": "sgd", "learningRate": 0.05, "momentum": 0.5, "weighted": True},
    ),
    "lstm": ({"cell": "lstm"}, {}),
    "lstm-masked-two-layers": (
        {"cell": "lstm", "layers": [6, 5], "padding": "masked", "queryLayers": [5]},
        {"temperature": 0.5},
    ),
}


def tensors(options, known, generator):
    """Names and shapes of src/models/two-towers/parameters.ts."""
    e, layers = options["embeddingSize"], options["layers"]
    below, widths, last, time = features.sizes(options)
    wide = below
    tables = lambda tower: {f"{tower}.F_{name}": [known[name][0], width] for name, width in widths.items()}
    shapes = {"query.E": [ITEMS + 1, e], **tables("query")}
    for i, size in enumerate(layers):
        if options.get("cell") == "lstm":
            shapes[f"query.Wx_{i}"] = [below, 4 * size]
            shapes[f"query.Wh_{i}"] = [size, 4 * size]
            shapes[f"query.b_{i}"] = [4 * size]
            below = size
            continue
        shapes[f"query.Wx_{i}"] = [below, 3 * size]
        shapes[f"query.Wh_{i}"] = [size, size]
        shapes[f"query.Wrz_{i}"] = [size, 2 * size]
        shapes[f"query.b_{i}"] = [3 * size]
        if options.get("resetAfter", True):
            shapes[f"query.bh_{i}"] = [3 * size]
        below = size
    if time:
        shapes["query.T"] = [len(options["timeBoundaries"]) + 2, time]
    for tower, first in [("query", last), ("candidate", wide)]:
        if tower == "candidate":
            shapes.update({"candidate.E": [ITEMS, e], **tables("candidate")})
        below = first
        for i, size in enumerate(options.get(f"{tower}Layers", [])):
            shapes[f"{tower}.D_{i}"] = [below, size]
            shapes[f"{tower}.c_{i}"] = [size]
            below = size
    draw = lambda shape: torch.randn(shape, generator=generator, dtype=torch.float64) * 0.4
    return {name: draw(shape).float().double().requires_grad_() for name, shape in shapes.items()}


def cell_step(w, options, i, x, state):
    """The states after a click, the output first: [h], or of an LSTM [h, c]."""
    if options.get("cell") == "lstm":
        return lstm_step(w, i, x, *state)
    return [gru_step(w, i, x, state[0], options.get("resetAfter", True))]


def lstm_step(w, i, x, h, c):
    a = x @ w[f"query.Wx_{i}"] + w[f"query.b_{i}"] + h @ w[f"query.Wh_{i}"]
    take, keep, candidate, put = a.split(h.shape[0])
    c = torch.sigmoid(keep) * c + torch.sigmoid(take) * torch.tanh(candidate)
    return [torch.sigmoid(put) * torch.tanh(c), c]


def gru_step(w, i, x, h, reset_after):
    size = h.shape[0]
    a = x @ w[f"query.Wx_{i}"] + w[f"query.b_{i}"]
    if reset_after:
        u = h @ torch.cat([w[f"query.Wrz_{i}"], w[f"query.Wh_{i}"]], 1) + w[f"query.bh_{i}"]
        r, z = torch.sigmoid(a[: 2 * size] + u[: 2 * size]).split(size)
        c = torch.tanh(a[2 * size :] + r * u[2 * size :])
    else:
        r, z = torch.sigmoid(a[: 2 * size] + h @ w[f"query.Wrz_{i}"]).split(size)
        c = torch.tanh(a[2 * size :] + (r * h) @ w[f"query.Wh_{i}"])
    return (1 - z) * h + z * c


def head(w, options, tower, x):
    widths = options.get(f"{tower}Layers", [])
    for i in range(len(widths)):
        x = x @ w[f"{tower}.D_{i}"] + w[f"{tower}.c_{i}"]
        if i + 1 < len(widths):
            x = torch.tanh(x)
    return x / x.pow(2).sum().clamp(min=1e-12).sqrt() if options.get("normalize") else x


def query(w, options, known, context, time):
    rows = [ITEMS if item < 0 else item for item in context]
    if options.get("padding") == "masked":
        rows = [item for item in context if item >= 0]
    carried = 2 if options.get("cell") == "lstm" else 1
    states = [[torch.zeros(size, dtype=torch.float64)] * carried for size in options["layers"]]
    for item in rows:
        x = features.item(w, options, known, "query", item)
        for i in range(len(states)):
            states[i] = cell_step(w, options, i, x, states[i])
            x = states[i][0]
    return head(w, options, "query", features.state(w, options, states[-1][0], time))


def batch_loss(w, options, task, known, contexts, times, targets, weights, excluded, share):
    q = torch.stack([query(w, options, known, context, time) for context, time in zip(contexts, times)])
    vectors = [features.item(w, options, known, "candidate", item) for item in targets]
    c = torch.stack([head(w, options, "candidate", vector) for vector in vectors])
    scores = q @ c.T / task.get("temperature", 1)
    if task.get("logQ"):
        scores = scores - share[targets].clamp(1e-6, 1).log()
    own = torch.eye(len(targets), dtype=torch.bool)
    items = torch.tensor(targets)
    if task.get("removeAccidentalHits"):
        scores = scores.masked_fill((items[:, None] == items) & ~own, -1e30)
    listed = torch.tensor([[item in of for item in targets] for of in excluded])
    scores = scores.masked_fill(listed & ~own, -1e30)
    if task.get("hardNegatives"):
        others = scores.detach().masked_fill(own, -torch.inf)
        kept = own.scatter(1, others.topk(task["hardNegatives"]).indices, True) | own
        scores = scores.masked_fill(~kept, -1e30)
    losses = torch.logsumexp(scores, 1) - scores.diagonal()
    return (losses * weights).sum()


def step(w, task, state):
    rate = task.get("learningRate", 0.1)
    norm = sum((p.grad**2).sum() for p in w.values() if p.grad is not None).sqrt()
    if 0 < task.get("gradientCap", 0) < norm:
        for p in [p for p in w.values() if p.grad is not None]:
            p.grad *= task["gradientCap"] / norm
    for name, p in w.items():
        if p.grad is None:
            continue
        with torch.no_grad():
            if task.get("optimizer") == "sgd":
                velocity = state.setdefault(name, torch.zeros_like(p))
                touched = (p.grad != 0).any(1, keepdim=True) if name.split(".")[1][0] in "EFT" else torch.ones(1)
                fresh = task["momentum"] * velocity - rate * p.grad
                velocity.copy_(torch.where(touched.bool(), fresh, velocity))
                p += torch.where(touched.bool(), velocity, torch.zeros(1, dtype=torch.float64))
            else:
                total = state.setdefault(name, torch.full_like(p, 0.1))
                total += p.grad * p.grad
                p -= rate * p.grad / (total + 1e-6).sqrt()
        p.grad = None


def case(name, number):
    options, task = CASES[name]
    options = {**DEFAULT, **options}
    generator = torch.Generator().manual_seed(number + 1)
    known = features.bags(options.get("features", {}), ITEMS)
    w = tensors(options, known, generator)
    initial = {key: p.detach().flatten().tolist() for key, p in w.items()}
    lengths = torch.randint(1, WINDOW + 1, [EXAMPLES], generator=generator).tolist()
    draw = lambda n: torch.randint(0, ITEMS, [n], generator=generator).tolist()
    contexts = [draw(n) + [-1] * (WINDOW - n) for n in lengths]
    targets = draw(EXAMPLES)
    weights = torch.rand(EXAMPLES, generator=generator).float().double()
    if not task.get("weighted"):
        weights = torch.ones(EXAMPLES, dtype=torch.float64)
    excluded = [[] for _ in targets]
    if task.get("excluded"):
        excluded = [draw(n % 4) for n in range(EXAMPLES)]
    share = torch.bincount(torch.tensor(targets), minlength=ITEMS).double() / EXAMPLES
    times = [None if n == 5 else 3.0 * n for n in range(EXAMPLES)]
    state, losses, size = {}, [], task.get("batchSize", 6)
    epochs = task.get("epochs", 2)
    for _ in range(epochs):
        total = 0.0
        for begin in range(0, EXAMPLES, size):
            part = slice(begin, begin + size)
            batch = contexts[part], times[part], targets[part], weights[part], excluded[part]
            loss = batch_loss(w, options, task, known, *batch, share)
            scale = len(batch[2]) if task.get("reduction") == "mean" else 1
            (loss / scale).backward()
            step(w, task, state)
            total += loss.item()
        losses.append(total / EXAMPLES)
    shown = {key: value for key, value in task.items() if key not in ["weighted", "excluded"]}
    return {
        **{"options": options, "task": {**shown, "epochs": epochs, "batchSize": size}, "items": ITEMS},
        **({"records": features.records(options), "times": times} if "features" in options else {}),
        **{"contexts": sum(contexts, []), "targets": targets, "sampleWeights": weights.tolist()},
        **({"excluded": excluded} if task.get("excluded") else {}),
        **{"initial": initial, "losses": losses},
        "final": {key: p.detach().flatten().tolist() for key, p in w.items()},
    }


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(x) for x in value]
    if isinstance(value, dict):
        return {key: rounded(x) for key, x in value.items()}
    return value


def write(number, name):
    with open(os.path.join(FOLDER, name + ".json"), "w") as file:
        json.dump(rounded(case(name, number)), file)


if __name__ == "__main__":
    for number, name in enumerate(CASES):
        write(number, name)
