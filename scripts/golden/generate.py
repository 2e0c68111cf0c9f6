"""Writes test/golden/*.json: tiny trainings of the plain PyTorch model, step by step.

    python3 scripts/golden/generate.py          # needs torch and numpy, nothing else

Each file holds a configuration, the initial parameters (multiples of 1/4096, exact in f32), ten
mini-batches that are played in a circle as epochs (of sessions, the last ones shrink; or of windows,
longest first, which begin at zero and back-propagate through time), their dropout masks, the
loss of the first ten steps and the last, and the parameters after 1, 10 and 500 steps in double
precision. `float32` tells how far the same run in single precision ends from it, relative to the
largest element of the tensor: what a single-precision trainer can be asked for.
"""

import json
import pathlib

import numpy as np
import torch
from network import Network, states_of
from optimizer import Optimizer

OUT = pathlib.Path(__file__).resolve().parents[2] / "test" / "golden"
STEPS = (1, 10, 500)

NETWORK = dict(
    items=9,
    layers=[6],
    cell="gru",
    resetAfter=False,
    embedding="shared",
    embeddingSize=5,
    loss="cross-entropy",
    finalActivation=dict(kind="linear"),
    hiddenActivation=dict(kind="tanh"),
    bprReg=1,
    smoothing=0,
    logQ=0,
    sampleAlpha=0.5,
    batchSize=4,
)
OPTIMIZER = dict(optimizer="adagrad", learningRate=0.1, momentum=0, l2=0, gradientCap=0)

TANH, RELU = dict(kind="tanh"), dict(kind="relu")
ELU_HALF, ELU_ONE = dict(kind="elu", a=0.5), dict(kind="elu", a=1)
LEAKY, SELU = dict(kind="leaky", slope=0.1), {"kind": "selu", "lambda": 1.05, "a": 1.67}

