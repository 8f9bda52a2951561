#!/usr/bin/env python3
"""Fits the confidence of clauses: common/extract/confidence_weights.c.

Each --data names a gold set in the format of CaRB and a file of the facts found in its
sentences, printed by confidence_features.  A fact is as right as the share of its words
that the gold tuple it is paired with has in the same place (CaRB's precision); facts
without a partner are wrong.  --judged adds facts that a reader judged: lines "1" or "0",
TAB, and a line of confidence_features.  The weights are those of a logistic regression
with a penalty on their squares.

Each gold set but the first has an offset of its own, so that sets that annotate less do
not lower what is told of all.  With --judged the scale is that of the reader: the model
is fitted to all, then stretched and shifted to the judged facts.

Printed: what ten-fold cross-validation gives, by sentence: F1 at the best threshold and
the area under the curve with and without the model, and how often facts of each tenth
of confidence are right.

example:
  confidence_features factmill.model sentences.txt >facts.tsv
  confidence.py --data carb_dev.tsv facts.tsv --write common/extract/confidence_weights.c
"""
import argparse
import math
import random
import re
import string
import subprocess
import sys
from collections import defaultdict

NOT_IN_KEY = re.compile("[ %s]" % re.escape(string.punctuation))
BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}
BE = set("be is am are was were been being".split())


def key_of(text):
    for escape, mark in BRACKETS.items():
        text = text.replace(escape, mark)
    return NOT_IN_KEY.sub("", text)


def slots(predicate, args):
    return [predicate.split(), args[0].split(), " ".join(args[1:]).split()]


def shared(gold, system):
    left, hits = list(gold), 0
    for token in system:
        if token in left:
            left.remove(token)
            hits += 1
    return hits


def match(gold, fact):
    """(precision, recall) as CaRB has it."""
    first = shared(gold[0], fact[0])
    if "be" in fact[0] and "be" not in gold[0] and BE & set(gold[0]):
        first += 1
    if first == 0 or (gold[2] and not fact[2]):
        return 0.0, 0.0
    hits = first + shared(gold[1], fact[1]) + shared(gold[2], fact[2])
    return (hits / max(1, sum(map(len, fact))), hits / max(1, sum(map(len, gold))))


def read_gold(path):
    gold = defaultdict(list)
    for line in open(path, encoding="utf-8"):
        col = [part.strip() for part in line.rstrip("\n").split("\t")]
        if len(col) >= 3:
            gold[key_of(col[0])].append(slots(col[1], [a for a in col[2:] if "C: " not in a]))
    return gold


def read_facts(path, judged=False):
    rows = []
    for line in open(path, encoding="utf-8"):
        col = line.rstrip("\n").split("\t")
        label = float(col.pop(0)) if judged else None
        rows.append((key_of(col[1]), [int(v) for v in col[0].split(",")],
                     slots(col[2], col[3:]), label))
    return rows


def greedy(table, kept):
    """Precision of each kept fact, pairs taken best first."""
    pairs = sorted(((table[g][f][0], g, f) for g in range(len(table)) for f in kept),
                   key=lambda t: (-t[0], t[1], t[2]))
    used, out = set(), {f: 0.0 for f in kept}
    taken = set()
    for p, g, f in pairs:
        if g in used or f in taken:
            continue
        used.add(g)
        taken.add(f)
        out[f] = p
    return out


