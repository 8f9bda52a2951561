#!/usr/bin/python3
"""Dead letters: replayed (one, some, all, at a rate, never twice), discarded, and written
down."""
import os
import signal
import subprocess
import threading
import time

from fm_client import (BIN, Client, Ingest, Refused, TimedOut, admin, article, main, push_socket,
                       refused, rpc, wait_for, wait_idle, work, work_dir)

A = "/factmill.v1.Admin/"
ALL = admin.ReplayDeadLettersRequest(all=True)


def letters(client):
    return client.call(A + "ListDeadLetters", admin.ListDeadLettersRequest(page_size=1000))


def audit(client):
    entries, token = [], ""
    while True:
        page = client.call(A + "ListAudit", admin.ListAuditRequest(page_size=100,
                                                                   page_token=token))
        entries += page.entries
        token = page.next_page_token
        if not token:
            return entries


def bury(service, client, n):
    """n frames that are no articles."""
    sock = push_socket(service.pull)
    before = letters(client).total
    for i in range(n):
        sock.send(b"\xff not an article %d" % i)
    wait_for("the letters", lambda: letters(client).total == before + n)
    sock.close()


def kill_all(service, n):
    """Takes every article that waits, as a worker, and fails it."""
    worker = Client("ipc://" + os.path.join(service.data, "work.sock"))
    done = 0
    while done < n:
        got = worker.call("/factmill.v1.Work/Exchange", work.ExchangeRequest(worker="x", want=64))
        back = work.ExchangeRequest(worker="x")
        for lease in got.leases:
            back.results.add(lease=lease.lease, error="made to fail")
        worker.call("/factmill.v1.Work/Exchange", back)
        done += len(got.leases)
    worker.close()


def with_dead(name, ids, *args, **kwargs):
    """An ingest whose store has these articles as dead letters."""
    folder = work_dir(name)
    with Ingest(folder, "--max-attempts", 1, workers=0) as service:
        client = Client(service.listen)
        client.push_all([article(i) for i in ids])
        kill_all(service, len(ids))
        wait_for("the dead", lambda: client.status().dead == len(ids))
        client.push(article("good"))
        client.close()
    return Ingest(folder, *args, **kwargs)


def test_one_and_some():
    with with_dead("dead-some", ["bad1", "bad2", "bad3"]) as service:
        client = Client(service.listen)
        found = {letter.article: letter.id for letter in letters(client).dead_letters}
        assert set(found) == {"bad1", "bad2", "bad3"}
        wait_idle(client)
        reply = client.call(A + "ReplayDeadLetters",
                            admin.ReplayDeadLettersRequest(ids=[found["bad1"]]))
        assert (reply.replayed, reply.skipped) == (1, 0), reply
        status = wait_idle(client)
        assert status.dead == 2 and status.done == 2, status
        with service.database() as store:
            facts = dict(store.execute("SELECT id, facts FROM article"))
        assert facts["bad1"] == facts["good"] > 0, facts
        # Gone ones are skipped, however often and wherever they stand.
        reply = client.call(A + "ReplayDeadLetters", admin.ReplayDeadLettersRequest(
            ids=[found["bad1"], found["bad2"], found["bad2"], 10 ** 12]))
        assert (reply.replayed, reply.skipped) == (1, 3), reply
        reply = client.call(A + "DiscardDeadLetters",
                            admin.DiscardDeadLettersRequest(ids=[found["bad3"], found["bad1"]]))
        assert (reply.discarded, reply.skipped) == (1, 1), reply
        status = wait_idle(client)
        assert (status.dead, status.done, status.skipped) == (0, 3, 1), status
        again = client.push(article("bad3"))
        assert again.duplicate
        entries = audit(client)
        assert [(e.action, e.subject) for e in entries] == [
            ("discard", f"dead/{found['bad3']}"), ("replay", f"dead/{found['bad2']}"),
            ("replay", f"dead/{found['bad1']}")], entries
        assert all(e.principal == "local" and "made to fail" in e.detail for e in entries)


