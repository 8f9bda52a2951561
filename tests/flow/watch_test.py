#!/usr/bin/python3
"""WatchFacts: nothing missing, nothing twice, over restarts, slow readers and many watches."""
import os
import time

from fm_client import (Client, Ingest, Program, Refused, article, fact, free_port, main, query,
                       refused, rpc, wait_for, wait_idle, work_dir)

Q = "/factmill.v1.Query/"
WATCH = Q + "WatchFacts"
NOW, BEGINNING, SINCE = (query.WatchFactsRequest.NOW, query.WatchFactsRequest.BEGINNING,
                         query.WatchFactsRequest.SINCE)


class Query(Program):
    def __init__(self, folder, data, *args):
        self.listen = f"tcp://127.0.0.1:{free_port()}"
        super().__init__("factmill-query", ["--data", data, "--listen", self.listen, "--http", "",
                                            *args], os.path.join(folder, "query.log"))


def text_of(i, birds=None):
    return (f"“We counted {birds or i + 2} birds,” said Director Ilka Varn on Tuesday.\n\n"
            f"Minister Tom Adler said that {i + 3} per cent of the forests were lost.\n")


class Setting:
    def __enter__(self):
        self.folder = work_dir("watch")
        self.ingest = Ingest(self.folder).start()
        self.query = Query(self.folder, self.ingest.data).start()
        self.pusher = Client(self.ingest.listen)
        self.client = Client(self.query.listen)
        self.pushed = 0
        self.push(20)
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.client.close()
        self.pusher.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)

    def push(self, n, wait=True):
        items = [article(f"a{self.pushed + i}", text_of(self.pushed + i)) for i in range(n)]
        self.pushed += n
        self.pusher.push_all(items)
        if wait:
            wait_idle(self.pusher)

    def restart_query(self, *args):
        self.client.close()
        assert self.query.stop() == 0
        self.query = Query(self.folder, self.ingest.data, *args).start()
        self.client = Client(self.query.listen)


S = Setting()


class Watch:
    """One stream on a socket of its own."""

    def __init__(self, request=None, credit=100, endpoint=None, auto=True, **fields):
        self.client = Client(endpoint or S.query.listen)
        self.auto = auto
        self.request = request or query.WatchFactsRequest(**fields)
        self.number = self.client.begin(WATCH, self.request, timeout_ms=600000, credit=credit)
        self.token = ""
        self.seen = []  # (sequence, fact id, retracted)

    def credit(self, n):
        self.client.socket.send_multipart(
            [rpc.Header(call=self.number, action=rpc.CREDIT, credit=n).SerializeToString(), b""])

    def next(self, wait_s=10.0):
        while True:
            header, body = self.client.next(wait_s)
            if header.more and header.keepalive:
                continue
            if not header.more:
                raise Refused(header)
            break
        if self.auto:
            self.credit(1)
        message = query.WatchFactsResponse()
        message.ParseFromString(body)
        assert message.resume_token and message.HasField("fact") != message.caught_up
        self.token = message.resume_token
        if message.HasField("fact"):
            self.seen.append((message.sequence, message.fact.id, message.fact.retracted))
        return message

    def until_caught_up(self):
        while not self.next().caught_up:
            pass
        return self

    def until(self, sequence):
        while not self.seen or self.seen[-1][0] < sequence:
            self.next()
        return self

    def close(self):
        self.client.close()


def last_sequence():
    facts = S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=1)).facts
    return facts[0].sequence if facts else 0


def listed(**fields):
    """(sequence, id, retracted) of all that match, in order."""
    found, request = [], query.ListFactsRequest(page_size=1000, order_by=query.SEQUENCE_ASC,
                                                filter=query.FactFilter(**fields))
    while True:
        reply = S.client.call(Q + "ListFacts", request)
        found += [(f.sequence, f.id, f.retracted) for f in reply.facts]
        if not reply.next_page_token:
            return found
        request.page_token = reply.next_page_token


def in_order(seen):
    numbers = [s[0] for s in seen]
    return numbers == sorted(set(numbers))


def test_from_now():
    watch = Watch().until_caught_up()
    assert not watch.seen
    before = last_sequence()
    S.push(5)
    watch.until(last_sequence())
    assert watch.seen == [f for f in listed() if f[0] > before]
    assert watch.seen and in_order(watch.seen)
    watch.close()


def test_from_the_beginning():
    watch = Watch(**{"from": BEGINNING}).until_caught_up()
    assert watch.seen == listed()
    S.push(3)
    watch.until(last_sequence())
    assert watch.seen == listed()
    watch.close()


