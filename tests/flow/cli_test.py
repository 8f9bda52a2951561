#!/usr/bin/python3
"""factmill against the running services: what a person does, end to end."""
import csv
import io
import json
import os
import subprocess

from fm_client import (BIN, SOURCE, Client, Ingest, Program, free_port, main, push_socket, skip,
                       wait_for, wait_idle, work_dir)
from query_test import Query

if not os.path.exists(os.path.join(BIN, "factmill")):
    skip("factmill is not built")
ARTICLES = os.path.join(SOURCE, "tests", "data", "articles")
FILES = sorted(os.path.join(ARTICLES, f) for f in os.listdir(ARTICLES) if f.endswith(".json"))


class Setting:
    def __enter__(self):
        self.folder = work_dir("cli")
        self.ingest = Ingest(self.folder).start()
        self.query = Query(self.folder, self.ingest.data).start()
        self.client = Client(self.ingest.listen)
        self.env = dict(os.environ, FACTMILL_INGEST=self.ingest.listen,
                        FACTMILL_QUERY=self.query.listen)
        self.env.pop("COLUMNS", None)
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.client.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)


S = Setting()


def tool(*args, status=0, stdin="", env=None):
    done = subprocess.run([os.path.join(BIN, "factmill"), *args], input=stdin.encode(),
                          capture_output=True, timeout=120, env={**S.env, **(env or {})})
    out, err = done.stdout.decode(), done.stderr.decode()
    assert done.returncode == status, (args, done.returncode, out, err)
    assert "\033" not in out, "colours into a pipe"
    return out, err


def objects(*args, **how):
    return [json.loads(line) for line in tool(*args, "--json", **how)[0].splitlines()]


def test_push_and_push_again():
    first = objects("push", *FILES)[0]
    assert first["stored"] == len(FILES) and first["refused"] == 0, first
    again = objects("push", *FILES)[0]
    assert again["stored"] == 0 and again["duplicates"] == len(FILES), again
    out, _ = tool("push", FILES[0])
    assert "1 article: 0 stored, 1 known before, 0 refused" in out, out
    wait_idle(S.client)


def test_push_lines_good_and_bad():
    long_id = "x" * 300
    lines = [json.dumps({"id": "one", "body": "Ilka Varn was in Oslo.", "date": "2026-11-23"}), "{",
             json.dumps({"id": long_id, "text": "Too long an id."}), json.dumps({"id": "none", "text": ""}),
             json.dumps({"id": "two", "body": "Ilka Varn was in Rome.", "source": "other"})]
    out, err = tool("push", "--input", "jsonl", "--id-prefix", "p-", "--source", "wire", "-",
                    stdin="\n".join(lines), status=65)
    assert "2 stored" in out and "3 refused" in out, out
    for number in (2, 3, 4):
        assert f"standard input:{number}:" in err, err
    assert "source" not in err.split(":3:")[1].split("\n")[0] and "id" in err, err
    wait_idle(S.client)
    info = objects("article", "p-one")[0]["info"]
    assert info["article"]["source"] == "wire" and info["article"]["published"].startswith("2026-11-23")
    assert objects("article", "p-two", "--source", "other")[0]["info"]["version"] == 1
    out, _ = tool("push", "--input", "jsonl", "--id-prefix", "p-", "--source", "wire", "-",
                  stdin=json.dumps({"id": "one", "body": "Ilka Varn was in Bonn."}))
    assert "1 new versions" in out, out
    wait_idle(S.client)


def test_push_many():
    feed = "\n".join(json.dumps({"id": f"m{i}", "source": "many", "text": f"Number {i} was seen in {1900 + i % 100}."})
                     for i in range(3000))
    done = objects("push", "-i", "jsonl", "-", stdin=feed)[0]
    assert done["stored"] == 3000, done
    done = objects("push", "-i", "jsonl", "--window", "1", "-", stdin="\n".join(feed.split("\n")[:50]))[0]
    assert done["duplicates"] == 50, done
    wait_idle(S.client)


def test_facts():
    out, err = tool("facts", "--limit", "3")
    assert out.count("\n\n") == 3 and "more" in err, (out, err)
    assert all(len(line) <= 100 for line in out.splitlines()), out
    narrow, _ = tool("facts", "--limit", "3", env={"COLUMNS": "60"})
    assert max(map(len, narrow.splitlines())) < max(map(len, out.splitlines()))
    brief, _ = tool("facts", "--brief", "--limit", "3")
    assert len(brief.splitlines()) < len(out.splitlines())
    everything = objects("facts", "--limit", "0")
    kinds = {f["kind"] for f in everything}
    for kind in kinds:
        some = objects("facts", "--limit", "0", "--kind", kind.lower())
        assert {f["id"] for f in some} == {f["id"] for f in everything if f["kind"] == kind}, kind
    one = objects("facts", everything[0]["id"])
    assert one == everything[:1]
    sure = objects("facts", "--limit", "0", "--min-confidence", "0.9", "--order", "confidence")
    assert all(f["confidence"] >= 0.899 for f in sure)
    _, err = tool("facts", "--source", "nobody")
    assert "no fact matches" in err
    _, err = tool("facts", "0" * 32, status=66)
    _, err = tool("facts", "nonsense", status=65)
    assert "32 hex" in err, err
    before, _ = tool("--json", "facts", "--limit", "1")
    assert json.loads(before)["id"] == everything[0]["id"]


