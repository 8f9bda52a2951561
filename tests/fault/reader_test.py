#!/usr/bin/python3
"""A reader that never ends, and one that follows the other without a gap: the
write-ahead log stays below its limit, pushes are refused with a reason, queries go
on, and all goes on by itself when the reader is gone.

FM_WAL: the limit (32M; run.sh full 256M, the default of the program).
"""
import os
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (Client, Ingest, Query, TimedOut, article, fact, ingest, main, query,  # noqa: E402
                       rpc, wait_for, wait_idle, work_dir)

LIMIT = os.environ.get("FM_WAL", "32M")
BYTES = int(LIMIT[:-1]) << 20
FILLER = "The committee met in the old town hall on Tuesday. " * 55


class Flood(threading.Thread):
    """Pushes with a window of 256 without heeding any hint."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.stop = threading.Event()
        self.acked = 0
        self.refused = {}
        self.failure = None

    def run(self):
        client = Client(self.endpoint)
        flying = n = 0
        try:
            while not self.stop.is_set() or flying:
                while flying < 256 and not self.stop.is_set():
                    client.begin("/factmill.v1.Ingest/Push", ingest.PushRequest(
                        article=article(f"f{n}", text=f"{n}. {FILLER}")), 20000)
                    flying += 1
                    n += 1
                header, _ = client.next(25)
                flying -= 1
                if header.status.code == rpc.OK:
                    self.acked += 1
                else:
                    self.refused[header.status.reason] = self.refused.get(
                        header.status.reason, 0) + 1
                    time.sleep(0.001)
        except TimedOut as e:
            self.failure = e
        client.close()


class Watch(threading.Thread):
    """The largest size of the log's file."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path = path
        self.stop = threading.Event()
        self.largest = 0

    def run(self):
        while not self.stop.wait(0.002):
            try:
                self.largest = max(self.largest, os.path.getsize(self.path))
            except FileNotFoundError:
                pass


def open_store(service):
    return sqlite3.connect(f"file:{service.data}/factmill.db?mode=ro", uri=True,
                           isolation_level=None, check_same_thread=False)


def test_a_reader_that_never_ends():
    folder = work_dir("reader")
    with Ingest(folder, "--max-wal-bytes", LIMIT, workers=2) as service:
        client = Client(service.listen)
        client.push(article("first"))
        wait_idle(client)
        asker = Query(folder, service.data).start()
        rogue = open_store(service)
        rogue.execute("BEGIN")
        rogue.execute("SELECT count(*) FROM article").fetchone()
        watch = Watch(os.path.join(service.data, "factmill.db-wal"))
        flood = Flood(service.listen)
        watch.start()
        flood.start()
        wait_for("refusals", lambda: flood.refused.get("WAL_FULL", 0) > 2000 or flood.failure,
                 240)
        # Facts that were there can be asked for, as ever.
        reader = Client(asker.listen)
        began = time.monotonic()
        reply = reader.call("/factmill.v1.Query/ListFacts", query.ListFactsRequest(page_size=50))
        asked = time.monotonic() - began
        assert len(reply.facts) > 0
        assert rogue.execute("SELECT count(*) FROM article").fetchone()[0] == 1
        held = flood.acked
        rogue.execute("COMMIT")
        began = time.monotonic()
        wait_for("pushes that go on", lambda: flood.acked > held + 1000 or flood.failure, 60)
        back = time.monotonic() - began
        flood.stop.set()
        flood.join(60)
        watch.stop.set()
        assert not flood.is_alive() and flood.failure is None, flood.failure
        assert set(flood.refused) <= {"WAL_FULL", "QUEUE_FULL"}, flood.refused
        assert watch.largest <= BYTES, f"the log had {watch.largest} bytes"
        status = client.status()
        assert status.pending + status.leased + status.done == flood.acked + 1, status
        print(f"  log at most {watch.largest / (1 << 20):.1f} MiB of {LIMIT}iB, {flood.acked} "
              f"acknowledged, refused {flood.refused}; a query meanwhile {asked * 1000:.0f} ms; "
              f"1,000 acknowledged {back:.2f} s after the reader had gone")
        assert asker.stop() == 0


def test_readers_without_a_gap():
    """Somebody is always reading: the log begins anew all the same."""
    with Ingest(work_dir("relay"), "--max-wal-bytes", LIMIT, workers=0) as service:
        client = Client(service.listen)
        client.push(article("first"))
        stores = [open_store(service) for _ in range(2)]
        watch = Watch(os.path.join(service.data, "factmill.db-wal"))
        flood = Flood(service.listen)
        watch.start()
        flood.start()
        turn = 0
        until = time.monotonic() + 120
        stores[0].execute("BEGIN")
        stores[0].execute("SELECT count(*) FROM article").fetchone()
        # Enough for the limit three times over.
        while flood.acked * 4120 < 3 * BYTES and time.monotonic() < until:
            turn = 1 - turn
            stores[turn].execute("BEGIN")
            stores[turn].execute("SELECT max(sequence) FROM article").fetchone()
            stores[1 - turn].execute("COMMIT")
            time.sleep(0.003)
        flood.stop.set()
        flood.join(60)
        watch.stop.set()
        assert flood.failure is None, flood.failure
        assert flood.acked * 4120 >= 3 * BYTES, flood.acked
        assert watch.largest <= BYTES, f"the log had {watch.largest} bytes"
        print(f"  log at most {watch.largest / (1 << 20):.1f} MiB of {LIMIT}iB, {flood.acked} "
              f"acknowledged, refused {flood.refused}")


def test_a_lock_of_somebody_else():
    """Somebody holds the writer's lock for longer than the store waits: pushes are told
    so, none is lost, and it goes on by itself."""
    with Ingest(work_dir("lock"), workers=1) as service:
        client = Client(service.listen)
        client.push(article("first"))
        flood = Flood(service.listen)
        flood.start()
        wait_for("acknowledgements", lambda: flood.acked > 500)
        rogue = sqlite3.connect(f"file:{service.data}/factmill.db?mode=rw", uri=True,
                                isolation_level=None, timeout=30)
        rogue.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        wait_for("a refusal", lambda: sum(flood.refused.values()) > 0, 30)
        told = time.monotonic() - began
        held = flood.acked
        rogue.execute("ROLLBACK")
        wait_for("pushes that go on", lambda: flood.acked > held + 500, 30)
        flood.stop.set()
        flood.join(60)
        rogue.close()
        assert flood.failure is None, flood.failure
        with service.database() as store:
            stored = store.execute("SELECT count(*) FROM article").fetchone()[0]
        assert stored == flood.acked + 1, (stored, flood.acked)
        print(f"  told after {told:.1f} s: {flood.refused}; {flood.acked} acknowledged and stored")


if __name__ == "__main__":
    main(test_a_reader_that_never_ends, test_readers_without_a_gap, test_a_lock_of_somebody_else)