def test_while_articles_come():
    watch = Watch(**{"from": BEGINNING})
    S.push(200, wait=False)
    watch.next()
    S.push(100)
    watch.until(last_sequence())
    assert watch.seen == listed()
    watch.close()


def test_since_a_time():
    S.push(3)
    time.sleep(0.01)
    since = time.time()
    before = last_sequence()
    S.push(4)
    request = query.WatchFactsRequest()
    setattr(request, "from", SINCE)
    request.since.FromMicroseconds(int(since * 1e6))
    watch = Watch(request).until_caught_up()
    assert watch.seen == [f for f in listed() if f[0] > before] and watch.seen
    watch.close()


def test_what_is_taken_back():
    S.pusher.push(article("edited", text_of(1000)))
    wait_idle(S.pusher)
    watch = Watch(filter=query.FactFilter(article="edited"), **{"from": BEGINNING}).until_caught_up()
    old = list(watch.seen)
    assert old and not any(retracted for _, _, retracted in old)
    S.pusher.push(article("edited", text_of(1000, birds=7)))
    wait_idle(S.pusher)
    watch.until(last_sequence())
    news = watch.seen[len(old):]
    back = [s for s in news if s[2]]
    assert sorted(s[1] for s in back) == sorted(s[1] for s in old), news
    assert all(s[0] > old[-1][0] for s in back) and in_order(watch.seen)
    added = [s for s in news if not s[2]]
    assert added == listed(article="edited")
    # Who comes later sees only what is in force; who goes on from the old place sees both.
    late = Watch(filter=query.FactFilter(article="edited"), **{"from": BEGINNING}).until_caught_up()
    assert late.seen == added
    watch.close()
    late.close()


def test_filters_match_what_lists_do():
    filters = [dict(kinds=[fact.Fact.QUOTE]), dict(entity="Ilka Varn"), dict(speaker="Tom Adler"),
               dict(predicate="say"), dict(text="birds OR forests"), dict(text="\"ilka varn\""),
               dict(source="test.example"), dict(article=f"a{S.pushed + 1}"), dict(source="nobody"),
               dict(min_confidence=0.9), dict(entity="Ilka Varn", kinds=[fact.Fact.QUOTE]),
               dict(entity="Greta Holm"), dict(text="newcomers")]
    watches = [Watch(filter=query.FactFilter(**f)).until_caught_up() for f in filters]
    before = last_sequence()
    S.push(10)
    S.pusher.push(article("new", "“The newcomers are welcome,” said Greta Holm on Friday.\n"))
    wait_idle(S.pusher)
    for f, watch in zip(filters, watches):
        expected = [x for x in listed(**f) if x[0] > before]
        if expected:
            watch.until(expected[-1][0])
        assert watch.seen == expected, f
    assert watches[-1].seen and watches[-2].seen and watches[7].seen and not watches[8].seen
    for watch in watches:
        watch.close()


def test_a_slow_reader_is_held_back():
    slow = Watch(credit=1, auto=False)
    assert slow.next().caught_up
    quick = Watch().until_caught_up()
    before = last_sequence()
    S.push(150)
    quick.until(last_sequence())
    assert not slow.client.socket.poll(200), "more than its credit"
    for n in (1, 2, 40):
        slow.credit(n)
        for _ in range(n):
            slow.next()
        assert not slow.client.socket.poll(100), "more than its credit"
    S.push(10)
    slow.auto = True
    slow.credit(50)
    slow.until(last_sequence())
    assert slow.seen == [f for f in listed() if f[0] > before]
    slow.close()
    quick.close()


def test_tokens_go_on_over_restarts():
    whole = listed()
    request = query.WatchFactsRequest()
    setattr(request, "from", BEGINNING)
    seen = []
    # Some of the snapshot, a restart of the query, more of it, an edit that takes back what was
    # not shown yet, a restart of the ingest, and so on.
    for step in range(6):
        watch = Watch(request, credit=30)
        for _ in range(25):
            watch.next()
        seen += watch.seen
        request = query.WatchFactsRequest(resume_token=watch.token)
        watch.close()
        if step % 2 == 0:
            S.restart_query()
        else:
            assert S.ingest.stop() == 0
            S.ingest.start()
            S.pusher.close()
            S.pusher = Client(S.ingest.listen)
    S.pusher.push(article(f"a{S.pushed - 1}", text_of(5000)))
    S.push(2)
    watch = Watch(request).until_caught_up()
    watch.until(last_sequence())
    seen += watch.seen
    assert in_order(seen)
    # The snapshot is the one of the first call; then every change.
    assert [s for s in seen if s[0] <= whole[-1][0]] == whole
    changes = [s for s in seen if s[0] > whole[-1][0]]
    assert any(s[2] for s in changes) and [s for s in changes if not s[2]] == [
        f for f in listed() if f[0] > whole[-1][0]]
    # A token of the end gives nothing but news.
    again = Watch(resume_token=watch.token).until_caught_up()
    assert not again.seen
    S.push(1)
    again.until(last_sequence())
    watch.close()
    again.close()


