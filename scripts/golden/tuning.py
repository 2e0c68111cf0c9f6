"""
Densities and acquisition of optuna's Tree-structured Parzen Estimator on fixed histories.

    apt-get install python3-optuna        # 3.1.0
    python3 scripts/golden/tuning.py > test/experiments/golden.json
"""

import json
import math

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
from optuna.samplers._tpe.sampler import (
    _get_observation_pairs,
    _split_observation_pairs,
    default_gamma,
    default_weights,
)
from optuna.trial import TrialState, create_trial

PARAMETERS = _ParzenEstimatorParameters(True, 1.0, True, False, default_weights, False)

DIMENSIONS = {
    "steps": (
        {"kind": "range", "from": 0.01, "to": 0.25, "step": 0.005},
        FloatDistribution(0.01, 0.25, step=0.005),
    ),
    "integers": (
        {"kind": "range", "from": 64, "to": 512, "step": 32},
        IntDistribution(64, 512, step=32),
    ),
    "numbers": ({"kind": "range", "from": -3, "to": 5}, FloatDistribution(-3, 5)),
    "logs": ({"kind": "range", "from": 1e-5, "to": 1, "log": True}, FloatDistribution(1e-5, 1, log=True)),
    "whole logs": (
        {"kind": "range", "from": 1, "to": 1024, "log": True, "integer": True},
        IntDistribution(1, 1024, log=True),
    ),
    "choices": (
        {"kind": "choices", "choices": ["elu-0.5", "elu-1", "linear"]},
        CategoricalDistribution(["elu-0.5", "elu-1", "linear"]),
    ),
}
# Beyond 25 old values count less; equal values have no order among more than sixteen.
SIZES = {"steps": (10, 14), "integers": (10, 13), "numbers": (11, 40, 90), "logs": (12, 60)}


def value_of(distribution, rng, taken):
    while True:
        if isinstance(distribution, CategoricalDistribution):
            return int(rng.integers(len(distribution.choices)))
        low, high = distribution.low, distribution.high
        if distribution.log:
            value = math.exp(rng.uniform(math.log(low), math.log(high)))
        else:
            value = rng.uniform(low, high)
        step = distribution.step
        if step is not None:
            value = round((value - low) / step) * step + low
        value = float(round(value)) if isinstance(distribution, IntDistribution) else float(value)
        value = float(f"{value:.12g}")
        if value not in taken:
            taken.add(value)
            return value


def case(name, size, seed):
    dimension, distribution = DIMENSIONS[name]
    rng = np.random.default_rng(seed)
    study = optuna.create_study(direction="maximize")
    trials, taken = [], set()
    for number in range(size):
        internal = value_of(distribution, rng, taken if name not in ("choices",) else set())
        figures = [round(float(rng.uniform()), 6) for _ in range(int(rng.integers(1, 5)))]
        state = "pruned" if number % 3 == 2 else "complete"
        value = max(figures)
        study.add_trial(
            create_trial(
                state=TrialState.PRUNED if state == "pruned" else TrialState.COMPLETE,
                value=None if state == "pruned" else value,
                params={"x": distribution.to_external_repr(internal)},
                distributions={"x": distribution},
                intermediate_values={i + 1: figure for i, figure in enumerate(figures)},
            )
        )
        trials.append({"value": internal, "state": state, "figures": figures, "best": value})
    values, scores, _ = _get_observation_pairs(study, ["x"], False, False)
    below, above = _split_observation_pairs(scores, default_gamma(size), None)
    tried = np.asarray(values["x"], dtype=float)
    good = _ParzenEstimator({"x": tried[below]}, {"x": distribution}, PARAMETERS)
    other = _ParzenEstimator({"x": tried[above]}, {"x": distribution}, PARAMETERS)
    fresh = set()
    at = sorted(value_of(distribution, rng, fresh if name != "choices" else set()) for _ in range(12))
    if name == "choices":
        at = [0, 1, 2]
    points = np.asarray(at, dtype=int if name == "choices" else float)
    lower, upper = good.log_pdf({"x": points}), other.log_pdf({"x": points})
    return {
        "name": name,
        "dimension": {"path": "x", **dimension},
        "trials": trials,
        "good": [int(i) for i in below],
        "at": at,
        "goodDensity": list(lower),
        "otherDensity": list(upper),
        "gain": list(lower - upper),
    }


TOGETHER = ("numbers", "steps", "choices")


def joint(size, seed):
    """Several options together, a kernel being the product of theirs."""
    rng = np.random.default_rng(seed)
    distributions = {name: DIMENSIONS[name][1] for name in TOGETHER}
    taken = {name: set() for name in TOGETHER}
    trials = [
        {
            "values": [value_of(distributions[name], rng, taken[name]) for name in TOGETHER],
            "best": round(float(rng.uniform()), 6),
        }
        for _ in range(size)
    ]
    order = sorted(range(size), key=lambda i: -trials[i]["best"])
    below = sorted(order[: default_gamma(size)])
    above = sorted(order[default_gamma(size) :])

    def columns(rows):
        kinds = [int if name == "choices" else float for name in TOGETHER]
        return {
            name: np.asarray([row[i] for row in rows], dtype=kinds[i]) for i, name in enumerate(TOGETHER)
        }

    def density(chosen):
        rows = [trials[i]["values"] for i in chosen]
        return _ParzenEstimator(columns(rows), distributions, PARAMETERS)

    fresh = {name: set() for name in TOGETHER}
    at = [[value_of(distributions[name], rng, fresh[name]) for name in TOGETHER] for _ in range(12)]
    lower, upper = (density(chosen).log_pdf(columns(at)) for chosen in (below, above))
    return {
        "dimensions": [{"path": name, **DIMENSIONS[name][0]} for name in TOGETHER],
        "trials": trials,
        "at": at,
        "goodDensity": list(lower),
        "otherDensity": list(upper),
    }


FUNCTIONS = {
    "sphere": lambda x: -sum((v - 1) ** 2 for v in x),
    "branin": lambda x: -(
        (x[1] - 5.1 / (4 * math.pi**2) * x[0] ** 2 + 5 / math.pi * x[0] - 6) ** 2
        + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x[0])
        + 10
    )
    + 0.397887357729738,
    "rosenbrock": lambda x: -((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2),
}
BOUNDS = {"sphere": [(-5, 5)] * 4, "branin": [(-5, 10), (0, 15)], "rosenbrock": [(-2, 2)] * 2}


def regret(name, seed, trials=60):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(
        lambda trial: FUNCTIONS[name](
            [trial.suggest_float(f"x{i}", *bounds) for i, bounds in enumerate(BOUNDS[name])]
        ),
        n_trials=trials,
    )
    return -study.best_value


optuna.logging.set_verbosity(optuna.logging.ERROR)
cases = [
    case(name, size, 100 * i + size)
    for i, name in enumerate(DIMENSIONS)
    for size in SIZES.get(name, (10, 13))
]
SEEDS = [*range(100, 140), *range(200, 260)]
regrets = {name: sorted(round(regret(name, seed), 6) for seed in SEEDS) for name in FUNCTIONS}
lines = ",\n".join(json.dumps(one) for one in cases)
together = ",\n".join(json.dumps(joint(size, 900 + size)) for size in (12, 40))
print(f'{{"optuna": "{optuna.__version__}",\n"cases": [\n{lines}\n],\n"joint": [\n{together}\n],')
print(f'"regrets": {json.dumps(regrets)}}}')
