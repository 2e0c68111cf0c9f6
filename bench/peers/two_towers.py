"""
The tutorial "retrieval using a sequential model" of TensorFlow Recommenders in plain PyTorch, to be raced
and compared against: our own program, written from the tutorial's description.

Query tower: embedding of the window's items (padding is a row of its own, not masked), GRU (reset after the
product), its last state. Candidate tower: an embedding. In-batch softmax, summed. Keras' initial values:
embeddings uniform in +-0.05, Glorot for the GRU's kernel as a whole, orthogonal rows for its recurrent
kernel, biases 0. Adagrad with initial accumulator 0.1 and epsilon 1e-7. Batches are the same in every epoch.

The loss has two forms: "plain" makes the whole matrix of scores, as one writes it; "blocks" makes it in
blocks of rows that fit into the cache better, and propagates each block back at once.

Talks in JSON lines, one answer for each command; argv[1] is the configuration.

  {"do": "run", "seed": 1, "epochs": 3, "threads": 2, "initial": folder?}    -> {"losses", "accuracy"}
  {"do": "train", "batch": 256, "seconds": 2, "threads": 1, "form": "plain"} -> {"examples", "seconds"}
"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

CUTOFFS = [1, 5, 10, 50, 100]
BLOCK = 512
TEST_BATCH = 2560


class TwoTowers(nn.Module):
    def __init__(self, items, size, generator):
        super().__init__()
        self.query = nn.Embedding(items + 1, size)  # the last row is the padding's
        self.candidate = nn.Embedding(items, size)
        self.gru = nn.GRU(size, size, batch_first=True)
        with torch.no_grad():
            self.query.weight.uniform_(-0.05, 0.05, generator=generator)
            self.candidate.weight.uniform_(-0.05, 0.05, generator=generator)
            bound = (6.0 / (size + 3 * size)) ** 0.5
            self.gru.weight_ih_l0.uniform_(-bound, bound, generator=generator)
            normal = torch.empty(3 * size, size, dtype=torch.float64).normal_(generator=generator)
            q, r = torch.linalg.qr(normal)
            self.gru.weight_hh_l0.copy_((q * torch.diagonal(r).sign()).float())
            self.gru.bias_ih_l0.zero_()
            self.gru.bias_hh_l0.zero_()

    @torch.no_grad()
    def start_from(self, folder):
        """Takes initial weights from files: the same ones that another program begins with."""

        def matrix(name, *shape):
            return torch.from_numpy(np.fromfile(f"{folder}/{name}.bin", dtype=np.float32)).view(shape)

        size = self.candidate.weight.shape[1]
        self.query.weight.copy_(matrix("query.E", -1, size))
        self.candidate.weight.copy_(matrix("candidate.E", -1, size))
        # Columns r | z | c there, rows r, z, n here, where z = 1 keeps the state: there it takes the candidate.
        signs = torch.ones(3 * size, 1)
        signs[size : 2 * size] = -1
        self.gru.weight_ih_l0.copy_(matrix("query.Wx_0", size, 3 * size).T * signs)
        recurrent = [matrix("query.Wrz_0", size, 2 * size), matrix("query.Wh_0", size, size)]
        self.gru.weight_hh_l0.copy_(torch.cat(recurrent, 1).T * signs)

    def queries(self, contexts):
        return self.gru(self.query(contexts))[1][0]


def plain_step(model, contexts, targets):
    scores = model.queries(contexts) @ model.candidate(targets).T
    loss = F.cross_entropy(scores, torch.arange(len(targets)), reduction="sum")
    loss.backward()
    return loss.item()


def block_step(model, contexts, targets):
    queries, candidates = model.queries(contexts), model.candidate(targets)
    q = queries.detach().requires_grad_()
    c = candidates.detach().requires_grad_()
    total = 0.0
    for begin in range(0, len(q), BLOCK):
        rows = q[begin : begin + BLOCK]
        labels = torch.arange(begin, begin + len(rows))
        loss = F.cross_entropy(rows @ c.T, labels, reduction="sum")
        loss.backward()
        total += loss.item()
    torch.autograd.backward([queries, candidates], [q.grad, c.grad])
    return total


STEPS = {"plain": plain_step, "blocks": block_step}


class Trainer:
    def __init__(self, config, seed):
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        self.model = TwoTowers(config["items"], config["size"], generator)
        self.optimizer = torch.optim.Adagrad(
            self.model.parameters(), lr=config["rate"], initial_accumulator_value=0.1, eps=1e-7
        )

    def step(self, form, contexts, targets):
        self.optimizer.zero_grad(set_to_none=True)
        loss = STEPS[form](self.model, contexts, targets)
        self.optimizer.step()
        return loss


def load(folder, window, items):
    targets = torch.from_numpy(np.fromfile(folder + "/targets.bin", dtype=np.int32)).long()
    contexts = torch.from_numpy(np.fromfile(folder + "/contexts.bin", dtype=np.int32)).long()
    contexts[contexts < 0] = items
    return contexts.view(-1, window), targets


@torch.no_grad()
def accuracy(model, contexts, targets):
    hits = [0] * len(CUTOFFS)
    for begin in range(0, len(targets), TEST_BATCH):
        scores = model.queries(contexts[begin : begin + TEST_BATCH]) @ model.candidate.weight.T
        own = scores.gather(1, targets[begin : begin + TEST_BATCH, None])
        ranks = (scores > own).sum(1)
        for i, cutoff in enumerate(CUTOFFS):
            hits[i] += int((ranks < cutoff).sum())
    return [hit / len(targets) for hit in hits]


def run(config, command):
    train = load(config["train"], config["window"], config["items"])
    test = load(config["test"], config["window"], config["items"])
    trainer = Trainer(config, command["seed"])
    if "initial" in command:
        trainer.model.start_from(command["initial"])
    losses = []
    for _ in range(command["epochs"]):
        total = 0.0
        for begin in range(0, len(train[1]), config["batch"]):
            batch = [part[begin : begin + config["batch"]] for part in train]
            total += trainer.step("plain", *batch)
        losses.append(total / len(train[1]))
    return {"losses": losses, "accuracy": accuracy(trainer.model, *test)}


class Race:
    """Steps for some seconds, going on where the last turn ended."""

    def __init__(self, config):
        self.data = load(config["train"], config["window"], config["items"])
        self.trainer = Trainer(config, 1)
        self.at = 0

    def turn(self, command):
        size, examples = command["batch"], 0
        started = time.perf_counter()
        while time.perf_counter() - started < command["seconds"]:
            if self.at + size > len(self.data[1]):
                self.at = 0
            batch = [part[self.at : self.at + size] for part in self.data]
            self.trainer.step(command["form"], *batch)
            self.at += size
            examples += size
        return {"examples": examples, "seconds": time.perf_counter() - started}


def main():
    config = json.loads(sys.argv[1])
    race = None
    for line in sys.stdin:
        command = json.loads(line)
        torch.set_num_threads(command["threads"])
        if command["do"] == "run":
            answer = run(config, command)
        else:
            race = race or Race(config)
            answer = race.turn(command)
        print(json.dumps(answer), flush=True)


main()
