#!/usr/bin/python3
"""A backup under load, restored; one whose server is killed; a database that is verified
while it is written, after kills, and with damage."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (BIN, Client, Ingest, admin, article, ingest, main, refused, rpc,  # noqa: E402
                       wait_for, wait_idle, work_dir)

BACKUP = "/factmill.v1.Admin/Backup"
VERIFY = "/factmill.v1.Admin/Verify"


def tool(*args):
    return subprocess.run([os.path.join(BIN, "factmill"), *args], capture_output=True, text=True)


class Load(threading.Thread):
    """Pushes new articles and new versions, and keeps what was acknowledged."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.endpoint = endpoint
        self.stop = threading.Event()
        self.acked = 0

    def run(self):
        client = Client(self.endpoint)
        while not self.stop.is_set():
            items = [article(f"l{(self.acked + i) % 600}",
                             text=f"{self.acked + i}. Ann Lee met Bob Ray in Oslo on Monday.\n")
                     for i in range(64)]
            try:
                answers = client.push_all(items, timeout_ms=10000)
            except Exception:  # the server was killed
                break
            self.acked += sum(h.status.code == rpc.OK for h, _ in answers)
        client.close()


def rows(path, sql, *args):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as store:
        return store.execute(sql, args).fetchall()


def same_up_to(backup, original, change):
    """What the backup holds is what the original held at that change."""
    facts = "select sequence, id, article, fact from fact where sequence <= ? order by sequence"
    assert rows(backup, "select sequence from tally") == [(change,)]
    assert rows(backup, facts, change) == rows(original, facts, change)
    back = ("select sequence, case when retracted <= ? then retracted end from fact"
            " where sequence <= ? order by sequence")
    assert rows(backup, back, change, change) == rows(original, back, change, change)
    last = rows(backup, "select max(sequence) from article")[0][0]
    texts = "select article, bytes from body where article <= ? order by article"
    assert rows(backup, texts, last) == rows(original, texts, last)


def test_under_load():
    folder = work_dir("backup")
    path = os.path.join(folder, "copy.db")
    with Ingest(folder, workers=2) as service:
        client = Client(service.listen)
        client.push_all([article(f"s{i}", text=f"{i}. " + "Ann Lee met Bob Ray in Oslo. " * 40)
                         for i in range(400)])
        load = Load(service.listen)
        load.start()
        wait_for("facts", lambda: client.status().facts > 200)
        began = time.monotonic()
        done = tool("backup", path, "--ingest", service.listen)
        took = time.monotonic() - began
        assert done.returncode == 0, done.stderr
        acked = load.acked
        wait_for("pushes that go on", lambda: load.acked > acked + 200)
        # In use, while it is written.
        reply = client.call(VERIFY, admin.VerifyRequest(full=True), timeout_ms=120000)
        assert reply.ok and not reply.findings, reply.findings
        assert [c.name for c in reply.checks][:3] == ["log", "structure", "totals"], reply.checks
        # Nothing is written over.
        again = tool("backup", path, "--ingest", service.listen)
        assert again.returncode != 0 and "xists" in again.stderr, again.stderr
        refused(rpc.INVALID_ARGUMENT, client.call, BACKUP, admin.BackupRequest(path="x.db"))
        entries = client.call("/factmill.v1.Admin/ListAudit", admin.ListAuditRequest()).entries
        assert [(e.action, e.subject) for e in entries] == [("backup", path)], entries
        load.stop.set()
        load.join(30)
        wait_idle(client)
    assert os.listdir(folder).count("copy.db.factmill-part") == 0
    change = int(done.stdout.rsplit(" ", 1)[1])
    same_up_to(path, os.path.join(service.data, "factmill.db"), change)
    for where in (path, service.data):
        sound = tool("verify", where)
        assert sound.returncode == 0, sound.stdout + sound.stderr
    restore(folder, path)
    print(f"  {os.path.getsize(path) >> 20} MiB in {took:.2f} s under load, change {change}")


