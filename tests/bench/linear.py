#!/usr/bin/env python3
"""Time and memory of texts that nobody writes, at one size and at four times that size: both should
grow by four at most. Prints, never asserts.

    tests/bench/linear.py [BYTES]        (1000000)

FM_BUILD: build directory (default build/)."""
import os
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FACTMILL = os.path.join(os.environ.get("FM_BUILD", os.path.join(ROOT, "build")), "bin", "factmill")
SHAPES = {
    "no full stop": "the bank said that prices rose in Sund and Halvia while ministers argued ",
    "one word": "x",
    "short sentences": "Yes. ",
    "names": "Ann Lee of ",
    "hyphens": "a-",
    "apostrophes": "can't've ",
    "ampersands": "A&",
    "addresses": "http://a.b/ a@b.c ",
    "numbers": "1,234.5 ",
    "short lines": "a b c\n",
    "quotation marks": "“We go,” said “",
    "emoji": "The 👩‍👩‍👧‍👦 said 😀🇳🇴 hello. ",
    "right to left": "قال الرئيس إن the bank said שלום עולם. ",
    "bad bytes": b"the bank \xff said \xc3 that \xed\xa0\x80 rates rose. ",
    "control characters": b"the bank \x01\x1b[2J said \x7f so. ",
}


def measure(path):
    """(seconds of processor time, resident kB)"""
    with open(os.devnull, "wb") as nowhere:
        process = subprocess.Popen([FACTMILL, "extract", "--format=conllu", "--input=text", "--jobs=1", path],
                                   stdout=nowhere)
        _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 1000000
    # English around it, so that the text is read and not passed over.
    frame = ("The council of Sund said on Tuesday that it would close the port in May. " * 100).encode()
    print(f"{'':20} {'s':>8} {'4x: s':>8} {'ratio':>6}   {'kB':>8} {'4x: kB':>8} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        for name, unit in SHAPES.items():
            unit = unit if isinstance(unit, bytes) else unit.encode()
            row = []
            for n in (size, 4 * size):
                with open(path, "wb") as file:
                    file.write(frame + b"\n\n" + unit * (n // len(unit)) + b"\n")
                row.append(measure(path))
            (s1, m1), (s4, m4) = row
            print(f"{name:20} {s1:8.2f} {s4:8.2f} {s4 / max(s1, 0.001):6.1f}   {m1:8} {m4:8} {m4 / m1:6.1f}", flush=True)


if __name__ == "__main__":
    main()
