#!/usr/bin/python3
"""Who gets in: CURVE clients with the right key, a wrong one, none, one that was
taken away; roles, limits, workers of other machines; and that no secret shows."""
import os
import signal
import socket
import struct
import subprocess
import time

import zmq
from zmq.utils.monitor import recv_monitor_message

from fm_client import (BIN, CONTEXT, Client, Ingest, Program, Query, TimedOut, admin, article,
                       free_port, health, ingest, main, push_socket, query, refused, rpc, skip,
                       wait_for, wait_idle, work, work_dir)

if not zmq.has("curve"):
    skip("this pyzmq has no CURVE")
PUSH = "/factmill.v1.Ingest/Push"
STATUS = "/factmill.v1.Ingest/GetStatus"
EXCHANGE = "/factmill.v1.Work/Exchange"
ROLES = {"feed": "producer", "dash": "reader", "box": "worker", "ops": "admin",
         "slow": "producer", "stranger": "producer", "server": "server"}


def tool(*args, status=0, env=None):
    done = subprocess.run([os.path.join(BIN, "factmill"), *args], capture_output=True, text=True,
                          timeout=60, env={**os.environ, **(env or {})})
    assert done.returncode == status, (args, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


# Both ends see it; whoever is first closes the connection on the other.
MISMATCH = (zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)


class Keys:
    """The two files of factmill keygen, as a foreign client reads them."""

    def __init__(self, folder, name):
        self.file = os.path.join(folder, name + ".key")
        self.open_file = os.path.join(folder, name + ".pub")
        self.said = tool("keygen", "--role", ROLES[name], os.path.join(folder, name))
        self.secret = self.word(self.file, "secret-key")
        self.open = self.word(self.open_file, "public-key")
        self.server = None

    @staticmethod
    def word(path, name):
        with open(path) as lines:
            return [l.split()[1] for l in lines if l.startswith(name)][0]

    def secure(self, sock):
        sock.curve_publickey = self.open.encode()
        sock.curve_secretkey = self.secret.encode()
        sock.curve_serverkey = self.server.encode()


class Setting:
    def __enter__(self):
        self.folder = work_dir("security")
        self.keys = {name: Keys(self.folder, name) for name in ROLES}
        for keys in self.keys.values():
            keys.server = self.keys["server"].open
        self.clients = os.path.join(self.folder, "clients")
        self.let_in("feed", "dash", "box", "ops", "slow")
        self.work = f"tcp://127.0.0.1:{free_port()}"
        secured = ["--secret-key", self.keys["server"].file, "--client-keys", self.clients]
        self.ingest = Ingest(self.folder, "--work", self.work, *secured,
                             env={"FACTMILL_KEY": "/nowhere", "FACTMILL_SERVER_KEY": "/nowhere"})
        self.ingest.start()
        self.query = Query(self.folder, self.ingest.data, *secured).start()
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)

    def let_in(self, *names, extra=""):
        with open(self.clients + ".new", "w") as out:
            out.write("# who is let in\n")
            for name in names:
                limits = " calls=5" if name == "slow" else ""
                out.write(f"{name} {ROLES[name]} {self.keys[name].open}{limits}\n")
            out.write(extra)
        os.rename(self.clients + ".new", self.clients)

    def reload(self, result="done", program=None):
        """SIGHUP, and waits until the file was read."""
        program = program or self.ingest
        name = f'factmill_key_reloads_total{{result="{result}"}}'
        before = program.metrics()[name]
        program.kill(signal.SIGHUP)
        wait_for("the keys to be read again", lambda: program.metrics()[name] > before, 10)

    def client(self, name, endpoint=None):
        return Client(endpoint or self.ingest.listen, self.keys[name] if name else None)


S = Setting()