# name: (network, optimiser, number of negatives, dropout of embedding and of hidden)
CASES = {
    # Cross-entropy over input modes, depths, conventions.
    "xe-shared": ({}, {}, 5, 0, 0),
    "xe-shared-reset-after": (dict(resetAfter=True), {}, 5, 0, 0),
    "xe-shared-logq-dropout-momentum": (
        dict(resetAfter=True, logQ=1), dict(learningRate=0.2, momentum=0.2), 5, 0, 0.4,
    ),
    "xe-separate-smoothing-two-layers": (
        dict(embedding="separate", layers=[5, 6], smoothing=0.1), {}, 6, 0.2, 0,
    ),
    "xe-one-hot-in-batch": (dict(embedding="one-hot"), {}, 0, 0, 0),
    "xe-one-hot-reset-after-logq": (
        dict(embedding="one-hot", layers=[5], resetAfter=True, logQ=0.5, sampleAlpha=0.75), {}, 7, 0, 0.2,
    ),
    "xe-shared-three-layers": (dict(layers=[5, 4, 6]), {}, 5, 0, 0),
    "xe-separate-reset-after-two-layers": (
        dict(embedding="separate", layers=[4, 5], resetAfter=True), {}, 4, 0.3, 0.3,
    ),
    # The pairwise losses.
    "bpr-max-shared-elu": (
        dict(loss="bpr-max", finalActivation=ELU_HALF), dict(momentum=0.4, learningRate=0.05), 6, 0.5, 0.1,
    ),
    "bpr-max-separate-reset-after": (
        dict(loss="bpr-max", finalActivation=ELU_ONE, embedding="separate", resetAfter=True, bprReg=0.5),
        {}, 6, 0, 0,
    ),
    "bpr-max-one-hot-two-layers": (
        dict(loss="bpr-max", embedding="one-hot", layers=[4, 5], bprReg=1.85), {}, 5, 0, 0.2,
    ),
    "bpr-max-shared-tanh-in-batch": (
        dict(loss="bpr-max", finalActivation=TANH, bprReg=0), {}, 0, 0, 0,
    ),
    "top1-one-hot-tanh-in-batch": (
        dict(loss="top1", finalActivation=TANH, embedding="one-hot"), dict(learningRate=0.05), 0, 0, 0.5,
    ),
    "top1-separate-relu": (
        dict(loss="top1", finalActivation=RELU, embedding="separate"), {}, 5, 0, 0,
    ),
    "bpr-one-hot-tanh-in-batch": (
        dict(loss="bpr", finalActivation=TANH, embedding="one-hot"), dict(momentum=0.2, learningRate=0.05), 0, 0, 0.2,
    ),
    "bpr-shared-reset-after": (dict(loss="bpr", resetAfter=True), dict(learningRate=0.05), 4, 0.1, 0),
    "top1-max-shared-selu": (dict(loss="top1-max", finalActivation=SELU), {}, 5, 0, 0),
    "top1-max-separate-leaky-two-layers": (
        dict(loss="top1-max", finalActivation=LEAKY, embedding="separate", layers=[6, 4], resetAfter=True),
        {}, 6, 0, 0,
    ),
    "bpr-max-shared-logq": (dict(loss="bpr-max", finalActivation=TANH, logQ=0.5), {}, 5, 0, 0),
    # The vanilla cell.
    "rnn-xe-one-hot-two-layers": (dict(cell="rnn", embedding="one-hot", layers=[6, 5]), {}, 5, 0, 0),
    "rnn-bpr-shared": (
        dict(cell="rnn", loss="bpr", finalActivation=TANH), dict(momentum=0.1, learningRate=0.05), 4, 0.2, 0.2,
    ),
    "rnn-top1-max-separate-in-batch": (
        dict(cell="rnn", loss="top1-max", finalActivation=TANH, embedding="separate"), {}, 0, 0, 0,
    ),
    # Hidden activations.
    "hidden-relu": (dict(hiddenActivation=RELU), dict(learningRate=0.05), 5, 0, 0),
    "hidden-elu-reset-after": (
        dict(hiddenActivation=ELU_HALF, resetAfter=True), dict(learningRate=0.05), 5, 0, 0,
    ),
    "hidden-leaky-rnn": (
        dict(hiddenActivation=LEAKY, cell="rnn", embedding="separate"), dict(learningRate=0.02), 5, 0, 0,
    ),
    "hidden-selu-two-layers": (
        dict(hiddenActivation=SELU, layers=[4, 5]), dict(learningRate=0.02), 5, 0, 0,
    ),
    # Optimisers, L2, the gradient cap.
    "sgd-momentum": ({}, dict(optimizer="sgd", learningRate=0.05, momentum=0.5), 5, 0, 0),
    "sgd-l2-one-hot": (
        dict(embedding="one-hot", loss="bpr-max", finalActivation=ELU_HALF),
        dict(optimizer="sgd", learningRate=0.1, l2=0.01), 5, 0, 0,
    ),
    "rmsprop": ({}, dict(optimizer="rmsprop", learningRate=0.005), 5, 0, 0),
    "rmsprop-momentum-l2-separate": (
        dict(embedding="separate", loss="top1", finalActivation=TANH, resetAfter=True),
        dict(optimizer="rmsprop", learningRate=0.002, momentum=0.3, l2=0.02), 5, 0, 0,
    ),
    "adadelta": ({}, dict(optimizer="adadelta"), 5, 0, 0),
    "adadelta-one-hot-momentum": (
        dict(embedding="one-hot", loss="bpr-max", finalActivation=ELU_ONE),
        dict(optimizer="adadelta", momentum=0.2), 5, 0, 0,
    ),
    "adam": ({}, dict(optimizer="adam", learningRate=0.01), 5, 0, 0),
    "adam-one-hot-l2": (
        dict(embedding="one-hot"), dict(optimizer="adam", learningRate=0.01, l2=0.01), 3, 0, 0.2,
    ),
    "adam-momentum-two-layers": (
        dict(loss="bpr-max", finalActivation=ELU_HALF, layers=[4, 6], resetAfter=True),
        dict(optimizer="adam", learningRate=0.005, momentum=0.3), 5, 0, 0,
    ),
    "adagrad-l2": (dict(embedding="separate"), dict(l2=0.02), 5, 0, 0),
    "adagrad-momentum-l2": (dict(loss="bpr", finalActivation=TANH), dict(momentum=0.5, l2=0.02, learningRate=0.05), 4, 0, 0),
    "gradient-cap": ({}, dict(optimizer="sgd", learningRate=0.2, gradientCap=0.5), 5, 0, 0),
    "gradient-cap-adagrad-one-hot": (
        dict(embedding="one-hot", loss="top1-max", finalActivation=TANH),
        dict(gradientCap=0.2, momentum=0.2), 5, 0, 0,
    ),
}