def test_all_and_bytes():
    with with_dead("dead-all", ["bad"]) as service:
        client = Client(service.listen)
        bury(service, client, 300)
        # An article that dies while all are replayed is a letter of its own.
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert (reply.replayed, reply.skipped) == (1, 300), reply
        assert letters(client).total == 300
        reply = client.call(A + "DiscardDeadLetters", admin.DiscardDeadLettersRequest(all=True))
        assert (reply.discarded, reply.skipped) == (300, 0), reply
        assert letters(client).total == 0
        with service.database() as store:
            assert store.execute("SELECT count(*) FROM dead").fetchone()[0] == 0
            assert store.execute("SELECT count(*) FROM audit").fetchone()[0] == 301
        assert len(audit(client)) == 301


def test_bytes_that_are_an_article_now():
    """Too long for the limit of yesterday."""
    folder = work_dir("dead-bytes")
    long = article("long", text="We will stay. " * 1000)
    with Ingest(folder, "--max-text-bytes", 1000, workers=0) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        sock.send(long.SerializeToString())
        wait_for("the letter", lambda: letters(client).total == 1)
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert (reply.replayed, reply.skipped) == (0, 1), reply
        sock.close()
    with Ingest(folder, workers=0) as service:
        client = Client(service.listen)
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert (reply.replayed, reply.skipped) == (1, 0), reply
        assert client.status().pending == 1
        assert client.push(long).duplicate


def test_superseded():
    with with_dead("dead-old", ["bad"]) as service:
        client = Client(service.listen)
        client.push(article("bad", text="A newer text.\n"))
        wait_idle(client)
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert (reply.replayed, reply.skipped) == (0, 1), reply
        assert letters(client).total == 1


def test_rate():
    with with_dead("dead-rate", [f"bad{i}" for i in range(30)]) as service:
        client, other = Client(service.listen), Client(service.listen)
        began = time.monotonic()
        number = client.begin(A + "ReplayDeadLetters",
                              admin.ReplayDeadLettersRequest(all=True, per_second=10), 60000)
        # The service answers meanwhile.
        seen = set()
        while letters(other).total > 0:
            seen.add(letters(other).total)
            assert time.monotonic() - began < 30
        header, body = client.next()
        assert header.call == number and header.status.code == rpc.OK, header
        assert admin.ReplayDeadLettersResponse.FromString(body).replayed == 30
        took = time.monotonic() - began
        assert took > 1.8, took  # ten at once, twenty more at ten a second
        assert len(seen) > 3, seen
        assert wait_idle(client).dead == 0


def test_ends_with_its_call():
    """Deadline, cancel, client gone: what was done stays done, the rest stays there."""
    with with_dead("dead-ends", [f"bad{i}" for i in range(8)]) as service:
        client = Client(service.listen)
        slow = admin.ReplayDeadLettersRequest(all=True, per_second=1)
        refused(rpc.DEADLINE_EXCEEDED, client.call, A + "ReplayDeadLetters", slow, 1500)
        left = letters(client).total
        assert 4 <= left <= 7, left
        number = client.begin(A + "ReplayDeadLetters", slow, 60000)
        client.socket.send_multipart([rpc.Header(call=number, action=rpc.CANCEL)
                                      .SerializeToString()])
        header, _ = client.next()
        assert header.status.code == rpc.CANCELLED, header
        time.sleep(1.5)
        after = letters(client).total
        assert after >= left - 2, (left, after)
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert reply.replayed == after and letters(client).total == 0
        assert len(audit(client)) == 8
        assert wait_idle(client).done == 9


