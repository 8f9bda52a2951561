#!/usr/bin/python3
"""What factmill-query takes to answer, by a client on the same machine: p50 and p99 of each question.

    answers.py ENDPOINT [ROUNDS]

Entities are drawn from the 300 with the most facts, words and ids from what is stored. Used by million.sh."""
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))
from fm_client import Client, query  # noqa: E402

Q = "/factmill.v1.Query/"
WORDS = ["prices", "minister said", '"per cent"', "gover*", "bank OR trade", "oil NOT price"]


class Asker:
    def __init__(self, endpoint, rounds):
        self.client = Client(endpoint)
        self.rounds = rounds
        self.draw = random.Random(7)
        self.entities = self.call("ListEntities", query.ListEntitiesRequest(page_size=300)).entities
        self.ids = [f.id for f in self.call("ListFacts", query.ListFactsRequest(page_size=1000)).facts]
        first = self.call("ListFacts", query.ListFactsRequest(
            page_size=1, order_by=query.PUBLISHED_ASC)).facts[0].published.seconds
        last = self.call("ListFacts", query.ListFactsRequest(
            page_size=1, order_by=query.PUBLISHED_DESC)).facts[0].published.seconds
        self.first, self.last = first, max(last, first + 86400 * 400)

    def call(self, method, request):
        return self.client.call(Q + method, request, timeout_ms=60000)

    def one(self):
        return self.draw.choice(self.entities)

    def year(self, filtered):
        start = self.draw.randrange(self.first, self.last - 86400 * 366)
        filtered.published_from.seconds = start
        filtered.published_to.seconds = start + 86400 * 365
        return filtered

    def measure(self, name, method, make):
        took = []
        for _ in range(self.rounds):
            request = make()
            began = time.perf_counter()
            self.call(method, request)
            took.append((time.perf_counter() - began) * 1000)
        took.sort()
        print(f"{name}\t{took[len(took) // 2]:.2f}\t{took[int(len(took) * 0.99)]:.2f}\t{took[-1]:.2f}",
              flush=True)


def main():
    asker = Asker(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
    few = Asker(sys.argv[1], max(100, asker.rounds // 5))
    print("question\tp50 ms\tp99 ms\tmax ms")
    asker.measure("GetFact", "GetFact", lambda: query.GetFactRequest(id=asker.draw.choice(asker.ids)))
    asker.measure("ListFacts(50) by entity and time", "ListFacts", lambda: query.ListFactsRequest(
        filter=query.FactFilter(entity=str(asker.one().id)), order_by=query.TIME_DESC))
    asker.measure("SearchFacts", "SearchFacts",
                  lambda: query.SearchFactsRequest(query=asker.draw.choice(WORDS)))
    few.measure("Timeline of a frequent entity", "Timeline", lambda: query.TimelineRequest(
        filter=query.FactFilter(entity=str(few.one().id))))
    few.measure("Aggregate over a year, by kind", "Aggregate", lambda: query.AggregateRequest(
        filter=few.year(query.FactFilter()), by=query.BY_KIND))
    few.measure("Related, two steps", "Related",
                lambda: query.RelatedRequest(entity=few.one().id, steps=2))
    few.measure("ListRoles of an entity", "ListRoles",
                lambda: query.ListRolesRequest(holder=str(few.one().id)))
    few.measure("ListEntities, spelled about so", "ListEntities", lambda: query.ListEntitiesRequest(
        similar=few.one().name[:-2] + "x" + few.one().name[-1:]))


if __name__ == "__main__":
    main()