def handshake(endpoint, keys=None, server=None):
    """How a connection ends: the monitor's event and its value."""
    sock = CONTEXT.socket(zmq.DEALER)
    sock.linger = 0
    if keys:
        keys.secure(sock)
    if server:
        sock.curve_serverkey = server.encode()
    monitor = sock.get_monitor_socket()
    wanted = (zmq.EVENT_HANDSHAKE_SUCCEEDED, zmq.EVENT_HANDSHAKE_FAILED_AUTH,
              zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL, zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL)
    sock.connect(endpoint)
    try:
        until = time.monotonic() + 10
        while monitor.poll(max(0, int(1000 * (until - time.monotonic())))):
            event = recv_monitor_message(monitor)
            if event["event"] in wanted:
                return event["event"], event["value"]
        raise AssertionError("the handshake has no end")
    finally:
        sock.disable_monitor()
        sock.close()


def test_right_key():
    client = S.client("feed")
    reply = client.push(article("first"))
    assert reply.flushed and not reply.duplicate
    # Local workers need no keys, whatever the environment says.
    wait_idle(client)
    assert client.status().done >= 1
    assert client.call("/grpc.health.v1.Health/Check", health.HealthCheckRequest()).status == 1
    client.close()
    # A plain REQ is as good.
    sock = CONTEXT.socket(zmq.REQ)
    sock.linger = 0
    S.keys["feed"].secure(sock)
    sock.connect(S.ingest.listen)
    sock.send_multipart([rpc.Header(call=1, method=STATUS, timeout_ms=5000).SerializeToString(),
                         b""])
    assert sock.poll(10000)
    head, body = sock.recv_multipart()
    assert rpc.Header.FromString(head).status.code == rpc.OK
    assert ingest.GetStatusResponse.FromString(body).version
    sock.close()


def test_wrong_key():
    before = S.ingest.metrics()["factmill_refused_keys_total"]
    assert handshake(S.ingest.listen, S.keys["stranger"]) == (zmq.EVENT_HANDSHAKE_FAILED_AUTH, 400)
    assert handshake(S.query.listen, S.keys["stranger"]) == (zmq.EVENT_HANDSHAKE_FAILED_AUTH, 400)
    assert S.ingest.metrics()["factmill_refused_keys_total"] > before
    wait_for("a line in the log", lambda: S.keys["stranger"].open in S.ingest.tail(50))
    # Nothing that is sent arrives.
    calls = S.ingest.metrics()["factmill_rpc_begun_total"]
    client = S.client("stranger")
    client.begin(STATUS, ingest.GetStatusRequest())
    try:
        client.next(1.0)
        raise AssertionError("a stranger was answered")
    except TimedOut:
        pass
    client.close()
    assert S.ingest.metrics()["factmill_rpc_begun_total"] == calls


def test_wrong_server_key():
    event, _ = handshake(S.ingest.listen, S.keys["feed"], server=S.keys["stranger"].open)
    assert event == zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL


def test_no_key():
    calls = S.ingest.metrics()["factmill_rpc_begun_total"]
    for endpoint in (S.ingest.listen, S.ingest.pull, S.query.listen, S.work):
        assert handshake(endpoint)[0] in MISMATCH, endpoint
    assert S.ingest.metrics()["factmill_rpc_begun_total"] == calls


def test_plain_server():
    """A client with keys sends nothing to a server without."""
    folder = work_dir("security-plain")
    with Ingest(folder, workers=0) as plain:
        assert handshake(plain.listen, S.keys["feed"])[0] in MISMATCH
        assert plain.metrics()["factmill_rpc_begun_total"] == 0
        said = tool("status", "--ingest", plain.listen, "--key", S.keys["ops"].file,
                    "--server-key", S.keys["server"].open_file, status=77)
        assert "speak CURVE" in said, said
        assert plain.metrics()["factmill_rpc_begun_total"] == 0


