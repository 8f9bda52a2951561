#!/usr/bin/python3
"""Articles that kill, hang or fail their reader: a dead letter with its history
after three attempts, and no harm to their neighbours."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import Client, Ingest, admin, article, main, wait_for, work_dir  # noqa: E402


def dead_letters(client):
    return client.call("/factmill.v1.Admin/ListDeadLetters",
                       admin.ListDeadLettersRequest()).dead_letters


def poison(fault, *args):
    """Pushes 40 good articles around a bad one; returns the dead letter."""
    env = {"FACTMILL_FAULT": fault}
    with Ingest(work_dir(fault.split(":")[0]), *args, workers=1, env=env) as service:
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


def test_crash():
    letter = poison("worker.crash.bad:0:kill", "--max-attempts", 3)
    assert "signal 9" in letter.reason, letter.reason


def test_segmentation_fault():
    letter = poison("worker.crash.bad:0")
    assert "signal" in letter.reason or "status" in letter.reason, letter.reason


def test_hang():
    letter = poison("worker.hang.bad:0", "--article-timeout", "500ms")
    assert "status 75" in letter.reason, letter.reason


def test_error():
    letter = poison("worker.error.bad:0")
    assert "made to fail" in letter.reason, letter.reason


if __name__ == "__main__":
    main(test_crash, test_segmentation_fault, test_hang, test_error)
