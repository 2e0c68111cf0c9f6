"""A plain PyTorch GRU4Rec, written from the equations, to check the TypeScript against.

It shares no code and no idea of speed with it: scores and losses are written as formulas, every
gradient comes from autograd, a table's untouched rows are told by a mask.

With the reset gate after the recurrent product the cell is torch.nn.GRUCell itself. Its update gate
has the opposite sense (z = 1 keeps the old state), so its z blocks are the negatives of ours:
sigma(-x) = 1 - sigma(x). Its weights are stored [3*D, E], ours [E, 3*D].

The LSTM is torch.nn.LSTMCell with the second of its two biases kept at 0. A layer's state is one tensor,
[B, S*D], the output in its first D columns: h, or of the LSTM h | c.
"""

import torch
from torch import nn


def activate(f, x):
    kind = f["kind"]
    if kind == "linear":
        return x
    if kind == "relu":
        return torch.relu(x)
    if kind == "tanh":
        return torch.tanh(x)
    if kind == "leaky":
        return torch.where(x >= 0, x, f["slope"] * x)
    # expm1 is evaluated on both sides of where(): keep its argument and its gradient finite.
    negative = torch.expm1(torch.clamp(x, max=0))
    if kind == "elu":
        return torch.where(x >= 0, x, f["a"] * negative)
    if kind == "selu":
        return f["lambda"] * torch.where(x >= 0, x, f["a"] * negative)
    raise ValueError(kind)


class ResetBefore(nn.Module):
    """Hidasi et al. 2016: h' = (1 - z) h + z c, c = act(x W_c + (r h) U_c + b_c)."""

    def __init__(self, E, D, act):
        super().__init__()
        self.D, self.act = D, act
        self.W = nn.Parameter(torch.zeros(E, 3 * D))
        self.U = nn.Parameter(torch.zeros(D, 3 * D))
        self.b = nn.Parameter(torch.zeros(3 * D))

    def forward(self, x, h):
        D = self.D
        a = x @ self.W + self.b
        r = torch.sigmoid(a[:, :D] + h @ self.U[:, :D])
        z = torch.sigmoid(a[:, D : 2 * D] + h @ self.U[:, D : 2 * D])
        c = activate(self.act, a[:, 2 * D :] + (r * h) @ self.U[:, 2 * D :])
        return (1 - z) * h + z * c

    def load(self, values):
        for name in ("W", "U", "b"):
            getattr(self, name).data.copy_(values[name].view_as(getattr(self, name)))

    def save(self):
        return {"W": self.W.data, "U": self.U.data, "b": self.b.data}

    def input_weights(self):
        return self.W, 0  # the dimension along which inputs lie


class ResetAfter(nn.Module):
    """torch.nn.GRUCell, translated at its border."""

    def __init__(self, E, D, act):
        super().__init__()
        assert act["kind"] == "tanh", "torch.nn.GRUCell is tanh only"
        self.D = D
        self.cell = nn.GRUCell(E, D)

    def forward(self, x, h):
        return self.cell(x, h)

    def _flip_z(self, stacked):
        out = stacked.clone()
        out[self.D : 2 * self.D] *= -1
        return out

    def load(self, values):
        D = self.D
        self.cell.weight_ih.data.copy_(self._flip_z(values["W"].view(-1, 3 * D).t()))
        self.cell.weight_hh.data.copy_(self._flip_z(values["U"].view(D, 3 * D).t()))
        self.cell.bias_ih.data.copy_(self._flip_z(values["b"]))
        self.cell.bias_hh.data.copy_(self._flip_z(values["bU"]))

    def save(self):
        return {
            "W": self._flip_z(self.cell.weight_ih.data).t(),
            "U": self._flip_z(self.cell.weight_hh.data).t(),
            "b": self._flip_z(self.cell.bias_ih.data),
            "bU": self._flip_z(self.cell.bias_hh.data),
        }

    def input_weights(self):
        return self.cell.weight_ih, 1


class ResetAfterAnyActivation(ResetBefore):
    """The same written out, for the hidden activations that torch.nn.GRUCell has not."""

    def __init__(self, E, D, act):
        super().__init__(E, D, act)
        self.bU = nn.Parameter(torch.zeros(3 * D))

    def forward(self, x, h):
        D = self.D
        a = x @ self.W + self.b
        u = h @ self.U + self.bU
        r = torch.sigmoid(a[:, :D] + u[:, :D])
        z = torch.sigmoid(a[:, D : 2 * D] + u[:, D : 2 * D])
        c = activate(self.act, a[:, 2 * D :] + r * u[:, 2 * D :])
        return (1 - z) * h + z * c

    def load(self, values):
        super().load(values)
        self.bU.data.copy_(values["bU"])

    def save(self):
        return {**super().save(), "bU": self.bU.data}