# The same for windows of up to 4 clicks.
WINDOW_CASES = {
    "windows-xe-separate-reset-after": (
        dict(embedding="separate", resetAfter=True), {}, 0, 0, 0,
    ),
    "windows-xe-unmasked": (
        dict(embedding="separate", resetAfter=True, pads=1, padding="unmasked"), {}, 4, 0, 0,
    ),
    "windows-xe-shared-every-two-layers": (
        dict(layers=[5, 6], lossAt="every"), dict(learningRate=0.03), 5, 0, 0,
    ),
    "windows-xe-every-reset-after-dropout": (
        dict(embedding="separate", resetAfter=True, lossAt="every", layers=[4, 5], smoothing=0.1),
        dict(momentum=0.3, learningRate=0.05), 3, 0.2, 0.3,
    ),
    "windows-bpr-max-one-hot-every": (
        dict(loss="bpr-max", finalActivation=ELU_HALF, embedding="one-hot", lossAt="every"), {}, 5, 0, 0.2,
    ),
    "windows-top1-rnn-two-layers": (
        dict(cell="rnn", loss="top1", finalActivation=TANH, layers=[5, 6]), dict(learningRate=0.05), 4, 0, 0,
    ),
    "windows-xe-shared-three-layers-adam": (
        dict(layers=[5, 4, 6]), dict(optimizer="adam", learningRate=0.01), 0, 0.2, 0.2,
    ),
    "windows-top1-max-logq-cap": (
        dict(loss="top1-max", finalActivation=TANH, logQ=0.5, lossAt="every"),
        dict(optimizer="sgd", learningRate=0.2, gradientCap=0.5), 5, 0, 0,
    ),
    "windows-bpr-hidden-selu-reset-after": (
        dict(loss="bpr", finalActivation=TANH, hiddenActivation=SELU, resetAfter=True),
        dict(optimizer="rmsprop", learningRate=0.002, l2=0.01), 4, 0, 0,
    ),
}
# Behind the others, whose seeds are their places.
LSTM_CASES = {
    "lstm-xe-shared": (dict(cell="lstm"), {}, 5, 0.2, 0.2),
    "lstm-bpr-max-one-hot-two-layers": (
        dict(cell="lstm", loss="bpr-max", finalActivation=ELU_HALF, embedding="one-hot", layers=[4, 5]),
        dict(momentum=0.2, learningRate=0.05), 5, 0, 0.2,
    ),
    "lstm-top1-max-separate-adam": (
        dict(cell="lstm", loss="top1-max", finalActivation=TANH, embedding="separate"),
        dict(optimizer="adam", learningRate=0.01), 4, 0.2, 0,
    ),
    "windows-lstm-xe-every-two-layers": (
        dict(cell="lstm", layers=[5, 6], lossAt="every"), dict(learningRate=0.05), 5, 0.2, 0.2,
    ),
    "windows-lstm-xe-separate": (dict(cell="lstm", embedding="separate"), {}, 4, 0, 0.2),
    "windows-lstm-bpr-one-hot-cap": (
        dict(cell="lstm", loss="bpr", finalActivation=TANH, embedding="one-hot", layers=[6, 5]),
        dict(optimizer="sgd", learningRate=0.2, gradientCap=0.5), 4, 0, 0,
    ),
}
# What an output is compared with.
COMPARED_CASES = {
    "xe-shared-none-logq": (dict(inBatchNegatives="none", logQ=1), dict(momentum=0.2), 5, 0.2, 0.2),
    "bpr-max-one-hot-none": (
        dict(inBatchNegatives="none", loss="bpr-max", finalActivation=ELU_HALF, embedding="one-hot"), {}, 6, 0, 0,
    ),
    "windows-xe-every-others-logq": (
        dict(inBatchNegatives="others", lossAt="every", logQ=1, layers=[5, 6]), {}, 5, 0.2, 0,
    ),
    "windows-top1-max-every-others": (
        dict(inBatchNegatives="others", lossAt="every", loss="top1-max", finalActivation=TANH), {}, 5, 0, 0,
    ),
    "windows-bpr-max-every-none": (
        dict(inBatchNegatives="none", lossAt="every", loss="bpr-max", finalActivation=TANH), {}, 5, 0, 0.2,
    ),
    "windows-bpr-separate-none": (
        dict(inBatchNegatives="none", loss="bpr", finalActivation=TANH, embedding="separate"), {}, 7, 0, 0,
    ),
}
ALL_CASES = {**CASES, **WINDOW_CASES, **LSTM_CASES, **COMPARED_CASES}



