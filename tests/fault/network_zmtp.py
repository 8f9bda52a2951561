"""Many ZeroMQ peers without ZeroMQ: ZMTP 3.0 (rfc.zeromq.org/spec/23) by hand over plain
sockets, one epoll for all. What a library would not let a test do can be done here: stop in
the middle of a frame, never read, send what is no message."""
import os
import resource
import select
import socket
import struct
import time

from fm_client import BIN, rpc

GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
MORE, LONG, COMMAND = 1, 2, 4
BIG = 1 << 18  # bytes read at once


def frame(body, flags=0):
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return bytes([flags | LONG]) + struct.pack(">Q", len(body)) + body


def message(*frames):
    """A message of these frames, as it goes over the wire."""
    return b"".join(frame(f, MORE if i + 1 < len(frames) else 0) for i, f in enumerate(frames))


def ready(kind=b"DEALER"):
    return frame(b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind +
                 b"\x08Identity" + struct.pack(">I", 0), COMMAND)


def call(number, method, request, timeout_ms=30000, **fields):
    """A CALL of the project's protocol."""
    header = rpc.Header(call=number, method=method, timeout_ms=timeout_ms, **fields)
    body = request if isinstance(request, bytes) else request.SerializeToString()
    return message(header.SerializeToString(), body)


def address(endpoint):
    host, port = endpoint[len("tcp://"):].rsplit(":", 1)
    return host, int(port)


class Peer:
    """One connection. shaken: both READYs went over. answers: messages that came, if counted."""

    def __init__(self, endpoint, kind=b"DEALER"):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.connect_ex(address(endpoint))
        self.out = GREETING + ready(kind)
        self.into = b""
        self.greeted = self.shaken = self.closed = False
        self.sent = 0
        self.messages = []  # bodies of frames of the one that comes
        self.answers = 0
        self.on_message = None

    def fileno(self):
        return self.socket.fileno()

    def close(self, reset=False):
        if reset:  # RST instead of FIN
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
        self.closed = True

    def send(self):
        """What is in out, as far as there is room."""
        try:
            while self.out:
                n = self.socket.send(self.out[:BIG])
                self.out = self.out[n:]
        except BlockingIOError:
            pass
        except OSError:
            self.closed = True

    def receive(self):
        try:
            some = self.socket.recv(BIG)
        except BlockingIOError:
            return
        except OSError:
            some = b""
        if not some:
            self.closed = True
            return
        self.into += some
        self.parse()

    def parse(self):
        at = 0
        if not self.greeted:
            if len(self.into) < 64:
                return
            at, self.greeted = 64, True
        while len(self.into) - at >= 2:
            flags, size, head = self.into[at], self.into[at + 1], 2
            if flags & LONG:
                if len(self.into) - at < 9:
                    break
                size, head = struct.unpack_from(">Q", self.into, at + 1)[0], 9
            if len(self.into) - at < head + size:
                break
            self.took(flags, self.into[at + head:at + head + size])
            at += head + size
        self.into = self.into[at:]

    def took(self, flags, body):
        if flags & COMMAND:
            self.shaken = self.shaken or body.startswith(b"\x05READY")
            if body.startswith(b"\x04PING"):
                self.out += frame(b"\x04PONG" + body[7:], COMMAND)
            return
        self.messages.append(body)
        if flags & MORE:
            return
        self.answers += 1
        frames, self.messages = self.messages, []
        if self.on_message:
            self.on_message(self, [f for f in frames if f] if not frames[0] else frames)


class Crowd:
    """Many peers and the one epoll that serves them."""

    def __init__(self):
        self.epoll = select.epoll()
        self.peers = {}

    def add(self, peer):
        self.peers[peer.fileno()] = peer
        self.epoll.register(peer.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)
        return peer

    def connect(self, endpoint, n, kind=b"DEALER", wait_s=60, at_once=64):
        """n more peers, shaken hands with; at_once: as many as a listener's queue bears."""
        until = time.monotonic() + wait_s
        fresh = []
        while len(fresh) < n:
            some = [self.add(Peer(endpoint, kind)) for _ in range(min(at_once, n - len(fresh)))]
            fresh += some
            while not all(p.shaken for p in some):
                assert time.monotonic() < until, f"{sum(p.shaken for p in fresh)} of {n} connected"
                assert not any(p.closed for p in some), "thrown out while shaking hands"
                self.turn(0.1)
        return fresh

    def turn(self, wait_s, read=True, write=True, refill=None):
        """Moves bytes for at most wait_s. refill(peer) fills its out when that is empty."""
        until = time.monotonic() + wait_s
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return
            for number, events in self.epoll.poll(min(left, 0.05), 256):
                peer = self.peers.get(number)
                if peer is None or peer.closed:
                    continue
                if read and events & (select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR):
                    peer.receive()
                if write and refill and not peer.out and peer.shaken:
                    refill(peer)
                if write and peer.out and not peer.closed:
                    peer.send()
                if peer.closed:
                    self.remove(peer)
                elif read or peer.out or refill:
                    self.rearm(peer)

    def rearm(self, peer):
        self.epoll.modify(peer.fileno(), select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    def remove(self, peer):
        number = peer.fileno()
        if number in self.peers:
            self.epoll.unregister(number)
            del self.peers[number]
        peer.close()

    def close(self):
        for peer in list(self.peers.values()):
            self.remove(peer)
        self.epoll.close()


def how_many(wanted):
    """As many clients as this machine has descriptors for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    n = min(wanted, int(hard * 0.7) - 100)
    if n < wanted:
        print(f"  {n} clients instead of {wanted}: {hard} open files are permitted")
    return n


def rss_mb(pid, peak=False):
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmHWM:" if peak else "VmRSS:"):
                return int(line.split()[1]) / 1024
    raise AssertionError("no RSS")


def bounded(mb, most_mb):
    """Asserts, but for programs whose sanitizer keeps memory of its own."""
    with open(os.path.join(BIN, "factmill-ingest"), "rb") as program:
        code = program.read()
    if b"__asan_init" in code or b"__tsan_init" in code:
        print("  memory is not looked at: built with a sanitizer")
        return
    assert mb <= most_mb, f"{mb:.0f} MB, at most {most_mb:.0f}"


def reset_peak(pid):
    """VmHWM begins anew."""
    with open(f"/proc/{pid}/clear_refs", "w") as refs:
        refs.write("5")


def cpu_s(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def jain(shares):
    """Fairness (R. Jain, 1984): 1 when all have the same, 1/n when one has it all."""
    total = sum(shares)
    return total * total / (len(shares) * sum(s * s for s in shares)) if total else 0.0
