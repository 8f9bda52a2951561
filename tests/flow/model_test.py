#!/usr/bin/python3
"""Where programs find the model, and what they say when it is not one."""
import os
import shutil
import subprocess
import time

from fm_client import BIN, SOURCE, Client, Ingest, article, main, work_dir


def run(*command, env=None):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60,
                          input="Ann Lee leads the port of Sund.\n", env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, done.stderr


def copy(program, folder):
    """The program as it would be installed under folder."""
    os.makedirs(os.path.join(folder, "bin"), exist_ok=True)
    return shutil.copy(os.path.join(BIN, program), os.path.join(folder, "bin"))


def no_model(path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write("This is a letter and no model. " * 100)


def test_beside_the_installed_program():
    folder = work_dir("installed")
    path = os.path.join(folder, "share", "factmill", "factmill.model")
    no_model(path)
    for command in ([copy("factmill", folder), "extract", "--json"],
                    [copy("factmill-worker", folder), "--connect", f"ipc://{folder}/none.sock"],
                    [copy("factmill-worker", folder), "--connect", "ipc://x", "--check-config"],
                    [copy("factmill-query", folder), "--data", folder]):
        status, out, err = run(*command)
        assert status == 78 and path in err and not out and err.count("\n") == 1, (command, status, out, err)


def test_named_by_hand():
    folder = work_dir("named")
    path = os.path.join(folder, "factmill.model")
    factmill = os.path.join(BIN, "factmill")
    for command, env in (([factmill, "extract", "--model", path], None),
                         ([factmill, "extract"], {"FACTMILL_MODEL": path})):
        status, _, err = run(*command, env=env)
        assert status == 78 and path in err and "No such file" in err, (status, err)
    no_model(path)
    status, _, err = run(factmill, "extract", "--model", path, env={"FACTMILL_MODEL": "/none"})
    assert status == 78 and path in err and "/none" not in err, (status, err)


def test_cut_short():
    """Half of the model that ships is no model, for whoever reads with it, now or later."""
    folder = work_dir("half")
    path = os.path.join(folder, "factmill.model")
    with open(os.path.join(SOURCE, "common", "nlp", "model", "factmill.model"), "rb") as whole:
        half = whole.read(10_000_000)
    with open(path, "wb") as file:
        file.write(half)
    for command in (["factmill-query", "--data", folder, "--model", path],
                    ["factmill-worker", "--connect", f"ipc://{folder}/none.sock", "--model", path],
                    ["factmill", "extract", "--model", path]):
        status, _, err = run(os.path.join(BIN, command[0]), *command[1:])
        assert status == 78 and path in err, (command, status, err)


def test_workers_that_cannot_start():
    """The ingest goes on taking articles and says what is wrong; nothing is lost."""
    folder = work_dir("workers")
    path = os.path.join(folder, "letter.model")
    no_model(path)
    with Ingest(folder, "--model", path, workers=1) as service:
        client = Client(service.listen)
        assert client.push(article("waits")).flushed
        until = time.monotonic() + 10
        while "cannot start" not in service.tail() and time.monotonic() < until:
            time.sleep(0.05)
        assert "cannot start" in service.tail() and path in service.tail(), service.tail()
        status = client.status()
        assert (status.pending, status.dead) == (1, 0), status
    with Ingest(folder, workers=1) as service:
        client = Client(service.listen)
        until = time.monotonic() + 20
        while client.status().done < 1 and time.monotonic() < until:
            time.sleep(0.05)
        assert client.status().done == 1


if __name__ == "__main__":
    main(test_beside_the_installed_program, test_named_by_hand, test_cut_short, test_workers_that_cannot_start)