def window_script(random, net, negatives, p_embedding, p_hidden):
    """Ten mini-batches of 4 windows, the last of 2."""
    batches = []
    for k in range(10):
        lengths = sorted((1 + random.integers(0, 4, 2 if k == 9 else 4)).tolist(), reverse=True)
        windows = [random.integers(0, net["items"], n).tolist() for n in lengths]
        if net.get("pads"):
            windows = [items + [net["items"]] * (4 - len(items)) for items in windows]
        count = (lambda n: n) if net["lossAt"] == "every" else (lambda n: 1)
        batch = dict(
            windows=windows,
            targets=[random.integers(0, net["items"], count(len(w))).tolist() for w in windows],
            lossAt=net["lossAt"],
            negatives=random.integers(0, net["items"], negatives).tolist(),
        )
        bits = lambda n, p: "".join("1" if x >= p else "0" for x in random.random(n))
        masks = {}
        if p_embedding:
            width = net["layers"][-1] if net["embedding"] == "shared" else net["embeddingSize"]
            masks["embedding"] = [[bits(width, p_embedding) for _ in w] for w in windows]
        if p_hidden:
            masks["hidden"] = [[[bits(D, p_hidden) for _ in w] for w in windows] for D in net["layers"]]
        if masks:
            batch["masks"] = masks
        batches.append(batch)
    return batches


def script(random, net, negatives, p_embedding, p_hidden):
    """Ten mini-batches of 4 slots, at the end of 3, 3 and 2: `keep` names the slots that stay."""
    batches = []
    sizes = [4, 4, 4, 4, 4, 4, 4, 3, 3, 2]
    for k, B in enumerate(sizes):
        batch = dict(
            inputs=random.integers(0, net["items"], B).tolist(),
            targets=random.integers(0, net["items"], B).tolist(),
            negatives=random.integers(0, net["items"], negatives).tolist(),
            fresh=[] if k else list(range(B)),
        )
        if k and B < sizes[k - 1]:
            batch["keep"] = sorted(random.permutation(sizes[k - 1])[:B].tolist())
        elif k and random.random() < 0.6:
            batch["fresh"] = sorted(random.permutation(B)[: 1 + random.integers(0, 2)].tolist())
        masks = {}
        bits = lambda length, p: "".join("1" if x >= p else "0" for x in random.random(length))
        if p_embedding:
            width = net["layers"][-1] if net["embedding"] == "shared" else net["embeddingSize"]
            masks["embedding"] = bits(B * width, p_embedding)
        if p_hidden:
            masks["hidden"] = [bits(B * D, p_hidden) for D in net["layers"]]
        if masks:
            batch["masks"] = masks
        batches.append(batch)
    return batches