def test_roles():
    exchange = work.ExchangeRequest(worker="w", want=0)
    dead = admin.ListDeadLettersRequest()
    facts = query.ListFactsRequest(page_size=1)
    calls = [
        (S.ingest.listen, PUSH, ingest.PushRequest(article=article("roles")), {"feed"}),
        (S.ingest.listen, "/factmill.v1.Ingest/PushBatch",
         ingest.PushBatchRequest(articles=[article("roles")]), {"feed"}),
        (S.ingest.listen, STATUS, ingest.GetStatusRequest(), {"feed", "dash", "box", "ops"}),
        (S.ingest.listen, "/factmill.v1.Admin/ListDeadLetters", dead, {"ops"}),
        (S.ingest.listen, "/factmill.v1.Admin/Resume", admin.ResumeRequest(), {"ops"}),
        (S.work, EXCHANGE, exchange, {"box"}),
        (S.query.listen, "/factmill.v1.Query/ListFacts", facts, {"dash"}),
        (S.query.listen, "/grpc.health.v1.Health/Check", health.HealthCheckRequest(),
         {"feed", "dash", "box", "ops"}),
    ]
    for name in ("feed", "dash", "box", "ops"):
        for endpoint, method, request, may in calls:
            client = S.client(name, endpoint)
            if name in may:
                client.call(method, request)
            else:
                r = refused(rpc.PERMISSION_DENIED, client.call, method, request)
                assert r.reason == "ROLE_MISSING", r
                assert ROLES[name] in r.status.message and method in r.status.message, r
            client.close()


def test_revoked_live():
    client = S.client("feed")
    client.push(article("before"))
    reader = S.client("dash", S.query.listen)
    reader.call("/factmill.v1.Query/ListFacts", query.ListFactsRequest(page_size=1))
    S.let_in("box", "ops", "slow")
    for program, who, method, request in (
            (S.ingest, client, PUSH, ingest.PushRequest(article=article("after"))),
            (S.query, reader, "/factmill.v1.Query/ListFacts", query.ListFactsRequest())):
        program.kill(signal.SIGHUP)
        began = time.monotonic()

        def is_out(who=who, method=method, request=request):
            try:
                who.call(method, request)
                return None
            except Exception as e:
                return e
        r = wait_for("the revoked key to be refused", is_out, 5)
        took = time.monotonic() - began
        assert r.code == rpc.UNAUTHENTICATED and r.reason == "KEY_REVOKED", r
        print(f"     {program.name}: refused {took * 1000:.0f} ms after SIGHUP")
        assert took < 1.0, took
    assert handshake(S.ingest.listen, S.keys["feed"])[0] == zmq.EVENT_HANDSHAKE_FAILED_AUTH
    # A file that is not in order changes nothing, in either direction.
    S.let_in("feed", "dash", extra="nobody knows\n")
    S.reload("failed")
    assert "clients:4: " in S.ingest.tail(3), S.ingest.tail(3)
    refused(rpc.UNAUTHENTICATED, client.push, article("after"))
    S.client("ops").call(STATUS, ingest.GetStatusRequest())
    # Let in again: over the same connection.
    S.let_in("feed", "dash", "box", "ops", "slow")
    S.reload()
    S.reload(program=S.query)
    assert client.push(article("after")).flushed
    reader.call("/factmill.v1.Query/ListFacts", query.ListFactsRequest(page_size=1))
    client.close()
    reader.close()


def test_stream_of_a_revoked_reader_ends():
    """One that waits for news is ended when its key goes."""
    reader = S.client("dash", S.query.listen)
    reader.begin("/grpc.health.v1.Health/Watch", health.HealthCheckRequest(), timeout_ms=60000,
                 credit=10)
    header, _ = reader.next()
    assert header.more, header
    S.let_in("feed", "box", "ops", "slow")
    S.query.kill(signal.SIGHUP)
    began = time.monotonic()
    header, _ = reader.next(10)
    assert header.status.code == rpc.UNAUTHENTICATED and not header.more, header
    assert time.monotonic() - began < 1.0
    S.let_in("feed", "dash", "box", "ops", "slow")
    S.reload(program=S.query)
    reader.close()


