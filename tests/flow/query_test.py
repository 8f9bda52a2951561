#!/usr/bin/python3
"""factmill-query as a foreign client sees it: pages, tokens, filters, exports, errors."""
import base64
import os

from fm_client import (Client, Ingest, Program, Query, Refused, article, fact, health, main, query,
                       refused, req_call, rpc, wait_for, wait_idle, work_dir)

Q = "/factmill.v1.Query/"
N = 150  # articles


def text_of(i):
    return (f"The Institute for Number {'ABCDEFGH'[i % 8]} (IN{'ABCDEFGH'[i % 8]}) was founded in "
            f"{1900 + i}.\n\n“We counted {i + 2} birds,” said Director Ilka Varn on Tuesday.\n\n"
            f"The World Health Organization (WHO) wants {i + 3} per cent.\n")


class Setting:
    """One ingest and one query for all tests, with articles read."""

    def __enter__(self):
        self.folder = work_dir("query")
        self.ingest = Ingest(self.folder).start()
        self.query = Query(self.folder, self.ingest.data).start()
        self.client = Client(self.query.listen)
        pusher = Client(self.ingest.listen)
        pusher.push_all([article(f"a{i}", text_of(i)) for i in range(N)])
        wait_idle(pusher)
        pusher.close()
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.client.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)


S = Setting()


def pages(method, request, rows, **how):
    """All rows of a list, page by page, and the number of pages."""
    found, count = [], 0
    while True:
        reply = S.client.call(Q + method, request, **how)
        found += list(getattr(reply, rows))
        count += 1
        assert count < 10000, "pages without end"
        if not reply.next_page_token:
            return found, count
        request.page_token = reply.next_page_token


def all_facts(**fields):
    return pages("ListFacts", query.ListFactsRequest(page_size=1000, **fields), "facts")[0]


def export(request, credit=4):
    number = S.client.begin(Q + "ExportFacts", request, credit=credit)
    facts, sequences = [], set()
    while True:
        header, body = S.client.next()
        if header.call != number:
            continue
        if not header.more and header.status.code != rpc.OK:
            raise Refused(header)
        reply = query.ExportFactsResponse()
        reply.ParseFromString(body)
        facts += list(reply.facts)
        if body:
            sequences.add(reply.sequence)
        if not header.more:
            return facts, sequences
        S.client.socket.send_multipart([rpc.Header(call=number, action=rpc.CREDIT,
                                                   credit=1).SerializeToString(), b""])


def test_waits_for_the_database():
    folder = work_dir("query-waits")
    program = Query(folder, os.path.join(folder, "data")).start(wait_ready=False)
    try:
        r = wait_for("an answer", lambda: refused(rpc.UNAVAILABLE, req_call, program.listen,
                                                  Q + "ListFacts", query.ListFactsRequest()))
        assert r.reason == "NO_DATABASE" and r.retry_after_ms > 0, r
        reply = req_call(program.listen, "/grpc.health.v1.Health/Check", health.HealthCheckRequest())
        assert reply.status == health.HealthCheckResponse.NOT_SERVING
        with Ingest(folder):
            program.wait_line("READY")
            reply = req_call(program.listen, "/grpc.health.v1.Health/Check",
                             health.HealthCheckRequest(service="factmill.v1.Query"))
            assert reply.status == health.HealthCheckResponse.SERVING
            assert not req_call(program.listen, Q + "ListFacts", query.ListFactsRequest()).facts
        with open(program.log, encoding="utf-8") as log:
            assert log.read().count("waiting for the database") == 1
    finally:
        assert program.stop() == 0, program.tail()


def test_a_plain_req_socket():
    reply = req_call(S.query.listen, Q + "ListFacts", query.ListFactsRequest(page_size=3))
    assert len(reply.facts) == 3 and reply.next_page_token
    one = req_call(S.query.listen, Q + "GetFact", query.GetFactRequest(id=reply.facts[0].id))
    assert one == reply.facts[0]
    assert one.sequence > 0 and one.recorded.seconds > 0 and one.evidence.text


def test_evidence_is_byte_exact():
    for item in all_facts():
        info = S.client.call(Q + "GetArticle", query.GetArticleRequest(id=item.article)).info
        span = item.evidence.span
        raw = (info.article.title if span.field else info.article.text).encode()
        assert raw[span.start:span.end].decode() == item.evidence.text, item


def test_pages_miss_nothing_and_repeat_nothing():
    everything = [f.id for f in all_facts()]
    assert len(everything) == len(set(everything)) > 100, len(everything)
    for order in range(len(query.FactOrder.values())):
        for size in (1, 7, 50) if order < 3 else (13,):
            found, count = pages("ListFacts", query.ListFactsRequest(page_size=size, order_by=order),
                                 "facts")
            ids = [f.id for f in found]
            assert len(ids) == len(set(ids)) and set(ids) == set(everything), (order, size)
            assert count >= len(ids) / size
            if order in (0, 1, 2):
                assert [f.sequence for f in found] == sorted((f.sequence for f in found),
                                                             reverse=order != 2)
            if order == query.CONFIDENCE_DESC:
                assert [f.confidence for f in found] == sorted((f.confidence for f in found),
                                                               reverse=True)


