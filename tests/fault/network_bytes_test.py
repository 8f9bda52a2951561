#!/usr/bin/python3
"""Bytes that are no message: frames longer than can be, broken off, one byte at a time; other
protocols; noise. Who sends them is thrown out, the others are served as before.

FM_SEED replays the noise. FM_LONG=1: more of it, and connections that stay silent."""
import os
import random
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "flow"))

from fm_client import Client, Ingest, Query, article, ingest, main, wait_for, work_dir  # noqa: E402
from network_zmtp import (GREETING, Crowd, Peer, address, bounded, call, cpu_s, frame, how_many,  # noqa: E402
                          message, ready, rss_mb)

LONG = os.environ.get("FM_LONG") == "1"
SEED = int(os.environ.get("FM_SEED", str(random.SystemRandom().randrange(1 << 32))))
PUSH = "/factmill.v1.Ingest/Push"
SLOW = how_many(500)


def fds(service):
    return len(os.listdir(f"/proc/{service.pid()}/fd"))


def tcp(endpoint):
    peer = socket.create_connection(address(endpoint), timeout=30)
    return peer


def ended(peer, wait_s=30):
    """Was it thrown out? What came before is read."""
    peer.settimeout(wait_s)
    try:
        while peer.recv(1 << 16):
            pass
        return True
    except ConnectionError:
        return True
    except socket.timeout:
        return False


class Served:
    """A client that is there all the time and must be answered at any moment."""

    def __init__(self, service):
        self.client = Client(service.listen)
        self.n = 0
        self.longest = 0.0
        self.push()

    def push(self):
        began = time.monotonic()
        self.n += 1
        assert self.client.push(article(f"served{self.n}")).flushed
        self.longest = max(self.longest, time.monotonic() - began)


def test_lengths():
    """Just too long, far too long, 2 GiB, 2^63: nothing is set aside for what was not sent."""
    with Ingest(work_dir("lengths"), workers=0) as service:
        served = Served(service)
        before = rss_mb(service.pid())
        for endpoint, kind in ((service.listen, b"DEALER"), (service.pull, b"PUSH")):
            for size in ((64 << 20) + 1, 1 << 31, (1 << 32) + 5, (1 << 63) - 1, 1 << 63,
                         (1 << 64) - 1):
                for flags in (2, 3, 6):
                    peer = tcp(endpoint)
                    peer.sendall(GREETING + ready(kind) + bytes([flags]) + struct.pack(">Q", size)
                                 + b"x" * 1000)
                    assert ended(peer), (endpoint, size, flags)
                    peer.close()
            served.push()
        now = rss_mb(service.pid())
        print(f"  {before:.0f} MB, then {now:.0f} MB")
        bounded(now, before + 16)


def test_other_protocols():
    """Whoever comes to the wrong port is thrown out at once, or when he has said nothing that
    makes sense for five seconds."""
    hello = bytes.fromhex("16030100c8010000c40303") + bytes(189)
    cases = [b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", hello, b"SSH-2.0-OpenSSH_9.2\r\n",
             b"\x00" * 64, b"\xff" * 64, b"\xff" + bytes(8) + b"\x7f\x01\x05" + bytes(8),
             b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"PLAIN".ljust(20, b"\0") + bytes(32),
             b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32),
             GREETING + frame(b"\x05HELLO", 4), GREETING + frame(b"\x05READY\xff", 4),
             GREETING + frame(b"\x05READY\x0bSocket-Type\xff\xff\xff\xffX", 4),
             GREETING + ready(b"PUB"), GREETING + message(b"no READY", b"before"),
             b"\x01\x00", b"\x41\x00" + b"\x00\x04body"]
    folder = work_dir("protocols")
    with Ingest(folder, workers=0) as service, Query(folder, service.data) as asker:
        served = Served(service)
        endpoints = (service.listen, service.pull, asker.listen)
        began = time.monotonic()
        peers = []
        for case in cases:
            for endpoint in endpoints:
                peers.append((case, tcp(endpoint)))
                peers[-1][1].sendall(case)
        stay = {c[:16] for c, p in peers if not ended(p, 0.01)}
        served.push()
        print(f"  {len(stay)} of {len(cases)} are not thrown out at once")
        wait_for("the others to be thrown out", lambda: all(ended(p, 0.01) for _, p in peers), 20)
        print(f"  all are after {time.monotonic() - began:.1f} s")
        for _, peer in peers:
            peer.close()
        served.push()


