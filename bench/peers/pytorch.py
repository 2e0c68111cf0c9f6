"""
GRU4Rec in plain PyTorch, to be raced against: our own trainer of the same model, written from the papers.

Session-parallel mini-batches (Hidasi et al. 2016, 3.1.1) with shared negatives (Hidasi & Karatzoglou
2018, 3.1), cross-entropy or BPR-max, no back-propagation through time. Big tables are nn.Embedding with
sparse gradients, coalesced before one step of Adagrad with momentum; dense gradients would touch all
items in every step. A one-hot input is a row of the input weights. Negatives are drawn step by step
from the cumulated distribution, without a store to refill.

Talks in JSON lines, one answer for each command; argv[1] is the configuration.

  {"do": "train", "seconds": 2, "threads": 1}                       -> {"events", "steps", "seconds", "loss"}
  {"do": "evaluate", "seconds": 2, "threads": 2, "form": "plain"}   -> {"events", "steps", "seconds"}
  {"do": "epoch", "threads": 2}           -> {"epoch", "loss", "recall", "mrr", "measuring"}, both at 20
"""

import json
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

EPSILON = 1e-6


def initial(rows, columns, generator):
    bound = (6.0 / (rows + columns)) ** 0.5
    return torch.empty(rows, columns).uniform_(-bound, bound, generator=generator)


class EmbeddingTable:
    """nn.Embedding with sparse gradients, coalesced before one step of Adagrad on the rows touched."""

    def __init__(self, rows, columns, generator):
        weight = initial(rows, columns, generator) if columns > 1 else torch.zeros(rows, columns)
        self.embedding = nn.Embedding.from_pretrained(weight, freeze=False, sparse=True)
        self.accumulator = torch.zeros(rows, columns)
        self.velocity = torch.zeros(rows, columns)

    def lookup(self, ids):
        return self.embedding(ids)

    def step(self, rate, momentum):
        weight = self.embedding.weight
        gradient = weight.grad.coalesce()
        ids, g = gradient.indices()[0], gradient.values()
        weight.grad = None
        accumulator = self.accumulator.index_select(0, ids).addcmul_(g, g)
        self.accumulator.index_copy_(0, ids, accumulator)
        change = g.div_(accumulator.add_(EPSILON).sqrt_()).mul_(-rate)
        if momentum > 0:
            change.add_(self.velocity.index_select(0, ids), alpha=momentum)
            self.velocity.index_copy_(0, ids, change)
        weight.index_add_(0, ids, change)


class DenseAdagrad:
    """Adagrad with momentum for the few parameters that every step touches."""

    def __init__(self, parameters, rate, momentum):
        self.parameters = [p for p in parameters]
        self.accumulators = [torch.zeros_like(p) for p in self.parameters]
        self.velocities = [torch.zeros_like(p) for p in self.parameters]
        self.rate, self.momentum = rate, momentum

    @torch.no_grad()
    def step(self):
        gradients = [p.grad for p in self.parameters]
        torch._foreach_addcmul_(self.accumulators, gradients, gradients)
        roots = torch._foreach_add(self.accumulators, EPSILON)
        torch._foreach_sqrt_(roots)
        if self.momentum > 0:
            torch._foreach_mul_(self.velocities, self.momentum)
            torch._foreach_addcdiv_(self.velocities, gradients, roots, -self.rate)
            torch._foreach_add_(self.parameters, self.velocities)
        else:
            torch._foreach_addcdiv_(self.parameters, gradients, roots, -self.rate)
        for p in self.parameters:
            p.grad = None


class OneHotGRU(nn.Module):
    """A GRU cell whose input product is a row of the input weights: the product of a one-hot vector."""

    def __init__(self, size):
        super().__init__()
        self.cell = nn.GRUCell(size, size)
        self.recurrent, self.bias = self.cell.weight_hh, self.cell.bias_hh
        del self.cell

    def forward(self, x, hidden):
        u = F.linear(hidden, self.recurrent, self.bias)
        x_r, x_z, x_c = x.chunk(3, 1)
        u_r, u_z, u_c = u.chunk(3, 1)
        r, z = torch.sigmoid(x_r + u_r), torch.sigmoid(x_z + u_z)
        return torch.lerp(torch.tanh(x_c + r * u_c), hidden, z)