def test_pages_of_all_other_lists():
    articles, _ = pages("ListArticles", query.ListArticlesRequest(page_size=7), "articles")
    ids = [a.article.id for a in articles]
    assert sorted(ids) == sorted(f"a{i}" for i in range(N)), ids
    assert not any(a.article.text for a in articles)
    entities, _ = pages("ListEntities", query.ListEntitiesRequest(page_size=3), "entities")
    ids = [e.id for e in entities]
    assert ids and len(ids) == len(set(ids))
    again = S.client.call(Q + "ListEntities", query.ListEntitiesRequest(page_size=1000)).entities
    assert ids == [e.id for e in again]
    found, _ = pages("SearchFacts", query.SearchFactsRequest(query="world health", page_size=7), "hits")
    ids = [h.fact.id for h in found]
    assert len(ids) == len(set(ids)) and len(ids) >= N, len(ids)
    for hit in found[:20]:
        raw = hit.fact.evidence.text.encode()
        words = {raw[s.start:s.end].decode().lower() for s in hit.highlights}
        assert words and words <= {"world", "health", "world health"}, words


def test_page_sizes():
    def size(n):
        return len(S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=n)).facts)
    total = len(all_facts())
    assert size(0) == min(50, total)
    assert size(10**9) == min(1000, total)
    for method, request in (("ListFacts", query.ListFactsRequest), ("ListArticles", query.ListArticlesRequest),
                            ("ListEntities", query.ListEntitiesRequest)):
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + method, request(page_size=-1))
        assert r.details["field"] == "page_size", r


def test_tokens_cannot_be_forged_or_moved():
    token = S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=2)).next_page_token
    raw = bytearray(base64.urlsafe_b64decode(token))

    def bad(method, request):
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + method, request)
        assert r.reason == "PAGE_TOKEN" and r.details["field"] == "page_token", r
    for at in range(len(raw)):
        forged = bytearray(raw)
        forged[at] ^= 1 << (at % 8)
        bad("ListFacts", query.ListFactsRequest(
            page_size=2, page_token=base64.urlsafe_b64encode(bytes(forged)).decode()))
    for junk in ("x", token[:-1], token + "A", "é" * 28, "=" * len(token)):
        bad("ListFacts", query.ListFactsRequest(page_token=junk))
    bad("ListFacts", query.ListFactsRequest(page_token=token, order_by=query.SEQUENCE_ASC))
    bad("ListFacts", query.ListFactsRequest(page_token=token, filter=query.FactFilter(place="x")))
    bad("ListArticles", query.ListArticlesRequest(page_token=token))
    # The size of the page may change on the way.
    assert S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=9, page_token=token)).facts


def test_tokens_survive_a_restart():
    request = query.ListFactsRequest(page_size=5)
    first = S.client.call(Q + "ListFacts", request)
    S.query.stop()
    S.query.start()
    S.client.close()
    S.client = Client(S.query.listen)
    request.page_token = first.next_page_token
    second = S.client.call(Q + "ListFacts", request)
    assert second.facts and not {f.id for f in first.facts} & {f.id for f in second.facts}


def test_filters():
    everything = all_facts()
    for kind in {f.kind for f in everything}:
        found = all_facts(filter=query.FactFilter(kinds=[kind]))
        assert {f.id for f in found} == {f.id for f in everything if f.kind == kind}, kind
    found = all_facts(filter=query.FactFilter(article="a7", source="test.example"))
    assert found and {f.id for f in found} == {f.id for f in everything if f.article == "a7"}
    found = all_facts(filter=query.FactFilter(min_confidence=0.9))
    assert {f.id for f in found} == {f.id for f in everything if f.confidence >= 0.9 - 1e-6}
    assert not all_facts(filter=query.FactFilter(source="nobody"))
    who = all_facts(filter=query.FactFilter(entity="world health organization"))
    assert who and all("World Health Organization" in f.evidence.text for f in who)


