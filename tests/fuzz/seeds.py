#!/usr/bin/python3
"""Beginnings for the fuzz targets: seeds.py FOLDER writes FOLDER/TARGET/… . Requests as clients
make them, articles of tests/data, search texts as people type them, headers, a small model file."""
import glob
import json
import os
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "flow"))

import fm_client  # noqa: E402, F401 (makes the message classes)
from factmill.rpc.v1 import rpc_pb2 as rpc  # noqa: E402
from factmill.v1 import admin_pb2, article_pb2, fact_pb2, ingest_pb2, query_pb2, work_pb2  # noqa: E402
from google.protobuf import descriptor_pb2  # noqa: E402

FOLDER = sys.argv[1]
counts = {}


def seed(target, data):
    if isinstance(data, str):
        data = data.encode()
    folder = os.path.join(FOLDER, target)
    os.makedirs(folder, exist_ok=True)
    counts[target] = counts.get(target, 0) + 1
    with open(os.path.join(folder, f"seed{counts[target]:03d}"), "wb") as out:
        out.write(data)


def articles():
    for path in sorted(glob.glob(os.path.join(HERE, "..", "data", "articles", "*.json"))):
        with open(path, encoding="utf-8") as lines:
            given = json.load(lines)
        a = article_pb2.Article(id=given["id"], source=given.get("source", "s"),
                                title=given.get("title", ""), text=given["text"], language="en",
                                url="https://sample.example/1", byline="A Writer")
        a.published.seconds = 1620000000
        a.labels.add(key="section", value="world")
        yield a


F = query_pb2.FactFilter
FILTERS = [
    F(), F(kinds=[1, 2, 3]), F(entity="Maria Lopez"), F(subject="ministry", predicate="say"),
    F(speaker="Lopez", place="Geneva", source="fuzz.example"), F(text='"open them" OR clin*'),
    F(time_from={"seconds": 1500000000}, time_to={"seconds": 1620000000}),
    F(published_from={"seconds": 1}, min_confidence=0.5),
    F(polarity=1, modality=[1, 2], include_retracted=True, article="one"),
]


def queries():
    q = query_pb2
    token = "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJico"
    yield "GetFact", q.GetFactRequest(id="68a96daa8b60d2f4f4e3ad20c08142d7")
    for f in FILTERS:
        yield "ListFacts", q.ListFactsRequest(filter=f, page_size=2)
        yield "SearchFacts", q.SearchFactsRequest(query="clinics OR ministry", filter=f)
        yield "Timeline", q.TimelineRequest(filter=f, bucket=2, top=3)
        yield "Aggregate", q.AggregateRequest(filter=f, by=1, limit=5)
    for order in range(0, 7):
        yield "ListFacts", q.ListFactsRequest(order_by=order, page_size=3, page_token=token)
    yield "GetArticle", q.GetArticleRequest(source="fuzz.example", id="one")
    yield "ListArticles", q.ListArticlesRequest(page_size=1)
    yield "GetEntity", q.GetEntityRequest(id=1)
    yield "ListEntities", q.ListEntitiesRequest(name="Maria Lopez")
    yield "ListEntities", q.ListEntitiesRequest(prefix="ma", page_size=2)
    yield "Related", q.RelatedRequest(entity=1)
    yield "ListRoles", q.ListRolesRequest()


ANSWERS = ["GetFact", "ListFacts", "SearchFacts", "GetArticle", "ListArticles", "GetEntity",
           "ListEntities", "Timeline", "Aggregate", "Related", "ListRoles"]


def number(name):
    """The method's place among all of all services, as rpc_request_fuzz.c counts."""
    n = 0
    for module, service in ((ingest_pb2, "Ingest"), (query_pb2, "Query"), (admin_pb2, "Admin"),
                            (work_pb2, "Work")):
        for method in module.DESCRIPTOR.services_by_name[service].methods:
            if method.name == name:
                return n
            n += 1
    raise KeyError(name)


