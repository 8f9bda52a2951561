#!/usr/bin/python3
"""More clients than descriptors: who is in is served, nobody spins, workers of this
machine find their way, and when clients leave others may come."""
import os
import resource
import socket
import sys
import time

import zmq

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import (CONTEXT, Client, Ingest, Query, TimedOut, article, health, main, query,  # noqa: E402
                       wait_for, wait_idle, work_dir)

LIMIT = 160
CROWD = 400
WATCH_S = float(os.environ.get("FM_WATCH_S", "3"))


def limited():
    resource.setrlimit(resource.RLIMIT_NOFILE, (LIMIT, LIMIT))


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fds(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def crowd(endpoint):
    """Clients that connect, stay, and try again when they are not let in."""
    peers = []
    for _ in range(CROWD):
        peer = CONTEXT.socket(zmq.DEALER)
        peer.setsockopt(zmq.LINGER, 0)
        peer.connect(endpoint)
        peers.append(peer)
    return peers


def rush(endpoint):
    """Bare connections, all at once, that say nothing and go."""
    host, port = endpoint[len("tcp://"):].rsplit(":", 1)
    peers = []
    for _ in range(CROWD):
        peer = socket.socket()
        peer.setblocking(False)
        try:
            peer.connect((host, int(port)))
        except BlockingIOError:
            pass
        peers.append(peer)
    for peer in peers:
        peer.close()


def hello(client):
    """Asks something that every server answers."""
    return client.call("/grpc.health.v1.Health/Check", health.HealthCheckRequest(),
                       timeout_ms=2000).status


def spinning(program):
    """Share of one core over a while without calls."""
    before, began = cpu_s(program.pid()), time.monotonic()
    time.sleep(WATCH_S)
    return (cpu_s(program.pid()) - before) / (time.monotonic() - began)


def full(program):
    return program.metrics()["factmill_connections_full"]


def besieged(program, inside):
    """The crowd comes, stays and goes; inside: a client that was there before."""
    assert hello(inside) == 1
    assert full(program) == 0
    idle = spinning(program)
    peers = crowd(program.listen)
    wait_for("the doors to shut", lambda: full(program) == 1, 10)
    share = spinning(program)
    open_now = fds(program.pid())
    print(f"  {program.name}: {open_now} of {LIMIT} descriptors, {100 * share:.1f} % of a core "
          f"(idle {100 * idle:.1f} %), turned away "
          f"{int(program.metrics()['factmill_turned_away_total'])}")
    assert share < 0.05, f"it spins: {share:.2f} of a core"
    assert open_now <= LIMIT
    assert hello(inside) == 1, "who was in is not served"
    outside = Client(program.listen)
    try:
        hello(outside)
        raise AssertionError("somebody was let in past the mark")
    except TimedOut:
        pass
    return peers, outside


def released(program, peers, outside):
    for peer in peers:
        peer.close()
    wait_for("the doors to open", lambda: full(program) == 0, 30)
    wait_for("the one who waited", lambda: outside_is_in(outside), 30)


def outside_is_in(client):
    try:
        return hello(client) == 1
    except TimedOut:
        return False


class FewDescriptors:
    """Starts a program with a low limit of open files."""

    def __init__(self, program):
        self.program = program

    def __enter__(self):
        self.program.start(preexec=limited)
        return self.program

    def __exit__(self, *error):
        self.program.__exit__(*error)


def enough_here():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4 * CROWD:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * CROWD, hard), hard))


def test_ingest():
    enough_here()
    with FewDescriptors(Ingest(work_dir("descriptors"), workers=1)) as service:
        inside = Client(service.listen)
        inside.push(article("before"))
        wait_idle(inside)
        peers, outside = besieged(service, inside)
        # The work goes on, by the worker that was there and by one that comes now.
        inside.push(article("meanwhile"))
        assert wait_idle(inside).done == 2
        os.kill(service.workers()[0], 9)
        inside.push(article("by another"))
        assert wait_idle(inside).done == 3
        released(service, peers, outside)
        assert outside.push(article("after")).flushed
        assert wait_idle(inside).done == 4


def test_query():
    enough_here()
    folder = work_dir("descriptors-query")
    with Ingest(folder) as service, FewDescriptors(Query(folder, service.data)) as asker:
        inside = Client(asker.listen)
        peers, outside = besieged(asker, inside)
        inside.call("/factmill.v1.Query/ListFacts", query.ListFactsRequest())
        released(asker, peers, outside)


def test_past_the_mark():
    """More come at once than there are descriptors, before the mark is seen."""
    enough_here()
    env = {"FACTMILL_FAULT": "guard.mark:0"}
    with FewDescriptors(Ingest(work_dir("descriptors-all"), workers=0, env=env)) as service:
        inside = Client(service.listen)
        hello(inside)
        peers = crowd(service.listen)
        wait_for("the last descriptor", lambda: service.metrics()["factmill_turned_away_total"],
                 30)
        share = spinning(service)
        print(f"  {fds(service.pid())} of {LIMIT} descriptors, {100 * share:.1f} % of a core, turned "
              f"away {int(service.metrics()['factmill_turned_away_total'])}")
        assert share < 0.05, f"it spins: {share:.2f} of a core"
        assert inside.push(article("served")).flushed
        for peer in peers:
            peer.close()


def test_again_and_again():
    """Crowds that come and go do not wear it out."""
    enough_here()
    with FewDescriptors(Ingest(work_dir("descriptors-again"), workers=0)) as service:
        inside = Client(service.listen)
        hello(inside)
        before = fds(service.pid())
        for _ in range(5):
            rush(service.listen)
            assert hello(inside) == 1
        wait_for("all to be gone", lambda: fds(service.pid()) <= before, 30)
        wait_for("the doors to open", lambda: full(service) == 0, 10)


if __name__ == "__main__":
    main(test_ingest, test_query, test_past_the_mark, test_again_and_again)
