#!/usr/bin/python3
"""A DEALER with a thousand calls in flight, a REQ, batches, duplicates, versions."""
import collections

from fm_client import (Article, Client, Ingest, article, health, ingest, main, req_call, rpc,
                       work_dir, wait_idle)

PUSH = "/factmill.v1.Ingest/Push"


def test_thousand_in_flight():
    with Ingest(work_dir("thousand"), workers=2) as service:
        client = Client(service.listen)
        items = [article(f"a{i}") for i in range(1000)]
        answers = client.push_all(items, window=1000)
        assert all(h.status.code == rpc.OK for h, _ in answers)
        assert all(r.flushed and r.version == 1 and not r.duplicate for _, r in answers)
        sequences = [r.sequence for _, r in answers]
        assert len(set(sequences)) == 1000, "sequences are not unique"
        status = wait_idle(client)
        assert status.done == 1000 and status.dead == 0, status
        assert status.facts > 0, "no facts were found"
        # The same text gives the same number of facts, whoever read it.
        assert status.facts % 1000 == 0, f"{status.facts} facts of 1000 equal texts"
        assert status.sequence == status.facts, "the change sequence has gaps"
        metrics = service.metrics()
        assert metrics["factmill_ingest_acked_total"] == 1000
        assert metrics['factmill_settled_total{outcome="done"}'] == 1000
        print(f"  {status.facts} facts, {int(metrics['factmill_commits_total'])} commits")


def test_req_client():
    with Ingest(work_dir("req")) as service:
        reply = req_call(service.listen, PUSH, ingest.PushRequest(article=article("r1")))
        assert reply.flushed and reply.sequence == 1, reply
        status = req_call(service.listen, "/factmill.v1.Ingest/GetStatus",
                          ingest.GetStatusRequest())
        assert status.max_message_bytes == 4 << 20 and status.version, status
        assert not status.refusing and not status.paused


def test_batch():
    with Ingest(work_dir("batch"), workers=0) as service:
        client = Client(service.listen)
        items = [article("b0"), article("b1", text=""), article("b2"),
                 article("", text="no id"), article("b0"), Article(id="b4")]
        reply = client.call("/factmill.v1.Ingest/PushBatch",
                            ingest.PushBatchRequest(articles=items))
        got = [(i.status.code, i.status.reason) for i in reply.items]
        assert got == [(0, ""), (3, "TEXT_EMPTY"), (0, ""), (3, "ID_EMPTY"), (0, ""),
                       (3, "SOURCE_EMPTY")], got
        assert [d.value for d in reply.items[1].status.details] == ["article.text"]
        assert reply.items[4].response.duplicate
        assert reply.items[4].response.sequence == reply.items[0].response.sequence
        assert not reply.items[1].HasField("response")
        assert client.status().pending == 2
        # All bad: nothing to store, still one answer for each.
        reply = client.call("/factmill.v1.Ingest/PushBatch",
                            ingest.PushBatchRequest(articles=[article("x", text="")] * 3))
        assert [i.status.reason for i in reply.items] == ["TEXT_EMPTY"] * 3


def test_duplicates_and_versions():
    with Ingest(work_dir("versions")) as service:
        client = Client(service.listen)
        first = client.push(article("v1"))
        again = client.push(article("v1"))
        assert again.duplicate and again.sequence == first.sequence and again.version == 1
        other = client.push(article("v1", source="other.example"))
        assert not other.duplicate and other.version == 1
        before = wait_idle(client)
        newer = client.push(article("v1", text="On 4 June 2021 Maria Lopez, the head of "
                                               "the ministry, opened 17 clinics.\n"))
        assert newer.version == 2 and not newer.duplicate
        after = wait_idle(client)
        assert after.done == 3, after
        assert after.sequence > before.sequence, "retractions are changes, too"
        # Going back to the first content is a third version.
        assert client.push(article("v1")).version == 3


def test_labels_and_order_do_not_matter_to_the_hash():
    with Ingest(work_dir("hash"), workers=0) as service:
        client = Client(service.listen)
        item = article("h1")
        item.labels.add(key="desk", value="world")
        assert not client.push(item).duplicate
        # An unknown field of a newer producer: kept, no other version.
        raw = item.SerializeToString() + b"\xa2\x06\x03abc"
        number = client.begin(PUSH, b"\x0a" + varint(len(raw)) + raw)
        header, body = client.next()
        assert header.call == number and header.status.code == rpc.OK, header
        reply = ingest.PushResponse.FromString(body)
        assert reply.duplicate, reply
        item.labels[0].value = "sports"
        assert client.push(item).version == 2


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    out.append(n)
    return bytes(out)


def test_health_and_http():
    with Ingest(work_dir("health"), workers=0) as service:
        client = Client(service.listen)
        for name in ("", "factmill.v1.Ingest", "factmill.v1.Admin"):
            reply = client.call("/grpc.health.v1.Health/Check",
                                health.HealthCheckRequest(service=name))
            assert reply.status == health.HealthCheckResponse.SERVING, name
        assert service.get("/livez")[0] == 200
        assert service.get("/readyz")[0] == 200
        text = service.get("/metrics")[1]
        for line in text.splitlines():
            if not line.startswith("#"):
                float(line.rsplit(" ", 1)[1])
        types = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
        double = [n for n, c in collections.Counter(types).items() if c > 1]
        assert not double, f"described twice: {double}"


if __name__ == "__main__":
    main(test_thousand_in_flight, test_req_client, test_batch, test_duplicates_and_versions,
         test_labels_and_order_do_not_matter_to_the_hash, test_health_and_http)
