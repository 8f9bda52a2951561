#!/usr/bin/python3
"""kill -9 of ingest, worker and query at random moments under load, and of ingest at
named points of its work. What was sent and acknowledged is in the journal of a process
of its own, which checks what is stored in the end (checker.py). The same checker must
find what bare PUSH/PULL loses, and damage.

FM_KILLS: how often each is killed (3). FM_SEED: replays the moments of a run. FM_RATE:
new articles a second of each producer (150).
"""
import os
import random
import sqlite3
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from checker import Journal  # noqa: E402
from fm_client import (BIN, Client, Ingest, Program, TimedOut, article, free_port,  # noqa: E402
                       ingest, main, push_socket, query, rpc, wait_for, work_dir)

KILLS = int(os.environ.get("FM_KILLS", "3"))
SEED = int(os.environ.get("FM_SEED", str(random.SystemRandom().randrange(1 << 32))))
WINDOW = 64
# New articles a second of one producer: no more than are read by the end.
RATE = float(os.environ.get("FM_RATE", "150"))
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

    def __init__(self, number, endpoint, seed, journal):
        super().__init__(daemon=True)
        self.number = number
        self.endpoint = endpoint
        self.random = random.Random(seed)
        self.journal = journal
        self.stop = threading.Event()
        self.acked = 0
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
        began = time.monotonic()
        while not (self.stop.is_set() and not waiting and not again):
            while len(waiting) < WINDOW and (again or not self.stop.is_set()):
                if not again and n > (time.monotonic() - began) * RATE:
                    break
                if again:
                    ident, text = again.pop()
                else:
                    ident, text = f"p{self.number}.{n}", n % len(TEXTS)
                    n += 1
                    self.journal.sent(ident, text)
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
                    self.acknowledged(ident, ingest.PushResponse.FromString(body))
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

    def acknowledged(self, ident, reply):
        assert reply.flushed and reply.version == 1, reply
        self.journal.acked(ident)
        self.acked += 1
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


def test_kill():
    print(f"  FM_SEED={SEED} FM_KILLS={KILLS}")
    rng = random.Random(SEED)
    folder = work_dir("kill")
    service = Ingest(folder, workers=2).start()
    journal = Journal(os.path.join(folder, "journal"), TEXTS)
    producers = [Producer(i, service.listen, rng.random(), journal) for i in range(3)]
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
    finish(service, producers, journal, asker, reader)
    for name, times in back.items():
        if times:
            late = " (over 2 s)" if max(times) > 2 else ""
            print(f"  back after a kill, {name}: at most {max(times):.2f} s, "
                  f"mean {sum(times) / len(times):.2f} s{late}")


def finish(service, producers, journal, asker=None, reader=None):
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
    journal.close()
    status, text = journal.check(service.data)
    assert status == 0, text
    print(f"  {text.strip()}, {sum(p.resent for p in producers)} sent again")


# Where ingest dies: before and after a commit, at an article that comes in, between two
# facts, at a checkpoint. The numbers are drawn: so many times it goes past.
POINTS = [("commit.before", 60), ("commit.after", 60), ("inbox.insert", 400),
          ("settle.fact", 900), ("checkpoint", 3)]


def test_named_points():
    """Each start dies at the next point; the last one does not."""
    rng = random.Random(SEED)
    folder = work_dir("points")
    journal = Journal(os.path.join(folder, "journal"), TEXTS)
    service = Ingest(folder, "--max-wal-bytes", "32M", workers=1)
    plan = POINTS * max(1, KILLS // 3)
    producers = []
    for name, most in plan:
        service.env["FACTMILL_FAULT"] = f"{name}:{rng.randint(1, most)}:kill"
        try:
            service.start(timeout_s=DEAD_AFTER_S)
        except AssertionError:
            assert service.process.poll() == -9, service.tail()
        if not producers:
            producers = [Producer(9, service.listen, rng.random(), journal)]
            producers[0].start()
        assert service.wait(120) == -9, f"{name}: {service.tail()}"
    del service.env["FACTMILL_FAULT"]
    service.start(timeout_s=DEAD_AFTER_S)
    wait_for("an acknowledgement", lambda: producers[0].acked > 0, DEAD_AFTER_S)
    finish(service, producers, journal)
    print(f"  {len(plan)} deaths at {len(POINTS)} points")


def test_control_loses():
    """The control: over PUSH/PULL, which has no acknowledgement, a kill loses articles,
    and the checker says so. What the socket took counts as acknowledged."""
    folder = work_dir("control")
    journal = Journal(os.path.join(folder, "journal"), TEXTS)
    service = Ingest(folder, workers=0).start()
    sock = push_socket(service.pull)
    for n in range(20000):
        item = article(f"c{n}", text=TEXTS[n % len(TEXTS)])
        journal.sent(item.id, n % len(TEXTS))
        sock.send(item.SerializeToString())
        journal.acked(item.id)
        if n == 10000:
            service.kill()
            service.wait()
            service.start()
    client = Client(service.listen)
    last = [0, time.monotonic()]

    def settled():
        pending = client.status().pending
        if pending != last[0]:
            last[:] = pending, time.monotonic()
        return time.monotonic() - last[1] > 1.0
    wait_for("the rest", settled, 60)
    sock.close()
    assert service.stop() == 0, service.tail()
    journal.close()
    status, text = journal.check(service.data, "--unread")
    assert status == 1 and "acknowledged and lost" in text, text
    print("  " + next(x for x in text.splitlines() if "lost" in x).split(":")[0])


def test_the_checker_sees():
    """Each kind of damage; else it proves nothing."""
    folder = work_dir("checker")
    journal = Journal(os.path.join(folder, "journal"), TEXTS)
    with Ingest(folder, workers=1) as service:
        producer = Producer(0, service.listen, 1, journal)
        producer.start()
        wait_for("acknowledgements", lambda: producer.acked > 20)
        producer.stop.set()
        producer.join(30)
        client = Client(service.listen)
        wait_for("idle", lambda: client.status().done == producer.acked)
    journal.close()
    status, text = journal.check(service.data)
    assert status == 0, text
    path = os.path.join(service.data, "factmill.db")
    for number, (damage, word) in enumerate([
            ("delete from article where sequence = 7", "lost"),
            ("update article set id = 'nobody' where sequence = 7", "never sent"),
            ("insert into article select 100000, source, id, 2, state, content, size, published_us,"
             " recorded_us, attempts, not_before_us, null, null, null, null, facts, 0, null, null"
             " from article where sequence = 3; insert into body select 100000, bytes from body"
             " where article = 3", "more than once"),
            ("update fact set id = id + 1 where sequence = 9", "undisturbed"),
            ("update fact set retracted = 1 where sequence = 9", "undisturbed"),
            ("delete from change where first > 1 and first < 20", "undisturbed"),
            ("update article set facts = facts + 1 where sequence = 5", "more or fewer"),
            ("update article set state = 5 where sequence = 3", "not read"),
            ("update tally set done = done + 1", "verify")]):
        other = os.path.join(folder, f"damaged{number}")
        os.mkdir(other)
        with sqlite3.connect(path) as store, sqlite3.connect(
                os.path.join(other, "factmill.db")) as copy:
            store.backup(copy)
            copy.executescript(damage)
        status, text = journal.check(other)
        assert status == 1 and word in text, f"not seen: {damage}: {text}"


if __name__ == "__main__":
    main(test_the_checker_sees, test_control_loses, test_named_points, test_kill)
