"""The five optimisers written as formulas on whole tensors; a mask tells the rows that are touched."""

import torch

EPSILON = 1e-6


class Optimizer:
    def __init__(self, options):
        self.options = options
        self.states = {}

    def update(self, parameters, touched):
        """One step from .grad. `touched` maps a table to its boolean row mask."""
        options = self.options
        parameters = list(parameters)
        cap = options["gradientCap"]
        if cap > 0:
            norm = torch.sqrt(sum((p.grad**2).sum() for p in parameters))
            if norm >= cap:
                for p in parameters:
                    p.grad *= cap / norm

        eta = 1.0 if options["optimizer"] == "adadelta" else options["learningRate"]
        mu, l2 = options["momentum"], options["l2"]
        for p in parameters:
            mask = touched.get(p, torch.ones([1] * p.dim(), dtype=torch.bool))
            if p not in self.states:
                zeros = torch.zeros_like(p.data)
                self.states[p] = {"s": zeros.clone(), "m": zeros.clone(), "v": zeros.clone()}
                self.states[p]["t"] = torch.zeros(mask.shape, dtype=torch.int64)
            state = self.states[p]
            new, scaled = self.scaled(p.grad, {**state, "t": state["t"] + mask})
            w = p.data
            if mu > 0:
                new["v"] = mu * state["v"] - eta * (scaled + l2 * w)
                moved = w + new["v"]
            else:
                new["v"] = state["v"]
                moved = w * (1 - eta * l2) - eta * scaled
            p.data = torch.where(mask, moved, w)
            for name in state:
                state[name] = torch.where(mask, new[name], state[name])

    def scaled(self, g, state):
        """The new state and the gradient as the optimiser scales it."""
        s, m, t = state["s"], state["m"], state["t"]
        kind = self.options["optimizer"]
        if kind == "sgd":
            return dict(state), g
        if kind == "adagrad":
            s = s + g**2
            return {**state, "s": s}, g / torch.sqrt(s + EPSILON)
        if kind == "rmsprop":
            s = 0.9 * s + 0.1 * g**2
            return {**state, "s": s}, g / torch.sqrt(s + EPSILON)
        if kind == "adadelta":
            s = 0.95 * s + 0.05 * g**2
            k = (m + EPSILON) / (s + EPSILON)
            return {**state, "s": s, "m": 0.95 * m + 0.05 * k * g**2}, g * torch.sqrt(k)
        if kind == "adam":
            m = 0.9 * m + 0.1 * g
            s = 0.999 * s + 0.001 * g**2
            steps = t.clamp(min=1).to(torch.float64)  # untouched rows are masked out afterwards
            first = m / (1 - 0.9**steps).to(g.dtype)
            second = s / (1 - 0.999**steps).to(g.dtype)
            return {**state, "s": s, "m": m}, first / (torch.sqrt(second) + EPSILON)
        raise ValueError(kind)
