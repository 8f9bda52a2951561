#!/usr/bin/python3
"""A run over stored articles: read again beside live ones, compared, promoted or dropped, over kills."""
import json
import os
import sqlite3
import subprocess
import threading
import time

from fm_client import (BIN, Client, Ingest, Query, admin, article, fact, main, query, refused, rpc,
                       wait_for, wait_idle, work_dir)

A, Q = "/factmill.v1.Admin/", "/factmill.v1.Query/"
State = admin.Reprocessing
N = 120


def text_of(i):
    return (f"Mayor Ada Brunn closed harbour number {i} on 3 March 2020. \"We had no choice,\" she said.\n\n"
            f"The number of ships fell from {i + 40} to {i + 3}. The Lindow Grain Board (LGB) objected.\n")


class Setting:
    """Articles read by the rules' model; then facts are changed on disk, as an older
    extractor might have left them."""

    def __init__(self, name):
        self.folder = work_dir(name)
        self.ingest = Ingest(self.folder)
        self.query = Query(self.folder, self.ingest.data)

    def __enter__(self):
        self.ingest.start()
        self.open()
        self.push.push_all([article(f"r{i}", text_of(i)) for i in range(N)])
        wait_idle(self.push)
        self.close()
        self.ingest.stop()
        self.age()
        self.ingest.start()
        self.query.start()
        self.open()
        return self

    def age(self):
        """Every second article's first fact is as another extractor saw it."""
        db = sqlite3.connect(os.path.join(self.ingest.data, "factmill.db"))
        db.execute("UPDATE article SET extractor='0.0.1+rules'")
        self.aged = 0
        with Query(self.folder, self.ingest.data) as q:
            client = Client(q.listen)
            for i in range(0, N, 2):
                got = client.call(Q + "ListFacts", query.ListFactsRequest(
                    filter=query.FactFilter(article=f"r{i}"), page_size=1000)).facts
                f = got[0]
                f.modality = fact.Fact.POSSIBLE
                f.extractor = "0.0.1+rules"
                db.execute("UPDATE fact SET fact=?, modality=? WHERE sequence=?",
                           (f.SerializeToString(), f.modality, f.sequence))
                self.aged += 1
            client.close()
        db.commit()
        db.close()

    def open(self):
        self.push = Client(self.ingest.listen)
        self.client = Client(self.query.listen)

    def close(self):
        self.push.close()
        self.client.close()

    def __exit__(self, *error):
        self.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)

    def restart(self):
        self.ingest.kill()
        self.ingest.wait()
        self.ingest.start()
        self.push.close()
        self.push = Client(self.ingest.listen)

    def run(self):
        return self.push.call(A + "GetReprocess", admin.GetReprocessRequest())

    def start(self, **fields):
        return self.push.call(A + "Reprocess", admin.ReprocessRequest(**fields))

    def end(self, **fields):
        return self.push.call(A + "EndReprocess", admin.EndReprocessRequest(**fields))

    def wait_state(self, state):
        return wait_for(f"state {state}", lambda: self.run().state == state)

    def possible(self, client=None):
        """Facts that only the old extractor held for possible. (Digests, which totals
        are counted from, were not changed on disk.)"""
        return len((client or self.client).call(Q + "ListFacts", query.ListFactsRequest(
            filter=query.FactFilter(modality=[fact.Fact.POSSIBLE]), page_size=1000)).facts)

    def facts(self):
        """All facts in force, by id."""
        found, request = {}, query.ListFactsRequest(page_size=1000)
        while True:
            reply = self.client.call(Q + "ListFacts", request)
            for f in reply.facts:
                assert f.id not in found, f"twice: {f.id}"
                found[f.id] = f
            if not reply.next_page_token:
                return found
            request.page_token = reply.next_page_token