def train(fixture, initial, dtype):
    """Losses of every step and parameters after STEPS."""
    torch.set_default_dtype(dtype)
    net = fixture["network"]
    model = Network(net)
    model.load({name: torch.tensor(values, dtype=dtype) for name, values in initial.items()})
    optimizer = Optimizer(fixture["optimizer"])
    keep = dict(embedding=1 - fixture["dropoutEmbedding"], hidden=1 - fixture["dropoutHidden"])

    def mask(bits, B, kind):
        return torch.tensor([int(bit) for bit in bits], dtype=dtype).view(B, -1) / keep[kind]

    losses, snapshots, hidden = [], {}, []
    for n in range(max(STEPS)):
        batch = fixture["batches"][n % len(fixture["batches"])]
        if "windows" in batch:
            model.zero_grad()
            loss = model.forward_windows(batch, window_masks(batch, mask))
            loss.backward()
            optimizer.update(model.parameters(), model.touched(batch))
            losses.append(loss.item())
            if n + 1 in STEPS:
                snapshots[n + 1] = model.save()
            continue
        B = len(batch["inputs"])
        if n % len(fixture["batches"]) == 0:
            hidden = [torch.zeros(B, states_of(net) * D) for D in net["layers"]]
        if "keep" in batch:
            hidden = [h[batch["keep"]] for h in hidden]
        for h in hidden:
            h[batch["fresh"]] = 0
        masks = {}
        for kind, bits in batch.get("masks", {}).items():
            masks[kind] = [mask(b, B, kind) for b in bits] if kind == "hidden" else mask(bits, B, kind)

        model.zero_grad()
        loss, hidden = model(hidden, batch, masks)
        loss.backward()
        optimizer.update(model.parameters(), model.touched(batch))
        losses.append(loss.item())
        if n + 1 in STEPS:
            snapshots[n + 1] = model.save()
    return losses, snapshots


def window_masks(batch, mask):
    """[window][click] -> masks of that step."""
    bits = batch.get("masks")
    if not bits:
        return None

    def at(b, t):
        out = {}
        if "embedding" in bits:
            out["embedding"] = mask(bits["embedding"][b][t], 1, "embedding")
        if "hidden" in bits:
            out["hidden"] = [mask(layer[b][t], 1, "hidden") for layer in bits["hidden"]]
        return out

    return [[at(b, t) for t in range(len(w))] for b, w in enumerate(batch["windows"])]


def deviation(a, b):
    """Largest difference of any tensor, relative to the largest element of that tensor."""
    return max(((a[n] - b[n]).abs().max() / a[n].abs().max()).item() for n in a)


def short(x):
    return float(f"{x:.14g}")


def generate(seed, name, case):
    changes, optimizer, negatives, p_embedding, p_hidden = case
    random = np.random.default_rng(seed)
    net = {**NETWORK, **changes}
    windows = name.startswith("windows-")
    if windows:
        net = {"windowLength": 4, "lossAt": "last", "padding": "masked", **net}
    net["support"] = random.integers(1, 60, net["items"]).tolist()
    fixture = dict(
        name=name,
        network=net,
        optimizer={**OPTIMIZER, **optimizer},
        dropoutEmbedding=p_embedding,
        dropoutHidden=p_hidden,
        batches=(window_script if windows else script)(random, net, negatives, p_embedding, p_hidden),
    )
    torch.set_default_dtype(torch.float64)
    fixture["initial"] = {
        n: (np.round(random.uniform(-0.6, 0.6, value.numel()) * 4096) / 4096).tolist()
        for n, value in Network(net).save().items()
    }
    losses, exact = train(fixture, fixture["initial"], torch.float64)
    single_losses, single = train(fixture, fixture["initial"], torch.float32)
    fixture["losses"] = [short(x) for x in losses[:10]]
    fixture["lastLoss"] = short(losses[-1])
    fixture["parameters"] = {
        str(n): {k: [short(x) for x in v.flatten().tolist()] for k, v in exact[n].items()} for n in STEPS
    }
    fixture["float32"] = {
        str(n): float(f"{deviation(exact[n], {k: v.double() for k, v in single[n].items()}):.2g}") for n in STEPS
    }
    text = json.dumps(fixture, separators=(",", ":"))
    (OUT / f"{name}.json").write_text(text + "\n")
    print(f"{name:40} {len(text):6} bytes  loss {losses[0]:.4f} -> {losses[-1]:.4f}  float32 {fixture['float32']}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    OUT.mkdir(parents=True, exist_ok=True)
    for seed, (name, case) in enumerate(ALL_CASES.items()):
        generate(seed, name, case)