def test_bad_requests():
    def bad(field, request):
        try:
            Watch(request).next()
        except Refused as r:
            assert r.code == rpc.INVALID_ARGUMENT and r.details["field"] == field, r
            return r
        raise AssertionError("not refused")
    token = Watch().until_caught_up().token
    bad("resume_token", query.WatchFactsRequest(resume_token="x" + token[1:]))
    bad("resume_token", query.WatchFactsRequest(resume_token="junk"))
    bad("resume_token", query.WatchFactsRequest(resume_token=token,
                                                filter=query.FactFilter(predicate="go")))
    page = S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=1)).next_page_token
    bad("resume_token", query.WatchFactsRequest(resume_token=page))
    bad("filter.kinds", query.WatchFactsRequest(filter=query.FactFilter(kinds=[99])))
    bad("filter.text", query.WatchFactsRequest(filter=query.FactFilter(text="(")))
    bad("filter.as_of", query.WatchFactsRequest(filter=query.FactFilter(as_of={"seconds": 5})))
    request = query.WatchFactsRequest()
    setattr(request, "from", SINCE)
    bad("since", request)
    refused(rpc.INVALID_ARGUMENT, S.client.call, Q + "ListFacts",
            query.ListFactsRequest(page_token=token))


def test_no_more_than_allowed():
    S.restart_query("--max-watches", "2")
    watches = [Watch().until_caught_up() for _ in range(2)]
    try:
        Watch().next()
        raise AssertionError("not refused")
    except Refused as r:
        assert r.code == rpc.RESOURCE_EXHAUSTED and r.reason == "TOO_MANY_WATCHES", r
        assert r.retry_after_ms > 0
    watches[0].client.socket.send_multipart(
        [rpc.Header(call=watches[0].number, action=rpc.CANCEL).SerializeToString(), b""])

    def free():
        watch = Watch()
        try:
            watch.until_caught_up()
            return watch
        except Refused:
            watch.close()
            return None
    wait_for("a place", free).close()
    S.restart_query()


def test_many_watches():
    count = int(os.environ.get("FM_WATCHES", "600"))
    clients = [Client(S.query.listen) for _ in range(1 + count // 3000)]
    names = ["Ilka Varn"] + [f"Nobody Number {i}" for i in range(1, count)]
    open_calls = {}
    for i, name in enumerate(names):
        client = clients[i % len(clients)]
        number = client.begin(WATCH, query.WatchFactsRequest(filter=query.FactFilter(entity=name)),
                              timeout_ms=600000, credit=1000)
        open_calls[id(client), number] = i
    for client in clients:
        for _ in range(sum(1 for c, _ in open_calls if c == id(client))):
            header, body = client.next(120)
            message = query.WatchFactsResponse()
            message.ParseFromString(body)
            assert header.more and message.caught_up, header
    took = []
    for i in range(40):
        S.pusher.push(article(f"m{i}", text_of(i)))
        header, body = clients[0].next(20)
        message = query.WatchFactsResponse()
        message.ParseFromString(body)
        took.append(time.time() - message.fact.recorded.ToMicroseconds() / 1e6)
        wait_idle(S.pusher)
        while clients[0].socket.poll(50):
            clients[0].next()
    took.sort()
    print(f"{count} watches: commit to seen p50 {took[20] * 1000:.1f} ms, "
          f"p99 {took[39] * 1000:.1f} ms")
    for client in clients:
        client.close()


def test_it_ends_when_the_server_does():
    watch = Watch().until_caught_up()
    assert S.query.stop() == 0
    try:
        watch.next()
        raise AssertionError("went on")
    except Refused as r:
        assert r.code == rpc.UNAVAILABLE and r.reason == "DRAINING", r
    watch.close()
    S.query = Query(S.folder, S.ingest.data).start()
    S.client.close()
    S.client = Client(S.query.listen)


if __name__ == "__main__":
    with S:
        main(*[f for name, f in list(globals().items()) if name.startswith("test_")
               and os.environ.get("FM_ONLY", "") in name])
