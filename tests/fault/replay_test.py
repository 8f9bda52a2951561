#!/usr/bin/python3
"""Dead letters replayed by two operators at once while ingest is killed: each letter is
settled once and written down once, and every article is read once.

FM_KILLS: how often ingest is killed (5). FM_SEED: replays the moments of a run.
"""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (Client, Ingest, Refused, TimedOut, admin, article, main, wait_for,  # noqa: E402
                       wait_idle, work, work_dir)

A = "/factmill.v1.Admin/"
LETTERS = 400
KILLS = int(os.environ.get("FM_KILLS", "5"))
SEED = int(os.environ.get("FM_SEED", str(random.SystemRandom().randrange(1 << 32))))


def make_letters(folder):
    """LETTERS articles that have died."""
    with Ingest(folder, "--max-attempts", 1, workers=0) as service:
        client = Client(service.listen)
        client.push_all([article(f"d{i}") for i in range(LETTERS)])
        worker = Client(service.value("work"))
        exchange = "/factmill.v1.Work/Exchange"
        done = 0
        while done < LETTERS:
            got = worker.call(exchange, work.ExchangeRequest(worker="x", want=64))
            back = work.ExchangeRequest(worker="x")
            for lease in got.leases:
                back.results.add(lease=lease.lease, error="made to fail")
            worker.call(exchange, back)
            done += len(got.leases)
        wait_for("the dead", lambda: client.status().dead == LETTERS)
        worker.close()
        client.close()


class Operator(threading.Thread):
    """Replays all, again and again, until none is left."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.replayed = 0
        self.failure = None

    def run(self):
        client = Client(self.endpoint)
        while True:
            try:
                if client.call(A + "ListDeadLetters", admin.ListDeadLettersRequest(page_size=1),
                               timeout_ms=1000, wait_s=1.0).total == 0:
                    break
                self.replayed += client.call(
                    A + "ReplayDeadLetters", admin.ReplayDeadLettersRequest(
                        all=True, per_second=200), timeout_ms=5000, wait_s=1.5).replayed
            except (Refused, TimedOut):
                time.sleep(0.05)
            except Exception as e:
                self.failure = e
                break
        client.close()


def test_replay_under_kills():
    print(f"  FM_SEED={SEED} FM_KILLS={KILLS}")
    rng = random.Random(SEED)
    folder = work_dir("replay")
    make_letters(folder)
    service = Ingest(folder, workers=1).start()
    operators = [Operator(service.listen) for _ in range(2)]
    for operator in operators:
        operator.start()
    kills = 0
    while kills < KILLS and any(o.is_alive() for o in operators):
        time.sleep(rng.uniform(0.05, 0.4))
        service.kill()
        service.wait()
        kills += 1
        # Half of the deaths are in the midst of a batch.
        if rng.random() < 0.5 and kills < KILLS:
            service.env["FACTMILL_FAULT"] = f"dead.settle:{rng.randint(1, 60)}:kill"
            try:
                service.start()
                service.wait(10)
                kills += 1
            except Exception:  # it was not reached, or died at once
                service.kill()
                service.wait()
        service.env.pop("FACTMILL_FAULT", None)
        service.start()
    for operator in operators:
        operator.join(60)
        assert not operator.is_alive() and operator.failure is None, operator.failure
    client = Client(service.listen)
    status = wait_idle(client)
    assert (status.done, status.dead) == (LETTERS, 0), status
    with service.database() as store:
        twice = store.execute("select subject, count(*) from audit where action = 'replay'"
                              " group by subject having count(*) > 1").fetchall()
        written, = store.execute("select count(*) from audit where action = 'replay'").fetchone()
        facts = store.execute("select distinct facts from article").fetchall()
    assert twice == [] and written == LETTERS, (twice, written)
    assert len(facts) == 1 and facts[0][0] > 0, facts
    told = sum(o.replayed for o in operators)
    assert told <= LETTERS, told
    assert service.stop() == 0, service.tail()
    print(f"  {LETTERS} letters, {kills} kills: each replayed once; {told} were told of")


if __name__ == "__main__":
    main(test_replay_under_kills)
