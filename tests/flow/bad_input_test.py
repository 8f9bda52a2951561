#!/usr/bin/python3
"""Bad input: a clear answer, and nothing lost. What concerns the ingest."""
import os
import shutil
import sqlite3
import subprocess

import zmq

from fm_client import (CONTEXT, Client, Ingest, Program, article, free_port, ingest, main,
                       refused, rpc, wait_for, work, work_dir)

PUSH = "/factmill.v1.Ingest/Push"


def test_fields():
    """Every field that can be wrong is named, with a reason."""
    with Ingest(work_dir("fields"), workers=0) as service:
        client = Client(service.listen)
        late, early, milliseconds, nanos = (article(i) for i in "abcd")
        late.published.seconds = 10 ** 10
        early.published.seconds = -62135596800
        milliseconds.published.seconds = 1620000000000
        nanos.published.nanos = -1
        many = article("labels")
        for i in range(65):
            many.labels.add(key=f"k{i}", value="v")
        key, value = article("key"), article("value")
        key.labels.add(key="", value="v")
        value.labels.add(key="k", value="v" * 1025)
        cases = [
            (article(""), "article.id", "ID_EMPTY"),
            (article("i" * 257), "article.id", "ID_TOO_LONG"),
            (article("a\nb"), "article.id", "ID_CONTROL"),
            (article("a\0b"), "article.id", "ID_NUL"),
            (article("s", source=""), "article.source", "SOURCE_EMPTY"),
            (article("s", source="s" * 257), "article.source", "SOURCE_TOO_LONG"),
            (article("t", text=""), "article.text", "TEXT_EMPTY"),
            (article("t", text=" \n\t"), "article.text", "TEXT_EMPTY"),
            (article("t", text="nul \0 inside"), "article.text", "TEXT_NUL"),
            (article("t", text="x" * (1 << 20) + "y"), "article.text", "TEXT_TOO_LONG"),
            (article("h", title="h" * 16385), "article.title", "TITLE_TOO_LONG"),
            (article("u", url="u" * 4097), "article.url", "URL_TOO_LONG"),
            (article("b", byline="b" * 4097), "article.byline", "BYLINE_TOO_LONG"),
            (late, "article.published", "PUBLISHED_RANGE"),
            (early, "article.published", "PUBLISHED_RANGE"),
            (milliseconds, "article.published", "PUBLISHED_RANGE"),
            (nanos, "article.published", "PUBLISHED_RANGE"),
            (many, "article.labels", "LABELS_TOO_MANY"),
            (key, "article.labels.key", "LABEL_KEY_EMPTY"),
            (value, "article.labels.value", "LABEL_VALUE_TOO_LONG"),
        ]
        for tag in ("e", "en-", "toolonglanguage", "12", "en--GB", "en_GB"):
            item = article("l")
            item.language = tag
            cases.append((item, "article.language", "LANGUAGE_TAG"))
        for item, field, reason in cases:
            why = refused(rpc.INVALID_ARGUMENT, client.push, item)
            assert why.details.get("field") == field, (reason, why)
            assert why.reason == reason, why
            assert field in why.status.message, why
        for bad in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"tail \xe2\x82"):
            raw = article("utf8", text="MARK").SerializeToString().replace(b"MARK", bad.ljust(4))
            raw = raw.replace(bytes([8 << 3 | 2, 4]), bytes([8 << 3 | 2, max(4, len(bad))]))
            why = refused(rpc.INVALID_ARGUMENT, client.call, PUSH,
                          b"\x0a" + bytes([len(raw)]) + raw)
            assert why.reason == "TEXT_NOT_UTF8", why
        assert client.status().pending == 0
        for tag in ("", "en", "en-GB", "zh-Hant-TW", "de-CH-1996"):
            item = article(f"good {tag}")
            item.language = tag
            client.push(item)
        good = article("i" * 256, text="x" * (1 << 20), source="s" * 256)
        client.push(good)
        assert client.status().pending == 6


def test_requests():
    with Ingest(work_dir("requests"), workers=0) as service:
        client = Client(service.listen)
        why = refused(rpc.INVALID_ARGUMENT, client.call, PUSH, b"\xff\xff this is no protobuf")
        assert why.status.message, why
        why = refused(rpc.INVALID_ARGUMENT, client.call, PUSH, b"")
        assert why.reason == "ARTICLE_MISSING", why
        twice = ingest.PushRequest(article=article("a")).SerializeToString() * 2
        why = refused(rpc.INVALID_ARGUMENT, client.call, PUSH, twice)
        assert why.reason == "ARTICLE_REPEATED", why
        for n in (0, 1025):
            why = refused(rpc.INVALID_ARGUMENT, client.call, "/factmill.v1.Ingest/PushBatch",
                          ingest.PushBatchRequest(articles=[article("b")] * n))
            assert why.reason == "BATCH_SIZE", why
        for method in ("/factmill.v1.Ingest/Pull", "/no.Such/Method", "Push", "", "/" * 300):
            number = client.begin(method, b"")
            header, _ = client.next()
            assert header.call == number
            assert header.status.code in (rpc.UNIMPLEMENTED, rpc.INVALID_ARGUMENT), header
            assert header.status.message, header
        # A body over the limit, and one just under it.
        why = refused(rpc.RESOURCE_EXHAUSTED, client.call, PUSH, b"x" * ((4 << 20) + 1))
        assert "4194304" in why.status.message or "limit" in why.status.details, why
        assert client.push(article("after")).sequence == 1


