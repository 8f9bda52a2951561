#!/usr/bin/python3
"""A thousand clients: idle, flooding as fast as they can, flooding and never reading. Memory
stays bounded, everybody gets a fair share, and somebody who behaves is served meanwhile.

FM_FLOOD_CLIENTS: how many (1000). FM_FLOOD_S: how long each flood lasts (3)."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (Client, Ingest, Query, Refused, article, ingest, main, query,  # noqa: E402
                       rpc, wait_for, work_dir)
from network_zmtp import (Crowd, bounded, call, cpu_s, how_many, jain, message, reset_peak, rss_mb)  # noqa: E402

CLIENTS = how_many(int(os.environ.get("FM_FLOOD_CLIENTS", "1000")))
SECONDS = float(os.environ.get("FM_FLOOD_S", "3"))
IDLE_MB, FLOOD_MB = 64, 256
PUSH = "/factmill.v1.Ingest/Push"
TEXT = ("The ministry said on Monday that 46 clinics had closed in the north. " * 45)[:3000]


class Polite(threading.Thread):
    """One client among them with one push at a time."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.client = Client(endpoint)
        self.stop = threading.Event()
        self.took = []
        self.refused = 0
        self.failure = None
        self.start()

    def run(self):
        try:
            while not self.stop.is_set():
                began = time.monotonic()
                try:
                    self.client.push(article(f"polite{len(self.took)}", text=TEXT))
                    self.took.append(time.monotonic() - began)
                except Refused as r:
                    assert r.code == rpc.RESOURCE_EXHAUSTED and r.retry_after_ms > 0, r
                    self.refused += 1
                    time.sleep(r.retry_after_ms / 1000)
        except Exception as e:
            self.failure = e

    def end(self):
        self.stop.set()
        self.join(30)
        assert self.failure is None, self.failure
        assert self.took, "nothing of the polite one came through"
        took = sorted(self.took)
        return (f"polite: {len(took)} pushes, p50 {took[len(took) // 2] * 1000:.0f} ms, "
                f"max {took[-1] * 1000:.0f} ms, {self.refused} times asked to wait")


class Flooder:
    """Fills what its peer has to send: the next pushes, numbered, articles it sent before."""

    def __init__(self, crowd, endpoint, bytes_each=len(TEXT)):
        text = (TEXT * (bytes_each // len(TEXT) + 1))[:bytes_each]
        request = ingest.PushRequest(article=article("flood", text=text)).SerializeToString()
        # Numbers come again, but not while a call with the same one could be open.
        calls = [call(n, PUSH, request) for n in range(1, max(17, (8 << 20) // bytes_each))]
        step = max(1, 65536 // bytes_each)
        self.blocks = [b"".join(calls[at:at + step]) for at in range(0, len(calls), step)]
        self.next = {}
        self.peers = crowd.connect(endpoint, CLIENTS)
        self.good = {}
        for peer in self.peers:
            peer.on_message = self.answered
            self.good[peer] = 0

    def refill(self, peer):
        at = self.next.get(peer, 0)
        self.next[peer] = (at + 1) % len(self.blocks)
        peer.out = self.blocks[at]

    def answered(self, peer, frames):
        header = rpc.Header.FromString(frames[0])
        if header.status.code == rpc.OK:
            self.good[peer] += 1


def test_idle():
    """Connected, and nothing else."""
    folder = work_dir("idle")
    with Ingest(folder, workers=0) as service, Query(folder, service.data) as asker:
        for program in (service, asker):
            before = rss_mb(program.pid())
            crowd = Crowd()
            crowd.connect(program.listen, CLIENTS)
            spent = cpu_s(program.pid())
            crowd.turn(1)
            spent = cpu_s(program.pid()) - spent
            now = rss_mb(program.pid())
            print(f"  {program.name}: {before:.0f} MB, with {CLIENTS} idle clients {now:.0f} MB, "
                  f"{100 * spent:.1f} % of a core")
            bounded(now, IDLE_MB)
            crowd.close()


def flood(name, read, bytes_each=len(TEXT)):
    with Ingest(work_dir(name), workers=0) as service:
        crowd = Crowd()
        flooder = Flooder(crowd, service.listen, bytes_each)
        reset_peak(service.pid())
        polite = Polite(service.listen)
        spent = cpu_s(service.pid())
        crowd.turn(SECONDS, read=read, refill=flooder.refill)
        said = polite.end()
        peak = rss_mb(service.pid(), peak=True)
        spent = (cpu_s(service.pid()) - spent) / SECONDS
        good = list(flooder.good.values())
        print(f"  {CLIENTS} clients, {sum(good) / SECONDS:.0f} pushes/s acknowledged to them, "
              f"fairness {jain(good):.3f}; peak {peak:.0f} MB, {spent:.1f} cores; {said}")
        crowd.close()
        bounded(peak, FLOOD_MB)
        if read and sum(good) > 50 * CLIENTS:
            assert jain(good) >= 0.95, sorted(good)
        client = Client(service.listen)
        assert client.push(article("after")).flushed
        wait_for("all calls to end", lambda: service.metrics()["factmill_rpc_open"] == 0, 60)


def test_flood():
    flood("flood", True)


def test_flood_without_reading():
    flood("deaf", False)


def test_flood_of_pull():
    """PULL cannot refuse; past the mark it is not read, and what ZeroMQ holds of each is little."""
    with Ingest(work_dir("pull"), "--high-mark-articles", 1000, workers=0) as service:
        crowd = Crowd()
        block = message(article("pulled", text=TEXT).SerializeToString()) * 16
        peers = crowd.connect(service.pull, CLIENTS, kind=b"PUSH")
        reset_peak(service.pid())

        def refill(peer):
            peer.sent += 16
            peer.out = block

        client = Client(service.listen)
        for i in range(1000):
            client.begin(PUSH, ingest.PushRequest(article=article(f"mark{i}")))
        asker = Client(service.listen)
        wait_for("the mark", lambda: asker.status().refusing)
        crowd.turn(SECONDS, refill=refill)
        peak = rss_mb(service.pid(), peak=True)
        print(f"  {CLIENTS} senders: peak {peak:.0f} MB, "
              f"{sum(p.sent for p in peers)} articles sent")
        assert asker.status().refusing
        crowd.close()
        bounded(peak, FLOOD_MB)


def test_flood_of_large_articles():
    """Each in the middle of a megabyte: ZeroMQ reads from all of them at once, and what it has
    of each no mark bounds. Past max-memory those who send the most lose their connections."""
    with Ingest(work_dir("large"), "--max-memory", f"{FLOOD_MB}M", workers=0) as service:
        crowd = Crowd()
        flooder = Flooder(crowd, service.listen, 1 << 20)
        reset_peak(service.pid())
        polite = Polite(service.listen)
        crowd.turn(SECONDS, refill=flooder.refill)
        said = polite.end()
        peak = rss_mb(service.pid(), peak=True)
        cut = service.metrics()["factmill_cut_total"]
        print(f"  {CLIENTS} clients, {cut:.0f} were cut, {len(crowd.peers)} are left; "
              f"{sum(flooder.good.values())} articles of theirs were taken; "
              f"peak {peak:.0f} MB; {said}")
        crowd.close()
        # It looks every 10 ms, but on a busy machine much arrives before it can.
        bounded(peak, 3 * FLOOD_MB)
        wait_for("the memory to be free", lambda: rss_mb(service.pid()) < FLOOD_MB, 20)


if __name__ == "__main__":
    main(test_idle, test_flood, test_flood_without_reading, test_flood_of_pull,
         test_flood_of_large_articles)
