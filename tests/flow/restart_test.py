#!/usr/bin/python3
"""Stopping and starting: what was acknowledged is there, once; drain; workers."""
import os
import signal
import time

from fm_client import (Client, Ingest, Program, TimedOut, article, free_port, health, main, rpc,
                       wait_for, wait_idle, work, work_dir)

PUSH = "/factmill.v1.Ingest/Push"


def test_kept_over_restart():
    folder = work_dir("kept")
    with Ingest(folder, workers=0) as service:
        answers = Client(service.listen).push_all([article(f"k{i}") for i in range(300)])
        assert all(h.status.code == rpc.OK for h, _ in answers)
    with Ingest(folder, workers=2) as service:
        client = Client(service.listen)
        status = wait_idle(client)
        assert status.done == 300 and status.dead == 0, status
        # Whoever waits for an answer comes before whoever reads.
        steps = [os.getpriority(os.PRIO_PROCESS, pid) for pid in service.workers()]
        assert len(steps) == 2 and min(steps) >= 10, steps
        again = client.push_all([article(f"k{i}") for i in range(300)])
        assert all(r.duplicate for _, r in again)
        assert [r.sequence for _, r in again] == [r.sequence for _, r in answers]
        facts = status.facts
    with Ingest(folder, workers=2) as service:
        status = Client(service.listen).status()
        assert (status.done, status.facts, status.pending) == (300, facts, 0), status
    assert not os.path.getsize(os.path.join(folder, "data", "factmill.db")) == 0
    wal = os.path.join(folder, "data", "factmill.db-wal")
    assert not os.path.exists(wal) or os.path.getsize(wal) == 0, "the log was not moved"


def test_drain_under_load():
    """SIGTERM in the middle: every call is answered, every OK is kept."""
    folder = work_dir("drain")
    service = Ingest(folder, workers=2).start()
    client = Client(service.listen)
    numbers = {}
    for i in range(3000):
        numbers[client.begin(PUSH, b"\x0a" + _len(article(f"d{i}").SerializeToString()),
                             30000)] = i
        if i == 1000:
            service.kill(signal.SIGTERM)
    acked, refusals = set(), set()
    until = time.monotonic() + 20
    while numbers and time.monotonic() < until:
        try:
            header, _ = client.next(1.0)
        except TimedOut:
            if service.process.poll() is not None:
                break
            continue
        i = numbers.pop(header.call)
        if header.status.code == rpc.OK:
            acked.add(f"d{i}")
        else:
            refusals.add((header.status.code, header.status.reason))
            assert header.retry_after_ms > 0, header
    assert service.wait(20) == 0, service.tail()
    assert acked, "nothing was accepted before the signal"
    assert all(code == rpc.UNAVAILABLE for code, _ in refusals), refusals
    with service.database() as store:
        stored = {row[0] for row in store.execute("select id from article")}
    assert acked <= stored, f"lost: {sorted(acked - stored)[:5]}"
    print(f"  {len(acked)} acknowledged, {len(stored)} stored, {len(numbers)} unanswered")
    # What was on loan went back without an attempt counted.
    with service.database() as store:
        states = dict(store.execute("select attempts, count(*) from article"
                                    " where state in (1, 2) group by attempts"))
    assert set(states) <= {0}, states


def _len(raw):
    n, out = len(raw), bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    return bytes(out) + bytes([n]) + raw


def test_not_serving_before_it_refuses():
    service = Ingest(work_dir("unready"), workers=0).start()
    watcher = Client(service.listen)
    watch = watcher.begin("/grpc.health.v1.Health/Watch",
                          health.HealthCheckRequest(service="factmill.v1.Ingest"),
                          timeout_ms=60000, credit=10)
    header, body = watcher.next()
    assert health.HealthCheckResponse.FromString(body).status == 1, header
    service.kill(signal.SIGTERM)
    header, body = watcher.next()
    assert header.call == watch
    assert health.HealthCheckResponse.FromString(body).status == 2, body
    assert Client(service.listen).push(article("just in time")).flushed
    assert service.wait(20) == 0


def test_second_signal():
    """A worker by hand holds an article and never answers: the second signal
    does not wait for anybody, and the article is not charged."""
    folder = work_dir("second")
    service = Ingest(folder, "--drain-timeout", "60s", workers=0).start()
    client = Client(service.listen)
    client.push(article("held"))
    worker = Client(service.value("work"))
    reply = worker.call("/factmill.v1.Work/Exchange",
                        work.ExchangeRequest(worker="sleepy", want=1))
    assert len(reply.leases) == 1
    service.kill(signal.SIGTERM)
    service.kill(signal.SIGINT)
    assert service.wait(10) == 0, service.tail()
    with service.database() as store:
        row = store.execute("select state, attempts from article").fetchone()
    assert row == (1, 0), row


