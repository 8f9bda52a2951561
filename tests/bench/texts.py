#!/usr/bin/env python3
"""Texts of the first N articles of a feed (JSON lines, also .gz), or of the sample articles over and
over, each ended by a NUL byte: what nlp_bench reads."""
import glob
import gzip
import itertools
import json
import os
import sys


def feed(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def samples():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "articles", "*.json")
    articles = [json.load(open(path, encoding="utf-8")) for path in sorted(glob.glob(here))]
    return itertools.cycle(articles)


def main():
    count = int(sys.argv[1])
    articles = feed(sys.argv[2]) if len(sys.argv) > 2 else samples()
    for article in itertools.islice(articles, count):
        text = article.get("text") or article.get("body") or ""
        sys.stdout.buffer.write(text.replace("\0", " ").encode("utf-8", "replace") + b"\0")


if __name__ == "__main__":
    main()
