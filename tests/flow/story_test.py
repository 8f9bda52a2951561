#!/usr/bin/python3
"""Three weeks of news in 30 short articles, and what a journalist would ask of them.

tests/data/story/story.jsonl: a summit, a fire whose number of dead is disputed and corrected, a
report under five names, an edited article, a resignation. All of it is invented."""
import csv
import json
import os
import subprocess
from datetime import datetime, timezone

from fm_client import (Article, BIN, Refused, Client, Ingest, Query, SOURCE, fact, main, query, wait_idle,
                       work_dir)

Q = "/factmill.v1.Query/"
FEED = os.path.join(SOURCE, "tests", "data", "story", "story.jsonl")
LINK = query.ClaimLink


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def read_feed():
    with open(FEED, encoding="utf-8") as lines:
        for line in lines:
            given = json.loads(line)
            article = Article(id=given["id"], source=given["source"], title=given["title"],
                              text=given["text"], language="en")
            article.published.FromDatetime(moment(given["published"].rstrip("Z")))
            yield article


class Setting:
    """The story, told in its order; `before_edit` is when the edited article was still old."""

    def __enter__(self):
        self.folder = work_dir("story")
        self.ingest = Ingest(self.folder).start()
        self.query = Query(self.folder, self.ingest.data).start()
        self.client = Client(self.query.listen)
        pusher = Client(self.ingest.listen)
        articles = list(read_feed())
        assert len(articles) == 30, len(articles)
        seen, batch = set(), []
        for article in articles:
            name = (article.source, article.id)
            if name in seen:
                pusher.push_all(batch)
                wait_idle(pusher)
                self.before_edit = datetime.now(timezone.utc)
                batch = []
            seen.add(name)
            batch.append(article)
        pusher.push_all(batch)
        wait_idle(pusher)
        pusher.close()
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.client.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)

    def ask(self, method, request):
        return self.client.call(Q + method, request)


S = Setting()


def facts(**conditions):
    request = query.ListFactsRequest(page_size=1000, order_by=query.PUBLISHED_ASC)
    for name, value in conditions.items():
        if name == "kinds":
            request.filter.kinds.extend(value)
        else:
            setattr(request.filter, name, value)
    return list(S.ask("ListFacts", request).facts)


def claims(request):
    return list(S.ask("ListClaims", request).claims)


def toll_claims():
    """The claims about the dead of Velden, by their number."""
    request = query.ListClaimsRequest(min_articles=1, page_size=1000)
    request.filter.kinds.append(fact.Fact.QUANTITY)
    request.filter.text = "killed AND velden OR killed"
    found = {}
    for claim in claims(request):
        quantity = claim.fact.quantity
        if claim.fact.predicate.lemma in ("kill", "die") and quantity.about == "people":
            found.setdefault(quantity.value, []).append(claim)
    # The largest one of each number is the story's.
    return {value: max(group, key=lambda c: c.articles) for value, group in found.items()}


def get_claim(claim):
    return S.ask("GetClaim", query.GetClaimRequest(id=claim.id, statements=100))


def day(timestamp):
    return timestamp.ToDatetime().strftime("%m-%d")


def test_the_timeline():
    request = query.TimelineRequest(bucket=query.BUCKET_DAY, axis=query.AXIS_PUBLISHED, top=1)
    request.filter.text = "killed"
    reply = S.ask("Timeline", request)
    days = [b.start for b in reply.buckets]
    assert days[0] == "2026-03-04" and days[-1] == "2026-03-22", days
    counts = {b.start: b.count for b in reply.buckets}
    # The five names of one report are five articles of one day.
    assert counts["2026-03-05"].asserted >= 5, counts["2026-03-05"]
    # What police, ministry and hospital say is told apart from what papers say themselves.
    assert counts["2026-03-04"].asserted == 0 < counts["2026-03-04"].reported
    by_event = query.TimelineRequest(bucket=query.BUCKET_DAY, axis=query.AXIS_EVENT)
    by_event.filter.predicate = "open"
    assert {"2026-03-09", "2026-03-10"} <= {b.start for b in S.ask("Timeline", by_event).buckets}