def test_workers_end_with_their_ingest():
    service = Ingest(work_dir("orphans"), workers=3).start()
    pids = wait_for("3 workers", lambda: len(service.workers()) == 3 and service.workers())
    service.kill(signal.SIGKILL)
    service.wait()
    for pid in pids:
        wait_for(f"the end of worker {pid}", lambda p=pid: not alive(p), timeout_s=10)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_worker_is_started_again():
    with Ingest(work_dir("again"), workers=1) as service:
        client = Client(service.listen)
        first = wait_for("a worker", service.workers)[0]
        os.kill(first, signal.SIGKILL)
        wait_for("another worker", lambda: service.workers() not in ([], [first]))
        client.push(article("w1"))
        assert wait_idle(client).done == 1
        assert service.metrics()["factmill_worker_restarts_total"] == 1


def test_remote_worker():
    """A worker of its own, over tcp; it outlives its ingest and finds it again."""
    folder = work_dir("remote")
    endpoint = f"tcp://127.0.0.1:{free_port()}"
    worker = Program("factmill-worker", ["--connect", endpoint],
                     os.path.join(folder, "worker.log")).start(wait_ready=False)
    try:
        for round_ in range(2):
            with Ingest(folder, "--work", endpoint, workers=0) as service:
                client = Client(service.listen)
                client.push_all([article(f"r{round_}.{i}") for i in range(50)])
                assert wait_idle(client).done == 50 * (round_ + 1)
        assert worker.process.poll() is None
    finally:
        status = worker.stop()
    assert status == 0, worker.tail()


def test_worker_hands_back():
    """SIGTERM to a worker: what it had not begun is PENDING, uncounted."""
    folder = work_dir("hands-back")
    with Ingest(folder, "--lease-time", "500ms", workers=0) as service:
        client = Client(service.listen)
        client.push_all([article(f"h{i}") for i in range(16)])
        worker = Program("factmill-worker", ["--connect", service.value("work"), "--name", "one"],
                         os.path.join(folder, "worker.log"),
                         {"FACTMILL_FAULT": "worker.hang.h0:0"})
        worker.start(wait_ready=False)
        wait_for("the loan", lambda: client.status().leased > 0)
        # It hangs at the first article: killed, it holds several, none is charged.
        worker.kill(signal.SIGKILL)
        worker.wait()
        second = Program("factmill-worker", ["--connect", service.value("work")],
                         os.path.join(folder, "worker2.log")).start(wait_ready=False)
        wait_for("work", lambda: client.status().done > 0)
        assert second.stop() == 0, second.tail()
        with service.database() as store:
            counted = store.execute("select count(*) from article where state = 1"
                                    " and attempts > 0").fetchone()[0]
        assert counted == 0, counted


def test_lease_runs_out():
    """A silent worker loses its article; its late result changes nothing."""
    with Ingest(work_dir("lease"), "--lease-time", "300ms", workers=0) as service:
        client = Client(service.listen)
        client.push(article("l1"))
        worker = Client(service.value("work"))
        method = "/factmill.v1.Work/Exchange"
        lease = worker.call(method, work.ExchangeRequest(worker="a", want=1)).leases[0]
        assert lease.attempt == 1 and lease.article.id == "l1", lease
        wait_for("it to run out", lambda: client.status().pending == 1)
        late = work.WorkResult(lease=lease.lease)
        late.extraction.article = "l1"
        reply = worker.call(method, work.ExchangeRequest(worker="a", results=[late]))
        assert list(reply.rejected) == [lease.lease], reply
        again = worker.call(method, work.ExchangeRequest(worker="b", want=1)).leases[0]
        assert again.lease != lease.lease and again.attempt == 2, again
        late.lease = again.lease
        worker.call(method, work.ExchangeRequest(worker="b", results=[late]))
        assert client.status().done == 1


def test_disk_failure_stops_it():
    """After EIO nothing is acknowledged, the exit status says so, and the next
    start recovers."""
    folder = work_dir("eio")
    service = Ingest(folder, workers=0, env={"FACTMILL_FAULT": "commit.after:3"}).start()
    client = Client(service.listen)
    acked = []
    for i in range(5):
        try:
            client.push(article(f"e{i}"), timeout_ms=2000)
            acked.append(f"e{i}")
        except Exception as e:
            print(f"  {i}: {e}")
            break
    status = service.wait(20)
    assert status == 74, (status, service.tail())
    assert acked and len(acked) < 5, acked
    with Ingest(folder, workers=0) as service:
        assert Client(service.listen).status().pending >= len(acked)


if __name__ == "__main__":
    main(test_kept_over_restart, test_drain_under_load, test_not_serving_before_it_refuses,
         test_second_signal, test_workers_end_with_their_ingest, test_worker_is_started_again,
         test_remote_worker, test_worker_hands_back, test_lease_runs_out,
         test_disk_failure_stops_it)