class Vanilla(nn.Module):
    """h' = act(x W + h U + b)."""

    def __init__(self, E, D, act):
        super().__init__()
        self.act = act
        self.W = nn.Parameter(torch.zeros(E, D))
        self.U = nn.Parameter(torch.zeros(D, D))
        self.b = nn.Parameter(torch.zeros(D))

    def forward(self, x, h):
        return activate(self.act, x @ self.W + h @ self.U + self.b)

    load, save, input_weights = ResetBefore.load, ResetBefore.save, ResetBefore.input_weights


class LongShortTermMemory(nn.Module):
    """torch.nn.LSTMCell: i | f | g | o, as ours."""

    def __init__(self, E, D, act):
        super().__init__()
        assert act["kind"] == "tanh", "torch.nn.LSTMCell is tanh only"
        self.D = D
        self.cell = nn.LSTMCell(E, D)
        del self.cell.bias_hh  # a constant 0: no parameter
        self.cell.register_buffer("bias_hh", torch.zeros(4 * D))

    def forward(self, x, state):
        return torch.cat(self.cell(x, (state[:, : self.D], state[:, self.D :])), 1)

    def load(self, values):
        D = self.D
        self.cell.weight_ih.data.copy_(values["W"].view(-1, 4 * D).t())
        self.cell.weight_hh.data.copy_(values["U"].view(D, 4 * D).t())
        self.cell.bias_ih.data.copy_(values["b"])

    def save(self):
        return {"W": self.cell.weight_ih.data.t(), "U": self.cell.weight_hh.data.t(), "b": self.cell.bias_ih.data}

    def input_weights(self):
        return self.cell.weight_ih, 1


def states_of(net):
    """How many states of its width a layer carries."""
    return 2 if net["cell"] == "lstm" else 1


def cell_of(net, E, D):
    act = net["hiddenActivation"]
    if net["cell"] == "lstm":
        return LongShortTermMemory(E, D, act)
    if net["cell"] == "rnn":
        return Vanilla(E, D, act)
    if not net["resetAfter"]:
        return ResetBefore(E, D, act)
    return ResetAfter(E, D, act) if act["kind"] == "tanh" else ResetAfterAnyActivation(E, D, act)


