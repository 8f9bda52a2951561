"""A foreign client and a keeper of programs, for tests.

Made of Debian's python3-zmq, python3-protobuf and protoc only, against the wire
as README.md describes it: frame 1 a factmill.rpc.v1.Header, frame 2 the body.
Nothing here is shared with the programs but the .proto files.

    from fm_client import Client, Ingest, work_dir, article
    with Ingest(work_dir("push")) as ingest:
        client = Client(ingest.listen)
        reply = client.call("/factmill.v1.Ingest/Push", push_request)
"""
import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SOURCE = os.environ.get("FM_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.environ.get("FM_BIN", os.path.join(SOURCE, "build", "bin"))
WORK = os.environ.get("FM_WORK", "/tmp/fm-flow")
PROTO_PY = os.environ.get("FM_PROTO_PY", os.path.join(WORK, "proto_py"))
PROTOS = [
    "factmill/v1/article.proto", "factmill/v1/fact.proto",
    "factmill/v1/ingest.proto", "factmill/v1/work.proto",
    "factmill/v1/query.proto", "factmill/v1/admin.proto",
    "factmill/rpc/v1/rpc.proto", "grpc/health/v1/health.proto",
    "grpc/reflection/v1/reflection.proto",
]


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def _generate():
    """The _pb2 modules, made once for all tests that run at the same time."""
    if shutil.which("protoc") is None:
        skip("protoc is not installed")
    os.makedirs(PROTO_PY, exist_ok=True)
    with open(os.path.join(PROTO_PY, ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mark = os.path.join(PROTO_PY, ".made")
        newest = max(os.path.getmtime(os.path.join(SOURCE, "proto", p)) for p in PROTOS)
        if not os.path.exists(mark) or os.path.getmtime(mark) < newest:
            subprocess.run(["protoc", "-I", os.path.join(SOURCE, "proto"),
                            f"--python_out={PROTO_PY}"] + PROTOS, check=True)
            open(mark, "w").close()
    sys.path.insert(0, PROTO_PY)


try:
    import zmq
    import google.protobuf  # noqa: F401
except ImportError as missing:
    skip(f"{missing.name} is not installed (python3-zmq, python3-protobuf)")
_generate()

from factmill.rpc.v1 import rpc_pb2 as rpc  # noqa: E402
from factmill.v1 import admin_pb2 as admin  # noqa: E402
from factmill.v1 import article_pb2  # noqa: E402
from factmill.v1 import fact_pb2 as fact  # noqa: E402
from factmill.v1 import ingest_pb2 as ingest  # noqa: E402
from factmill.v1 import query_pb2 as query  # noqa: E402
from factmill.v1 import work_pb2 as work  # noqa: E402
from grpc.health.v1 import health_pb2 as health  # noqa: E402

Article = article_pb2.Article
CONTEXT = zmq.Context.instance()

# Reply type of every method that tests call.
REPLIES = {
    "/factmill.v1.Ingest/Push": ingest.PushResponse,
    "/factmill.v1.Ingest/PushBatch": ingest.PushBatchResponse,
    "/factmill.v1.Ingest/GetStatus": ingest.GetStatusResponse,
    "/factmill.v1.Work/Exchange": work.ExchangeResponse,
    "/grpc.health.v1.Health/Check": health.HealthCheckResponse,
}
for _method in admin.DESCRIPTOR.services_by_name["Admin"].methods:
    REPLIES[f"/factmill.v1.Admin/{_method.name}"] = getattr(admin, _method.output_type.name)
for _method in query.DESCRIPTOR.services_by_name["Query"].methods:
    REPLIES[f"/factmill.v1.Query/{_method.name}"] = getattr(
        query, _method.output_type.name, None) or getattr(
            fact, _method.output_type.name, None)


class Refused(Exception):
    """A status other than OK."""

    def __init__(self, header):
        self.status = header.status
        self.code = header.status.code
        self.reason = header.status.reason
        self.retry_after_ms = header.retry_after_ms
        self.details = {d.key: d.value for d in header.status.details}
        super().__init__(f"{rpc.Code.Name(self.code)} {self.reason} "
                         f"{self.details}: {header.status.message}")


class TimedOut(Exception):
    pass


class Client:
    """A DEALER: many calls at once. Not for two threads."""

    def __init__(self, endpoint, keys=None):
        self.socket = CONTEXT.socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        if keys:
            keys.secure(self.socket)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.setsockopt(zmq.RCVHWM, 0)
        self.socket.connect(endpoint)
        self.calls = 0

    def close(self):
        self.socket.close()

    def begin(self, method, request, timeout_ms=10000, credit=0, metadata=()):
        """Sends a call; returns its number."""
        self.calls += 1
        header = rpc.Header(call=self.calls, method=method, timeout_ms=timeout_ms,
                            credit=credit)
        for key, value in metadata:
            header.metadata.add(key=key, value=value)
        body = request if isinstance(request, bytes) else request.SerializeToString()
        # The empty frame is what a REQ puts in front; a DEALER may leave it out.
        self.socket.send_multipart([header.SerializeToString(), body])
        return self.calls

    def next(self, wait_s=10.0):
        """The next message of any call: header and body's bytes."""
        if not self.socket.poll(int(wait_s * 1000)):
            raise TimedOut(f"nothing came in {wait_s} s")
        frames = self.socket.recv_multipart()
        if frames and not frames[0]:
            frames = frames[1:]
        header = rpc.Header()
        header.ParseFromString(frames[0])
        return header, frames[1] if len(frames) > 1 else b""

    def call(self, method, request, timeout_ms=10000, wait_s=None):
        """One unary call, begin to end; raises Refused."""
        number = self.begin(method, request, timeout_ms)
        until = time.monotonic() + (wait_s or timeout_ms / 1000 + 5)
        while True:
            header, body = self.next(max(0.0, until - time.monotonic()))
            if header.call != number:
                continue
            if header.status.code != rpc.OK:
                raise Refused(header)
            reply = REPLIES[method]()
            reply.ParseFromString(body)
            return reply

    def push(self, item, **kwargs):
        return self.call("/factmill.v1.Ingest/Push",
                         ingest.PushRequest(article=item), **kwargs)

    def status(self):
        return self.call("/factmill.v1.Ingest/GetStatus", ingest.GetStatusRequest())

    def push_all(self, items, window=256, timeout_ms=30000):
        """Pushes with at most window in flight; list of (header, PushResponse),
        in the order of items."""
        answers = [None] * len(items)
        numbers = {}
        sent = done = 0
        while done < len(items):
            while sent < len(items) and sent - done < window:
                number = self.begin("/factmill.v1.Ingest/Push",
                                    ingest.PushRequest(article=items[sent]), timeout_ms)
                numbers[number] = sent
                sent += 1
            header, body = self.next(timeout_ms / 1000)
            reply = ingest.PushResponse()
            reply.ParseFromString(body)
            answers[numbers.pop(header.call)] = (header, reply)
            done += 1
        return answers


def req_call(endpoint, method, request, wait_s=10.0):
    """One call by a plain REQ socket: the ten lines any language can write."""
    sock = CONTEXT.socket(zmq.REQ)
    sock.setsockopt(zmq.LINGER, 0)
    sock.connect(endpoint)
    try:
        header = rpc.Header(call=1, method=method, timeout_ms=int(wait_s * 1000))
        sock.send_multipart([header.SerializeToString(), request.SerializeToString()])
        if not sock.poll(int(wait_s * 1000) + 1000):
            raise TimedOut(method)
        frames = sock.recv_multipart()
        header.ParseFromString(frames[0])
        if header.status.code != rpc.OK:
            raise Refused(header)
        reply = REPLIES[method]()
        reply.ParseFromString(frames[1])
        return reply
    finally:
        sock.close()


def push_socket(endpoint, keys=None):
    sock = CONTEXT.socket(zmq.PUSH)
    sock.setsockopt(zmq.LINGER, 5000)
    if keys:
        keys.secure(sock)
    sock.connect(endpoint)
    return sock


# --- articles ---------------------------------------------------------------

TEXT = (
    'The Ministry of Health (MoH) said on Monday that 46 clinics had closed.\n\n'
    '"We will open them again in March," said Maria Lopez, the head of the ministry. '
    'The number of patients fell from 46,000 to 17,000, a drop of 63 per cent.\n\n'
    'The report was published on 12 May 2021 in Geneva.\n')


def article(ident, text=None, source="test.example", **fields):
    item = Article(id=ident, source=source, text=TEXT if text is None else text,
                   title=fields.pop("title", "Clinics to open again"), language="en",
                   **fields)
    item.published.seconds = 1620000000
    return item


# --- programs ---------------------------------------------------------------

def work_dir(name):
    """A fresh folder. Short, since a socket's path has at most 107 bytes."""
    base = WORK
    if len(os.path.join(base, name, "data", "work.sock")) > 100:
        base = tempfile.mkdtemp(prefix="fm-")
    path = os.path.join(base, name)
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    return path


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Program:
    """A program of $FM_BIN. Its stderr goes to a file; READY is waited for."""

    def __init__(self, name, args, log, env=None):
        self.name = name
        self.path = os.path.join(BIN, name)
        if not os.path.exists(self.path):
            skip(f"{self.path} is not built")
        self.args = [str(a) for a in args]
        self.log = log
        self.env = dict(os.environ, **(env or {}))
        self.process = None
        self.ready = ""

    def start(self, wait_ready=True, timeout_s=30.0, user=None, preexec=None):
        with open(self.log, "ab") as out:
            at = out.tell()
            self.process = subprocess.Popen([self.path] + self.args, stdout=out,
                                            stderr=out, env=self.env, user=user, cwd="/",
                                            preexec_fn=preexec)
        if wait_ready:
            self.wait_line("READY", timeout_s, at)
        return self

    def wait_line(self, word, timeout_s=30.0, at=0):
        until = time.monotonic() + timeout_s
        while True:
            ended = self.process.poll() is not None
            with open(self.log, "rb") as log:
                log.seek(at)
                for line in log.read().decode("utf-8", "replace").splitlines():
                    if line.startswith(word):
                        self.ready = line
                        return line
            if ended or time.monotonic() > until:
                raise AssertionError(f"{self.name}: no {word} in {self.log}: "
                                     + self.tail())
            time.sleep(0.005)

    def tail(self, lines=15):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])

    def value(self, key):
        """key=value of the READY line."""
        for word in self.ready.split():
            if word.startswith(key + "="):
                return word[len(key) + 1:]
        return ""

    def pid(self):
        return self.process.pid

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)

    def wait(self, timeout_s=30.0):
        return self.process.wait(timeout_s)

    def stop(self, timeout_s=30.0):
        """SIGTERM; returns the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.kill(signal.SIGTERM)
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not stop:\n{self.tail()}")
                self.kill()
                self.process.wait()
                return -9
        return self.process.returncode

    def __enter__(self):
        return self if self.process else self.start()

    def __exit__(self, kind, value, trace):
        if kind is not None:
            print(f"--- end of {self.log}\n{self.tail(30)}---")
        status = self.stop()
        if kind is None:
            assert status == 0, f"{self.name} ended with {status}: {self.tail()}"


def http_get(address, path):
    """GET of an HTTP port: status and text."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=5) as r:
            return r.status, r.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def http_metrics(address):
    values = {}
    for line in http_get(address, "/metrics")[1].splitlines():
        if line and not line.startswith("#"):
            name, value = line.rsplit(" ", 1)
            values[name] = float(value)
    return values


