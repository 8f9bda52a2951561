#!/usr/bin/python3
"""VerifyFact and ExplainFact: every stored fact comes out again; what was tampered with does not."""
import os
import shutil
import sqlite3
import subprocess

from fm_client import (BIN, SOURCE, Client, Ingest, Query, article, fact, main, query, refused, rpc,
                       wait_idle, work_dir)

Q = "/factmill.v1.Query/"
TEXTS = [
    'The harbour of Lindow was closed on 3 March 2020 by Mayor Ada Brunn. "We had no choice," '
    'she said. The number of ships fell from 46 to 17.\n\nThe town did not reopen it until May.\n',
    'Jonas Weil, the chairman of the Ostrava Grain Board (OGB), resigned on Friday.\n\n'
    'According to the board, exports may reach 2.5 million tonnes. “They will grow,” said Weil.\n',
]


class Setting:
    def __enter__(self):
        self.folder = work_dir("verify")
        self.ingest = Ingest(self.folder).start()
        self.query = Query(self.folder, self.ingest.data).start()
        self.client = Client(self.query.listen)
        self.push = Client(self.ingest.listen)
        self.push.push_all([article(f"v{i}", t, title="A title") for i, t in enumerate(TEXTS)])
        wait_idle(self.push)
        return self

    def __exit__(self, *error):
        if isinstance(error[1], SystemExit) and not error[1].code:
            error = (None, None, None)
        self.client.close()
        self.push.close()
        self.query.__exit__(*error)
        self.ingest.__exit__(*error)


S = Setting()


def facts():
    return list(S.client.call(Q + "ListFacts", query.ListFactsRequest(page_size=1000)).facts)


def verify(ident):
    return S.client.call(Q + "VerifyFact", query.VerifyFactRequest(id=ident))


def test_all_are_reproduced():
    all_facts = facts()
    assert len(all_facts) >= 8, len(all_facts)
    for f in all_facts:
        v = verify(f.id)
        assert v.evidence_matches and v.reproduced, (f, v)
        assert v.extractor == v.present_extractor == f.extractor
        assert not v.HasField("now")


def test_explained():
    for f in facts():
        e = S.client.call(Q + "ExplainFact", query.ExplainFactRequest(id=f.id))
        assert e.fact.id == f.id and e.rule == f.rule and f.rule in e.explanation
        words = [line.split("\t") for line in e.parse.splitlines()
                 if line and not line.startswith("#")]
        assert words and all(len(w) == 10 for w in words), e.parse
        # The parse is that of the evidence: its first and last bytes are there.
        text = f.evidence.text.encode()
        assert text.startswith(words[0][1].encode()[:1]), (text, words[0])
        starts = [w[9].split("TokenRange=")[1].split("|")[0].split(":") for w in words
                  if "TokenRange=" in w[9]]
        assert int(starts[0][0]) == f.evidence.span.start
        assert int(starts[-1][1]) == f.evidence.span.end
        if f.HasField("subject") and f.subject.HasField("span"):
            assert f.subject.text in e.explanation, e.explanation


def test_tool():
    one = facts()[0]
    tool = [os.path.join(BIN, "factmill")]
    where = ["--endpoint", S.query.listen]
    done = subprocess.run(tool + ["verify-fact", one.id] + where, capture_output=True, text=True)
    assert done.returncode == 0, done
    assert "reproduced  yes" in done.stdout, done.stdout
    done = subprocess.run(tool + ["explain", one.id] + where, capture_output=True, text=True)
    assert done.returncode == 0 and one.rule in done.stdout, done


def test_errors():
    refused(rpc.INVALID_ARGUMENT, verify, "xyz")
    refused(rpc.NOT_FOUND, verify, "0" * 32)


def test_old_version():
    """Facts of an older version are held against that version's text."""
    old = facts()[0]
    S.push.push(article(old.article, "Nothing of that was true. Ada Brunn apologised on Monday.\n",
                        title="A title"))
    wait_idle(S.push)
    v = verify(old.id)
    assert v.evidence_matches and v.reproduced, v


def test_tampered():
    """A text or a fact that was changed behind the store's back is found out."""
    stored = facts()
    one = stored[0]
    S.query.stop()
    S.ingest.stop()
    db = sqlite3.connect(os.path.join(S.ingest.data, "factmill.db"))
    for f in stored:
        changed = fact.Fact.FromString(f.SerializeToString())
        if f.id == one.id:
            changed.polarity = 3 - f.polarity
            changed.extractor = "0.0.1+model:00000000"
        else:
            changed.evidence.text = f.evidence.text[:-2] + "!!"
        # What stands in the row goes before what is in the pack.
        db.execute("UPDATE fact SET fact=? WHERE sequence=?",
                   (changed.SerializeToString(), f.sequence))
    db.commit()
    db.close()
    S.ingest.start()
    S.query.start()
    v = verify(one.id)
    assert v.evidence_matches and not v.reproduced, v
    assert "polarity" in v.explanation and "0.0.1+model:00000000" in v.explanation, v
    assert v.now.id == one.id and v.now.polarity == one.polarity
    other = next(f for f in facts() if f.id != one.id)
    v = verify(other.id)
    assert not v.evidence_matches and not v.reproduced, v


def test_model_gone():
    """A model that is gone when it is first needed: the evidence is still compared, and the answer says what is
    missing."""
    S.query.stop()
    model = os.path.join(S.folder, "going.model")
    shutil.copy(os.path.join(SOURCE, "common", "nlp", "model", "factmill.model"), model)
    with Query(S.folder, S.ingest.data, "--model", model) as q:
        os.remove(model)
        client = Client(q.listen)
        one = client.call(Q + "ListFacts", query.ListFactsRequest(page_size=1)).facts[0]
        v = client.call(Q + "VerifyFact", query.VerifyFactRequest(id=one.id))
        assert not v.reproduced and not v.present_extractor, v
        assert "could not be read again" in v.explanation, v
        client.close()
    S.query.start()


if __name__ == "__main__":
    with S:
        main(test_all_are_reproduced, test_explained, test_tool, test_errors, test_old_version,
             test_tampered, test_model_gone)