def test_search():
    hits = objects("search", "world health", "--limit", "5")
    assert hits and all("ealth" in h["fact"]["evidence"]["text"] for h in hits)
    out, _ = tool("search", '"World Health"')
    assert "World Health" in out
    _, err = tool("search", '"unclosed', status=65)
    assert "sql" not in err.lower(), err
    out, err = tool("search", "xyzzyplugh")
    assert not out and "no fact matches" in err


def test_entity():
    listed = subprocess.run([os.path.join(BIN, "factmill"), "call", "Query/ListEntities", '{"page_size": 1}'],
                            capture_output=True, env=S.env, timeout=60).stdout
    entity = json.loads(listed)["entities"][0]
    out, _ = tool("entity", entity["id"])
    assert entity["name"] in out and "facts" in out, out
    out, _ = tool("entity", entity["name"])
    assert entity["name"] in out
    _, err = tool("entity", "Nobody Of That Name", status=66)
    assert "Nobody" in err
    tool("entity", "999999999", status=66)


def test_article():
    ident = json.load(open(FILES[0], encoding="utf-8"))["id"]
    out, _ = tool("article", ident)
    assert "DONE" in out and ident in out, out
    out, _ = tool("article", ident, "--text")
    text = json.load(open(FILES[0], encoding="utf-8"))["text"]
    assert text.split("\n")[0][:60] in out
    _, err = tool("article", "none-of-this-id", status=66)


def test_export():
    listed = {f["id"]: f for f in objects("facts", "--limit", "0")}
    lines = [json.loads(line) for line in tool("export")[0].splitlines()]
    assert {f["id"]: f for f in lines} == listed and len(lines) == len(listed)
    rows = list(csv.DictReader(io.StringIO(tool("export", "--format", "csv")[0])))
    assert {r["id"] for r in rows} == set(listed) and len(rows) == len(listed)
    for row in rows:
        fact = listed[row["id"]]
        assert row["kind"] == fact["kind"] and row["article"] == fact["article"]
        assert row["evidence"].lstrip("'") == fact["evidence"]["text"].lstrip("'")
    few = tool("export", "--kind", "quantity", "--limit", "2")[0].splitlines()
    assert len(few) == 2


def test_timeline_and_count():
    out, _ = tool("timeline", "--by", "year")
    rows = [line.split() for line in out.splitlines()]
    assert "asserted" in out.splitlines()[0] and any(r[0] == "2019" and "█" in r[1] for r in rows), out
    reply = objects("timeline", "--by", "month", "--time", "event", "--top", "1")[0]
    assert reply["bucket"] == "BUCKET_MONTH" and all(len(b["top"]) == 1 for b in reply["buckets"])
    out, _ = tool("count", "kind")
    assert "QUOTE" in out and "all facts:" in out, out
    reply = objects("count", "speaker", "--kind", "quote", "-n", "2")[0]
    assert len(reply["counts"]) == 2 and int(reply["total"]) > 2, reply
    out, _ = tool("count", "speaker", "--kind", "quote", "-n", "2")
    assert "and " in out and " more" in out and f"#{reply['counts'][0]['entity']}" in out, out
    out, err = tool("count", "colour", status=64)
    assert "predicate" in err, err
    _, err = tool("timeline", "--entity", "Nobody Whatever")
    assert "no fact matches" in err, err


def test_watch():
    everything = objects("facts", "--limit", "0", "--order", "oldest")
    seen = objects("watch", "--since", "beginning", "--limit", str(len(everything)))
    assert [m["fact"]["id"] for m in seen if "fact" in m] == [f["id"] for f in everything]
    out, _ = tool("watch", "--since", "1h", "--limit", "2", "--brief", "--kind", "quote")
    assert out.startswith("+ ") and out.count("QUOTE") == 2, out
    out, err = tool("watch", "--since", "whenever", status=64)
    assert "--since" in err, err
    # With a state file it goes on where it ended; meanwhile the service restarts and an article
    # is edited.
    state = os.path.join(S.folder, "watch.state")
    some = ["watch", "--article", "edited", "--state", state, "--since", "beginning", "--limit", "1"]
    text = "“We saw {} birds,” said Director Ilka Varn on Monday.\n"
    tool("push", "--input", "jsonl", "--source", "wire", "-",
         stdin=json.dumps({"id": "edited", "text": text.format(3)}))
    wait_idle(S.client)
    first = objects(*some)[0]
    tool("push", "--input", "jsonl", "--source", "wire", "-",
         stdin=json.dumps({"id": "edited", "text": text.format(4)}))
    wait_idle(S.client)
    total = len(objects("facts", "--article", "edited", "--retracted", "--limit", "0"))
    old = total - len(objects("facts", "--article", "edited", "--limit", "0"))
    assert old >= 1 and total > old, (old, total)
    assert S.query.stop() == 0
    S.query.start()
    # The rest of the snapshot; then what was taken back, and what was added.
    seen = [first] + [m for m in objects(*some[:-1], str(total + old - 1)) if "fact" in m]
    numbers = [int(m["sequence"]) for m in seen]
    assert numbers == sorted(set(numbers)) and len(numbers) == total + old, numbers
    assert [bool(m["fact"].get("retracted")) for m in seen] == (
        [False] * old + [True] * old + [False] * (total - old)), seen