class Query(Program):
    def __init__(self, folder, data, *args, env=None):
        self.data = data
        self.listen = f"tcp://127.0.0.1:{free_port()}"
        self.http = f"127.0.0.1:{free_port()}"
        super().__init__("factmill-query", [
            "--data", data, "--listen", self.listen, "--http", self.http, *args],
            os.path.join(folder, "query.log"), env)

    def metrics(self):
        return http_metrics(self.http)


class Ingest(Program):
    def __init__(self, folder, *args, workers=1, env=None, data=None, pull=True):
        self.folder = folder
        self.data = data or os.path.join(folder, "data")
        self.listen = f"tcp://127.0.0.1:{free_port()}"
        self.pull = f"tcp://127.0.0.1:{free_port()}" if pull else "none"
        self.http = f"127.0.0.1:{free_port()}"
        super().__init__("factmill-ingest", [
            "--data", self.data, "--listen", self.listen, "--pull", self.pull,
            "--http", self.http, "--workers", workers, *args],
            os.path.join(folder, "ingest.log"), env)

    def get(self, path):
        return http_get(self.http, path)

    def metrics(self):
        return http_metrics(self.http)

    def workers(self):
        """Process ids of the local workers."""
        out = subprocess.run(["pgrep", "-P", str(self.pid()), "-f", "factmill-worker"],
                             capture_output=True, text=True)
        return [int(p) for p in out.stdout.split()]

    def database(self):
        """The database, read-only, beside the running writer."""
        path = os.path.join(self.data, "factmill.db")
        return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)