def model():
    """Three sections, one of them empty."""
    sections = [(b"lemma.rules", bytes(range(64))), (b"shape", struct.pack("<16I", *range(16))),
                (b"empty", b"")]
    at = (64 + 48 * len(sections) + 63) // 64 * 64
    table = body = b""
    for name, data in sections:
        table += name.ljust(24, b"\0") + struct.pack("<QQQ", at + len(body), len(data), 0)
        body += data.ljust((len(data) + 63) // 64 * 64, b"\0")
    head = b"FMMODEL\n" + struct.pack("<IIQQ", 1, len(sections), at + len(body), 0) + bytes(32)
    return (head + table).ljust(at, b"\0") + body


for method, request in queries():
    data = request.SerializeToString()
    seed("query_answer_fuzz", bytes([ANSWERS.index(method)]) + data)
    seed("rpc_request_fuzz", bytes([number(method)]) + data)
for a in articles():
    bytes_ = a.SerializeToString()
    seed("ingest_article_fuzz", bytes_)
    seed("rpc_request_fuzz", bytes([number("Push")]) +
         ingest_pb2.PushRequest(article=a).SerializeToString())
    # A few sentences: reading is what takes the time.
    start = counts.get("extract_article_fuzz", 0) * 37
    seed("extract_article_fuzz", a.title + "\n" + a.text[start:start + 500])
    seed("nlp_read_fuzz", bytes([start % 4]) + a.text[start:start + 300].encode())
    seed("rpc_json_fuzz", b"\0" + json.dumps({"id": a.id, "text": a.text[:200],
                                               "published": "2021-05-03T00:00:00Z"}).encode())
seed("nlp_read_fuzz", b"\1" + b"# text = Ann left .\n1\tAnn\tAnn\tPROPN\tNNP\t_\t2\tnsubj\t_\t_\n"
     b"2\tleft\tleave\tVERB\tVBD\t_\t0\troot\t_\t_\n3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_\n\n")
exchange = work_pb2.ExchangeRequest(worker="w", want=4)
exchange.results.add(lease=1, extraction=fact_pb2.Extraction(article="a", source="s", facts=[
    fact_pb2.Fact(id="0" * 32, kind=1, confidence=0.5, predicate={"lemma": "say"})]))
seed("rpc_request_fuzz", bytes([number("Exchange")]) + exchange.SerializeToString())
seed("rpc_request_fuzz", bytes([number("ListDeadLetters")]) +
     admin_pb2.ListDeadLettersRequest(page_size=10).SerializeToString())
for text in ('minister', '"no forced redundancies"', "clin* AND (open OR close) NOT war",
             'NEAR(bank "rate rise", 5)', "a-b c/d Ünïcode ‘quoted’", '"open" *', "((a))",
             "AND", "NOT x", '"', "x" * 200, " ".join("word" * 3 for _ in range(31))):
    seed("store_words_fuzz", text)
for header in (rpc.Header(call=1, method="/factmill.v1.Query/ListFacts", timeout_ms=5000, credit=10),
               rpc.Header(call=2, action=rpc.CANCEL), rpc.Header(call=3, action=rpc.CREDIT, credit=7),
               rpc.Header(call=4, more=True), rpc.Header(
                   call=5, retry_after_ms=100, status={"code": 8, "reason": "BACKLOG_FULL",
                                                       "message": "later"})):
    header.metadata.add(key="traceparent", value="00-0af7651916cd43dd8448eb211c80319c-01")
    seed("rpc_envelope_fuzz", header.SerializeToString())
for module in (query_pb2, article_pb2):
    file = descriptor_pb2.FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(file)
    seed("rpc_dynamic_fuzz", file.SerializeToString())
seed("query_token_fuzz", "AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJico")
seed("query_token_fuzz", "")
seed("nlp_model_fuzz", b"\1" + model())
seed("nlp_model_fuzz", b"\0" + model())
print(", ".join(f"{name} {n}" for name, n in sorted(counts.items())))
