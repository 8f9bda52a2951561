#!/usr/bin/python3
"""How long it takes: to be ready after a kill with much waiting, to stop under load, to
answer single pushes while the log is moved. What must be true is asserted, how long it
took is printed.

FM_WAITING: articles that wait (20000; run.sh full 100000). FM_PUSH_S: seconds (6)."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (Client, Ingest, TimedOut, article, ingest, main, rpc, wait_for,  # noqa: E402
                       work_dir)

WAITING = int(os.environ.get("FM_WAITING", "20000"))
PUSH_S = float(os.environ.get("FM_PUSH_S", "6"))
TEXT = "The committee met in the old town hall on Tuesday. " * 58


def push(endpoint, name, n):
    client = Client(endpoint)
    answers = client.push_all([article(f"{name}{i}", text=f"{i}. {TEXT}") for i in range(n)])
    assert all(h.status.code == rpc.OK for h, _ in answers)
    client.close()


def test_ready_after_a_kill():
    folder = work_dir("ready")
    service = Ingest(folder, workers=0).start()
    client = Client(service.listen)
    threads = [threading.Thread(target=push, args=(service.listen, f"r{t}.", WAITING // 4))
               for t in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = []
    for _ in range(3):
        service.kill()
        service.wait()
        log = os.path.getsize(os.path.join(service.data, "factmill.db-wal"))
        began = time.monotonic()
        service.start()
        times.append(time.monotonic() - began)
        client = Client(service.listen)
        assert client.status().pending == WAITING // 4 * 4
        push(service.listen, f"s{len(times)}.", 8)
        WAITS = WAITING // 4 * 4 + 8 * len(times)
        assert client.status().pending == WAITS
        service.kill()
        service.wait()
        service.start()
        assert Client(service.listen).status().pending == WAITS
        break
    print(f"  {WAITING} articles wait, a log of {log >> 20} MiB: ready after {times[0]:.2f} s")
    assert service.stop() == 0


class Load(threading.Thread):
    """Pushes with a window until the server is gone."""

    def __init__(self, endpoint, name):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.name = name
        self.stop = threading.Event()
        self.acked = set()
        self.refused = set()
        self.open = {}

    def run(self):
        client = Client(self.endpoint)
        n = 0
        while not (self.stop.is_set() and not self.open):
            while len(self.open) < 256 and not self.stop.is_set():
                ident = f"{self.name}.{n}"
                n += 1
                self.open[client.begin("/factmill.v1.Ingest/Push", ingest.PushRequest(
                    article=article(ident, text=f"{n}. {TEXT}")), 10000)] = ident
            try:
                header, _ = client.next(0.5)
            except TimedOut:
                if self.stop.is_set():
                    break
                continue
            ident = self.open.pop(header.call)
            (self.acked if header.status.code == rpc.OK else self.refused).add(ident)
        client.close()


def test_stop_under_load():
    """Every reply arrives: what is stored was acknowledged, and nothing else."""
    folder = work_dir("stop")
    service = Ingest(folder, workers=2).start()
    loads = [Load(service.listen, f"p{i}") for i in range(4)]
    for load in loads:
        load.start()
    wait_for("acknowledgements", lambda: all(len(x.acked) > 300 for x in loads))
    began = time.monotonic()
    assert service.stop() == 0, service.tail()
    took = time.monotonic() - began
    for load in loads:
        load.stop.set()
    for load in loads:
        load.join(20)
    acked = set().union(*(x.acked for x in loads))
    with service.database() as store:
        stored = {row[0] for row in store.execute("select id from article")}
    assert stored == acked, (len(stored - acked), len(acked - stored))
    unanswered = sum(len(x.open) for x in loads)
    print(f"  stopped after {took:.2f} s: {len(acked)} acknowledged, all of them stored and no "
          f"others; {sum(len(x.refused) for x in loads)} refused, {unanswered} never read")


def percentile(times, p):
    return sorted(times)[min(len(times) - 1, int(len(times) * p))] * 1000


def test_pushes_beside_checkpoints():
    with Ingest(work_dir("latency"), workers=0) as service:
        client = Client(service.listen)
        times = []
        until = time.monotonic() + PUSH_S
        while time.monotonic() < until:
            item = ingest.PushRequest(article=article(f"l{len(times)}",
                                                      text=f"{len(times)}. {TEXT}"))
            began = time.monotonic()
            client.call("/factmill.v1.Ingest/Push", item)
            times.append(time.monotonic() - began)
        metrics = service.metrics()
        moved = metrics["factmill_checkpoint_duration_seconds_count"]
        longest = metrics.get("factmill_checkpoint_duration_seconds_sum", 0.0) / max(moved, 1)
    assert moved > 0, "the log was not moved once"
    print(f"  {len(times)} pushes one by one, {moved:.0f} steps of moving the log of "
          f"{longest * 1000:.0f} ms: p50 {percentile(times, 0.5):.2f} ms, "
          f"p99 {percentile(times, 0.99):.2f} ms, p99.9 {percentile(times, 0.999):.2f} ms")


if __name__ == "__main__":
    main(test_ready_after_a_kill, test_stop_under_load, test_pushes_beside_checkpoints)