class Network(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        I, layers = net["items"], net["layers"]
        self.E = None
        if net["embedding"] == "one-hot":
            widths = [I]
        elif net["embedding"] == "separate":
            widths = [net["embeddingSize"]]
            self.E = nn.Parameter(torch.zeros(I + net.get("pads", 0), net["embeddingSize"]))
        else:
            widths = [layers[-1]]
        widths += layers[:-1]
        self.cells = nn.ModuleList([cell_of(net, E, D) for E, D in zip(widths, layers)])
        self.Wy = nn.Parameter(torch.zeros(I, layers[-1]))
        self.By = nn.Parameter(torch.zeros(I, 1))
        self.support = torch.tensor(net["support"], dtype=torch.float64)

    def load(self, values):
        if self.E is not None:
            self.E.data.copy_(values["E"].view_as(self.E))
        for k, cell in enumerate(self.cells):
            names = ("W", "U", "b", "bU")
            cell.load({n: values[f"{n}{k}"] for n in names if f"{n}{k}" in values})
        self.Wy.data.copy_(values["Wy"].view_as(self.Wy))
        self.By.data.copy_(values["By"].view_as(self.By))

    def save(self):
        out = {} if self.E is None else {"E": self.E.data}
        for k, cell in enumerate(self.cells):
            out.update({f"{name}{k}": value for name, value in cell.save().items()})
        out.update({"Wy": self.Wy.data, "By": self.By.data})
        return {name: value.contiguous().clone() for name, value in out.items()}

    def touched(self, batch):
        """Boolean masks, broadcastable to the parameter, of the item rows that a batch names."""
        I = self.net["items"]
        targets, inputs = batch["targets"], batch.get("inputs")
        if "windows" in batch:
            targets = [item for window in targets for item in window]
            inputs = [item for window in batch["windows"] for item in window]
        columns = targets + batch["negatives"]

        def rows(items, count=I):
            mask = torch.zeros(count, 1, dtype=torch.bool)
            mask[items] = True
            return mask

        masks = {self.By: rows(columns)}
        if self.net["embedding"] == "shared":
            masks[self.Wy] = rows(columns + inputs)
        else:
            masks[self.Wy] = rows(columns)
        if self.E is not None:
            masks[self.E] = rows(inputs, len(self.E))
        if self.net["embedding"] == "one-hot":
            weights, dimension = self.cells[0].input_weights()
            touched = rows(inputs)
            masks[weights] = touched if dimension == 0 else touched.t()
        return masks

    def forward(self, hidden, batch, masks):
        """Loss and the next hidden state; `masks` hold 0 or 1/keep."""
        x, _, dropped = self.step(hidden, batch["inputs"], masks)
        loss = self.compare(x, batch["targets"], batch["negatives"], self.net["batchSize"])
        return loss, [h.detach() for h in dropped]

    def forward_windows(self, batch, masks):
        """Mean loss of windows, each played on its own from zero; `masks[b][t]` as in `forward`."""
        outputs, targets = {}, {}
        for b, window in enumerate(batch["windows"]):
            hidden = [torch.zeros(1, states_of(self.net) * D) for D in self.net["layers"]]
            for t, item in enumerate(window):
                x, hidden, _ = self.step(hidden, [item], masks[b][t] if masks else {})
                if self.net["lossAt"] == "every":
                    outputs[t, b], targets[t, b] = x, batch["targets"][b][t]
            if self.net["lossAt"] == "last":
                outputs[0, b], targets[0, b] = x, batch["targets"][b][-1]
        order = sorted(outputs)
        scored = torch.cat([outputs[place] for place in order])
        goals = [targets[place] for place in order]
        return self.compare(scored, goals, batch["negatives"], len(order), [b for _, b in order])

    def step(self, hidden, items, masks):
        """One click of each row: what the top layer puts out, the states after it, and those dropped.

        Session-parallel training carries the dropped ones from step to step, a window the whole ones.
        """
        net, inputs = self.net, torch.tensor(items)
        if net["embedding"] == "one-hot":
            x = nn.functional.one_hot(inputs, net["items"]).to(self.Wy.dtype)
        else:
            x = nn.functional.embedding(inputs, self.Wy if self.E is None else self.E)
            if "embedding" in masks:
                x = x * masks["embedding"]
        following, dropped = [], []
        for k, cell in enumerate(self.cells):
            state = cell(x, hidden[k])
            following.append(state)
            D = net["layers"][k]
            x = state[:, :D]
            if "hidden" in masks:
                x = x * masks["hidden"][k]
            dropped.append(torch.cat([x, state[:, D:]], 1))
        return x, following, dropped

    def compare(self, x, targets, negatives, batch_size, windows=None):
        """The loss of rows x [M, D]; row i's target is the i-th, and is of the i-th of `windows`."""
        net = self.net
        columns = torch.tensor(targets + negatives)
        M, N = len(targets), len(columns)
        o = x @ self.Wy[columns].t() + self.By[columns].t()
        if net["logQ"] != 0:
            q = self.support[columns].clone()
            q[M:] = q[M:] ** net["sampleAlpha"]
            o = o - (net["logQ"] * torch.log(q)).to(o.dtype)
        return rows_loss(net, o, M, N, self.counted(M, N, windows)).sum() / batch_size

    def counted(self, M, N, windows):
        """Mask [M, N] of what each row is compared with."""
        mask = torch.ones(M, N, dtype=torch.bool)
        kind = self.net.get("inBatchNegatives", "all")
        if kind == "none":
            mask[:, :M] = torch.eye(M, dtype=torch.bool)
        if kind == "others":
            of = torch.tensor(windows)
            mask[:, :M] = (of[:, None] != of[None, :]) | torch.eye(M, dtype=torch.bool)
        return mask


def rows_loss(net, o, M, N, counted):
    """The loss of each row of scores o [M, N]; row i's target is column i. Only `counted` scores count."""
    kind = net["loss"]
    if kind == "cross-entropy":
        o = o.masked_fill(~counted, float("-inf"))
        minus_log_p = torch.logsumexp(o, 1, keepdim=True) - o
        s = net["smoothing"]
        target = torch.diagonal(minus_log_p)
        if s == 0:
            return target
        return (1 - N / (N - 1) * s) * target + s / (N - 1) * minus_log_p.sum(1)

    y = activate(net["finalActivation"], o)
    target = torch.diagonal(y).unsqueeze(1)
    if kind == "bpr":
        return (nn.functional.softplus(y - target) * counted).sum(1)

    negative = counted & ~torch.eye(M, N, dtype=torch.bool)
    u, v = torch.sigmoid(y - target), torch.sigmoid(y * y)
    if kind == "top1":
        return (0.5 + ((u + v) * negative).sum(1)) / N

    s = torch.softmax(y.masked_fill(~negative, float("-inf")), 1)
    if kind == "top1-max":
        return (s * (u + v)).sum(1)
    if kind == "bpr-max":
        A = (s * torch.sigmoid(target - y)).sum(1)
        return -torch.log(A + 1e-24) + net["bprReg"] * (s * y * y).sum(1)
    raise ValueError(kind)