def test_bad_filters_name_their_field():
    def bad(field, **fields):
        request = query.ListFactsRequest(filter=query.FactFilter(**fields))
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "ListFacts", request)
        assert r.details["field"] == "filter." + field, r
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "SearchFacts",
                    query.SearchFactsRequest(query="x", filter=request.filter))
        assert r.details["field"] == "filter." + field, r
        r = refused(rpc.INVALID_ARGUMENT, export, query.ExportFactsRequest(filter=request.filter))
        assert r.details["field"] == "filter." + field, r
    bad("kinds", kinds=[99])
    bad("kinds", kinds=[0])
    bad("modality", modality=[77])
    bad("polarity", polarity=9)
    bad("min_confidence", min_confidence=1.5)
    bad("min_confidence", min_confidence=-0.1)
    bad("min_confidence", min_confidence=float("nan"))
    bad("entity", entity="x" * 5000)
    bad("kinds", kinds=[1] * 1000)
    for pair in ("time", "published", "recorded"):
        bad(f"{pair}_from", **{f"{pair}_from": {"seconds": 20}, f"{pair}_to": {"seconds": 10}})
        bad(f"{pair}_to", **{f"{pair}_to": {"seconds": 10**15}})
    bad("as_of", as_of={"seconds": 5, "nanos": -1})
    r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "ListFacts", query.ListFactsRequest(order_by=99))
    assert r.details["field"] == "order_by", r
    r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "ListArticles",
                query.ListArticlesRequest(state=99))
    assert r.details["field"] == "state", r
    r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "ListEntities",
                query.ListEntitiesRequest(types=[99]))
    assert r.details["field"] == "types", r


def test_malformed_searches():
    for text in ('"', '"a', "AND", "a AND", "(", "a)", "NEAR(", "*", "NOT", "", "   ", "a OR OR b",
                 "col:x)", "\"" * 4001, "x" * 5000, "a ^^ b", "NEAR(a b, x)"):
        try:
            S.client.call(Q + "SearchFacts", query.SearchFactsRequest(query=text))
        except Refused as r:
            assert r.code == rpc.INVALID_ARGUMENT, (text, r)
            assert "sql" not in r.status.message.lower() and "fts5" not in r.status.message.lower(), r
    for text in ('"', "a AND", "("):
        refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "SearchFacts", query.SearchFactsRequest(query=text))


def test_single_things():
    for junk in ("", "x", "0" * 31, "g" * 32, "0" * 33):
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "GetFact", query.GetFactRequest(id=junk))
        assert r.details["field"] == "id", r
    refused(rpc.NOT_FOUND, S.client.call, Q + "GetFact", query.GetFactRequest(id="0" * 32))
    refused(rpc.NOT_FOUND, S.client.call, Q + "GetArticle", query.GetArticleRequest(id="none"))
    refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "GetArticle", query.GetArticleRequest())
    refused(rpc.NOT_FOUND, S.client.call, Q + "GetEntity", query.GetEntityRequest(id=10**12))
    refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "GetEntity", query.GetEntityRequest())
    info = S.client.call(Q + "GetArticle", query.GetArticleRequest(id="a3", source="test.example")).info
    assert info.article.text == text_of(3) and info.version == 1 and info.facts > 0
    info = S.client.call(Q + "GetArticle", query.GetArticleRequest(id="a3", without_text=True)).info
    assert not info.article.text
    entity = S.client.call(Q + "ListEntities", query.ListEntitiesRequest(page_size=1)).entities[0]
    got = S.client.call(Q + "GetEntity", query.GetEntityRequest(id=entity.id))
    assert got.entity.name == entity.name and got.counts
    for method, request in (("ExplainFact", query.ExplainFactRequest()), ("VerifyFact", query.VerifyFactRequest())):
        refused(rpc.INVALID_ARGUMENT, S.client.call, Q + method, request)


def standing(f):
    if f.polarity == fact.Fact.NEGATIVE:
        return "negated"
    if f.attribution or f.kind in (fact.Fact.QUOTE, fact.Fact.REPORTED):
        return "reported"
    return "possible" if f.modality > fact.Fact.ASSERTED else "asserted"


def counted(facts, key):
    found = {}
    for f in facts:
        for k in key(f):
            found.setdefault(k, dict(asserted=0, reported=0, possible=0, negated=0))[standing(f)] += 1
    return found


def as_dict(count):
    return dict(asserted=count.asserted, reported=count.reported, possible=count.possible,
                negated=count.negated)


def test_totals():
    for fields in (dict(), dict(entity="World Health Organization"), dict(kinds=[fact.Fact.QUOTE]),
                   dict(text="birds"), dict(article="a7"), dict(source="nobody")):
        f = query.FactFilter(**fields)
        facts = all_facts(filter=f)
        for by, key in ((query.BY_KIND, lambda x: [fact.Fact.Kind.Name(x.kind)]),
                        (query.BY_SOURCE, lambda x: [x.source]),
                        (query.BY_PREDICATE, lambda x: [x.predicate.lemma] if x.predicate.lemma else [])):
            reply = S.client.call(Q + "Aggregate", query.AggregateRequest(filter=f, by=by, limit=1000))
            assert {c.key: as_dict(c) for c in reply.counts} == counted(facts, key), (fields, by)
            assert sum(as_dict(reply.facts).values()) == len(facts)
            assert reply.total == len(reply.counts)
    reply = S.client.call(Q + "Aggregate", query.AggregateRequest(by=query.BY_ENTITY, limit=2))
    assert len(reply.counts) == 2 and reply.total > 2
    assert all(c.entity and c.key and c.type for c in reply.counts)
    r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "Aggregate", query.AggregateRequest())
    assert r.details["field"] == "by", r


