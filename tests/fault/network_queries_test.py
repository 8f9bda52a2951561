#!/usr/bin/python3
"""Questions that cost: each ends by its budget with a status that says so, the others are
answered meanwhile, and memory stays where it is.

FM_LONG=1: more facts."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (Client, Ingest, Query, Refused, article, fact, main, query,  # noqa: E402
                       rpc, wait_idle, work_dir)
from network_zmtp import bounded, rss_mb  # noqa: E402

LONG = os.environ.get("FM_LONG") == "1"
Q = "/factmill.v1.Query/"
N = 6000 if LONG else 1200
NAMES = ["Ann Lee", "Boris Kane", "Clara Moss", "Dan Orr", "Eva Pell", "Finn Rook", "Gil Sand"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def text(i):
    who = NAMES[i % len(NAMES)]
    return "\n\n".join(
        f'"Plan {i} of ward {k} will cost {i + k} million dollars," said {NAMES[(i + k) % 7]}, '
        f"the head of the ministry. On {1 + k} May 2019 {who} opened {i + k} clinics in Geneva."
        for k in range(6))


def bombs():
    every = query.FactFilter()
    stars = " OR ".join(f"{a}{b}*" for a in LETTERS for b in LETTERS)
    many = query.FactFilter(kinds=[1, 2, 3, 4, 5, 6, 7, 8, 9] * 100, min_confidence=0.0001)
    words = query.FactFilter(text=" OR ".join(f"{a}*" for a in LETTERS))
    yield "SearchFacts", query.SearchFactsRequest(query=" OR ".join(f"{a}*" for a in LETTERS),
                                                  page_size=1000)
    yield "SearchFacts", query.SearchFactsRequest(query=stars[:4000].rsplit(" OR", 1)[0])
    yield "SearchFacts", query.SearchFactsRequest(query=stars * 3)
    yield "SearchFacts", query.SearchFactsRequest(query='"' + "the " * 900 + '"')
    yield "SearchFacts", query.SearchFactsRequest(query="a* " * 1000)
    yield "SearchFacts", query.SearchFactsRequest(query="NOT " * 1000 + "x")
    yield "SearchFacts", query.SearchFactsRequest(query="(" * 1500 + "x" + ")" * 1500)
    yield "SearchFacts", query.SearchFactsRequest(query="NEAR(the of, 100000)", filter=words)
    common = "said the of million dollars head ministry will cost plan ward opened clinics in " \
        "On Geneva May 2019 Lee Kane Moss Orr Pell Rook Sand Ann Boris Clara Dan Eva Finn"
    for join in (" OR ", " "):
        for page in (1, 1000):
            yield "SearchFacts", query.SearchFactsRequest(
                query=join.join(common.split()), page_size=page)
    yield "SearchFacts", query.SearchFactsRequest(query=" OR ".join(
        f"NEAR({a} {b}, 100)" for a, b in zip(common.split()[:15], common.split()[1:])))
    yield "ListFacts", query.ListFactsRequest(filter=words, page_size=1000)
    yield "ListFacts", query.ListFactsRequest(filter=many, page_size=1000)
    yield "ListFacts", query.ListFactsRequest(
        filter=query.FactFilter(subject="n" * 10000, object="o" * 10000, predicate="p" * 10000))
    yield "ListFacts", query.ListFactsRequest(
        filter=query.FactFilter(modality=[fact.Fact.COUNTERFACTUAL], min_confidence=0.999))
    yield "ListFacts", query.ListFactsRequest(page_token="A" * 20000)
    for by in range(1, 12):
        yield "Aggregate", query.AggregateRequest(filter=every, by=by, limit=1000)
        yield "Aggregate", query.AggregateRequest(filter=words, by=by, limit=1000)
    for bucket in range(1, 6):
        yield "Timeline", query.TimelineRequest(filter=words, bucket=bucket, top=10)
        yield "Timeline", query.TimelineRequest(filter=every, bucket=bucket, top=10,
                                                axis=query.AXIS_EVENT)
    yield "ListEntities", query.ListEntitiesRequest(name="%" * 5000)
    yield "ListEntities", query.ListEntitiesRequest(prefix="a" * 5000)
    yield "Related", query.RelatedRequest(entity=1)


class Others(threading.Thread):
    """Somebody with a cheap question, again and again."""

    def __init__(self, endpoint):
        super().__init__(daemon=True)
        self.client = Client(endpoint)
        self.ended = threading.Event()
        self.took = []
        self.failure = None
        self.start()

    def run(self):
        try:
            while not self.ended.is_set():
                began = time.monotonic()
                self.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=5))
                self.took.append(time.monotonic() - began)
        except Exception as e:
            self.failure = e

    def end(self):
        self.ended.set()
        self.join(20)
        assert self.failure is None, self.failure
        took = sorted(self.took)
        return f"{len(took)} cheap ones meanwhile, p99 {took[len(took) * 99 // 100] * 1000:.0f} ms"


def throw(endpoint, budget_s):
    """All bombs, one after the other; how they ended."""
    client = Client(endpoint)
    ends = {}
    longest = 0.0
    for method, request in bombs():
        began = time.monotonic()
        name = "OK"
        try:
            client.call(Q + method, request, timeout_ms=30000)
        except Refused as r:
            assert r.code in (rpc.INVALID_ARGUMENT, rpc.RESOURCE_EXHAUSTED, rpc.ABORTED,
                              rpc.UNIMPLEMENTED, rpc.NOT_FOUND), (method, r)
            assert r.status.message, (method, r)
            name = rpc.Code.Name(r.code) + " " + r.reason
        took = time.monotonic() - began
        longest = max(longest, took)
        # On a busy machine everything takes longer, but nothing without end.
        assert took < budget_s + 5, (method, took)
        ends[name] = ends.get(name, 0) + 1
    client.close()
    return ends, longest


def test_bombs():
    folder = work_dir("bombs")
    with Ingest(folder, workers=2) as service:
        client = Client(service.listen)
        client.push_all([article(f"q{i}", text=text(i)) for i in range(N)])
        wait_idle(client, 240)
        facts = client.status().facts
        for budget in ("10ms", "1s"):
            with Query(folder, service.data, "--max-read", budget) as asker:
                before = rss_mb(asker.pid())
                others = Others(asker.listen)
                ends, longest = throw(asker.listen, 1)
                print(f"  {facts} facts, {budget} for each: the longest took {longest * 1000:.0f} "
                      f"ms; {others.end()}; {ends}")
                bounded(rss_mb(asker.pid()), before + 96)
                # The watchdog looks every 100 ms.
                assert budget != "10ms" or longest < 1 or "ABORTED READ_TOO_LONG" in ends, ends


if __name__ == "__main__":
    main(test_bombs)