def test_slow_bytes():
    """Five hundred that say one byte now and then, half of them in the middle of a frame: the
    others are served; who does not come to say its name is gone after a while, and the rest costs
    nothing but its connection."""
    body = ingest.PushRequest(article=article("slow", text="slow " * 2000)).SerializeToString()
    shake = GREETING + ready()
    begun = shake + call(1, PUSH, body)[:5000]
    with Ingest(work_dir("slow"), workers=0) as service:
        served = Served(service)
        at_first = fds(service)
        peers = []
        for i in range(SLOW):
            peer = tcp(service.listen)
            peer.setblocking(False)
            if i % 2:
                peer.send(begun)  # then a byte of the frame at a time
            peers.append([peer, 0, i % 2])
        before = cpu_s(service.pid())
        began = time.monotonic()
        while time.monotonic() - began < (25 if LONG else 17):
            for peer in peers:
                data = b"x" if peer[2] else GREETING[peer[1]:peer[1] + 1]
                try:
                    peer[0].send(data)
                    peer[1] += 1
                except OSError:
                    pass
            served.push()
            time.sleep(0.4)
        spent = (cpu_s(service.pid()) - before) / (time.monotonic() - began)
        wait_for("the nameless to be gone", lambda: fds(service) <= at_first + SLOW // 2, 20)
        print(f"  {SLOW} slow ones, gone after {time.monotonic() - began:.0f} s; {served.n} pushes "
              f"meanwhile, the longest took {served.longest * 1000:.0f} ms; "
              f"{100 * spent:.1f} % of a core")
        for peer in peers:
            peer[0].close()


def test_noise():
    """Good messages with bits turned, bytes lost, doubled and cut, from a seed."""
    dice = random.Random(SEED)
    n = 5000 if LONG else 600
    folder = work_dir("noise")
    request = ingest.PushRequest(article=article("noise")).SerializeToString()
    good = GREETING + ready() + b"".join(
        call(i + 1, PUSH if i % 2 else "/factmill.v1.Query/ListFacts", request) for i in range(4))
    with Ingest(folder, workers=0) as service, Query(folder, service.data) as asker:
        served = Served(service)
        at_first = fds(service)
        before = rss_mb(service.pid())
        crowd = Crowd()
        for i in range(n):
            data = bytearray(good)
            for _ in range(dice.randrange(1, 8)):
                at = dice.randrange(len(data)) if dice.random() < 0.5 else dice.randrange(64, 200)
                how = dice.randrange(4)
                if how == 0:
                    data[at] ^= 1 << dice.randrange(8)
                elif how == 1:
                    del data[at:at + dice.randrange(1, 20)]
                elif how == 2:
                    data[at:at] = data[at:at + dice.randrange(1, 200)]
                else:
                    data[at] = dice.choice((0, 1, 2, 4, 6, 255))
            if dice.random() < 0.2:
                del data[dice.randrange(len(data)):]
            peer = Peer((service.listen, service.pull, asker.listen)[i % 3])
            peer.out = bytes(data)
            crowd.add(peer)
            if i % 50 == 49:
                crowd.turn(0.1)
                for old in list(crowd.peers.values()):
                    old.close(reset=dice.random() < 0.5)
                crowd.close()
                crowd = Crowd()
                served.push()
        crowd.close()
        wait_for("all to be gone", lambda: fds(service) <= at_first, 30)
        now = rss_mb(service.pid())
        print(f"  {n} connections: {before:.0f} MB, then {now:.0f} MB")
        bounded(now, before + 32)
        wait_for("no call to be open", lambda: service.metrics()["factmill_rpc_open"] == 0, 40)


if __name__ == "__main__":
    print(f"FM_SEED={SEED}")
    main(test_lengths, test_other_protocols, test_slow_bytes, test_noise)
