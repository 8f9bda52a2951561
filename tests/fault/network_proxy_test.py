#!/usr/bin/python3
"""Networks that cut, reset, stall, delay and fall silent between a producer and the service:
what was acknowledged is stored, once, and both ends get over it.

FM_SEED replays a run. FM_LONG=1: longer silences, more resets."""
import json
import os
import random
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (BIN, Client, Ingest, Query, TimedOut, article, health, ingest,  # noqa: E402
                       main, rpc, wait_for, wait_idle, work_dir)
from proxy import Proxy  # noqa: E402
from network_zmtp import bounded, rss_mb  # noqa: E402

LONG = os.environ.get("FM_LONG") == "1"
SEED = int(os.environ.get("FM_SEED", str(random.SystemRandom().randrange(1 << 32))))
PUSH = "/factmill.v1.Ingest/Push"
TEXT = 'The number of clinics fell from 46 to 17. "We will open them again," said Maria Lopez.\n'


def feed(folder, n, prefix="n", size=1):
    path = os.path.join(folder, "feed.jsonl")
    with open(path, "w", encoding="utf-8") as out:
        for i in range(n):
            out.write(json.dumps({"id": f"{prefix}{i}", "source": "net.example",
                                  "text": f"Number {i}. " + TEXT * size}) + "\n")
    return path


class Pusher:
    """factmill push, in the background."""

    def __init__(self, endpoint, path, *flags):
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.join(BIN, "factmill"), "push", path, "--json", "--ingest", endpoint, *flags],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def end(self, timeout_s=120):
        out, err = self.process.communicate(timeout=timeout_s)
        assert self.process.returncode == 0, (self.process.returncode, err)
        self.took = time.monotonic() - self.began
        return json.loads(out)


def stored(service, prefix="n"):
    with service.database() as db:
        return sorted(row[0] for row in db.execute(
            "SELECT id FROM article WHERE id LIKE ?", (prefix + "%",)))


def all_there(service, n, prefix="n"):
    ids = stored(service, prefix)
    assert len(ids) == n and len(set(ids)) == n, f"{len(ids)} stored, {len(set(ids))} different"


def test_resets_in_the_middle():
    """RST after any number of bytes, in the middle of frames: sent again, stored once."""
    n = 6000 if LONG else 1500
    folder = work_dir("resets")
    path = feed(folder, n, size=12)
    dice = random.Random(SEED)
    with Ingest(folder, workers=0) as service, Proxy(service.listen) as proxy:
        # One in three while the two say who they are.
        proxy.cut_after = lambda: dice.randrange(1, dice.choice((300, 300000, 300000)))
        done = Pusher(proxy.listen, path, "--window", "64").end()
        proxy.cut_after = lambda: None
        assert done["articles"] == n and done["refused"] == 0, done
        assert proxy.resets > 3, proxy.resets
        all_there(service, n)
        print(f"  {proxy.resets} resets, {n} stored, {done['duplicates']} were told known")


def test_silence():
    """All packets vanish for a while, then the network is back: the same connection goes on,
    or another does; nothing is lost."""
    n = 2000
    folder = work_dir("silence")
    with Ingest(folder, workers=0) as service, Proxy(service.listen) as proxy:
        for seconds in ((1, 30) if LONG else (1, 4)):
            prefix = f"s{seconds}-"
            pusher = Pusher(proxy.listen, feed(folder, n, prefix), "--window", "32")
            wait_for("the first of them", lambda: stored(service, prefix), 30, 0.005)
            proxy.blackhole = True
            time.sleep(seconds)
            held = len(stored(service, prefix))
            proxy.blackhole = False
            healed = time.monotonic()
            pusher.end()
            all_there(service, n, prefix)
            print(f"  {seconds} s of silence after {held} articles, all stored "
                  f"{time.monotonic() - healed:.1f} s later")
            assert held < n


