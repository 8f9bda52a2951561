#!/usr/bin/python3
"""The PULL socket: producers that only have PUSH, and what is no article."""
from fm_client import (Client, Ingest, admin, article, main, push_socket, refused, rpc,
                       wait_for, wait_idle, work_dir)

LIST = "/factmill.v1.Admin/ListDeadLetters"
GET = "/factmill.v1.Admin/GetDeadLetter"


def test_articles():
    with Ingest(work_dir("pull"), workers=2) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        for i in range(500):
            sock.send(article(f"p{i}").SerializeToString())
        sock.send(article("p0").SerializeToString())
        wait_for("500 articles", lambda: client.status().done == 500)
        status = wait_idle(client)
        assert status.dead == 0 and status.facts > 0, status
        sock.close()


def test_no_silence():
    """Every frame that is no acceptable article can be found again."""
    frames = {
        b"\xff\xff\xff this is not a protobuf": "NOT_AN_ARTICLE",
        b"": "ID_EMPTY",
        article("x", text="").SerializeToString(): "TEXT_EMPTY",
        article("y" * 300).SerializeToString(): "ID_TOO_LONG",
        article("nul", text="a\0b").SerializeToString(): "TEXT_NUL",
        # Field 8, the text, as a number.
        b"\x0a\x01a\x12\x01b\x40\x05": "NOT_AN_ARTICLE",
    }
    with Ingest(work_dir("pull-bad"), workers=0) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        for frame in frames:
            sock.send(frame)
        sock.send_multipart([b"two", b"frames"])
        sock.send(article("good").SerializeToString())
        wait_for("the good one", lambda: client.status().pending == 1)

        def all_there():
            reply = client.call(LIST, admin.ListDeadLettersRequest(page_size=100))
            return reply if reply.total >= len(frames) else None
        reply = wait_for("dead letters", all_there)
        found = {}
        for letter in reply.dead_letters:
            whole = client.call(GET, admin.GetDeadLetterRequest(id=letter.id))
            assert whole.size == len(whole.body) and letter.body == b""
            found[whole.body] = whole.reason
        for frame, reason in frames.items():
            assert frame in found, f"lost: {frame[:40]}"
            assert found[frame].startswith(reason), (found[frame], reason)
        sock.close()


def test_pages_of_dead_letters():
    with Ingest(work_dir("pull-pages"), workers=0) as service:
        client = Client(service.listen)
        sock = push_socket(service.pull)
        for i in range(25):
            sock.send(f"\xff broken {i}".encode("latin-1"))
        wait_for("25 dead letters", lambda: client.call(
            LIST, admin.ListDeadLettersRequest()).total == 25)
        seen, token, pages = [], "", 0
        while True:
            reply = client.call(LIST, admin.ListDeadLettersRequest(page_size=10,
                                                                   page_token=token))
            seen += [letter.id for letter in reply.dead_letters]
            token, pages = reply.next_page_token, pages + 1
            if not token:
                break
        assert pages == 3 and len(set(seen)) == 25, (pages, len(seen))
        assert seen == sorted(seen, reverse=True), "newest first"
        token = client.call(LIST, admin.ListDeadLettersRequest(page_size=10)).next_page_token
        for bad in (token[:-1] + ("0" if token[-1] != "0" else "1"), "x", token + "00",
                    token.upper() + " "):
            why = refused(rpc.INVALID_ARGUMENT, client.call, LIST,
                          admin.ListDeadLettersRequest(page_token=bad))
            assert why.details["field"] == "page_token", why
        refused(rpc.INVALID_ARGUMENT, client.call, LIST,
                admin.ListDeadLettersRequest(page_size=-1))
        refused(rpc.NOT_FOUND, client.call, GET, admin.GetDeadLetterRequest(id=10 ** 9))
        assert len(client.call(LIST, admin.ListDeadLettersRequest(
            page_size=10 ** 9)).dead_letters) == 25
        number = client.begin("/factmill.v1.Admin/Nothing", b"")
        header, _ = client.next()
        assert header.call == number and header.status.code == rpc.UNIMPLEMENTED, header
        sock.close()


if __name__ == "__main__":
    main(test_articles, test_no_silence, test_pages_of_dead_letters)
