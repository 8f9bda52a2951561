#!/usr/bin/python3
"""Starting where it cannot work: each program ends at once with a status of its own and
one line that names what is wrong and what to do. ../README.md has the whole list."""
import os
import sqlite3
import subprocess

from fm_client import (BIN, Client, Disk, Ingest, Program, article, free_port, main, work,
                       work_dir)

NOBODY = 65534


def starts_not(name, args, words, statuses, user=None):
    """Runs a program, which must end at once with a line that says why."""
    folder = work_dir("starts-not")
    program = Program(name, args, os.path.join(folder, "log"))
    program.start(wait_ready=False, user=user)
    status = program.wait(20)
    text = program.tail()
    assert status in statuses, (args, status, text)
    for word in words:
        assert word in text, f"{word!r} is not in: {text}"
    assert "READY" not in text and text.count("\n") <= 2, text
    assert "PRAGMA" not in text and "CREATE" not in text, f"the inside shows: {text}"


def ingest_not(data, words, statuses, user=None, **other):
    args = {"data": data, "listen": f"tcp://127.0.0.1:{free_port()}", "pull": "none",
            "http": "none", "workers": "0"}
    args.update({key.replace("_", "-"): value for key, value in other.items()})
    starts_not("factmill-ingest", [f"--{key}={value}" for key, value in args.items()], words,
               statuses, user)


def query_not(data, words, statuses, user=None, **other):
    args = {"data": data, "listen": f"tcp://127.0.0.1:{free_port()}", "http": ""}
    args.update(other)
    starts_not("factmill-query", [f"--{key}={value}" for key, value in args.items()], words,
               statuses, user)


def test_configuration():
    folder = work_dir("configuration")
    starts_not("factmill-ingest", [], ["--data"], [78])
    starts_not("factmill-ingest", ["--data", folder, "--no-such-key", "1"], ["no-such-key"],
               [64, 78])
    ingest_not(folder, ["workers", "many"], [78], workers="many")
    ingest_not(folder + "/" + "d" * 120, ["too long", "--work"], [78])
    ingest_not(folder, ["0.0.0.0", "keys"], [77], listen="tcp://0.0.0.0:7411")
    ingest_not(folder, ["nonsense", "tcp://127.0.0.1"], [64, 65, 78], listen="nonsense")
    ingest_not(folder, ["port"], [64, 65, 78], listen="tcp://127.0.0.1:65536")
    ingest_not(folder, ["127.0.0.1:65536"], [64, 65, 78], http="127.0.0.1:65536")
    ingest_not(folder, ["low mark"], [78], high_mark_articles=10, low_mark_articles=20)
    ingest_not(folder, ["/no/such"], [66, 74], worker_program="/no/such", workers=1)
    path = os.path.join(folder, "ingest.conf")
    with open(path, "w") as file:
        file.write("# comment\nworkers = 1\nwrokers = 2\n")
    ingest_not(folder, ["wrokers", "3"], [78], config=path)
    ingest_not(folder, ["/no/such.conf"], [66, 78], config="/no/such.conf")
    folder = work_dir("check-config")
    check = subprocess.run([os.path.join(BIN, "factmill-ingest"), "--data", folder,
                            "--check-config"], capture_output=True, text=True)
    assert check.returncode == 0, check
    assert not os.path.exists(os.path.join(folder, "factmill.db")), "it only looks"


def test_locked():
    with Ingest(work_dir("locked"), workers=0) as service:
        ingest_not(service.data, ["another", "stop it", str(service.pid())], [69])
        link = service.data + "-link"
        os.symlink(service.data, link)
        ingest_not(link, ["another"], [69])
        assert Client(service.listen).push(article("unharmed")).flushed


def test_endpoint_in_use():
    with Ingest(work_dir("in-use"), workers=0) as service:
        folder = work_dir("in-use-2")
        todo = ["in use", "another"]
        ingest_not(folder, [service.listen] + todo, [69], listen=service.listen)
        ingest_not(folder, [service.pull] + todo, [69], pull=service.pull)
        ingest_not(folder, [service.http] + todo, [69], http=service.http)
        # ZeroMQ would take the file of an ipc endpoint away from its owner.
        ingest_not(folder, [service.value("work")] + todo, [69], work=service.value("work"))
        query_not(service.data, [service.listen] + todo, [69], listen=service.listen)
        query_not(service.data, [service.http] + todo, [69], http=service.http)
        query_not(service.data, [service.value("work")] + todo, [69],
                  listen=service.value("work"))
        ingest_not(folder, ["/no/such"], [66], work="ipc:///no/such/work.sock")
        assert Client(service.listen).push(article("unharmed")).flushed
        assert not Client(service.value("work")).call(
            "/factmill.v1.Work/Exchange", work.ExchangeRequest(worker="w", want=1), timeout_ms=2000).rejected


