#!/usr/bin/env python3
"""The layer table of common/README.md: who may include what.

Fails on an #include that crosses it. `--self-test` shows that it can fail.
"""
import os
import re
import sys

ROOT = os.environ.get("FM_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Folder: project folders whose headers it may include.
MAY_USE = {
    "common/base": {"base"},
    "common/rpc": {"base", "rpc", "proto"},
    "common/nlp": {"base", "nlp"},
    "common/extract": {"base", "nlp", "extract", "proto"},
    "common/store": {"base", "store", "proto"},
    "services/ingest": {"base", "rpc", "store", "proto", "ingest"},
    "services/worker": {"base", "rpc", "nlp", "extract", "proto", "worker"},
    "services/query": {"base", "rpc", "store", "nlp", "extract", "proto", "query"},
    "services/cli": {"base", "rpc", "nlp", "extract", "store", "proto", "cli"},
}
# Outside header: the only folder whose files may include it.
ONLY_IN = {
    "zmq.h": "common/rpc/socket",
    "sqlite3.h": "common/store",
    "microhttpd.h": "common/rpc/http",
}
# Third-party headers may stand in these public headers: the generated messages'.
PUBLIC_THIRD_PARTY = {"protobuf-c/protobuf-c.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def layer_of(header):
    """The project folder of a quoted include, None when it is a sibling's name."""
    if header.endswith(".pb-c.h") or header == "fm_descriptor_set.h":
        return "proto"
    return header.split("/")[0] if "/" in header else None


def faults(path, text):
    folder = next((f for f in MAY_USE if path.startswith(f + "/")), None)
    if folder is None:
        return
    for mark, header in INCLUDE.findall(text):
        only = ONLY_IN.get(header)
        if only and not path.startswith(only):
            yield f"{path}: <{header}> belongs to {only} alone"
        if only and path.endswith(".h") and not path.endswith("_priv.h"):
            yield f"{path}: a public header shows {header}"
        if mark == '"' and header not in PUBLIC_THIRD_PARTY:
            layer = layer_of(header)
            if layer is None:
                yield f'{path}: write "{header}" with its folder'
            elif layer not in MAY_USE[folder]:
                yield f'{path}: {folder} may not use {layer} ("{header}")'
        if header.startswith("factmill/") and mark == "<":
            yield f"{path}: generated headers are quoted"


def self_test():
    wrong = [
        ("common/store/a.c", '#include "rpc/server.h"\n'),
        ("common/extract/a.c", '#include "store/store.h"\n'),
        ("common/base/a.c", '#include "factmill/v1/fact.pb-c.h"\n'),
        ("services/ingest/a.c", '#include "extract/extract.h"\n'),
        ("services/query/a.c", "#include <zmq.h>\n"),
        ("common/store/store.h", "#include <sqlite3.h>\n"),
        ("common/rpc/a.c", '#include "local.h"\n'),
    ]
    right = [
        ("common/store/a.c", "#include <sqlite3.h>\n"),
        ("common/store/db_priv.h", "#include <sqlite3.h>\n"),
        ("common/rpc/socket.c", "#include <zmq.h>\n"),
        ("services/worker/a.c", '#include "extract/extract.h"\n'),
    ]
    for path, text in wrong:
        assert list(faults(path, text)), f"not found: {path}: {text}"
    for path, text in right:
        assert not list(faults(path, text)), f"wrongly found: {path}: {text}"


def main():
    self_test()
    found = []
    for top in ("common", "services"):
        for folder, _, files in os.walk(os.path.join(ROOT, top)):
            for name in files:
                if name.endswith((".c", ".h")):
                    full = os.path.join(folder, name)
                    with open(full, encoding="utf-8") as file:
                        found += faults(os.path.relpath(full, ROOT), file.read())
    for line in found:
        print(line)
    print(f"{len(found)} forbidden includes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