def test_who_said_which_number_when():
    said = [(day(f.published), f.attribution[-1].source.text if f.attribution else f.source,
             f.quantity.value)
            for f in facts(kinds=[fact.Fact.QUANTITY], predicate="kill")
            if f.quantity.about == "people"]
    for expected in (("03-04", "police", "12"), ("03-05", "Interior Ministry", "15"),
                     ("03-06", "Lena Sorel", "19"), ("03-12", "police", "15"),
                     ("03-14", "Lena Sorel", "17"), ("03-22", "Rosa Meyn", "17")):
        assert expected in said, (expected, said)
    assert [s[0] for s in said] == sorted(s[0] for s in said)


def test_a_report_under_five_names_is_one_origin():
    reply = get_claim(toll_claims()["15"])
    texts = [o for o in reply.origins if o.how == query.ClaimOrigin.TEXT]
    wire = next(o for o in texts if o.name == "wire")
    assert wire.articles == 5, reply.origins
    assert set(wire.sources) == {"wire", "north-post", "coast-times", "valley-news",
                                 "harbour-daily"}
    voices = {o.name for o in reply.origins if o.how == query.ClaimOrigin.VOICE}
    assert {"Interior Ministry", "police"} <= voices, voices
    # Eight articles and more say fifteen, but only so many know it.
    assert reply.claim.articles >= 7 and len(reply.origins) == reply.claim.origins
    assert reply.claim.origins <= 4, reply.origins
    assert day(reply.claim.first_seen) == "03-05" and day(reply.claim.last_seen) == "03-12"


def test_a_quote_printed_three_times_has_one_origin():
    request = query.ListClaimsRequest()
    request.filter.kinds.append(fact.Fact.QUOTE)
    request.filter.speaker = "Jonas Keller"
    river = [c for c in claims(request) if "river does not wait" in c.fact.evidence.text]
    assert len(river) == 1, river
    assert (river[0].articles, river[0].sources, river[0].origins) == (3, 3, 1), river


def test_which_claims_clash():
    tolls = toll_claims()
    assert set(tolls) == {"12", "15", "17", "19"}, tolls
    links = {(link.type, link.other.quantity.value): link
             for link in get_claim(tolls["15"]).links}
    # While the ministry says 15, the hospital says 19.
    pair = links[(LINK.CONTRADICTS, "19")]
    assert pair.reason == LINK.VALUE
    assert pair.other.attribution[-1].source.text == "Lena Sorel"
    assert "19 people were killed" in pair.other.evidence.text
    assert pair.fact.quantity.value == "15" and pair.claim == tolls["19"].id
    # At least 12 is not against 15; 17 comes later.
    assert (LINK.AGREES, "12") in links, links.keys()
    assert (LINK.UPDATED_BY, "17") in links, links.keys()
    # He signed, and he did not.
    request = query.ListClaimsRequest(contradicted=True, page_size=100)
    clashing = claims(request)
    signed = [c for c in clashing if c.fact.predicate.lemma == "sign"]
    assert {c.fact.polarity for c in signed} == {fact.Fact.POSITIVE, fact.Fact.NEGATIVE}, signed
    link = get_claim(signed[0]).links[0]
    assert (link.type, link.reason) == (LINK.CONTRADICTS, LINK.POLARITY)
    # Two days for one opening.
    opening = [c for c in clashing if c.fact.predicate.lemma == "open" and
               "summit" in c.fact.subject.text]
    assert len(opening) == 1, clashing
    link = get_claim(opening[0]).links[0]
    assert link.reason == LINK.TIME
    assert {link.fact.time.start[:10], link.other.time.start[:10]} == {"2026-03-09", "2026-03-10"}