def test_newer_database():
    folder = work_dir("newer")
    with Ingest(folder, workers=0) as service:
        Client(service.listen).push(article("kept"))
    path = os.path.join(folder, "data", "factmill.db")

    def set_version(version):
        store = sqlite3.connect(path)
        was = store.execute("pragma user_version").fetchone()[0]
        store.execute(f"pragma user_version = {version}")
        store.commit()
        store.close()
        return was
    was = set_version(9999)
    words = ["9999", "newer factmill", os.path.join(folder, "data")]
    ingest_not(os.path.join(folder, "data"), words, [78])
    query_not(os.path.join(folder, "data"), words, [78])
    set_version(was)
    with Ingest(folder, workers=0) as service:
        assert Client(service.listen).status().pending == 1, "it was left alone"


def test_not_a_database():
    folder = work_dir("foreign")
    path = os.path.join(folder, "factmill.db")
    with open(path, "w") as file:
        file.write("Nothing that SQLite would know as its own.\n" * 100)
    for starts in (ingest_not, query_not):
        starts(folder, [folder, "backup"], [65])
    os.remove(path)
    store = sqlite3.connect(path)
    store.execute("create table theirs (x)")
    store.commit()
    store.close()
    for starts in (ingest_not, query_not):
        starts(folder, [folder, "not factmill's"], [65])
    os.remove(path)
    os.mkdir(path)
    ingest_not(folder, [folder], [65, 74, 77])
    query_not(folder, [folder], [65, 74, 77])


def test_unwritable():
    folder = work_dir("unwritable")
    place = os.path.join(folder, "file")
    ingest_not("/proc/factmill", ["/proc/factmill", "may write"], [66, 73, 77])
    ingest_not(os.path.join(folder, "no/such"), ["no/such", "exists"], [66])
    with open(place, "w"):
        pass
    ingest_not(place, [place, "is a file"], [78])
    query_not(place, [place, "is a file"], [78])
    ingest_not(os.path.join(place, "data"), [place], [66])


def test_without_the_right():
    """As a user who may not write there."""
    folder = work_dir("right")
    closed = os.path.join(folder, "closed")
    os.makedirs(os.path.join(closed, "data"))
    os.chmod(os.path.join(closed, "data"), 0o555)
    user = NOBODY if os.geteuid() == 0 else None
    if user and not can_run(user):
        print(f"  user {user} cannot run {BIN}: not tried")
        return
    os.chmod(closed, 0o555)
    for data in (os.path.join(closed, "data"), os.path.join(closed, "new")):
        ingest_not(data, [data, "Permission denied", "right" if "new" not in data else
                          "may write"], [77], user)
    os.chmod(closed, 0o755)
    with Ingest(folder, workers=0) as service:
        query_not(service.data, [service.data, "right"], [77], user)


def can_run(user):
    """Folders of checkouts are often closed to others."""
    try:
        return subprocess.run([os.path.join(BIN, "factmill"), "--version"], user=user, cwd="/",
                              capture_output=True).returncode == 0
    except PermissionError:
        return False


def test_read_only_disk():
    with Disk(work_dir("read-only"), "size=16m") as disk:
        if disk is None:
            return
        data = os.path.join(disk.path, "data")
        with Ingest(work_dir("read-only-2"), workers=0, data=data) as service:
            Client(service.listen).push(article("kept"))
        disk.remount("ro")
        ingest_not(data, [data, "Read-only", "right to write"], [77])
        ingest_not(data + "2", [data + "2", "Read-only", "may write"], [77])
        disk.remount("rw")
        with Ingest(work_dir("read-only-2"), workers=0, data=data) as service:
            assert Client(service.listen).status().pending == 1


def test_no_space_to_start():
    with Disk(work_dir("small"), "size=64k") as disk:
        if disk is None:
            return
        data = os.path.join(disk.path, "data")
        ingest_not(data, [data, "make room"], [74])
        disk.remount("size=16m")
        with Ingest(work_dir("small-2"), workers=0, data=data) as service:
            assert Client(service.listen).push(article("now")).flushed


if __name__ == "__main__":
    main(test_configuration, test_locked, test_endpoint_in_use, test_newer_database,
         test_not_a_database, test_unwritable, test_without_the_right, test_read_only_disk,
         test_no_space_to_start)