def test_half_open():
    """The way to the server is gone for good and nobody says so, not even TCP: the client finds
    out when nothing comes for as long as a call may take, and goes another way."""
    n = 2000
    folder = work_dir("half-open")
    with Ingest(folder, workers=0) as service, Proxy(service.listen) as proxy:
        pusher = Pusher(proxy.listen, feed(folder, n), "--window", "32", "--timeout", "8s",
                        "--patience", "60s")
        wait_for("the first of them", lambda: len(stored(service)) > 200, 30, 0.005)
        proxy.silence()
        held = len(stored(service))
        pusher.end()
        all_there(service, n)
        print(f"  cut after {held} of {n}; {proxy.connections} connections, "
              f"{pusher.took:.1f} s in all")
        assert proxy.connections == 2


def test_latency():
    """100 ms each way and stalls: as fast as the window allows, not slower by more."""
    window, delay = 256, 0.1
    n = window * 10
    folder = work_dir("latency")
    path = feed(folder, n)
    with Ingest(folder, workers=0) as service, Proxy(service.listen, SEED) as proxy:
        proxy.delay_s = delay
        done = Pusher(proxy.listen, path, "--window", str(window)).end()
        ideal = n / window * 2 * delay
        proxy.stall_p, proxy.stall_s = 0.01, 0.3
        stalled = Pusher(proxy.listen, feed(folder, n, "t"), "--window", str(window))
        stalled.end()
        print(f"  {n} in {done['seconds']:.1f} s, by the window formula {ideal:.1f} s; "
              f"with stalls {stalled.took:.1f} s")
        all_there(service, n)
        all_there(service, n, "t")


def test_stopped_server():
    """SIGSTOP: calls end by their deadline; sent again afterwards, all is stored once."""
    folder = work_dir("stopped")
    n = 2000
    with Ingest(folder, workers=0) as service:
        client = Client(service.listen)
        client.push(article("z0"))
        pusher = Pusher(service.listen, feed(folder, n), "--timeout", "1s", "--window", "8")
        wait_for("the first of them", lambda: len(stored(service)) > 20, 30, 0.001)
        service.kill(signal.SIGSTOP)
        try:
            client.push(article("z1"), timeout_ms=500, wait_s=0.5)
            raise AssertionError("a stopped server answered")
        except TimedOut:
            pass
        finally:
            time.sleep(30 if LONG else 2.5)
            service.kill(signal.SIGCONT)
        done = pusher.end()
        all_there(service, n)
        client.close()
        client = Client(service.listen)
        assert client.push(article("z1")).flushed
        all_there(service, 2, "z")
        print(f"  {n} stored once, {done['duplicates']} of them told known")


def test_stopped_subscriber():
    """A watcher that is stopped costs the service nothing, and goes on where it was."""
    folder = work_dir("subscriber")
    with Ingest(folder) as service, Query(folder, service.data) as asker:
        with open(os.path.join(folder, "seen"), "w") as out:
            watcher = subprocess.Popen([os.path.join(BIN, "factmill"), "watch", "--json",
                                        "--endpoint", asker.listen], stdout=out)
        client = Client(service.listen)
        client.push(article("w0"))
        wait_for("the first fact", lambda: os.path.getsize(os.path.join(folder, "seen")), 30)
        watcher.send_signal(signal.SIGSTOP)
        before = rss_mb(asker.pid())
        n = 3000 if LONG else 600
        client.push_all([article(f"w{i + 1}", text=TEXT + f"\nNumber {i} came.") for i in range(n)])
        wait_idle(client)
        now = rss_mb(asker.pid())
        facts = client.status().facts
        watcher.send_signal(signal.SIGCONT)
        path = os.path.join(folder, "seen")
        wait_for("all facts", lambda: sum(1 for _ in open(path)) >= facts, 60, 0.2)
        watcher.send_signal(signal.SIGINT)
        watcher.wait(10)
        print(f"  {facts} facts came while it was stopped: {before:.0f} MB, then {now:.0f} MB")
        bounded(now, before + 32)