def test_status_and_health():
    status = objects("status")[0]
    assert int(status["done"]) >= len(FILES), status
    out, _ = tool("status")
    assert "waiting" in out and "done" in out and "facts in force" in out, out
    out, _ = tool("status", "--endpoint", S.ingest.listen, env={"FACTMILL_INGEST": ""})
    assert "waiting" in out
    out, _ = tool("health")
    assert out.count("SERVING") == 2 and "NOT" not in out, out
    _, _ = tool("health", "--endpoint", "tcp://127.0.0.1:1", "--timeout", "200ms", status=69)


def test_dead():
    _, err = tool("dead", "list")
    assert "no dead letters" in err
    sock = push_socket(S.ingest.pull)
    sock.send(b"\xff\x1b[31mnot an article")
    wait_for("a dead letter", lambda: objects("dead", "list"))
    sock.close()
    letter = objects("dead", "list")[0]
    out, _ = tool("dead", "list")
    assert letter["id"] in out and "not an article" in out, out
    out, _ = tool("dead", "show", letter["id"])
    assert "ff 1b 5b" in out, out
    raw = subprocess.run([os.path.join(BIN, "factmill"), "dead", "show", letter["id"], "--raw"],
                         capture_output=True, env=S.env, timeout=60).stdout
    assert raw == b"\xff\x1b[31mnot an article"
    tool("dead", "show", "99999", status=66)
    tool("dead", "show", status=64)
    tool("dead", "dance", status=64)


def test_call():
    out, _ = tool("call")
    assert "/factmill.v1.Query/ListFacts" in out and "/factmill.v1.Ingest/Push" in out
    for name in ("/factmill.v1.Query/ListFacts", "Query/ListFacts", "factmill.v1.Query.ListFacts", "listfacts"):
        assert len(json.loads(tool("call", name, '{"page_size": 2}')[0])["facts"]) == 2
    assert json.loads(tool("call", "Ingest/GetStatus")[0])["done"]
    assert json.loads(tool("call", "ListFacts", "-", stdin='{"filter": {"kinds": ["QUANTITY"]}, "pageSize": 1}')[0])
    lines = tool("call", "ExportFacts", "{}")[0].splitlines()
    assert json.loads(lines[-1])["sequence"]
    _, err = tool("call", "ListFacts", '{"page_sise": 2}', status=65)
    assert "page_sise" in err, err
    _, err = tool("call", "ListFacts", '{"page_size": -2}', status=65)
    assert "page_size" in err, err
    _, err = tool("call", "NoSuchMethod", status=66)
    assert "NoSuchMethod" in err, err
    # A service that has no such methods.
    _, err = tool("call", "Query/GetFact", "--endpoint", S.ingest.listen, status=69)


def test_services_that_are_away():
    gone = f"tcp://127.0.0.1:{free_port()}"
    for command in (["facts"], ["search", "x"], ["entity", "x"], ["article", "x"], ["export"]):
        _, err = tool(*command, "--endpoint", gone, "--timeout", "200ms", status=69)
        assert f"cannot reach {gone}" in err and "factmill-query running?" in err, err
    for command in (["status"], ["dead", "list"], ["push", FILES[0]]):
        _, err = tool(*command, "--ingest", gone, "--timeout", "200ms", status=69)
        assert f"cannot reach {gone}" in err and "factmill-ingest running?" in err, err


def test_push_resumes_over_a_restart():
    feed = os.path.join(S.folder, "feed.jsonl")
    with open(feed, "w", encoding="utf-8") as out:
        for i in range(4000):
            out.write(json.dumps({"id": f"r{i}", "source": "restart", "text": f"Number {i} was seen in 1999. " * 20}) + "\n")
    with subprocess.Popen([os.path.join(BIN, "factmill"), "push", feed, "--json", "--window", "64"],
                          env=S.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as pusher:
        wait_for("the first of them", lambda: S.client.status().pending or S.client.status().done > 4000)
        S.ingest.stop()
        S.ingest.start()
        S.client.close()
        S.client = Client(S.ingest.listen)
        out, err = pusher.communicate(timeout=120)
        assert pusher.returncode == 0, err
    done = json.loads(out)
    assert done["articles"] == 4000 and done["refused"] == 0, done
    again = objects("push", feed)[0]
    assert again["duplicates"] == 4000, again


if __name__ == "__main__":
    with S:
        main(*[f for name, f in list(globals().items()) if name.startswith("test_")])