class Disk:
    """A file system of its own, in memory; None inside when it cannot be mounted."""

    def __init__(self, folder, options):
        self.path = os.path.join(folder, "disk")
        self.options = options

    def __enter__(self):
        os.makedirs(self.path)
        if shutil.which("mount") is None or subprocess.run(
                ["mount", "-t", "tmpfs", "-o", self.options, "tmpfs", self.path],
                capture_output=True).returncode != 0:
            print("  cannot mount a file system here: not tried")
            return None
        return self

    def remount(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", self.path], check=True)

    def __exit__(self, *error):
        subprocess.run(["umount", "-l", self.path], capture_output=True)


def wait_for(what, check, timeout_s=60.0, every_s=0.02):
    """Waits until check() is true; returns what it gave."""
    until = time.monotonic() + timeout_s
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > until:
            raise AssertionError(f"waited {timeout_s} s in vain: {what}")
        time.sleep(every_s)


def wait_idle(client, timeout_s=120.0):
    """Until nothing waits and nothing is on loan; returns the status."""
    def idle():
        s = client.status()
        return s if s.pending == 0 and s.leased == 0 else None
    return wait_for("nothing pending", idle, timeout_s)


def refused(expected_code, function, *args, **kwargs):
    """Calls function and returns its Refused, which must have this code."""
    try:
        function(*args, **kwargs)
    except Refused as r:
        assert r.code == expected_code, f"{r} instead of {rpc.Code.Name(expected_code)}"
        return r
    raise AssertionError(f"not refused: {function} {args}")


def main(*tests):
    """Runs the tests in order; names those that fail."""
    failed = []
    for test in tests:
        began = time.monotonic()
        try:
            test()
            print(f"ok   {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except SystemExit:
            raise
        except BaseException as e:  # noqa: B902
            import traceback
            traceback.print_exc()
            print(f"FAIL {test.__name__}: {e}", flush=True)
            failed.append(test.__name__)
            if isinstance(e, KeyboardInterrupt):
                break
    if failed:
        print("failed: " + " ".join(failed))
    sys.exit(1 if failed else 0)