def test_what_the_edit_changed():
    request = query.GetArticleRequest(source="harbour-daily", id="hd-0316", with_versions=True,
                                      compare_with=1)
    reply = S.ask("GetArticle", request)
    assert [v.version for v in reply.versions] == [2, 1]
    assert reply.versions[1].article.title == "Keller holds on"
    kinds = {}
    for change in reply.changes:
        kinds.setdefault(change.type, []).append(change)
    resign = [c for c in kinds[query.FactChange.CHANGED]
              if c.after.predicate.lemma == "resign"]
    assert len(resign) == 1 and "polarity" in resign[0].fields, kinds
    assert resign[0].before.evidence.text.startswith("Jonas Keller will not resign")
    assert resign[0].before.retracted and not resign[0].after.retracted
    ministers = [c for c in kinds[query.FactChange.CHANGED]
                 if c.after.kind == fact.Fact.QUANTITY]
    assert [(c.before.quantity.value, c.after.quantity.value) for c in ministers] == [("2", "4")]
    removed = [c.before for c in kinds[query.FactChange.REMOVED]]
    assert any(f.predicate.lemma == "vote" for f in removed), removed
    added = [c.after for c in kinds[query.FactChange.ADDED]]
    assert any(f.predicate.lemma == "accept" for f in added), added
    assert any(c.after.kind == fact.Fact.ROLE for c in kinds[query.FactChange.REWORDED])
    assert reply.unchanged >= 1


def test_what_was_known_before_the_edit():
    def resigns(as_of=None):
        request = query.ListFactsRequest(page_size=100)
        request.filter.predicate = "resign"
        request.filter.source = "harbour-daily"
        if as_of:
            request.filter.as_of.FromDatetime(as_of)
        return {f.polarity for f in S.ask("ListFacts", request).facts}

    assert resigns() == {fact.Fact.POSITIVE}
    assert resigns(S.before_edit) == {fact.Fact.NEGATIVE}
    request = query.GetArticleRequest(source="harbour-daily", id="hd-0316")
    request.as_of.FromDatetime(S.before_edit)
    assert S.ask("GetArticle", request).info.version == 1
    # Event time is a question of its own: what happened on a day, by what was known then.
    request = query.ListFactsRequest(page_size=1000)
    request.filter.time_from.FromDatetime(moment("2026-03-16"))
    request.filter.time_to.FromDatetime(moment("2026-03-17"))
    now = {f.id for f in S.ask("ListFacts", request).facts}
    request.filter.as_of.FromDatetime(S.before_edit)
    then = {f.id for f in S.ask("ListFacts", request).facts}
    assert now - then and then - now, (now, then)
    # Who held the post, by what was known then; and who was known at all.
    request = query.ListRolesRequest(post="prime minister")
    request.on.FromDatetime(moment("2026-03-20"))
    request.as_of.FromDatetime(S.before_edit)
    assert [r.holder_name for r in S.ask("ListRoles", request).roles][:1] == ["Jonas Keller"]
    request = query.ListEntitiesRequest(name="Jonas Keller")
    now = S.ask("ListEntities", request).entities[0]
    request.as_of.FromDatetime(S.before_edit)
    then = S.ask("ListEntities", request).entities[0]
    assert 0 < then.facts < now.facts and 0 < then.articles < now.articles, (then, now)
    request = query.GetEntityRequest(id=now.id)
    counted = sum(c.asserted + c.reported + c.possible + c.negated
                  for c in S.ask("GetEntity", request).counts)
    assert counted == now.facts
    request.as_of.FromDatetime(S.before_edit)
    reply = S.ask("GetEntity", request)
    assert reply.entity.facts == then.facts and not reply.roles
    request.as_of.FromDatetime(moment("2020-01-01"))
    try:
        S.ask("GetEntity", request)
        raise AssertionError("somebody was known before anything was")
    except Refused as refused:
        assert refused.reason == "NOT_KNOWN_THEN", refused
    # No claim of the past knows the later facts.
    listing = query.ListClaimsRequest(min_articles=1, page_size=1000)
    listing.filter.as_of.FromDatetime(S.before_edit)
    for claim in claims(listing):
        assert day(claim.last_seen) <= "03-16", claim


