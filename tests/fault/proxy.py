"""A TCP proxy that does to a connection what networks do: delay, stall, go silent, cut in the
middle, reset. One thread; its settings may be changed while it runs."""
import random
import socket
import struct
import threading
import time

CHUNK = 1 << 16
HELD_MAX = 1 << 20  # bytes on their way, each direction: then the sender waits


class Flow:
    """One direction of a connection: bytes with the time when they are due."""

    def __init__(self):
        self.held = []  # (due, bytes)
        self.size = 0
        self.ended = False

    def add(self, due, data):
        self.held.append((due, data))
        self.size += len(data)


class Link:
    """A client, the server's side of it, and how many bytes the client may still send."""

    def __init__(self, near, far, cut_after):
        self.near, self.far = near, far
        self.up, self.down = Flow(), Flow()
        self.cut_after = cut_after
        self.silent = False  # for this one only


class Proxy(threading.Thread):
    """Use as a context. listen: the endpoint for clients.

    delay_s: each way. stall_p, stall_s: share of chunks that come so much later. cut_after():
    gives the bytes after which the next connection is reset, None = never. blackhole: nothing
    passes, nothing ends."""

    def __init__(self, endpoint, seed=0):
        super().__init__(daemon=True)
        host, port = endpoint[len("tcp://"):].rsplit(":", 1)
        self.target = (host, int(port))
        self.random = random.Random(seed)
        self.delay_s = self.stall_p = self.stall_s = 0.0
        self.cut_after = lambda: None
        self.blackhole = False
        self.resets = self.connections = 0
        self.links = []
        self.lock = threading.Lock()
        self.stopping = False
        self.door = socket.socket()
        self.door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.door.bind(("127.0.0.1", 0))
        self.door.listen(128)
        self.door.setblocking(False)
        self.listen = f"tcp://127.0.0.1:{self.door.getsockname()[1]}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stopping = True
        self.join()

    def reset_all(self):
        """RST to both ends of every connection."""
        with self.lock:
            for link in list(self.links):
                self.reset(link)

    def silence(self):
        """Connections that exist go silent for good, as when a cable is cut; new ones work."""
        with self.lock:
            for link in self.links:
                link.silent = True

    # --- the thread ------------------------------------------------------------

    def run(self):
        while not self.stopping:
            with self.lock:
                wait = self.turn()
            time.sleep(wait)
        for link in list(self.links):
            self.reset(link)
        self.door.close()

    def turn(self):
        self.accept()
        moved = False
        for link in list(self.links):
            if self.blackhole or link.silent:
                continue
            try:
                moved = self.move(link) or moved
            except OSError:
                self.reset(link)
        return 0.0 if moved else 0.001

    def accept(self):
        try:
            near, _ = self.door.accept()
        except BlockingIOError:
            return
        try:
            far = socket.create_connection(self.target, timeout=1)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setblocking(False)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections += 1
        self.links.append(Link(near, far, self.cut_after()))

    def move(self, link):
        now = time.monotonic()
        moved = self.read(link.near, link.up, now, link)
        if link not in self.links:
            return True  # it was cut
        moved = self.read(link.far, link.down, now) or moved
        moved = self.write(link.far, link.up, now) or moved
        moved = self.write(link.near, link.down, now) or moved
        if (link.up.ended and not link.up.held) or (link.down.ended and not link.down.held):
            self.close(link)
        return moved

    def read(self, end, flow, now, link=None):
        if flow.ended or flow.size > HELD_MAX:
            return False
        try:
            data = end.recv(CHUNK)
        except BlockingIOError:
            return False
        if not data:
            flow.ended = True
            return True
        if link is not None and link.cut_after is not None:
            if len(data) >= link.cut_after:
                link.far.send(data[:link.cut_after])
                self.reset(link)
                return True
            link.cut_after -= len(data)
        due = now + self.delay_s
        if self.stall_p and self.random.random() < self.stall_p:
            due += self.stall_s
        if flow.held:
            due = max(due, flow.held[-1][0])  # TCP keeps the order
        flow.add(due, data)
        return True

    def write(self, end, flow, now):
        moved = False
        while flow.held and flow.held[0][0] <= now:
            due, data = flow.held[0]
            try:
                n = end.send(data)
            except BlockingIOError:
                break
            moved = True
            flow.size -= n
            if n == len(data):
                flow.held.pop(0)
            else:
                flow.held[0] = (due, data[n:])
        return moved

    def reset(self, link):
        if link not in self.links:
            return
        for end in (link.near, link.far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.resets += 1
        self.close(link)

    def close(self, link):
        link.near.close()
        link.far.close()
        if link in self.links:
            self.links.remove(link)