def test_a_run_is_compared_and_promoted():
    with Setting("promote") as s:
        before = s.facts()
        old = s.possible()
        assert old >= s.aged
        refused(rpc.NOT_FOUND, s.run)
        refused(rpc.NOT_FOUND, s.end, promote=True)
        refused(rpc.NOT_FOUND, s.start, source="nobody")
        dry = s.start(dry_run=True)
        assert dry.articles == N and not dry.operation, dry
        assert s.start().articles == N
        refused(rpc.FAILED_PRECONDITION, s.start)
        s.wait_state(State.READY)
        r = s.run()
        assert (r.read, r.same, r.differ, r.failed) == (N, N - s.aged, s.aged, 0), r
        assert (r.facts_added, r.facts_removed, r.facts_changed) == (0, 0, s.aged), r
        # Nobody has seen anything of it.
        assert s.facts().keys() == before.keys() and s.possible() == old
        diff = s.push.call(A + "DiffReprocess", admin.DiffReprocessRequest(page_size=7))
        assert len(diff.articles) == 7 and diff.next_page_token
        for a in diff.articles:
            assert [f.modality for f in a.removed] == [fact.Fact.POSSIBLE], a
            assert [f.id for f in a.added] == [f.id for f in a.removed], a
        rest = s.push.call(A + "DiffReprocess", admin.DiffReprocessRequest(
            page_size=100, page_token=diff.next_page_token))
        assert len(rest.articles) == s.aged - 7 and not rest.next_page_token
        refused(rpc.INVALID_ARGUMENT, s.end)
        refused(rpc.INVALID_ARGUMENT, s.end, promote=True, drop=True)
        s.end(promote=True)
        s.wait_state(State.PROMOTED)
        assert s.possible() == old - s.aged, s.possible()
        assert s.facts().keys() == before.keys()
        # The same again finds nothing.
        s.start()
        s.wait_state(State.READY)
        assert s.run().same == N, s.run()
        s.end(drop=True)
        s.wait_state(State.DROPPED)
        verdict = s.push.call(A + "Verify", admin.VerifyRequest(full=True), timeout_ms=60000)
        assert verdict.ok, verdict.findings


def test_a_dropped_run_leaves_nothing():
    with Setting("drop") as s:
        before = s.possible()
        s.start(source="test.example")
        s.wait_state(State.READY)
        s.end(drop=True)
        s.wait_state(State.DROPPED)
        assert s.possible() == before
        assert s.ingest.database().execute("SELECT count(*) FROM run_article").fetchone() == (0,)


def test_kills_lose_nothing_and_readers_see_one_run():
    """Killed while reading and while promoting, with live articles beside it."""
    with Setting("kills") as s:
        old = s.possible()
        s.start()
        for i in range(3):
            time.sleep(0.05)
            s.restart()
            s.push.push_all([article(f"live{i}", text_of(900 + i))])
        s.wait_state(State.READY)
        wait_idle(s.push)
        r = s.run()
        assert (r.read, r.failed) == (N, 0) and r.differ == s.aged, r
        seen, stop = set(), threading.Event()
        reader = Client(s.query.listen)

        def watch():
            while not stop.is_set():
                seen.add(s.possible(reader))

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            before = s.facts()
            s.end(promote=True)
            for _ in range(3):
                time.sleep(0.004)
                s.restart()
            s.wait_state(State.PROMOTED)
            time.sleep(0.1)
        finally:
            stop.set()
            thread.join()
            reader.close()
        after = s.facts()
        assert after.keys() == before.keys()
        possible = s.possible()
        assert possible == old - s.aged, (possible, old, s.aged)
        assert seen <= {old, possible}, seen
        s.push.push_all([article("live-last", text_of(990))])
        wait_idle(s.push)
        verdict = s.push.call(A + "Verify", admin.VerifyRequest(full=True), timeout_ms=60000)
        assert verdict.ok, verdict.findings


def test_only_the_extractor_that_was_asked_for():
    with Setting("other") as s:
        s.start(extractor="9.9.9+model:ffffffff")
        time.sleep(0.6)
        assert s.run().read == 0
        s.push.push_all([article("live", text_of(901))])
        wait_idle(s.push)
        s.end(drop=True)
        s.wait_state(State.DROPPED)


def test_newer_versions_are_left_alone():
    with Setting("newer") as s:
        s.start()
        s.wait_state(State.READY)
        s.push.push_all([article("r0", "Ada Brunn apologised on Monday.\n")])
        wait_idle(s.push)
        s.end(promote=True)
        s.wait_state(State.PROMOTED)
        texts = [f.evidence.text for f in s.facts().values() if f.article == "r0"]
        assert texts and all("apologised" in t for t in texts), texts


def test_tool():
    with Setting("tool") as s:
        def tool(*args):
            return subprocess.run([os.path.join(BIN, "factmill"), "reprocess", *args, "--endpoint",
                                   s.ingest.listen], capture_output=True, text=True, timeout=60)
        assert tool("start", "--wait").returncode == 0
        status = json.loads(tool("status", "--json").stdout)
        assert status["state"] == "READY" and int(status["read"]) == N, status
        diff = tool("diff", "--limit", "3").stdout
        assert diff.count("facts the same") == 3 and "-" in diff and "+" in diff, diff
        done = tool("promote", "--wait")
        assert done.returncode == 0 and "PROMOTED" in done.stdout, done
        assert tool("promote").returncode != 0


if __name__ == "__main__":
    main(*[f for name, f in list(globals().items()) if name.startswith("test_")])
