#!/usr/bin/python3
"""Overload is visible: high and low marks, PULL that waits, pause and resume."""
from zmq.utils.monitor import recv_monitor_message

from fm_client import (Client, Ingest, Refused, admin, article, fact, main, push_socket,
                       refused, rpc, wait_for, wait_idle, work, work_dir)


def test_marks_on_articles():
    with Ingest(work_dir("marks"), "--high-mark-articles", 100, "--low-mark-articles", 50,
                workers=0) as service:
        client = Client(service.listen)
        pushed, why = 0, None
        while why is None and pushed < 1000:
            try:
                client.push(article(f"m{pushed}"))
                pushed += 1
            except Refused as refusal:
                why = refusal
        assert pushed == 100, pushed
        assert why.code == rpc.RESOURCE_EXHAUSTED and why.reason == "BACKLOG_FULL", why
        assert why.retry_after_ms > 0, "no hint"
        status = client.status()
        assert status.refusing and status.refusing_reason == "BACKLOG_FULL", status
        assert service.get("/readyz")[0] == 200, "busy is not broken"
        # A worker by hand: until the low mark is passed it stays shut.
        worker = Client(service.value("work"))
        take(worker, 30)
        why = refused(rpc.RESOURCE_EXHAUSTED, client.push, article("between"))
        take(worker, 30)
        client.push(article("open again"))
        assert not client.status().refusing


def done(lease):
    return work.WorkResult(lease=lease.lease, extraction=fact.Extraction(
        article=lease.article.id, source=lease.article.source, extractor="by hand"))


def take(worker, n):
    """Leases n articles and hands back that nothing was found in them."""
    results = []
    while n > 0 or results:
        reply = worker.call("/factmill.v1.Work/Exchange", work.ExchangeRequest(
            worker="by-hand", want=min(n, 16), results=results), timeout_ms=1000)
        results = [done(lease) for lease in reply.leases]
        n -= len(results)


def test_marks_on_bytes():
    with Ingest(work_dir("bytes"), "--high-mark-bytes", "100k", workers=0) as service:
        client = Client(service.listen)
        pushed = 0
        text = "word " * 2000
        why = None
        while why is None and pushed < 100:
            try:
                client.push(article(f"b{pushed}", text=text))
                pushed += 1
            except Refused as refusal:
                why = refusal
        assert why is not None and why.reason == "BACKLOG_FULL" and 10 <= pushed <= 12, pushed


def test_many_in_flight():
    """What is refused is refused, what is acknowledged is there: no third way."""
    with Ingest(work_dir("flight"), "--high-mark-articles", 200, workers=0) as service:
        client = Client(service.listen)
        answers = client.push_all([article(f"f{i}") for i in range(2000)], window=2000)
        good = [r for h, r in answers if h.status.code == rpc.OK]
        bad = {h.status.reason for h, _ in answers if h.status.code != rpc.OK}
        assert bad == {"BACKLOG_FULL"}, bad
        # The mark looks at what is committed and what waits for it.
        assert len(good) == 200, len(good)
        assert client.status().pending == 200


def test_pull_waits():
    """Past the mark PULL is not read; nothing is lost when it opens again."""
    with Ingest(work_dir("pull-waits"), "--high-mark-articles", 100, "--low-mark-articles",
                50, workers=0) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        for i in range(5000):
            sock.send(article(f"w{i}").SerializeToString())
        wait_for("the mark", lambda: client.status().refusing)
        held = wait_for("it to stop reading", lambda: steady(client))
        assert held < 5000, f"{held} articles were let in past a mark of 100"
        print(f"  {held} let in past a mark of 100")
        worker = Client(service.value("work"))
        wait_for("all of them", lambda: drained(worker, client, 5000), timeout_s=120)
        sock.close()


def test_pull_waits_long():
    """For longer than anybody is patient: what the system has received is not thrown away."""
    with Ingest(work_dir("pull-long"), "--high-mark-articles", 100, "--low-mark-articles",
                50, workers=0) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        events = sock.get_monitor_socket()
        for i in range(3000):
            sock.send(article(f"w{i}").SerializeToString())
        wait_for("the mark", lambda: client.status().refusing)
        wait_for("it to stop reading", lambda: steady(client))
        while events.poll(0):
            events.recv_multipart()
        # TCP gives up what is not confirmed after 15 s, but this is only not read.
        assert not events.poll(17000), recv_monitor_message(events)
        worker = Client(service.value("work"))
        wait_for("all of them", lambda: drained(worker, client, 3000), timeout_s=60)
        sock.disable_monitor()
        sock.close()


def steady(client):
    before = client.status().pending
    wait_for("time", lambda: client.status().uptime_ms)
    return before if client.status().pending == before and before >= 100 else None


def drained(worker, client, n):
    reply = worker.call("/factmill.v1.Work/Exchange",
                        work.ExchangeRequest(worker="drain", want=64), timeout_ms=1000)
    results = [done(lease) for lease in reply.leases]
    if results:
        worker.call("/factmill.v1.Work/Exchange",
                    work.ExchangeRequest(worker="drain", results=results))
    return client.status().done == n


def test_pause():
    with Ingest(work_dir("pause"), workers=1) as service:
        client = Client(service.listen)
        assert client.call("/factmill.v1.Admin/Pause", admin.PauseRequest()).paused
        for i in range(20):
            client.push(article(f"p{i}"))
        status = client.status()
        assert status.paused and status.pending == 20 and status.done == 0, status
        assert not client.call("/factmill.v1.Admin/Resume", admin.ResumeRequest()).paused
        status = wait_idle(client)
        assert status.done == 20 and not status.paused, status


if __name__ == "__main__":
    main(test_marks_on_articles, test_marks_on_bytes, test_many_in_flight, test_pull_waits,
         test_pull_waits_long, test_pause)