class GoldSet:
    def __init__(self, gold_path, facts_path):
        gold = read_gold(gold_path)
        # "He resigned" is no triple, and no gold set has it: nothing can be told of these.
        self.rows = [row for row in read_facts(facts_path) if row[0] in gold and row[2][2]]
        self.by_key = defaultdict(list)
        for i, row in enumerate(self.rows):
            self.by_key[row[0]].append(i)
        self.tables = {key: [[match(g, self.rows[i][2]) for i in self.by_key[key]]
                             for g in gold[key]] for key in gold}
        self.labels = [0.0] * len(self.rows)
        for key, ids in self.by_key.items():
            for f, p in greedy(self.tables[key], range(len(ids))).items():
                self.labels[ids[f]] = p
        self.gold_total = sum(map(len, gold.values()))

    def curve(self, confidence):
        """[(precision, recall)] from all facts to the surest."""
        levels = sorted(set(confidence))[::max(1, len(set(confidence)) // 60)]
        out = []
        for level in levels:
            precision = recall = n = 0
            for key, table in self.tables.items():
                ids = self.by_key.get(key, [])
                kept = [f for f in range(len(ids)) if confidence[ids[f]] >= level]
                precision += sum(greedy(table, kept).values())
                recall += sum(max((row[f][1] for f in kept), default=0) for row in table)
                n += len(kept)
            out.append((precision / max(1, n), recall / self.gold_total))
        return out


def summary(curve):
    best = max(2 * p * r / (p + r) if p + r else 0 for p, r in curve)
    points = curve + [(1.0, 0.0)]
    area = sum((a[1] - b[1]) * (a[0] + b[0]) / 2 for a, b in zip(points, points[1:]))
    return "F1 %.4f AUC %.4f" % (best, area)


class Model:
    def __init__(self, sizes, sets):
        self.starts, at = [], 0
        for size in sizes:
            self.starts.append(at)
            at += size
        self.w = [0.0] * at
        self.bias = [0.0] * sets

    def score(self, values, which=0):
        return (self.bias[0] + (self.bias[which] if which else 0) +
                sum(self.w[s + v] for s, v in zip(self.starts, values)))

    def fit(self, data, penalty, rounds=60, seed=1):
        """data: (values, label, weight, set).  Adagrad."""
        rng = random.Random(seed)
        data = list(data)
        grad_w, grad_b = [1e-6] * len(self.w), [1e-6] * len(self.bias)
        per_row = penalty / max(1, len(data))
        for _ in range(rounds):
            rng.shuffle(data)
            for values, label, weight, which in data:
                g = weight * (1 / (1 + math.exp(-self.score(values, which))) - label)
                for s, v in zip(self.starts, values):
                    k = s + v
                    d = g + per_row * self.w[k] * len(self.starts)
                    grad_w[k] += d * d
                    self.w[k] -= 0.1 * d / math.sqrt(grad_w[k])
                for k in {0, which}:
                    grad_b[k] += g * g
                    self.bias[k] -= 0.1 * g / math.sqrt(grad_b[k])


def stretch(scores, labels):
    """(a, b) of the best sigmoid(a * score + b): Newton's method, held to a > 0."""
    a, b = 1.0, 0.0
    for _ in range(50):
        ga = gb = haa = hab = hbb = 0.0
        for s, y in zip(scores, labels):
            p = 1 / (1 + math.exp(-(a * s + b)))
            q = max(p * (1 - p), 1e-6)
            ga, gb = ga + (p - y) * s, gb + (p - y)
            haa, hab, hbb = haa + q * s * s, hab + q * s, hbb + q
        haa, hbb = haa + 1e-3, hbb + 1e-3
        det = haa * hbb - hab * hab
        a, b = a - (hbb * ga - hab * gb) / det, b - (haa * gb - hab * ga) / det
    return max(a, 0.05), b


def write_weights(path, names, sizes, model, a, b):
    with open(path, "w", encoding="utf-8") as out:
        out.write("/* Written by tests/bench/confidence.py. */\n"
                  '#include "extract/confidence.h"\n\n'
                  "const float fm_confidence_bias = %.4ff;\n\n"
                  "const float fm_confidence_weights[FM_CONFIDENCE_COUNT]"
                  "[FM_CONFIDENCE_VALUES] = {\n" % (a * model.bias[0] + b))
        for name, size, start in zip(names, sizes, model.starts):
            out.write("[FM_CONFIDENCE_%s] = {%s},\n" % (
                name, ", ".join("%.4ff" % (a * w) for w in model.w[start:start + size])))
        out.write("};\n")
    subprocess.run(["clang-format-14", "-i", path], check=False)


def tenths(pairs):
    bins = defaultdict(list)
    for confidence, label in pairs:
        bins[min(9, int(confidence * 10))].append(label)
    for b in sorted(bins):
        print("  %.1f-%.1f  %5d facts  right %.3f" % (b / 10, b / 10 + .1, len(bins[b]),
                                                     sum(bins[b]) / len(bins[b])))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs=2, action="append", required=True,
                        metavar=("GOLD", "FACTS"))
    parser.add_argument("--judged", metavar="FILE")
    parser.add_argument("--features", default="build/bin/confidence_features")
    parser.add_argument("--penalty", type=float, default=2.0)
    parser.add_argument("--weight", type=float, default=0.3, help="of the sets behind the first")
    parser.add_argument("--write", metavar="FILE")
    args = parser.parse_args()
    lines = subprocess.run([args.features, "--sizes"], check=True, capture_output=True,
                           text=True).stdout.split("\n")
    names = [line.split("\t")[0] for line in lines if line]
    sizes = [int(line.split("\t")[1]) for line in lines if line]
    sets = [GoldSet(gold, facts) for gold, facts in args.data]
    data = [(row[1], label, 1.0 if n == 0 else args.weight, n, row[0])
            for n, one in enumerate(sets) for row, label in zip(one.rows, one.labels)]
    first = sets[0]

    def fold(key):
        return sum(map(ord, key)) % 10

    held = [0.0] * len(first.rows)
    for k in range(10):
        model = Model(sizes, len(sets))
        model.fit([d[:4] for d in data if d[3] != 0 or fold(d[4]) != k], args.penalty)
        for i, row in enumerate(first.rows):
            if fold(row[0]) == k:
                held[i] = model.score(row[1])
    print("flat  %s" % summary(first.curve([0.5] * len(first.rows))))
    print("model %s" % summary(first.curve(held)))
    tenths((1 / (1 + math.exp(-s)), y) for s, y in zip(held, first.labels))
    model = Model(sizes, len(sets))
    model.fit([d[:4] for d in data], args.penalty)
    a, b = 1.0, 0.0
    if args.judged:
        judged = read_facts(args.judged, judged=True)
        scores = [model.score(row[1]) for row in judged]
        a, b = stretch(scores, [row[3] for row in judged])
        print("judged: %d facts, stretched by %.3f, shifted by %.3f" % (len(judged), a, b))
        tenths((1 / (1 + math.exp(-(a * s + b))), row[3]) for s, row in zip(scores, judged))
    if args.write:
        write_weights(args.write, names, sizes, model, a, b)


if __name__ == "__main__":
    sys.exit(main())
