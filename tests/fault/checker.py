#!/usr/bin/python3
"""The witness of the fault tests, a process of its own: nothing that is killed, and no
test that fails, can change what it has seen.

    checker.py journal FILE            lines of standard input, as they come, into FILE
    checker.py check FILE DIR          DIR, a data directory at rest, against FILE

A line of the journal is "S ID TEXT" (ID is about to be sent, TEXT is its number in the
table of texts), "T TEXT JSON" (the table) or "A ID" (ID was acknowledged). The check:

    acknowledged is in stored is in sent; stored once; with the text that was sent
    every article was read (--unread: that is not asked for)
    the facts are those of an undisturbed run (factmill extract), none missing, none
    twice, none else; ids included, for --oracle articles (400); by number for all
    factmill verify finds nothing: structure, index of words, change numbers, totals

Prints one line of numbers; names what is wrong, exit status 1.
"""
import argparse
import json
import os
import sqlite3
import subprocess
import sys

SOURCE = "test.example"
PUBLISHED = "2021-05-03T00:00:00Z"
BIN = os.environ.get("FM_BIN") or os.path.join(
    os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "build", "bin")


class Journal:
    """The test's end of it. Any thread: a line is one write."""

    def __init__(self, path, texts):
        self.path = path
        self.process = subprocess.Popen([sys.executable, os.path.abspath(__file__), "journal",
                                         path], stdin=subprocess.PIPE)
        for number, text in enumerate(texts):
            self.line(f"T {number} {json.dumps(text)}")

    def line(self, text):
        data = (text + "\n").encode()
        assert len(data) <= 4096  # PIPE_BUF: lines of threads do not mix
        os.write(self.process.stdin.fileno(), data)

    def sent(self, ident, text):
        self.line(f"S {ident} {text}")

    def acked(self, ident):
        self.line(f"A {ident}")

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0

    def check(self, data, *args):
        """What the checker says: exit status and text."""
        done = subprocess.run([sys.executable, os.path.abspath(__file__), "check", self.path,
                               data, *args], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def write_journal(path):
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    while data := os.read(0, 1 << 16):
        while data:
            data = data[os.write(out, data):]
    os.close(out)


class Seen:
    """What a journal says."""

    def __init__(self, path):
        self.texts, self.sent, self.acked = {}, {}, set()
        with open(path, encoding="utf-8") as journal:
            for line in journal:
                kind, rest = line[0], line[2:].rstrip("\n")
                if kind == "T":
                    number, text = rest.split(" ", 1)
                    self.texts[number] = json.loads(text)
                elif kind == "S":
                    ident, text = rest.rsplit(" ", 1)
                    self.sent[ident] = text
                else:
                    self.acked.add(rest)


def some(idents):
    return f"{len(idents)}: {', '.join(sorted(idents)[:5])}"


def check_stored(seen, store, unread):
    rows = store.execute("select a.id, a.version, a.state, b.bytes from article a join body b"
                         " on b.article = a.sequence join source s on s.source = a.source"
                         " where s.name = ?", (SOURCE,)).fetchall()
    stored = {row[0] for row in rows}
    if seen.acked - stored:
        yield f"acknowledged and lost, {some(seen.acked - stored)}"
    if stored - set(seen.sent):
        yield f"stored and never sent, {some(stored - set(seen.sent))}"
    if len(rows) != len(stored) or any(row[1] != 1 for row in rows):
        yield f"stored more than once, {len(rows) - len(stored)} rows too many"
    other = {row[0] for row in rows if row[0] in seen.sent
             and seen.texts[seen.sent[row[0]]].encode() not in row[3]}
    if other:
        yield f"stored with another text, {some(other)}"
    waiting = {row[0] for row in rows if row[2] != 3}
    if waiting and not unread:
        yield f"not read, {some(waiting)}"


def undisturbed(seen, idents):
    """Ids of the facts of these articles as extraction with no service gives them."""
    lines = "".join(json.dumps({"id": i, "source": SOURCE, "title": "Clinics to open again",
                                "text": seen.texts[seen.sent[i]], "language": "en",
                                "published": PUBLISHED}) + "\n" for i in idents)
    out = subprocess.run([os.path.join(BIN, "factmill"), "extract", "--format=json",
                          "--input=jsonl", "-"], input=lines, capture_output=True, text=True,
                         check=True).stdout
    facts = {}
    for line in out.splitlines():
        extraction = json.loads(line)
        facts[extraction["article"]] = sorted(f["id"] for f in extraction.get("facts", []))
    return facts


def stored_ids(store, ident):
    """Of the facts in force: the article's half of the id is in fact_key, the fact's in fact."""
    rows = store.execute("select k.key, f.id from article a join change c on c.article ="
                         " a.sequence join fact f on f.sequence between c.added and c.last"
                         " join fact_key k on k.last = c.last where a.id = ?"
                         " and f.retracted is null", (ident,)).fetchall()
    return sorted(f"{(key << 64 | rest & (1 << 64) - 1) & (1 << 128) - 1:032x}"
                  for key, rest in rows)


def check_facts(seen, store, oracle):
    done = dict(store.execute("select id, facts from article where state = 3"))
    done = {i: n for i, n in done.items() if i in seen.sent}
    step = max(1, len(done) // oracle)
    chosen = sorted(done)[::step]
    # At least one of each text, so that all can be counted.
    first = {}
    for ident in done:
        first.setdefault(seen.sent[ident], ident)
    expected = undisturbed(seen, sorted(set(chosen) | set(first.values())))
    wrong = {i for i, ids in expected.items() if ids != stored_ids(store, i)}
    if wrong:
        yield f"facts are not those of an undisturbed run, {some(wrong)}"
    number = {text: len(expected[ident]) for text, ident in first.items()}
    miscounted = {i for i, n in done.items() if n != number[seen.sent[i]]}
    if miscounted:
        yield f"more or fewer facts than an undisturbed run, {some(miscounted)}"
    if done and not sum(number.values()):
        yield "no facts at all"


def check(args):
    seen = Seen(args.journal)
    path = os.path.join(args.data, "factmill.db")
    found = []
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as store:
        found += check_stored(seen, store, args.unread)
        found += check_facts(seen, store, args.oracle)
        stored, = store.execute("select count(*) from article").fetchone()
        facts, = store.execute("select facts from tally").fetchone()
    verified = subprocess.run([os.path.join(BIN, "factmill"), "verify", args.data],
                              capture_output=True, text=True)
    if verified.returncode != 0:
        found.append("factmill verify: " + verified.stdout + verified.stderr)
    print(f"{len(seen.sent)} sent, {len(seen.acked)} acknowledged, {stored} stored, {facts} facts")
    for line in found:
        print(f"WRONG {line}")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    journal = commands.add_parser("journal")
    journal.add_argument("journal")
    checking = commands.add_parser("check")
    checking.add_argument("journal")
    checking.add_argument("data")
    checking.add_argument("--unread", action="store_true")
    checking.add_argument("--oracle", type=int, default=400)
    args = parser.parse_args()
    if args.command == "check":
        return check(args)
    write_journal(args.journal)
    return 0


if __name__ == "__main__":
    sys.exit(main())
