#!/usr/bin/python3
"""Sentences and tokens of a treebank whose texts are put together again.

  running_text.py TREEBANK.conllu[.gz] [--documents REGEX] [--factmill PROGRAM] [--errors]

The text is what the treebank's documents were: paragraphs (`# newpar`, `# newdoc`) apart by
an empty line, sentences of a paragraph with the white space between them that `SpaceAfter`
tells of. Only documents whose id matches REGEX are taken (`_news_`: the news of GUM).
`factmill extract --format=conllu --input=text` reads it. A sentence is right when its first
and last byte are; a token by its bytes, a word by its token, its place in it and its form.
Without the treebank the bench is skipped (77).
"""
import argparse
import gzip
import os
import re
import subprocess
import sys
import tempfile


def fields_of(line, path, number):
    fields = line.split("\t")
    if len(fields) != 10:
        sys.exit(f"{path}:{number}: not ten columns")
    return fields


def read(path, wanted):
    """The text as bytes; spans of sentences, tokens and words."""
    text, sentences, tokens, words = bytearray(), [], [], []
    taken, gap, start, until = True, b"", None, 0

    def put(form, misc):
        nonlocal gap, start
        text.extend(gap)
        start = len(text) if start is None else start
        tokens.append((len(text), len(text) + len(form.encode())))
        text.extend(form.encode())
        gap = b"" if "SpaceAfter=No" in misc.split("|") else b" "

    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("# newdoc"):
                taken = wanted is None or re.search(wanted, line) is not None
            if re.match(r"# new(doc|par)\b(?!_)", line) and text:
                gap = b"\n\n"
            if not taken or line.startswith("#"):
                continue
            if not line:
                if start is not None:
                    sentences.append((start, tokens[-1][1]))
                start, until = None, 0
                continue
            fields = fields_of(line, path, number)
            if "." in fields[0]:
                continue
            if "-" in fields[0]:
                put(fields[1], fields[9])
                until = int(fields[0].split("-")[1])
                first = int(fields[0].split("-")[0])
                continue
            if int(fields[0]) > until:
                put(fields[1], fields[9])
                first = int(fields[0])
            words.append((*tokens[-1], int(fields[0]) - first, fields[1]))
    return bytes(text), sentences, tokens, words


def read_system(output):
    """The same out of what factmill printed, by its byte ranges."""
    sentences, tokens, words = [], [], []
    start, until, first = None, 0, 0
    for line in output.split("\n"):
        if not line and start is not None:
            sentences.append((start, tokens[-1][1]))
            start, until = None, 0
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        span = tuple(int(n) for n in re.search(r"TokenRange=(\d+):(\d+)", fields[9]).groups())
        start = span[0] if start is None else start
        if "-" in fields[0]:
            first, until = (int(n) for n in fields[0].split("-"))
            tokens.append(span)
            continue
        if int(fields[0]) > until:
            tokens.append(span)
            first = int(fields[0])
        words.append((*tokens[-1], int(fields[0]) - first, fields[1]))
    return sentences, tokens, words


def f1(gold, system):
    right = len(set(gold) & set(system))
    return 200 * right / (len(gold) + len(system)) if gold or system else 0


def show(text, gold, system):
    """Where a sentence ends in one and not in the other; tokens that differ."""
    ends = ({e for _, e in gold[0]}, {e for _, e in system[0]})
    for at in sorted(ends[0] ^ ends[1]):
        mark = "missed" if at in ends[0] else "wrong "
        print(mark, repr(text[max(0, at - 40):at].decode("utf-8", "replace")), "|",
              repr(text[at:at + 40].decode("utf-8", "replace")))
    wrong = set(system[1]) - set(gold[1])
    for start, end in sorted(set(gold[1]) - set(system[1])):
        got = [text[s:e].decode("utf-8", "replace") for s, e in sorted(wrong)
               if s < end and e > start]
        print("token ", repr(text[start:end].decode("utf-8", "replace")), "instead of", got,
              "in", repr(text[max(0, start - 15):end + 15].decode("utf-8", "replace")))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("treebank")
    parser.add_argument("--documents", metavar="REGEX")
    parser.add_argument("--factmill", default="build/bin/factmill")
    parser.add_argument("--errors", action="store_true")
    arguments = parser.parse_args()
    if not os.path.exists(arguments.treebank):
        print("skipped: no", arguments.treebank)
        return 77
    text, *gold = read(arguments.treebank, arguments.documents)
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(text)
        file.flush()
        output = subprocess.run(
            [arguments.factmill, "extract", "--format=conllu", "--input=text", file.name],
            check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    system = read_system(output)
    if arguments.errors:
        show(text, gold, system)
    print("%s: %d sentences, %d words: Sentences=%.2f Tokens=%.2f Words=%.2f" % (
        os.path.basename(os.path.dirname(os.path.abspath(arguments.treebank))), len(gold[0]),
        len(gold[2]), *(f1(g, s) for g, s in zip(gold, system))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