def test_pull():
    before = S.ingest.metrics()
    good = push_socket(S.ingest.pull, S.keys["feed"])
    bad = push_socket(S.ingest.pull, S.keys["dash"])
    bad.send(article("smuggled").SerializeToString())
    good.send(article("pulled").SerializeToString())
    wait_for("the article", lambda: S.ingest.metrics()["factmill_ingest_pulled_total"]
             > before["factmill_ingest_pulled_total"])
    wait_for("the reader's frame to be refused",
             lambda: S.ingest.metrics()["factmill_unauthorised_total"]
             > before["factmill_unauthorised_total"])
    db = S.ingest.database()
    ids = {row[0] for row in db.execute("SELECT id FROM article")}
    assert "pulled" in ids and "smuggled" not in ids
    db.close()
    good.close()
    bad.close()


def test_limits():
    client = S.client("slow")
    passed = 0
    while True:
        try:
            client.push(article(f"slow{passed}"))
            passed += 1
        except Exception as e:
            limited = e
            break
        assert passed < 100
    assert limited.code == rpc.RESOURCE_EXHAUSTED and limited.reason == "RATE_LIMITED", limited
    assert 0 < limited.retry_after_ms <= 1000, limited.retry_after_ms
    assert 5 <= passed <= 20, passed
    # Who waits as told is let through; the limit is a client's, not a connection's.
    other = S.client("slow")
    refused(rpc.RESOURCE_EXHAUSTED, other.push, article("slow-x"))
    time.sleep(limited.retry_after_ms / 1000 + 0.2)
    assert other.push(article("slow-x")).flushed
    assert S.client("feed").push(article("fast")).flushed
    # Over PULL a limit makes wait, and loses nothing.
    pulled = S.ingest.metrics()["factmill_ingest_pulled_total"]
    sock = push_socket(S.ingest.pull, S.keys["slow"])
    for i in range(10):
        sock.send(article(f"slow-pull{i}").SerializeToString())
    began = time.monotonic()
    wait_for("all ten", lambda: S.ingest.metrics()["factmill_ingest_pulled_total"] == pulled + 10)
    assert time.monotonic() - began > 0.8
    sock.close()
    client.close()
    other.close()


def worker(name, *args):
    return Program("factmill-worker", ["--connect", S.work, "--key", S.keys[name].file,
                                       "--server-key", S.keys["server"].open_file, *args],
                   os.path.join(S.folder, f"worker-{name}.log"))


def test_remote_worker():
    """Local workers are stopped; one comes over tcp and reads all."""
    ops, feed = S.client("ops"), S.client("feed")
    S.ingest.stop()
    S.ingest.args[S.ingest.args.index("--workers") + 1] = "0"
    S.ingest.start()
    feed.push_all([article(f"remote{i}") for i in range(20)])
    assert feed.status().pending == 20
    # One with the wrong role gets nothing, and goes on asking.
    wrong = worker("feed").start(wait_ready=False)
    wait_for("the refusal in its log", lambda: "has the role producer" in wrong.tail())
    assert feed.status().pending == 20
    wrong.stop()
    right = worker("box").start(wait_ready=False)
    wait_idle(feed)
    assert feed.status().done >= 20
    # Its key is taken away: it gets no more, and the articles are not lost.
    S.let_in("feed", "dash", "ops", "slow")
    S.reload()
    feed.push_all([article(f"revoked{i}") for i in range(3)])
    wait_for("the refusal in its log", lambda: "not let in" in right.tail())
    assert feed.status().pending == 3
    S.let_in("feed", "dash", "box", "ops", "slow")
    S.reload()
    wait_idle(feed)
    assert right.stop() == 0
    ops.close()
    feed.close()


