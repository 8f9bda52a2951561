#!/usr/bin/python3
"""kill -9 of ingest, worker and query at random moments under load.

A journal of what was acknowledged is kept here, outside of what is killed. In
the end: everything acknowledged is stored, nothing was stored that was not
sent, every article was read, every text gave the same facts each time it was
read (none doubled, none missing), change numbers have no gaps, and the
database is sound.

FM_KILLS: how often each is killed (3). FM_SEED: replays the moments of a run.
"""
import hashlib
import os
import random
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (BIN, Client, Ingest, Program, TimedOut, article, free_port,  # noqa: E402
                       ingest, main, query, rpc, wait_for, work_dir)

KILLS = int(os.environ.get("FM_KILLS", "3"))
SEED = int(os.environ.get("FM_SEED", str(random.SystemRandom().randrange(1 << 32))))
WINDOW = 64
# Far above the two seconds that the service is meant to take.
DEAD_AFTER_S = 20.0

TEXTS = [
    'The Ministry of Health (MoH) said on Monday that 46 clinics had closed.\n',
    '"We will open them again in March," said Maria Lopez, the head of the ministry. '
    'The number of patients fell from 46,000 to 17,000.\n',
    'On 12 May 2021 the World Bank (WB) lent 300 million dollars to the city. '
    '"It is a start," Anna Kovacs said.\n\n' * 3,
]


class Producer(threading.Thread):
    """Pushes without end; what is not answered in time is sent again."""

    def __init__(self, number, endpoint, seed):
        super().__init__(daemon=True)
        self.number = number
        self.endpoint = endpoint
        self.random = random.Random(seed)
        self.stop = threading.Event()
        self.acked = {}  # id: texts by version
        self.sent = set()
        self.resent = 0
        self.last_ack = time.monotonic()
        self.failure = None

    def run(self):
        try:
            self.produce()
        except Exception as e:
            self.failure = e

    def produce(self):
        client = Client(self.endpoint)
        waiting = {}  # call: (id, text, since)
        again = []
        n = 0
        while not (self.stop.is_set() and not waiting and not again):
            while len(waiting) < WINDOW and (again or not self.stop.is_set()):
                if again:
                    ident, text = again.pop()
                else:
                    ident, text = f"p{self.number}.{n}", n % len(TEXTS)
                    n += 1
                    self.sent.add(ident)
                call = client.begin("/factmill.v1.Ingest/Push", ingest.PushRequest(
                    article=article(ident, text=TEXTS[text])), 5000)
                waiting[call] = (ident, text, time.monotonic())
            try:
                header, body = client.next(0.05)
            except TimedOut:
                header = None
            if header is not None and header.call in waiting:
                ident, text, _ = waiting.pop(header.call)
                if header.status.code == rpc.OK:
                    self.acknowledged(ident, text, ingest.PushResponse.FromString(body))
                else:
                    again.append((ident, text))
            late = time.monotonic() - 1.0
            for call in [c for c, w in waiting.items() if w[2] < late]:
                ident, text, _ = waiting.pop(call)
                self.resent += 1
                again.append((ident, text))
            if self.random.random() < 0.02:
                time.sleep(0.01)  # uneven load
        client.close()

    def acknowledged(self, ident, text, reply):
        assert reply.flushed and reply.version == 1, reply
        self.acked[ident] = text
        self.last_ack = time.monotonic()


