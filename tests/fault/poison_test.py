#!/usr/bin/python3
"""Articles that kill, hang or fail their reader: a dead letter with its history
after three attempts, and no harm to their neighbours.

FM_POISON_ROUNDS, FM_POISON_ARTICLES: how often, and with how many, the rate is taken."""
import concurrent.futures
import os
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import Client, Ingest, admin, article, main, wait_for, work_dir  # noqa: E402


ROUNDS = int(os.environ.get("FM_POISON_ROUNDS", "1"))
ARTICLES = int(os.environ.get("FM_POISON_ARTICLES", "1500"))


def dead_letters(client):
    return client.call("/factmill.v1.Admin/ListDeadLetters",
                       admin.ListDeadLettersRequest()).dead_letters


def poison(folder, fault, *args):
    """Pushes 40 good articles around a bad one; returns the dead letter."""
    env = {"FACTMILL_FAULT": fault}
    with Ingest(work_dir(folder), *args, workers=1, env=env) as service:
        client = Client(service.listen)
        items = [article(f"good{i}") for i in range(20)] + [article("bad")]
        items += [article(f"fine{i}") for i in range(20)]
        client.push_all(items)
        wait_for("a dead letter", lambda: client.status().dead == 1, timeout_s=120)
        status = wait_for("the others", lambda: settled(client), timeout_s=60)
        assert status.done == 40, status
        letters = dead_letters(client)
        assert len(letters) == 1 and letters[0].article == "bad", letters
        letter = client.call("/factmill.v1.Admin/GetDeadLetter",
                             admin.GetDeadLetterRequest(id=letters[0].id))
        assert letter.body == article("bad").SerializeToString(), "the bytes are not the same"
        assert [a.attempt for a in letter.history] == [1, 2, 3], letter.history
        assert all(a.worker and a.error for a in letter.history), letter.history
        with service.database() as store:
            innocent = store.execute("select count(*) from article where id != 'bad'"
                                     " and attempts > 1").fetchone()[0]
        assert innocent == 0, f"{innocent} neighbours were charged"
        return letter


def settled(client):
    status = client.status()
    return status if status.pending + status.leased == 0 else None


# What happens at the bad article, options, and a word of the reason.
POISONS = [
    ("worker.crash.bad:0:kill", ["--max-attempts", 3], "signal 9"),
    ("worker.crash.bad:0", [], "the worker"),
    ("worker.hang.bad:0", ["--article-timeout", "500ms"], "status 75"),
    ("worker.bloat.bad:0", ["--worker-memory", "700M"], "memory"),
    ("worker.error.bad:0", [], "made to fail"),
]


def test_poisons():
    """All at once, as each waits for its third attempt."""
    def one(number):
        fault, args, word = POISONS[number]
        letter = poison(f"poison{number}", fault, *args)
        assert word in letter.reason, (fault, letter.reason)
    with concurrent.futures.ThreadPoolExecutor(len(POISONS)) as pool:
        list(pool.map(one, range(len(POISONS))))


def test_zombies():
    """Workers that are stopped for longer than their lease and go on afterwards: what they
    bring back is refused, and every article is read once."""
    with Ingest(work_dir("zombies"), "--lease-time", "400ms", "--article-timeout", "10s",
                workers=2) as service:
        client = Client(service.listen)
        pids = wait_for("the workers", lambda: len(service.workers()) == 2 and service.workers())
        stop = time.monotonic() + 4.0
        n = 0
        while time.monotonic() < stop:
            client.push_all([article(f"z{n + i}") for i in range(48)])
            n += 48
            victim = pids[n // 48 % 2]
            os.kill(victim, signal.SIGSTOP)
            time.sleep(0.7)  # longer than its lease
            os.kill(victim, signal.SIGCONT)
        status = wait_for("all", lambda: settled(client), timeout_s=60)
        assert status.done == n and status.dead == 0, status
        assert service.workers() == pids, "a worker has died"
        stale = service.metrics()['factmill_settled_total{outcome="stale"}']
        assert stale > 0, "nobody brought anything back too late"
        with service.database() as store:
            counts = store.execute("select distinct facts from article").fetchall()
        assert len(counts) == 1, counts
        print(f"  {n} articles, {stale:.0f} results refused")


def reading_rate(poisoned):
    """Articles a second that are read, with and without one that kills its reader."""
    env = {"FACTMILL_FAULT": "worker.crash.bad:0:kill"} if poisoned else {}
    with Ingest(work_dir("rate"), workers=2, env=env) as service:
        client = Client(service.listen)
        client.call("/factmill.v1.Admin/Pause", admin.PauseRequest())
        items = [article(f"r{i}") for i in range(ARTICLES)]
        if poisoned:
            items.insert(ARTICLES // 2, article("bad"))
        client.push_all(items)
        began = time.monotonic()
        client.call("/factmill.v1.Admin/Resume", admin.ResumeRequest())
        wait_for("all", lambda: client.status().done == ARTICLES, timeout_s=120)
        took = time.monotonic() - began
        wait_for("the letter", lambda: client.status().dead == poisoned, timeout_s=60)
        return ARTICLES / took


def test_the_others_go_on():
    """One article that kills its reader: how fast the others are read."""
    rates = [(reading_rate(0), reading_rate(1)) for _ in range(ROUNDS)]
    best = max(b / a for a, b in rates)
    print("  " + ", ".join(f"{a:.0f} and {b:.0f}/s" for a, b in rates)
          + f": at best {best:.2f} of the rate without")


if __name__ == "__main__":
    main(test_poisons, test_zombies, test_the_others_go_on)
