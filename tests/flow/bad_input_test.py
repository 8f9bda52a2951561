#!/usr/bin/python3
"""Bad input: a clear answer, and nothing lost. ../README.md has the whole list."""
import os

import zmq

from fm_client import (CONTEXT, Client, Disk, Ingest, Query, Refused, article, ingest, main, query,
                       refused, rpc, wait_for, wait_idle, work, work_dir)

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


# What each message must bring: a code and a reason, or that it is counted, or nothing
# at all (CANCEL and CREDIT of calls that have ended meanwhile are no fault).
COUNTED, IGNORED = "counted", "ignored"


def frames_and_answers(method, body):
    good = header_of(call=7, method=method)
    invalid = rpc.INVALID_ARGUMENT
    return [
        # No header, or none that can be read: nobody knows which call to answer.
        ([b""], COUNTED), ([b"x"], COUNTED), ([b"\xff" * 8], COUNTED), ([body], COUNTED),
        ([b"part"] * 20, COUNTED), ([b"GET / HTTP/1.1\r\n\r\n"], COUNTED),
        ([bytes(1 << 20), body], COUNTED),
        ([b"", b"", b""], COUNTED),
        # Two frames are a call. One, three or twenty are not.
        ([good], (invalid, "BODY_MISSING")),
        ([good, body, b"third"], (invalid, "TOO_MANY_FRAMES")),
        ([b"", good, body, b"x"], (invalid, "TOO_MANY_FRAMES")),
        ([good] + [body] * 19, (invalid, "TOO_MANY_FRAMES")),
        ([header_of(call=0, method=method), body], (invalid, "CALL_ZERO")),
        # Headers.
        ([header_of(call=7, method="m" * 20000), body], (rpc.RESOURCE_EXHAUSTED, "HEADER_TOO_LARGE")),
        ([header_of(call=7, method=method, action=99), body], (invalid, "ACTION_UNKNOWN")),
        ([good + b"\x22\x04\x0a\x02a", body], (invalid, "HEADER_MALFORMED")),
        ([good + b"\x22\x03\x12\x01v", body], (invalid, "METADATA_INVALID")),
        ([good + b"\x22\x03\x0a\x01k" * 33, body], (invalid, "METADATA_TOO_LARGE")),
        ([header_of(call=7), body], (rpc.UNIMPLEMENTED, "METHOD_UNKNOWN")),
        ([header_of(call=7, method="/no.Such/Method"), body], (rpc.UNIMPLEMENTED, "METHOD_UNKNOWN")),
        ([b"\x08\x07\x12\x01\xff", body], (invalid, "METHOD_INVALID")),
        # Bodies.
        ([good, b"\xff\xff this is no protobuf"], (invalid, None)),
        ([good, b"x" * ((4 << 20) + 1)], (rpc.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE")),
        ([header_of(call=8, action=rpc.CANCEL)], IGNORED),
        ([header_of(call=8, action=rpc.CREDIT)], IGNORED),
    ]


def look_at_frames(listen, check, method, body):
    """Sends each on a socket of its own, with a good call behind it."""
    counted = 0
    for frames, expected in frames_and_answers(method, body):
        what = [f[:20] for f in frames[:3]]
        sock = CONTEXT.socket(zmq.DEALER)
        sock.setsockopt(zmq.LINGER, 0)
        sock.connect(listen)
        sock.send_multipart(frames)
        sock.send_multipart([header_of(call=99, method="/grpc.health.v1.Health/Check"), b""])
        answers, alive = [], False
        # Handlers on other threads may answer behind the good call.
        while not alive or (not answers and expected not in (COUNTED, IGNORED)):
            assert sock.poll(5000), f"no answer after {what}: {answers}"
            header = rpc.Header.FromString([f for f in sock.recv_multipart() if f][0])
            if header.call == 99:
                assert header.status.code == rpc.OK, header
                alive = True
            else:
                answers.append(header)
        sock.close()
        if expected in (COUNTED, IGNORED):
            assert not answers, (what, answers)
            counted += expected == COUNTED
            continue
        assert len(answers) == 1, (what, answers)
        status = answers[0].status
        assert status.code == expected[0], (what, status)
        assert expected[1] in (None, status.reason), (what, status)
        assert len(status.message) > 10, (what, status)
        assert answers[0].call in (0, 7), answers[0]
    assert check() == counted, (check(), counted)


def test_frames():
    """Raw frames: what can be answered is answered, the rest counted; all goes on."""
    folder = work_dir("frames")
    with Ingest(folder, workers=0) as service:
        body = ingest.PushRequest(article=article("f")).SerializeToString()
        dropped = 'factmill_dropped_total{reason="malformed"}'
        look_at_frames(service.listen, lambda: service.metrics()[dropped], PUSH, body)
        assert Client(service.listen).push(article("alive")).sequence == 1
        with Query(folder, service.data) as asker:
            look_at_frames(asker.listen, lambda: asker.metrics()[dropped],
                           "/factmill.v1.Query/ListFacts", b"\x10\x01")


def test_work_socket():
    with Ingest(work_dir("workers"), workers=0) as service:
        client = Client(service.value("work"))
        method = "/factmill.v1.Work/Exchange"
        why = refused(rpc.INVALID_ARGUMENT, client.call, method, work.ExchangeRequest(want=1))
        assert why.details["field"] == "worker", why
        why = refused(rpc.INVALID_ARGUMENT, client.call, method,
                      work.ExchangeRequest(worker="w" * 129))
        why = refused(rpc.INVALID_ARGUMENT, client.call, method, work.ExchangeRequest(
            worker="w", results=[work.WorkResult(lease=1)] * 513))
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


def test_other_languages_are_kept():
    """Stored as they are, SKIPPED with the reason, counted; never a silence."""
    folder = work_dir("language")
    text = ("Der Minister sagte am Montag, dass die Kliniken im März wieder öffnen werden. "
            "Die Zahl der Kranken ist nicht gestiegen, und das ist für die Stadt gut.\n")
    with Ingest(folder) as service, Query(folder, service.data) as asker:
        client, reader = Client(service.listen), Client(asker.listen)
        told, untold = article("told", text=text), article("untold", text=text)
        told.language, untold.language = "de", ""
        client.push(told)
        client.push(untold)
        client.push(article("english"))
        status = wait_idle(client)
        assert (status.skipped, status.done, status.dead) == (2, 1, 0), status
        assert service.metrics()['factmill_articles{state="skipped"}'] == 2
        for name in ("told", "untold"):
            info = reader.call("/factmill.v1.Query/GetArticle",
                               query.GetArticleRequest(id=name)).info
            assert info.state == ingest.SKIPPED and info.article.text == text, info
            assert "language" in info.reason and "de" in info.reason, info.reason
            assert info.facts == 0, info
        listed = reader.call("/factmill.v1.Query/ListArticles",
                             query.ListArticlesRequest(state=ingest.SKIPPED)).articles
        assert {i.article.id for i in listed} == {"told", "untold"}, listed


def test_no_space():
    """A file system of 4 MiB: refused with a reason, and accepted again. Questions are
    answered all the time."""
    folder = work_dir("space")
    with Disk(folder, "size=4m") as disk:
        if disk is None:
            return
        ballast = os.path.join(disk.path, "ballast")
        with open(ballast, "wb") as file:
            file.write(bytes(2 << 20))
        data = os.path.join(disk.path, "data")
        with Ingest(folder, workers=0, data=data) as service, Query(folder, data) as asker:
            client, reader = Client(service.listen), Client(asker.listen)
            text = "word " * 10000
            acked, why = 0, None
            while why is None and acked < 1000:
                try:
                    client.push(article(f"s{acked}", text=text))
                    acked += 1
                except Refused as refusal:
                    why = refusal
            assert why.code == rpc.RESOURCE_EXHAUSTED and why.reason == "DISK_FULL", why
            assert why.retry_after_ms > 0 and "room" in why.status.message, why
            assert service.get("/readyz")[0] == 503
            status = client.status()
            assert status.refusing_reason == "DISK_FULL" and status.pending == acked, status
            assert count(reader) == acked
            os.remove(ballast)
            wait_for("room", lambda: accepted(client, text), timeout_s=20)
            assert client.status().pending == count(reader) == acked + 1
            assert service.get("/readyz")[0] == 200


def count(reader):
    return len(reader.call("/factmill.v1.Query/ListArticles",
                           query.ListArticlesRequest(page_size=1000)).articles)


def accepted(client, text):
    try:
        return client.push(article("again", text=text)).flushed
    except Refused:
        return False


if __name__ == "__main__":
    main(test_fields, test_requests, test_frames, test_work_socket,
         test_other_languages_are_kept, test_no_space)