def test_twice_at_once_then_killed():
    """Two operators replay everything, the service is killed in between: each letter once."""
    n = 400
    with with_dead("dead-twice", [f"bad{i}" for i in range(n)], workers=0) as service:
        client = Client(service.listen)
        replies, threads = [], []

        def replay():
            mine = Client(service.listen)
            try:
                replies.append(mine.call(A + "ReplayDeadLetters",
                                         admin.ReplayDeadLettersRequest(all=True, per_second=150),
                                         5000, wait_s=3))
            except (Refused, TimedOut) as e:
                replies.append(e)
            mine.close()
        for _ in range(2):
            threads.append(threading.Thread(target=replay))
            threads[-1].start()
        wait_for("some to be replayed", lambda: letters(client).total < n - 20)
        service.kill(signal.SIGKILL)
        service.wait()
        service.start()
        for thread in threads:
            thread.join()
        left = letters(client).total
        assert 0 < left < n, left
        again = [Client(service.listen), Client(service.listen)]
        numbers = [c.begin(A + "ReplayDeadLetters", ALL, 30000) for c in again]
        counts = []
        for c, number in zip(again, numbers):
            header, body = c.next()
            assert header.call == number and header.status.code == rpc.OK, header
            counts.append(admin.ReplayDeadLettersResponse.FromString(body).replayed)
        assert sum(counts) == left, (counts, left)
        status = client.status()
        assert status.pending == n + 1 and status.dead == 0, status
        subjects = [e.subject for e in audit(client)]
        assert len(subjects) == n and len(set(subjects)) == n, "a letter was replayed twice"


def test_bad_requests():
    with Ingest(work_dir("dead-wrong"), workers=0) as service:
        client = Client(service.listen)
        for method, request in (("Replay", admin.ReplayDeadLettersRequest),
                                ("Discard", admin.DiscardDeadLettersRequest)):
            r = refused(rpc.INVALID_ARGUMENT, client.call, f"{A}{method}DeadLetters", request())
            assert r.reason == "IDS_MISSING" and r.details["field"] == "ids", r
            r = refused(rpc.INVALID_ARGUMENT, client.call, f"{A}{method}DeadLetters",
                        request(ids=[1], all=True))
            assert r.reason == "IDS_AND_ALL", r
        reply = client.call(A + "ReplayDeadLetters", ALL)
        assert (reply.replayed, reply.skipped) == (0, 0)
        client.call(A + "Pause", admin.PauseRequest())
        client.call(A + "Resume", admin.ResumeRequest())
        wait_for("both in the audit", lambda: [e.action for e in audit(client)]
                 == ["resume", "pause"])
        token = client.call(A + "ListAudit", admin.ListAuditRequest(page_size=1)).next_page_token
        r = refused(rpc.INVALID_ARGUMENT, client.call, A + "ListDeadLetters",
                    admin.ListDeadLettersRequest(page_token=token))
        assert r.reason == "PAGE_TOKEN", r  # of another method


def test_drain_ends_a_replay():
    with with_dead("dead-drain", [f"bad{i}" for i in range(5)]) as service:
        client = Client(service.listen)
        client.begin(A + "ReplayDeadLetters",
                     admin.ReplayDeadLettersRequest(all=True, per_second=1), 60000)
        wait_for("one", lambda: letters(Client(service.listen)).total < 5)
        began = time.monotonic()
        service.kill(signal.SIGTERM)
        header, _ = client.next(10)
        assert header.status.code == rpc.UNAVAILABLE and "replayed" in header.status.message
        service.wait()
        print(f"     stopped after {time.monotonic() - began:.1f} s")


def test_tool():
    def tool(*args, status=0):
        done = subprocess.run([os.path.join(BIN, "factmill"), "dead", *args, "--ingest",
                               service.listen], capture_output=True, text=True, timeout=60)
        assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
        return done.stdout + done.stderr

    with with_dead("dead-tool", ["bad1", "bad2", "bad3"]) as service:
        client = Client(service.listen)
        assert "bad2" in tool("list")
        assert "1 replayed" in tool("replay", "1")
        assert "skipped" in tool("replay", "1", status=65)
        assert "1 discarded" in tool("discard", "2")
        assert "either ids or --all" in tool("replay", status=64)
        assert "either ids or --all" in tool("discard", "3", "--all", status=64)
        assert "no id" in tool("replay", "x", status=64)
        assert "none of list" in tool("bury", "3", status=64)
        assert "1 replayed" in tool("replay", "--all", "--rate", "5")
        assert "0 discarded" in tool("discard", "--all")
        assert wait_idle(client).dead == 0


if __name__ == "__main__":
    main(test_one_and_some, test_all_and_bytes, test_bytes_that_are_an_article_now,
         test_superseded, test_rate, test_ends_with_its_call, test_twice_at_once_then_killed,
         test_bad_requests, test_drain_ends_a_replay, test_tool)