def restore(folder, path):
    """In a new directory it goes on where it was."""
    data = os.path.join(folder, "restored")
    os.mkdir(data)
    shutil.copy(path, os.path.join(data, "factmill.db"))
    with Ingest(folder, workers=2, data=data) as service:
        client = Client(service.listen)
        before = client.status()
        assert before.pending + before.done > 400, before
        again = client.push(article("s1", text="1. " + "Ann Lee met Bob Ray in Oslo. " * 40))
        assert again.duplicate
        status = wait_idle(client)
        assert status.done >= before.done and status.dead == 0, status
    assert tool("verify", data).returncode == 0


def test_killed():
    """Killed in its midst: nothing under its name; the next one works."""
    folder = work_dir("backup-kill")
    path = os.path.join(folder, "copy.db")
    service = Ingest(folder, workers=0, env={"FACTMILL_FAULT": "copy.step:3:kill"}).start()
    client = Client(service.listen)
    client.push_all([article(f"a{i}", text=f"{i}. " + "x" * 3000) for i in range(2000)])
    assert tool("backup", path, "--ingest", service.listen).returncode != 0
    service.wait()
    assert not os.path.exists(path)
    assert tool("verify", service.data).returncode == 0
    with Ingest(folder, workers=0) as service:
        done = tool("backup", path, "--ingest", service.listen)
        assert done.returncode == 0, done.stderr
    assert rows(path, "select count(*) from article") == [(2000,)]
    assert sorted(os.listdir(folder)) == ["copy.db", "data", "ingest.log"], os.listdir(folder)


def test_drained():
    """A stop does not wait for it."""
    folder = work_dir("backup-drain")
    with Ingest(folder, workers=0) as service:
        client = Client(service.listen)
        client.push_all([article(f"a{i}", text=f"{i}. " + "x" * 20000) for i in range(3000)])
        calls = Client(service.listen)
        calls.begin(BACKUP, admin.BackupRequest(path=os.path.join(folder, "copy.db")), 60000)
        began = time.monotonic()
        assert service.stop() == 0
        took = time.monotonic() - began
        header, _ = calls.next(5)
        assert header.status.code in (rpc.OK, rpc.UNAVAILABLE), header
        print(f"  stopped after {took:.2f} s, the backup: {rpc.Code.Name(header.status.code)}")


def test_damage():
    """Named, with the exit status of bad data; never a crash."""
    folder = work_dir("damage")
    with Ingest(folder, workers=1) as service:
        client = Client(service.listen)
        client.push_all([article(f"a{i}") for i in range(50)])
        wait_idle(client)
    path = os.path.join(service.data, "factmill.db")
    with sqlite3.connect(path) as store:
        store.execute("update body set bytes = cast(replace(bytes, 'March', 'April') as blob)"
                      " where article = 7")
    found = tool("verify", service.data)
    assert found.returncode == 65, found
    assert "article 7" in found.stdout, found.stdout
    lines = [json.loads(x) for x in tool("verify", "--json", service.data).stdout.splitlines()]
    assert any("article 7" in f for x in lines for f in x.get("findings", [])), lines
    assert tool("verify", os.path.join(folder, "nowhere")).returncode == 66


def test_a_log_that_is_gone():
    """After a kill, by somebody who tidies up: refused, with what to do; never silent."""
    folder = work_dir("gone")
    service = Ingest(folder, workers=0).start()
    Client(service.listen).push_all([article(f"a{i}") for i in range(100)])
    service.kill()
    service.wait()
    assert tool("verify", service.data).returncode == 0
    os.remove(os.path.join(service.data, "factmill.db-wal"))
    found = tool("verify", service.data)
    assert found.returncode != 0 and "factmill.db-wal is gone" in found.stdout, found
    service.start(wait_ready=False)
    assert service.wait() == 65
    assert "remove the file factmill.open" in service.tail(), service.tail()
    os.remove(os.path.join(service.data, "factmill.open"))
    service.start()
    assert service.stop() == 0
    assert tool("verify", service.data).returncode == 0


if __name__ == "__main__":
    main(test_under_load, test_killed, test_drained, test_damage, test_a_log_that_is_gone)