class Trainer:
    def __init__(self, config, log):
        self.config, self.log = config, log
        items, size = len(log.support), config["layers"][0]
        generator = torch.Generator().manual_seed(config.get("seed", 42))
        torch.manual_seed(config.get("seed", 42))
        self.one_hot = config["embedding"] == "one-hot"
        self.output = EmbeddingTable(items, size, generator)
        self.bias = EmbeddingTable(items, 1, generator)
        self.input = EmbeddingTable(items, 3 * size, generator) if self.one_hot else None
        self.gru = OneHotGRU(size) if self.one_hot else nn.GRUCell(size, size)
        rate, momentum = config["learningRate"], config["momentum"]
        self.dense = DenseAdagrad(self.gru.parameters(), rate, momentum)
        weights = torch.from_numpy(log.support).double() ** config["sampleAlpha"]
        cumulated = weights.cumsum(0)
        self.cumulated = (cumulated / cumulated[-1]).float()
        self.ln_support = torch.from_numpy(log.support).float().clamp_(1).log_()
        self.steps, self.epochs = self.run(), 0
        self.test = Log(config["test"])
        self.evaluations = {form: self.ranks(config["slots"], form) for form in ("plain", "tuned")}

    def negatives(self):
        count = self.config["negatives"]
        drawn = torch.searchsorted(self.cumulated, torch.rand(count), right=True)
        return drawn.clamp_(max=len(self.cumulated) - 1)

    def loss(self, scores, scored, M):
        config = self.config
        if config["logQ"] > 0:
            ln_q = self.ln_support[scored]
            ln_q[M:] *= config["sampleAlpha"]
            scores = scores - config["logQ"] * ln_q
        if config["loss"] == "cross-entropy":
            return F.cross_entropy(scores, torch.arange(M), reduction="sum")
        y = F.elu(scores, config["eluParam"])
        target = y.diagonal().unsqueeze(1)
        others = y.clone()
        others.fill_diagonal_(float("-inf"))
        s = F.softmax(others, dim=1)
        chosen = (s * torch.sigmoid(target - y)).sum(1)
        loss = -torch.log(chosen + 1e-24).sum()
        if config["bprReg"] > 0:
            loss = loss + config["bprReg"] * (s * y * y).sum()
        return loss

    def run(self):
        while True:
            yield from self.epoch()

    def epoch(self):
        """One step a turn; yields (events, loss)."""
        config = self.config
        size, B = config["layers"][0], config["batchSize"]
        negatives, rate, momentum = config["negatives"], config["learningRate"], config["momentum"]
        p_embedding, p_hidden = config["dropoutEmbedding"], config["dropoutHidden"]
        hidden = None
        for inputs, targets, fresh, closed in session_parallel(self.log, B):
            if hidden is None:
                hidden = torch.zeros(len(inputs), size)
            if closed is not None:
                hidden = hidden[closed]
            if fresh is not None:
                hidden[fresh] = 0
            M = len(inputs)
            if M < 2 and negatives == 0:
                break
            scored = torch.cat([targets, self.negatives()]) if negatives else targets
            N = len(scored)
            if self.one_hot:
                x = self.input.lookup(inputs)
                rows = self.output.lookup(scored)
            else:
                both = self.output.lookup(torch.cat([scored, inputs]))
                rows, x = both[:N], both[N:]
            if p_embedding > 0:
                x = F.dropout(x, p_embedding)
            out = self.gru(x, hidden)
            if p_hidden > 0:
                out = F.dropout(out, p_hidden)
            biases = self.bias.lookup(scored)
            scores = F.linear(out, rows, biases.squeeze(1))
            loss = self.loss(scores, scored, M) / B
            loss.backward()
            with torch.no_grad():
                self.output.step(rate, momentum)
                self.bias.step(rate, momentum)
                if self.one_hot:
                    self.input.step(rate, momentum)
                self.dense.step()
            hidden = out.detach()
            yield M, loss.item()

    def ranks(self, batch, form):
        while True:
            for rank in self.ranking(batch, form):
                yield len(rank), 0.0

    def ranking(self, batch, form):
        """Ranks of the targets among all items, one step a turn."""
        size, items = self.config["layers"][0], len(self.log.support)
        weight, bias = self.output.embedding.weight, self.bias.embedding.weight.squeeze(1)
        # The tuned form keeps its big buffers and counts in 32 bits.
        scores, above = torch.empty(batch, items), torch.empty(batch, items, dtype=torch.bool)

        @torch.no_grad()  # around a step, not around a yield: the switch is global
        def step(inputs, targets, hidden):
            M = len(inputs)
            x = self.input.lookup(inputs) if self.one_hot else self.output.lookup(inputs)
            hidden = self.gru(x, hidden)
            if form == "tuned":
                y = torch.addmm(bias, hidden, weight.t(), out=scores[:M])
                own = y.gather(1, targets.unsqueeze(1))
                rank = torch.gt(y, own, out=above[:M]).sum(1, dtype=torch.int32) + 1
            else:
                y = F.linear(hidden, weight, bias)
                rank = (y > y.gather(1, targets.unsqueeze(1))).sum(1) + 1
            assert int(rank.min()) >= 1
            return hidden, rank

        hidden = None
        for inputs, targets, fresh, closed in session_parallel(self.test, batch):
            if hidden is None:
                hidden = torch.zeros(len(inputs), size)
            if closed is not None:
                hidden = hidden[closed]
            if fresh is not None:
                hidden[fresh] = 0
            hidden, rank = step(inputs, targets, hidden)
            yield rank

    def played_epoch(self):
        """Trains one epoch, then measures Recall@20 and MRR@20."""
        loss = events = 0.0
        for M, mean in self.epoch():
            loss, events = loss + mean * self.config["batchSize"], events + M
        self.epochs += 1
        started = time.perf_counter()
        rank = torch.cat(list(self.ranking(self.config["slots"], "tuned"))).double()
        found = rank <= 20
        return {
            "epoch": self.epochs,
            "loss": loss / events,
            "recall": found.double().mean().item(),
            "mrr": (found / rank).mean().item(),
            "measuring": time.perf_counter() - started,
        }

    def play(self, steps, seconds):
        started = time.perf_counter()
        events = count = 0
        loss = 0.0
        while True:
            M, mean = next(steps)
            events, count, loss = events + M, count + 1, loss + mean
            elapsed = time.perf_counter() - started
            if elapsed >= seconds:
                return {"events": events, "steps": count, "seconds": elapsed, "loss": loss / count}


