"""
Features of items and times for retrieval.py, written from the comments in src/data/features.ts and
src/models/two-towers/feature-options.ts: words, values and numbers first become weighted rows, then vectors.
"""

import re
from bisect import bisect_right

import torch

FEATURES = {
    "title": {"kind": "text"},
    "genres": {"kind": "categories"},
    "color": {"kind": "category", "minCount": 2},
    "year": {"kind": "number"},
}

# What is missing is missing on purpose: item 4 says nothing at all, item 8 has no record.
RECORDS = [
    {"itemId": "i2", "title": "A Tent, the TENT", "genres": ["a", 1], "color": "red", "year": 1990},
    {"itemId": "i0", "title": "the Stove-pipe", "genres": ["b"], "color": "blue", "year": 2001.5},
    {"itemId": "i1", "title": "", "genres": [], "color": "red"},
    {"itemId": "i3", "title": "Zelt für 2", "genres": ["a", "b", "c"], "year": 1970},
    {"itemId": "i4"},
    {"itemId": "i5", "title": "für the tent 2", "color": 7, "year": 1970},
    {"itemId": "i6", "genres": [1], "year": 3},
    {"itemId": "i7", "title": "unheard words", "genres": ["c", "a"], "color": "blue"},
]


def records(options):
    """What the records say of the features that a case has."""
    names = {"itemId", *options["features"]}
    return [{name: record[name] for name in record if name in names} for record in RECORDS]


def parts(kind, value):
    if value is None or value == "" or value == []:
        return []
    if kind == "text":
        return re.findall(r"[^\W_]+", value.lower())
    return value if kind == "categories" else [value]


def bags(features, items):
    """Of every feature the number of rows, and of every item a list of (row, weight)."""
    records = {record["itemId"]: record for record in RECORDS}
    result = {}
    for name, feature in features.items():
        kind = feature["kind"]
        lists = [parts(kind, records.get(f"i{item}", {}).get(name)) for item in range(items)]
        if kind == "number":
            numbers = torch.tensor(sum(lists, []), dtype=torch.float64)
            mean, deviation = numbers.mean(), numbers.std(unbiased=False)
            z = lambda x: float(((x - mean) / deviation).clamp(-5, 5))
            result[name] = 1, [[(0, z(x)) for x in values] for values in lists]
            continue
        least = feature.get("minCount", 2 if kind == "text" else 1)
        values = list(dict.fromkeys(sum(lists, [])))
        kept = [v for v in values if sum(v in own for own in lists) >= least]
        row = lambda v: kept.index(v) + 1 if v in kept else 0
        result[name] = len(kept) + 1, [[(row(v), 1 / len(own)) for v in own] for own in lists]
    return result


def sizes(options):
    """Columns of an item's vector, of each feature's, of the head's input and of a time's."""
    e, state = options["embeddingSize"], options["layers"][-1]
    features = {name: f.get("size", e) for name, f in options.get("features", {}).items()}
    has_time = bool(options.get("timeBoundaries"))
    if options.get("combine") == "concatenate":
        time = state if has_time else 0
        return e + sum(features.values()), features, state + time, time
    return e, features, state, state if has_time else 0


def combined(options, vectors):
    if options.get("combine") == "concatenate":
        return torch.cat(vectors)
    return sum(vectors[1:], vectors[0])


def item(w, options, known, tower, number):
    """The vector of an item; one that is none has no features."""
    own = [w[f"{tower}.E"][number]]
    for name in options.get("features", {}):
        table = w[f"{tower}.F_{name}"]
        entries = known[name][1]
        bag = entries[number] if number < len(entries) else []
        zero = torch.zeros(table.shape[1], dtype=torch.float64)
        own.append(sum((weight * table[row] for row, weight in bag), zero))
    return combined(options, own)


def state(w, options, last, time):
    if not options.get("timeBoundaries"):
        return last
    bounds = options["timeBoundaries"]
    bucket = len(bounds) + 1 if time is None else bisect_right(bounds, time)
    return combined(options, [last, w["query.T"][bucket]])