def header_of(**fields):
    return rpc.Header(**fields).SerializeToString()


def test_frames():
    """Raw frames: what can be answered is answered, the rest counted; all goes on."""
    body = ingest.PushRequest(article=article("f")).SerializeToString()
    good = header_of(call=7, method=PUSH)
    with Ingest(work_dir("frames"), workers=0) as service:
        other = Client(service.listen)
        for frames in (
                [b""], [b"x"], [b"\xff" * 8], [good], [good, body, b"third"],
                [b"part"] * 20, [b"", b"", b""], [b"", good, body, b"x"],
                [header_of(call=7, method=PUSH, action=99), body],
                [header_of(call=0, method=PUSH), body],
                [header_of(call=7, method="m" * 20000), body],
                [good + b"\x22\x04\x0a\x02a", body],
                [header_of(call=8, action=rpc.CANCEL)], [header_of(call=8, action=rpc.CREDIT)],
                [bytes(1 << 20), body]):
            sock = CONTEXT.socket(zmq.DEALER)
            sock.setsockopt(zmq.LINGER, 0)
            sock.connect(service.listen)
            sock.send_multipart(frames)
            # Asked on the same socket, so that it comes behind those frames.
            sock.send_multipart([header_of(call=99, method="/factmill.v1.Ingest/GetStatus"), b""])
            while True:
                assert sock.poll(5000), f"no life after {[f[:20] for f in frames]}"
                reply = [f for f in sock.recv_multipart() if f]
                header = rpc.Header.FromString(reply[0])
                if header.call == 99:
                    assert header.status.code == rpc.OK
                    break
                assert header.status.code != rpc.OK or frames[0] == good, header
            sock.close()
        assert other.push(article("alive")).flushed
        assert service.metrics()['factmill_dropped_total{reason="malformed"}'] > 0


def test_work_socket():
    with Ingest(work_dir("workers"), workers=0) as service:
        client = Client(service.value("work"))
        method = "/factmill.v1.Work/Exchange"
        why = refused(rpc.INVALID_ARGUMENT, client.call, method, work.ExchangeRequest(want=1))
        assert why.details["field"] == "worker", why
        why = refused(rpc.INVALID_ARGUMENT, client.call, method,
                      work.ExchangeRequest(worker="w" * 129))
        why = refused(rpc.INVALID_ARGUMENT, client.call, method, work.ExchangeRequest(
            worker="w", results=[work.WorkResult(lease=1)] * 129))
        assert why.details["field"] == "results", why
        reply = client.call(method, work.ExchangeRequest(worker="w", results=[
            work.WorkResult(lease=4711, error="never mine")]))
        assert list(reply.rejected) == [4711], reply
        # A long poll without work is answered before its deadline.
        reply = client.call(method, work.ExchangeRequest(worker="w", want=8), timeout_ms=600)
        assert len(reply.leases) == 0
        # An extraction that does not fit its article is a failed attempt.
        producer = Client(service.listen)
        producer.push(article("x"))
        reply = client.call(method, work.ExchangeRequest(worker="w", want=1), timeout_ms=2000)
        result = work.WorkResult(lease=reply.leases[0].lease)
        bad = result.extraction.facts.add(id="not hex")
        bad.evidence.span.start = 10 ** 9
        stranger = client.call(method, work.ExchangeRequest(worker="other", results=[result]))
        assert len(stranger.rejected) == 1, "a stranger's result was accepted"
        client.call(method, work.ExchangeRequest(worker="w", results=[result]))
        status = producer.status()
        assert status.pending == 1 and status.done == 0 and status.facts == 0, status


# --- starting -----------------------------------------------------------------

def starts_not(args, words, statuses, env=None):
    """Runs factmill-ingest, which must end at once with a line that says why."""
    folder = work_dir("starts-not")
    program = Program("factmill-ingest", args, os.path.join(folder, "log"), env)
    program.start(wait_ready=False)
    status = program.wait(20)
    text = program.tail()
    assert status in statuses, (args, status, text)
    for word in words:
        assert word in text, f"{word!r} is not in: {text}"
    assert "READY" not in text and text.count("\n") <= 2, text


def base_args(data, **other):
    args = {"data": data, "listen": f"tcp://127.0.0.1:{free_port()}", "pull": "none",
            "http": "none", "workers": "0"}
    args.update(other)
    return [f"--{key}={value}" for key, value in args.items()]