def test_worker_names_are_apart():
    """A worker of another client cannot settle what this one holds."""
    S.let_in("feed", "dash", "box", "ops", "slow",
             extra=f"box2 worker {S.keys['stranger'].open}\n")
    S.reload()
    feed, one, two = S.client("feed"), S.client("box", S.work), S.client("stranger", S.work)
    feed.push(article("held"))
    got = one.call(EXCHANGE, work.ExchangeRequest(worker="w", want=1))
    assert len(got.leases) == 1
    theft = work.ExchangeRequest(worker="w")
    theft.results.add(lease=got.leases[0].lease, error="stolen")
    reply = two.call(EXCHANGE, theft)
    assert list(reply.rejected) == [got.leases[0].lease], reply
    back = work.ExchangeRequest(worker="w")
    back.results.add(lease=got.leases[0].lease)
    assert not one.call(EXCHANGE, back).rejected
    S.let_in("feed", "dash", "box", "ops", "slow")
    S.reload()
    for client in (feed, one, two):
        client.close()


def test_tool():
    ops = ["--key", S.keys["ops"].file, "--server-key", S.keys["server"].open_file]
    assert "factmill-ingest" in tool("status", "--ingest", S.ingest.listen, *ops)
    assert "factmill-ingest" in tool(
        "status", "--ingest", S.ingest.listen,
        env={"FACTMILL_KEY": S.keys["ops"].file, "FACTMILL_SERVER_KEY": S.keys["server"].open})
    began = time.monotonic()
    assert "key and server-key" in tool("status", "--ingest", S.ingest.listen, status=77)
    said = tool("status", "--ingest", S.ingest.listen, "--key", S.keys["stranger"].file,
                "--server-key", S.keys["server"].open_file, status=77)
    assert S.keys["stranger"].open in said and "client-keys" in said
    print(f"     two refusals took {time.monotonic() - began:.2f} s")
    said = tool("status", "--ingest", S.ingest.listen, "--timeout", "4s", "--key",
                S.keys["ops"].file, "--server-key", S.keys["stranger"].open_file, status=77)
    assert "server-key" in said
    assert "has the role admin" in tool("facts", "--endpoint", S.query.listen, *ops, status=77)
    said = tool("status", "--key", S.keys["ops"].secret, "--server-key",
                S.keys["server"].open_file, status=78)
    assert S.keys["ops"].secret not in said, "a secret in an error text"
    said = tool("keygen", os.path.join(S.folder, "ops"), status=73)
    assert "there already" in said
    assert Keys.word(S.keys["ops"].file, "secret-key") == S.keys["ops"].secret


def fails(status, text, *args, **how):
    """The ingest does not start with these."""
    folder = work_dir("security-fails")
    program = Ingest(folder, *args, workers=0, **how)
    program.start(wait_ready=False)
    assert program.wait() == status, (program.process.returncode, program.tail())
    assert text in program.tail(), program.tail()
    for keys in S.keys.values():
        assert keys.secret not in program.tail(), "a secret in an error text"


def test_refuses_to_start():
    server = S.keys["server"]
    loose = os.path.join(S.folder, "loose.key")
    with open(server.file) as source, open(loose, "w") as copy:
        copy.write(source.read())
    os.chmod(loose, 0o640)
    fails(77, "chmod 600", "--secret-key", loose, "--client-keys", S.clients)
    fails(78, "command lines", "--secret-key", server.secret, "--client-keys", S.clients)
    fails(78, "client-keys", "--secret-key", server.file)
    fails(78, "secret-key", "--client-keys", S.clients)
    bad = os.path.join(S.folder, "bad")
    with open(bad, "w") as out:
        out.write(f"\nfeed prodcer {S.keys['feed'].open}\n")
    fails(78, "bad:2: \"prodcer\"", "--secret-key", server.file, "--client-keys", bad)
    os.chmod(bad, 0o666)
    fails(77, "chmod go-w", "--secret-key", server.file, "--client-keys", bad)
    everywhere = f"tcp://0.0.0.0:{free_port()}"
    fails(77, "allow-plaintext", "--listen", everywhere)
    fails(77, "allow-plaintext", "--work", everywhere)
    fails(77, "allow-plaintext", "--pull", everywhere)