def test_everything_three_times():
    """Every push three times, in any order, over a restart: stored once, facts once."""
    folder = work_dir("thrice")
    n = 1000 if LONG else 300
    dice = random.Random(SEED)
    with Ingest(folder) as service:
        items = [article(f"d{i}", text=TEXT + f"\nNumber {i} came in 2019.") for i in range(n)]
        plan = items * 3
        dice.shuffle(plan)
        half = len(plan) // 2
        client = Client(service.listen)
        answers = client.push_all(plan[:half])
        client.close()
        service.kill(signal.SIGKILL)
        service.wait()
        service.start()
        client = Client(service.listen)
        answers += client.push_all(plan[half:])
        assert all(h.status.code == rpc.OK for h, _ in answers)
        known = sum(r.duplicate for _, r in answers)
        assert known == 2 * n, (known, n)
        wait_idle(client)
        all_there(service, n, "d")
        with service.database() as db:
            facts, different, articles = db.execute(
                "SELECT count(*), count(DISTINCT id), count(DISTINCT article) FROM fact").fetchone()
        assert facts == different and articles == n, (facts, different, articles)
        print(f"  {3 * n} pushes, {known} told known, {facts} facts, none twice")


def test_deadlines_in_races():
    """Deadlines of a few milliseconds: one answer each, and what was answered OK is stored."""
    n = 20000 if LONG else 4000
    with Ingest(work_dir("deadlines"), workers=0) as service:
        client = Client(service.listen)
        client.push(article("first"))
        dice = random.Random(SEED)
        open_calls = {}
        answered = {}
        good = late = 0
        for i in range(n):
            number = client.begin(PUSH, ingest.PushRequest(article=article(f"r{i}")),
                                  timeout_ms=dice.randrange(1, 12))
            open_calls[number] = f"r{i}"
            if dice.random() < 0.1:
                cancel = rpc.Header(call=number, action=rpc.CANCEL)
                client.socket.send_multipart([cancel.SerializeToString()])
        acked = []
        while len(answered) < n:
            header, _ = client.next(30)
            assert header.call in open_calls, header
            assert header.call not in answered, f"two answers: {header}"
            answered[header.call] = header.status.code
            assert header.status.code in (rpc.OK, rpc.DEADLINE_EXCEEDED, rpc.CANCELLED,
                                          rpc.RESOURCE_EXHAUSTED), header
            if header.status.code == rpc.OK:
                acked.append(open_calls[header.call])
            good += header.status.code == rpc.OK
            late += header.status.code == rpc.DEADLINE_EXCEEDED
        ids = set(stored(service, "r"))
        assert set(acked) <= ids, sorted(set(acked) - ids)[:5]
        wait_for("no call to be open", lambda: service.metrics()["factmill_rpc_open"] == 0, 10)
        assert not client.socket.poll(300), "an answer too many"
        print(f"  {n} pushes: {good} acknowledged, {late} too late, {len(ids)} stored")


def test_credit_violations():
    """Credit that nobody may give: for calls that are none, for ended ones, without end."""
    folder = work_dir("credit")
    with Ingest(folder, workers=0) as service, Query(folder, service.data) as asker:
        for listen, program in ((service.listen, service), (asker.listen, asker)):
            rogue, good = Client(listen), Client(listen)
            before = rss_mb(program.pid())
            for i in range(30000):
                header = rpc.Header(call=1 + i % 7, action=rpc.CREDIT, credit=(1 << 32) - 1)
                rogue.socket.send_multipart([header.SerializeToString()])
            number = rogue.begin("/grpc.health.v1.Health/Watch", b"", credit=(1 << 32) - 1,
                                 timeout_ms=20000)
            for i in range(1000):
                header = rpc.Header(call=number, action=rpc.CREDIT, credit=(1 << 32) - 1)
                rogue.socket.send_multipart([header.SerializeToString()])
            header, _ = rogue.next()
            assert header.call == number and header.more, header
            assert not rogue.socket.poll(200), "more than there is to say"
            assert good.call("/grpc.health.v1.Health/Check",
                             health.HealthCheckRequest()).status == 1
            # Not a stream: credit changes nothing.
            number = good.begin("/grpc.health.v1.Health/Check", b"", credit=1000)
            assert not good.next()[0].more
            now = rss_mb(program.pid())
            bounded(now, before + 16)
            rogue.close()
            good.close()


if __name__ == "__main__":
    print(f"FM_SEED={SEED}")
    main(test_resets_in_the_middle, test_silence, test_half_open, test_latency,
         test_stopped_server, test_stopped_subscriber, test_everything_three_times,
         test_deadlines_in_races, test_credit_violations)