def test_timelines():
    import datetime
    facts = [f for f in all_facts() if f.HasField("time") and f.time.start]
    reply = S.client.call(Q + "Timeline", query.TimelineRequest(
        bucket=query.BUCKET_YEAR, axis=query.AXIS_EVENT))

    def year(f):
        start, end = (datetime.date.fromisoformat(t[:10]) for t in (f.time.start, f.time.end))
        return [f"{start.year}-01-01"] if (end - start).days <= 366 else []
    assert {b.start: as_dict(b.count) for b in reply.buckets} == counted(facts, year)
    assert reply.buckets and sum(as_dict(reply.undated).values()) == len(all_facts()) - len(facts)
    starts = [b.start for b in reply.buckets]
    assert starts == sorted(starts) and all(b.start < b.end for b in reply.buckets)
    # All articles are of one moment.
    reply = S.client.call(Q + "Timeline", query.TimelineRequest(top=4))
    assert [b.start for b in reply.buckets] == ["2021-05-03T00:00:00Z"], reply.buckets
    assert len(reply.buckets[0].top) == 4 and reply.axis == query.AXIS_PUBLISHED
    assert [f.confidence for f in reply.buckets[0].top] == sorted(
        (f.confidence for f in all_facts()), reverse=True)[:4]
    for field, request in (("top", query.TimelineRequest(top=11)), ("bucket", query.TimelineRequest(bucket=77)),
                           ("filter.kinds", query.TimelineRequest(filter=query.FactFilter(kinds=[99])))):
        r = refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "Timeline", request)
        assert r.details["field"] == field, r


def test_export_equals_list():
    listed = all_facts(order_by=query.SEQUENCE_ASC)
    exported, sequences = export(query.ExportFactsRequest())
    assert [f.id for f in exported] == [f.id for f in listed] and exported == listed
    assert sequences == {listed[-1].sequence} or max(sequences) >= listed[-1].sequence
    assert len(sequences) == 1, sequences
    only = query.FactFilter(article="a5")
    exported, _ = export(query.ExportFactsRequest(filter=only), credit=1)
    assert {f.id for f in exported} == {f.id for f in all_facts(filter=only)}
    exported, _ = export(query.ExportFactsRequest(limit=17))
    assert [f.id for f in exported] == [f.id for f in listed[:17]]
    exported, _ = export(query.ExportFactsRequest(filter=query.FactFilter(source="nobody")))
    assert exported == []


def test_small_messages_end_pages_early():
    program = Query(S.folder, S.ingest.data, "--max-message-bytes", "64k").start()
    everything = {f.id for f in all_facts()}
    client, S.client = S.client, Client(program.listen)
    try:
        found, count = pages("ListFacts", query.ListFactsRequest(page_size=1000), "facts")
        assert {f.id for f in found} == everything and len(found) == len(everything)
        assert count > 1, "one page held all"
    finally:
        S.client.close()
        S.client = client
        assert program.stop() == 0


def test_start_errors():
    def ends(status, *args):
        log = os.path.join(work_dir("query-start"), "log")
        program = Program("factmill-query", args, log).start(wait_ready=False)
        got = program.wait()
        assert got == status, (args, got, program.tail())
        return program.tail(1000)
    ends(64)
    ends(78, "--data", S.ingest.data, "--nonsense")
    ends(78, "--data", S.ingest.data, "--threads", "many")
    assert "7421" in ends(0, "--help")
    assert "factmill-query" in ends(0, "--version")
    ends(69, "--data", S.ingest.data, "--listen", S.query.listen)
    ends(77, "--data", S.ingest.data, "--listen", "tcp://0.0.0.0:17999", "--http", "")


def test_metrics_and_health():
    import urllib.request
    text = urllib.request.urlopen(f"http://{S.query.http}/metrics", timeout=5).read().decode()
    assert 'factmill_rpc_calls_total{method="ListFacts",code="OK"}' in text, text
    assert 'factmill_rpc_calls_total{method="ListFacts",code="INVALID_ARGUMENT"}' in text
    assert 'factmill_rpc_duration_seconds_bucket{method="GetFact",' in text
    assert "factmill_query_database 1" in text
    for path in ("livez", "readyz"):
        assert urllib.request.urlopen(f"http://{S.query.http}/{path}", timeout=5).status == 200


if __name__ == "__main__":
    with S:
        main(*[f for name, f in list(globals().items()) if name.startswith("test_")])
