#!/usr/bin/env python3
"""Fits the confidence of clauses: common/extract/confidence_weights.c.

Three sources of facts that are known to be right or wrong:

--trees PARSED GOLD: a treebank's sentences, read by confidence_features with the parser's trees and
  with the treebank's own. A fact of the first is right when the second has it too, but for a tenth of
  its words. These are many, and tell when a tree misleads.
--data GOLD FACTS: a gold set in the format of CaRB and the facts found in its sentences. A fact is as
  right as the share of its words that the gold tuple it is paired with has in the same place (CaRB's
  precision); facts without a partner are wrong.
--judged FILE: facts that a reader judged: lines "1" or "0", TAB, and a line of confidence_features.

The weights are those of a logistic regression with a penalty on their squares. Each source has an
offset of its own, so that one that annotates less does not lower what is told of all. The scale is that
of the judged facts: the model is fitted to all, then stretched and shifted to them. Rules are mended
on the facts that were judged, so these become too good to be true: --shift takes off what facts of
articles that nobody looked at before are right less often.

Printed: what five-fold cross-validation by sentence gives: how often the model puts a right fact
before a wrong one (AUC) in trees and judged facts, F1 at the best threshold and the area under
the curve of precision and recall in the gold sets, and how often facts of each tenth of confidence
are right.

example:
  confidence_features factmill.model --parsed dev.conllu >dev.parsed
  confidence_features factmill.model --gold dev.conllu >dev.gold
  confidence.py --trees dev.parsed dev.gold --judged judged.tsv \\
    --write common/extract/confidence_weights.c
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
ALIKE = 0.9
FOLDS = 5
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


def read_trees(parsed_path, gold_path):
    """[(sentence, values, right)]"""
    gold = defaultdict(list)
    for line in open(gold_path, encoding="utf-8"):
        col = line.rstrip("\n").split("\t")
        gold[key_of(col[1])].append(slots(col[2], col[3:]))
    rows = []
    for line in open(parsed_path, encoding="utf-8"):
        col = line.rstrip("\n").split("\t")
        fact = slots(col[2], col[3:])
        best = max((sum(match(one, fact)) / 2 for one in gold[key_of(col[1])]), default=0.0)
        rows.append((key_of(col[1]), [int(v) for v in col[0].split(",")], float(best > ALIKE)))
    return rows


def auc(scores, labels):
    """Share of pairs of a right and a wrong fact that are in the right order."""
    order = sorted(zip(scores, labels))
    wrong = won = pairs = 0.0
    k = 0
    while k < len(order):
        same = [y for s, y in order[k:k + 1]]
        while k + len(same) < len(order) and order[k + len(same)][0] == order[k][0]:
            same.append(order[k + len(same)][1])
        right = sum(y >= 0.5 for y in same)
        won += right * (wrong + (len(same) - right) / 2)
        wrong += len(same) - right
        k += len(same)
    pairs = wrong * sum(y >= 0.5 for y in labels)
    return won / max(1.0, pairs)


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

    def fit(self, data, penalty, rounds=25, seed=1):
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


def fold_of(key):
    return sum(map(ord, key)) % FOLDS


class Source:
    """Facts of one kind: rows of (sentence, values, label)."""

    def __init__(self, name, rows, weight, gold=None):
        self.name, self.rows, self.weight, self.gold = name, rows, weight, gold


def read_sources(args):
    sources = []
    trees = [row for pair in args.trees or [] for row in read_trees(*pair)]
    if trees:
        sources.append(Source("trees", trees, 1.0))
    for gold, facts in args.data or []:
        one = GoldSet(gold, facts)
        sources.append(Source("gold", [(row[0], row[1], label) for row, label
                                       in zip(one.rows, one.labels)], args.weight, one))
    if args.judged:
        rows = [(row[0], row[1], row[3]) for row in read_facts(args.judged, judged=True)]
        sources.append(Source("judged", rows, args.judged_weight))
    return sources


def rows_for(sources, left_out=None):
    return [(values, label, one.weight, n) for n, one in enumerate(sources)
            for key, values, label in one.rows if fold_of(key) != left_out]


def held_out(sources, sizes, penalty):
    """Scores of all facts by models that did not see their sentence."""
    scores = [[0.0] * len(one.rows) for one in sources]
    for k in range(FOLDS):
        model = Model(sizes, len(sources))
        model.fit(rows_for(sources, k), penalty)
        for n, one in enumerate(sources):
            for i, (key, values, _) in enumerate(one.rows):
                if fold_of(key) == k:
                    scores[n][i] = model.score(values)
    return scores


def report(sources, scores):
    for one, score in zip(sources, scores):
        labels = [row[2] for row in one.rows]
        print("%-7s %5d facts, right %.3f, AUC %.3f" % (
            one.name, len(labels), sum(labels) / len(labels), auc(score, labels)))
        if one.gold:
            print("  flat  %s" % summary(one.gold.curve([0.5] * len(score))))
            print("  model %s" % summary(one.gold.curve(score)))
    labels = [row[2] for row in sources[-1].rows]
    a, b = stretch(scores[-1], labels)
    tenths((1 / (1 + math.exp(-(a * s + b))), y) for s, y in zip(scores[-1], labels))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", nargs=2, action="append", metavar=("PARSED", "GOLD"))
    parser.add_argument("--data", nargs=2, action="append", metavar=("GOLD", "FACTS"))
    parser.add_argument("--judged", metavar="FILE")
    parser.add_argument("--features", default="build/bin/confidence_features")
    parser.add_argument("--penalty", type=float, default=4.0)
    parser.add_argument("--weight", type=float, default=0.3, help="of gold sets")
    parser.add_argument("--judged-weight", type=float, default=0.5)
    parser.add_argument("--shift", type=float, default=0.0,
                        help="added to the score: what readers of other articles found it to be too high by")
    parser.add_argument("--write", metavar="FILE")
    args = parser.parse_args()
    lines = subprocess.run([args.features, "--sizes"], check=True, capture_output=True,
                           text=True).stdout.split("\n")
    names = [line.split("\t")[0] for line in lines if line]
    sizes = [int(line.split("\t")[1]) for line in lines if line]
    sources = read_sources(args)
    if not sources:
        parser.error("nothing to fit to")
    scores = held_out(sources, sizes, args.penalty)
    report(sources, scores)
    model = Model(sizes, len(sources))
    model.fit(rows_for(sources), args.penalty)
    # Stretched to what is told of facts that the model has not seen: of those it has, it is too sure.
    a, b = stretch(scores[-1], [row[2] for row in sources[-1].rows])
    print("stretched by %.3f, shifted by %.3f" % (a, b))
    if args.write:
        write_weights(args.write, names, sizes, model, a, b + args.shift)


if __name__ == "__main__":
    sys.exit(main())