def test_off_loopback():
    """By name, or with keys."""
    everywhere = f"tcp://0.0.0.0:{free_port()}"
    local = everywhere.replace("0.0.0.0", "127.0.0.1")
    folder = work_dir("security-open")
    with Ingest(folder, "--listen", everywhere, "--allow-plaintext", workers=0):
        assert Client(local).push(article("a")).flushed
    with Ingest(folder, "--listen", everywhere, "--client-keys", S.clients, "--secret-key",
                "credential:server.key", workers=0, env={"CREDENTIALS_DIRECTORY": S.folder}):
        assert S.client("feed", local).push(article("b")).flushed


def test_routing_id():
    """Under the id of another a client could get that one's replies."""
    sock = CONTEXT.socket(zmq.DEALER)
    sock.linger = 0
    sock.routing_id = b"somebody"
    S.keys["feed"].secure(sock)
    sock.connect(S.ingest.listen)
    sock.send_multipart([rpc.Header(call=1, method=STATUS).SerializeToString(), b""])
    assert sock.poll(10000)
    status = rpc.Header.FromString(sock.recv_multipart()[0]).status
    assert status.code == rpc.PERMISSION_DENIED and status.reason == "ROUTING_ID", status
    sock.close()


def zmtp(path, user):
    """A plain ZMTP 3.0 connection over ipc that names a user id of its own."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(10)
    s.connect(path)
    s.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32))
    greeting = b""
    while len(greeting) < 64:
        greeting += s.recv(64 - len(greeting))
    body = b"\x05READY"
    for name, value in ((b"Socket-Type", b"DEALER"), (b"User-Id", user)):
        body += bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
    s.sendall(b"\x04" + bytes([len(body)]) + body)
    return s


def test_user_id_cannot_be_claimed():
    """Over ipc whoever may open the file is "local"; a property of the handshake does not
    make a reader of him (nor anybody else)."""
    s = zmtp(os.path.join(S.ingest.data, "work.sock"), S.keys["dash"].open.encode())
    header = rpc.Header(call=1, method=EXCHANGE, timeout_ms=5000).SerializeToString()
    body = work.ExchangeRequest(worker="zmtp").SerializeToString()
    s.sendall(b"\x01" + bytes([len(header)]) + header + b"\x00" + bytes([len(body)]) + body)
    got = b""
    while b"\x08\x01" not in got:
        chunk = s.recv(4096)
        assert chunk, "thrown out"
        got += chunk
    assert b"ROLE_MISSING" not in got and b"KEY_REVOKED" not in got, got
    s.close()


def test_no_secret_shows():
    secrets = [keys.secret.encode() for keys in S.keys.values()]
    for program in (S.ingest, S.query):
        with open(program.log, "rb") as log:
            text = log.read()
        text += open(f"/proc/{program.pid()}/cmdline", "rb").read()
        text += open(f"/proc/{program.pid()}/environ", "rb").read()
        assert not any(secret in text for secret in secrets)
    for keys in S.keys.values():
        assert keys.secret not in keys.said
        assert os.stat(keys.file).st_mode & 0o777 == 0o600
    assert not any(secret in open(os.path.join(S.ingest.data, name), "rb").read()
                   for name in os.listdir(S.ingest.data)
                   if os.path.isfile(os.path.join(S.ingest.data, name)) for secret in secrets)


if __name__ == "__main__":
    with S:
        main(test_right_key, test_wrong_key, test_wrong_server_key, test_no_key, test_plain_server,
             test_roles, test_revoked_live, test_stream_of_a_revoked_reader_ends, test_pull,
             test_limits, test_tool, test_refuses_to_start, test_off_loopback, test_routing_id,
             test_user_id_cannot_be_claimed, test_remote_worker, test_worker_names_are_apart,
             test_no_secret_shows)