class Log:
    """Clicks in sessions, as flat i32 files."""

    def __init__(self, folder):
        read = lambda name: np.fromfile(f"{folder}/{name}.bin", dtype=np.int32)
        self.items, self.offsets, self.order = read("items"), read("offsets"), read("order")
        self.support = read("support")


def session_parallel(log, B):
    """(inputs, targets, fresh slots or None, slots kept or None) of each step of an epoch."""
    items, offsets = torch.from_numpy(log.items).long(), log.offsets
    lengths = offsets[log.order + 1] - offsets[log.order]
    order = log.order[lengths > 1]
    sessions = np.arange(min(B, len(order)))
    at, end = offsets[order[sessions]], offsets[order[sessions] + 1]
    following = len(sessions)
    fresh = kept = None
    while True:
        run = int((end - at).min())
        block = items[torch.from_numpy(np.arange(run)[:, None] + at)]
        for k in range(run - 1):
            yield block[k], block[k + 1], fresh, kept
            fresh = kept = None
        at = at + run - 1
        done = np.flatnonzero(end - at == 1)
        sessions[done] = following + np.arange(len(done))
        following += len(done)
        open_ = sessions < len(order)
        if not open_.any():
            return
        done = done[open_[done]]
        at[done], end[done] = offsets[order[sessions[done]]], offsets[order[sessions[done]] + 1]
        started = np.zeros(len(sessions), dtype=bool)
        started[done] = True
        if not open_.all():
            sessions, at, end, started = sessions[open_], at[open_], end[open_], started[open_]
            kept = torch.from_numpy(np.flatnonzero(open_))
        fresh = torch.from_numpy(np.flatnonzero(started))


def main():
    config = json.loads(sys.argv[1])
    trainer = Trainer(config, Log(config["train"]))
    for line in sys.stdin:
        command = json.loads(line)
        torch.set_num_threads(command["threads"])
        if command["do"] == "epoch":
            answer = trainer.played_epoch()
        else:
            training = command["do"] == "train"
            steps = trainer.steps if training else trainer.evaluations[command["form"]]
            answer = trainer.play(steps, command["seconds"])
        print(json.dumps(answer), flush=True)


main()