def test_start_configuration():
    folder = work_dir("configuration")
    starts_not([], ["--data"], [78])
    starts_not(["--data", folder, "--no-such-key", "1"], ["no-such-key"], [64, 78])
    starts_not(base_args(folder, workers="many"), ["workers", "many"], [78])
    starts_not(base_args(folder + "/" + "d" * 120), ["too long", "--work"], [78])
    starts_not(base_args(folder, listen="tcp://0.0.0.0:7411"), ["0.0.0.0", "127.0.0.1"], [77])
    starts_not(base_args(folder, listen="nonsense"), ["nonsense"], [64, 65, 78])
    starts_not(base_args(folder, **{"high-mark-articles": 10, "low-mark-articles": 20}),
               ["low mark"], [78])
    starts_not(base_args(folder, **{"worker-program": "/no/such", "workers": 1}),
               ["/no/such"], [66, 74])
    path = os.path.join(folder, "ingest.conf")
    with open(path, "w") as file:
        file.write("# comment\nworkers = 1\nwrokers = 2\n")
    starts_not([f"--config={path}"] + base_args(folder), ["wrokers", "3"], [78])
    folder = work_dir("check-config")
    check = subprocess.run([os.path.join(os.environ["FM_BIN"], "factmill-ingest"), "--data",
                            folder, "--check-config"], capture_output=True, text=True)
    assert check.returncode == 0, check
    assert not os.path.exists(os.path.join(folder, "factmill.db")), "it only looks"


def test_start_locked():
    with Ingest(work_dir("locked"), workers=0) as service:
        starts_not(base_args(service.data), ["another"], [69])
        link = service.data + "-link"
        os.symlink(service.data, link)
        starts_not(base_args(link), ["another"], [69])
        assert Client(service.listen).push(article("unharmed")).flushed


def test_start_endpoint_in_use():
    with Ingest(work_dir("in-use"), workers=0) as service:
        folder = work_dir("in-use-2")
        starts_not(base_args(folder, listen=service.listen), [service.listen.split(":")[2]],
                   [69])
        starts_not(base_args(folder, pull=service.pull), [service.pull.split(":")[2]], [69])
        starts_not(base_args(folder, http=service.http), [service.http.split(":")[1]], [69])


def test_start_newer_database():
    folder = work_dir("newer")
    with Ingest(folder, workers=0):
        pass
    store = sqlite3.connect(os.path.join(folder, "data", "factmill.db"))
    store.execute("pragma user_version = 9999")
    store.commit()
    store.close()
    starts_not(base_args(os.path.join(folder, "data")), ["newer"], [78])


def test_start_unwritable():
    folder = work_dir("unwritable")
    starts_not(base_args("/proc/factmill"), ["/proc/factmill"], [66, 73, 74, 77])
    with open(os.path.join(folder, "file"), "w"):
        pass
    starts_not(base_args(os.path.join(folder, "file")), [os.path.join(folder, "file")],
               [66, 73, 74, 77])
    if os.geteuid() == 0:
        print("  running as root: a read-only folder stops nobody")
        return
    os.mkdir(os.path.join(folder, "closed"), 0o500)
    starts_not(base_args(os.path.join(folder, "closed")), ["closed"], [77])


def test_no_space():
    """A file system of 4 MiB: refused with a reason, and accepted again."""
    folder = work_dir("space")
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    if shutil.which("mount") is None or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk],
            capture_output=True).returncode != 0:
        print("  cannot mount a small file system here: not tried")
        return
    try:
        ballast = os.path.join(disk, "ballast")
        with open(ballast, "wb") as file:
            file.write(bytes(2 << 20))
        with Ingest(folder, workers=0, data=os.path.join(disk, "data")) as service:
            client = Client(service.listen)
            text = "word " * 10000
            acked, why = 0, None
            while why is None and acked < 1000:
                try:
                    client.push(article(f"s{acked}", text=text))
                    acked += 1
                except Exception as refusal:
                    why = refusal
            assert why.code == rpc.RESOURCE_EXHAUSTED and why.reason == "DISK_FULL", why
            assert why.retry_after_ms > 0
            assert service.get("/readyz")[0] == 503
            status = client.status()
            assert status.refusing_reason == "DISK_FULL" and status.pending == acked, status
            os.remove(ballast)
            wait_for("room", lambda: accepted(client, text), timeout_s=20)
            assert client.status().pending == acked + 1
            assert service.get("/readyz")[0] == 200
    finally:
        subprocess.run(["umount", "-l", disk])


def accepted(client, text):
    try:
        return client.push(article("again", text=text)).flushed
    except Exception:
        return False


if __name__ == "__main__":
    main(test_fields, test_requests, test_frames, test_work_socket, test_start_configuration,
         test_start_locked, test_start_endpoint_in_use, test_start_newer_database,
         test_start_unwritable, test_no_space)