class Reader(threading.Thread):
    """Asks the query service without end; only wrong answers matter."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.stop = threading.Event()
        self.answers = 0
        self.failure = None

    def run(self):
        client = Client(self.endpoint)
        while not self.stop.is_set():
            try:
                reply = client.call("/factmill.v1.Query/ListFacts",
                                    query.ListFactsRequest(page_size=50), timeout_ms=500,
                                    wait_s=1.0)
                ids = [f.id for f in reply.facts]
                if len(ids) != len(set(ids)):
                    self.failure = AssertionError("a fact twice on one page")
                self.answers += 1
            except Exception as e:
                if not isinstance(e, TimedOut) and getattr(e, "code", None) not in (
                        rpc.UNAVAILABLE, rpc.DEADLINE_EXCEEDED, rpc.ABORTED, None):
                    self.failure = e
                    return
        client.close()


def revived(producers, since):
    return all(p.last_ack > since or not p.is_alive() for p in producers)


def kill_ingest(rng, service, producers, back):
    service.kill()
    service.wait()
    died = time.monotonic()
    service.start(timeout_s=DEAD_AFTER_S)
    ready = time.monotonic() - died
    wait_for("acknowledgements", lambda: revived(producers, died), DEAD_AFTER_S)
    back["ingest ready"].append(ready)
    back["ingest acknowledges"].append(time.monotonic() - died)


def kill_worker(rng, service, producers, back):
    pids = wait_for("a worker", service.workers, DEAD_AFTER_S)
    victim = rng.choice(pids)
    os.kill(victim, 9)
    died = time.monotonic()
    wait_for("another worker", lambda: len(service.workers()) == 2
             and victim not in service.workers(), DEAD_AFTER_S)
    back["worker"].append(time.monotonic() - died)


def check_store(path, producers):
    store = sqlite3.connect(path)
    assert store.execute("pragma integrity_check").fetchall() == [("ok",)]
    rows = store.execute("select id, version, state, content, sequence from article").fetchall()
    stored = {row[0] for row in rows}
    acked = {i for p in producers for i in p.acked}
    sent = {i for p in producers for i in p.sent}
    assert acked <= stored, f"lost: {sorted(acked - stored)[:5]} of {len(acked - stored)}"
    assert stored <= sent, f"never sent: {sorted(stored - sent)[:5]}"
    assert len(rows) == len(stored), "an article is stored twice"
    assert all(row[2] == 3 for row in rows), "not all were read: " + str(
        [r for r in rows if r[2] != 3][:3])
    per_article = dict(store.execute("select article, count(*) from fact group by article"))
    by_text = {}
    for _, _, _, content, sequence in rows:
        by_text.setdefault(content, set()).add(per_article.get(sequence, 0))
    assert len(by_text) == len(TEXTS), len(by_text)
    assert all(len(counts) == 1 for counts in by_text.values()), f"facts differ: {by_text}"
    assert sum(sum(c) for c in by_text.values()) > 0, "no facts at all"
    total, distinct = store.execute("select count(*), count(distinct id) from fact").fetchone()
    assert total == distinct, f"{total - distinct} facts are doubled"
    last = 0
    for first, end in store.execute("select first, last from change order by first"):
        assert first == last + 1, f"a gap behind change {last}"
        last = end
    assert last == total, (last, total)
    store.close()
    return len(acked), len(stored), total


def test_kill():
    print(f"  FM_SEED={SEED} FM_KILLS={KILLS}")
    rng = random.Random(SEED)
    folder = work_dir("kill")
    service = Ingest(folder, workers=2).start()
    producers = [Producer(i, service.listen, rng.random()) for i in range(3)]
    back = {"ingest ready": [], "ingest acknowledges": [], "worker": [], "query": []}
    asker = reader = None
    if os.path.exists(os.path.join(BIN, "factmill-query")):
        endpoint = f"tcp://127.0.0.1:{free_port()}"
        asker = Program("factmill-query", ["--data", service.data, "--listen", endpoint,
                                           "--http", f"127.0.0.1:{free_port()}"],
                        os.path.join(folder, "query.log")).start()
        reader = Reader(endpoint)
        reader.start()
    else:
        print("  factmill-query is not built: only ingest and workers are killed")
    for producer in producers:
        producer.start()
    plan = ["ingest"] * KILLS + ["worker"] * KILLS + (["query"] * KILLS if asker else [])
    rng.shuffle(plan)
    for target in plan:
        time.sleep(rng.uniform(0.05, 0.8))  # the random moment
        if target == "ingest":
            kill_ingest(rng, service, producers, back)
        elif target == "worker":
            kill_worker(rng, service, producers, back)
        else:
            asker.kill()
            asker.wait()
            died, seen = time.monotonic(), reader.answers
            asker.start(timeout_s=DEAD_AFTER_S)
            wait_for("an answer", lambda: reader.answers > seen + 1, DEAD_AFTER_S)
            back["query"].append(time.monotonic() - died)
    finish(service, producers, asker, reader, back)


def finish(service, producers, asker, reader, back):
    for producer in producers:
        producer.stop.set()
    for producer in producers:
        producer.join(60)
        assert not producer.is_alive() and producer.failure is None, producer.failure
    client = Client(service.listen)

    def idle():
        s = client.status()
        return s if s.pending + s.leased == 0 else None
    wait_for("all to be read", idle, 240, every_s=0.1)
    if reader:
        reader.stop.set()
        reader.join(10)
        assert reader.failure is None, reader.failure
        assert asker.stop() == 0, asker.tail()
    assert service.stop() == 0, service.tail()
    acked, stored, facts = check_store(os.path.join(service.data, "factmill.db"), producers)
    print(f"  {acked} acknowledged, {stored} stored, {facts} facts, "
          f"{sum(p.resent for p in producers)} sent again")
    for name, times in back.items():
        if times:
            late = " (over 2 s)" if max(times) > 2 else ""
            print(f"  back after a kill, {name}: at most {max(times):.2f} s, "
                  f"mean {sum(times) / len(times):.2f} s{late}")


def test_the_checker_sees():
    """The checker must find a loss and a doubled fact; else it proves nothing."""
    folder = work_dir("checker")
    with Ingest(folder, workers=1) as service:
        producer = Producer(0, service.listen, 1)
        producer.start()
        wait_for("acknowledgements", lambda: len(producer.acked) > 20)
        producer.stop.set()
        producer.join(30)
        client = Client(service.listen)
        wait_for("idle", lambda: client.status().done == len(producer.acked))
    path = os.path.join(service.data, "factmill.db")
    check_store(path, [producer])
    for damage in ("delete from article where sequence = 7",
                   "update fact set id = (select min(id) from fact) where sequence = 9",
                   "delete from change where first > 1 and first < 20",
                   "update article set state = 4 where sequence = 3"):
        copy = path + "." + hashlib.sha1(damage.encode()).hexdigest()[:6]
        with sqlite3.connect(path) as store, sqlite3.connect(copy) as other:
            store.backup(other)
            other.execute(damage)
            other.commit()
        try:
            check_store(copy, [producer])
        except AssertionError:
            continue
        raise RuntimeError(f"not seen: {damage}")


if __name__ == "__main__":
    main(test_the_checker_sees, test_kill)