def test_who_held_the_post_on_a_given_day():
    def holders(on):
        request = query.ListRolesRequest(post="prime minister")
        request.on.FromDatetime(moment(on))
        return [r.holder_name for r in S.ask("ListRoles", request).roles]

    assert holders("2026-03-08")[:1] == ["Jonas Keller"], holders("2026-03-08")
    assert holders("2026-03-20")[:1] == ["Ida Brandt"], holders("2026-03-20")
    # One paper still calls the old one so.
    clashing = query.ListClaimsRequest(contradicted=True, page_size=100)
    clashing.filter.kinds.append(fact.Fact.ROLE)
    found = claims(clashing)
    assert {c.fact.subject.text.split()[-1] for c in found} == {"Keller", "Brandt"}, found
    link = get_claim(found[0]).links[0]
    assert (link.type, link.reason) == (LINK.CONTRADICTS, LINK.HOLDER)


def test_a_search_counts_what_it_found():
    request = query.SearchFactsRequest(query='"killed in the fire" OR "Geneva Declaration"',
                                       facets=[query.BY_SOURCE, query.BY_KIND], page_size=2)
    request.filter.min_confidence = 0.1
    reply = S.ask("SearchFacts", request)
    assert [f.by for f in reply.facets] == [query.BY_SOURCE, query.BY_KIND]
    listing = query.ListFactsRequest(page_size=1000)
    listing.filter.text = request.query
    listing.filter.min_confidence = 0.1
    expected = {}
    for found in S.ask("ListFacts", listing).facts:
        expected[found.source] = expected.get(found.source, 0) + 1
    counted = {c.key: c.asserted + c.reported + c.possible + c.negated
               for c in reply.facets[0].counts}
    assert counted == expected and reply.facets[0].total == len(expected), (counted, expected)
    assert all(hit.highlights for hit in reply.hits)
    request.page_token = reply.next_page_token
    assert not S.ask("SearchFacts", request).facets


def test_an_export_tells_where_each_fact_comes_from():
    def export(form):
        run = subprocess.run([os.path.join(BIN, "factmill"), "export", "--format", form,
                              "--endpoint", S.query.listen], capture_output=True, check=True)
        return run.stdout.decode().splitlines()

    texts = {(a.source, a.id, a.title): a.text.encode() for a in read_feed()}
    everything = {f.id: f for f in facts()}
    publications = [json.loads(line) for line in export("jsonld")]
    assert len(publications) == len(everything)
    for publication in publications:
        one = everything[publication["@id"].split(":")[-1]]
        graphs = {g["@id"].split("#")[1]: g["@graph"] for g in publication["@graph"]}
        assert set(graphs) == {"head", "assertion", "provenance", "pubinfo"}
        evidence = next(n for n in graphs["provenance"] if n["@id"].endswith("#evidence"))
        quote, position = evidence["oa:hasSelector"]
        raw = [t for (source, name, _), t in texts.items()
               if (source, name) == (one.source, one.article)]
        assert position["fm:field"] == "TITLE" or any(
            t[position["oa:start"]:position["oa:end"]].decode() == quote["oa:exact"]
            for t in raw), publication
        statement = graphs["assertion"][0]
        assert "fm:" + fact.Fact.Kind.Name(one.kind) in statement["@type"]
    table = list(csv.reader(export("csv")))
    assert len(table) == len(everything) + 1
    assert len(export("ndjson")) == len(everything)


if __name__ == "__main__":
    with S:
        main(*[f for name, f in list(globals().items()) if name.startswith("test_")])
