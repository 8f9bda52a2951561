#!/usr/bin/python3
"""factmill extract and the tool's manners, with no service running."""
import json
import os
import re
import subprocess
import sys

BIN = os.path.join(os.environ["FM_BIN"], "factmill")
WORK = os.environ.get("FM_WORK", "/tmp/fm-cli-extract")
TEXT = ("The North Atlantic Treaty Organization (NATO) was founded in 1949.\n\n"
        "“We will not stand aside,” said Deputy Secretary General Ilka Varn on Tuesday.\n")
COMMANDS = ["push", "facts", "search", "entity", "article", "export", "status", "health",
            "dead", "call", "extract", "completion"]
failed = 0


def run(*args, stdin="", env=None):
    done = subprocess.run([BIN, *args], input=stdin.encode() if isinstance(stdin, str) else stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")


def check(what, holds, shown=""):
    global failed
    if not holds:
        failed += 1
        print(f"FAILED: {what}\n{shown}")


def formats():
    code, out, err = run("extract", "--format", "json", "-", stdin=TEXT)
    lines = out.splitlines()
    check("json: one object a line", code == 0 and len(lines) == 1, out + err)
    extraction = json.loads(lines[0])
    raw = TEXT.encode()
    for sentence in extraction["sentences"]:
        check("json: sentences lie in the text", sentence["end"] <= len(raw), sentence)
    facts = extraction.get("facts", [])
    check("json: there are facts", facts)
    for fact in facts:
        span = fact["evidence"]["span"]
        shown = raw[span.get("start", 0):span["end"]].decode()
        check("json: evidence is byte-exact", shown == fact["evidence"]["text"], fact)
        check("json: ids are 32 hex digits", re.fullmatch("[0-9a-f]{32}", fact["id"]), fact)

    code, out, _ = run("extract", "--format=triples", stdin=TEXT)
    rows = [line.split("\t") for line in out.splitlines()]
    check("triples: sentence, confidence, predicate, arguments",
          code == 0 and rows and all(len(r) >= 4 and 0 <= float(r[1]) <= 1 for r in rows), out)

    code, out, _ = run("extract", "-f", "conllu", stdin=TEXT)
    tokens = [line.split("\t") for line in out.splitlines() if line and line[0].isdigit()]
    check("conllu: ten columns", code == 0 and tokens and all(len(t) == 10 for t in tokens), out)
    for token in tokens:
        start, end = map(int, re.search(r"TokenRange=(\d+):(\d+)", token[9]).groups())
        if "-" not in token[0]:
            check("conllu: TokenRange is in bytes", raw[start:end].decode() == token[1], token)

    code, out, _ = run("extract", "-f", "text", stdin=TEXT)
    check("text: no colours into a pipe", code == 0 and "\033" not in out and "NATO" in out, out)
    code, out, _ = run("extract", "-f", "text", "--color", "always", stdin=TEXT)
    check("text: colours when asked for", code == 0 and "\033[" in out, out)


def inputs():
    lines = [json.dumps({"id": "a", "source": "s", "title": "T", "body": TEXT, "date": "2026-11-23"}),
             "",
             json.dumps({"guid": "b", "maintext": [TEXT, TEXT], "labels": {"k": "v"}}),
             "{not json",
             json.dumps({"id": "c", "text": ""}),
             json.dumps({"id": "d", "text": TEXT, "published": "soon"}),
             json.dumps({"id": "e", "text": "a\0b"}),
             json.dumps({"url": "https://example.org/f", "text": TEXT, "other": [{"deep": [1, None]}]})]
    code, out, err = run("extract", "--json", "-i", "jsonl", "-j", "2", "-", stdin="\n".join(lines))
    ids = [json.loads(line)["article"] for line in out.splitlines()]
    check("jsonl: the good ones in their order", ids == ["a", "b", "https://example.org/f"], out)
    check("jsonl: exit 65 and the numbers of the bad lines",
          code == 65 and all(f"standard input:{n}:" in err for n in (4, 5, 6, 7)), err)

    code, out, err = run("extract", "--json", "-i", "jsonl", "--map", "text=story,id=key", "-",
                         stdin=json.dumps({"key": 7, "story": TEXT, "text": "not this"}))
    check("--map", code == 0 and json.loads(out)["article"] == "7" and "NATO" in out, out + err)

    path = os.path.join(WORK, "two.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump([{"id": "x", "text": TEXT}, {"id": "y", "text": TEXT}], file, indent=1)
    code, out, err = run("extract", "--json", path)
    check("json list", code == 0 and len(out.splitlines()) == 2, out + err)

    sentences = "Ilka Varn is head of NATO.\nPrices rose from 46 to 17 per cent.\n"
    code, out, err = run("extract", "--json", "--input=sentences", stdin=sentences)
    spans = json.loads(out)["sentences"]
    check("sentences: one a line", code == 0 and len(spans) == 2, out + err)

    big = "\n".join(json.dumps({"id": str(i), "text": TEXT}) for i in range(3000))
    code, one, _ = run("extract", "--json", "-i", "jsonl", "-j", "1", stdin=big)
    code2, many, _ = run("extract", "--json", "-i", "jsonl", "-j", "8", stdin=big)
    check("threads keep the order", code == code2 == 0 and one == many and one.count("\n") == 3000)


def word(number, form, misc="_"):
    return "\t".join([str(number), form] + ["_"] * 7 + [misc]) + "\n"


def conllu():
    """Sentences and tokens that are given are kept."""
    given = ("# newdoc id = first\n" + word(1, "well-known", "SpaceAfter=No") + word(2, ".") + "\n" +
             word(1, "Ilka") + word(2, "Varn") + word(3, "leads") + word(4, "NATO") + "\n"
             "# newdoc id = second\n" + word(1, "said Mr. Varn.") + "\n")
    code, out, err = run("extract", "-f", "conllu", "-i", "conllu", stdin=given)
    rows = [line.split("\t") for line in out.splitlines() if line and line[0].isdigit()]
    check("conllu in: tokens are kept", code == 0 and [r[:2] for r in rows] == [
        ["1", "well-known"], ["2", "."], ["1", "Ilka"], ["2", "Varn"], ["3", "leads"], ["4", "NATO"],
        ["1", "said Mr. Varn."]], out + err)
    check("conllu in: documents", [l for l in out.splitlines() if l.startswith("# newdoc")] ==
          ["# newdoc id = first", "# newdoc id = second"], out)
    check("conllu in: SpaceAfter", "SpaceAfter=No" in rows[0][9] and "TokenRange=10:11" in rows[1][9], rows)
    code, again, err = run("extract", "-f", "conllu", "-i", "conllu", stdin=out)
    check("conllu in and out: a round trip changes nothing", code == 0 and again == out, again + err)
    code, out, err = run("extract", "--json", "-i", "conllu", stdin=given)
    spans = [s for line in out.splitlines() for s in json.loads(line)["sentences"]]
    check("conllu in, json out", code == 0 and [s["end"] for s in spans] == [11, 32, 14], out + err)
    code, out, err = run("extract", "-f", "conllu", "-i", "conllu",
                         stdin=given + word(1, "x") + "2\tbroken\n")
    check("conllu in: the bad line is named", code == 65 and "standard input:14: not ten columns" in err, err)


def model():
    code, out, err = run("extract", "--model", "/does/not/exist", stdin=TEXT)
    check("a missing model ends it", code == 78 and "/does/not/exist" in err and not out, err)
    code, out, err = run("extract", "--json", stdin=TEXT, env={"FACTMILL_MODEL": "/dev/null"})
    check("a file that is no model ends it", code == 78 and "/dev/null" in err and not out, err)


def manners():
    for command in COMMANDS:
        code, out, err = run(command, "--help")
        check(f"{command} --help", code == 0 and "Usage: factmill " + command in out and
              "factmill " + command in out.split("xample", 1)[-1] and not err, out + err)
        code, out, err = run(command, "--no-such-flag")
        check(f"{command}: unknown flag", code == 64 and "no flag --no-such-flag" in err, err)
    code, out, _ = run("--help")
    check("--help names every command", code == 0 and all("\n  " + c in out for c in COMMANDS), out)
    check("no arguments", run()[0] == 64)
    check("--version", run("--version")[1].startswith("factmill "))
    code, _, err = run("fatcs")
    check("near miss of a command", code == 64 and "did you mean facts" in err, err)
    code, _, err = run("extract", "--formta", "json")
    check("near miss of a flag", code == 64 and "did you mean --format" in err, err)
    code, _, err = run("extract", "--format", "xml")
    check("choices are named", code == 64 and "text|json|triples|conllu" in err, err)
    code, _, err = run("facts", "--kind", "gossip")
    check("unknown kind", code == 64 and "quote" in err, err)
    code, _, err = run("facts", "--from", "someday")
    check("bad time", code == 64 and "someday" in err, err)
    code, _, err = run("extract", "/does/not/exist")
    check("missing file", code == 65 and "/does/not/exist" in err, err)
    code, _, err = run("extract", "-", stdin=b"abc\0def")
    check("NUL bytes", code == 65 and "NUL" in err, err)
    code, out, err = run("extract", "-f", "text", "-", stdin=b"NATO \x1b]0;x\x07 said \xff\xfe. (NATO)\n")
    check("bytes for a terminal are made harmless", code == 0 and "\x1b" not in out and "\x07" not in out, out)
    for shell, word in (("bash", "complete "), ("zsh", "#compdef"), ("fish", "complete -c")):
        code, out, _ = run("completion", shell)
        check(f"completion {shell}", code == 0 and word in out and "extract" in out, out)
        if shell == "bash":
            check("completion bash parses",
                  subprocess.run(["bash", "-n"], input=out.encode(), check=False).returncode == 0)
    code, _, err = run("facts", "--endpoint", "tcp://127.0.0.1:1", "--timeout", "300ms")
    check("nobody there", code == 69 and "cannot reach tcp://127.0.0.1:1" in err and
          "factmill-query" in err, err)
    code, _, err = run("push", "--endpoint", "tcp://127.0.0.1:1", "--timeout", "300ms", "-", stdin=TEXT)
    check("nobody to push to", code == 69 and "factmill-ingest" in err, err)


def main():
    if not os.access(BIN, os.X_OK):
        print(f"skipped: {BIN} is not built")
        return 77
    os.makedirs(WORK, exist_ok=True)
    formats()
    inputs()
    conllu()
    model()
    manners()
    print("failed:", failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
