#!/usr/bin/python3
"""How much of the MEANTIME annotation (Minard et al. 2016; Wikinews, CC BY 4.0) comes out.

  meantime.py FOLDER [--factmill PROGRAM] [--misses names|participants]

FOLDER holds the XML files, in folders of any depth; without it the bench is skipped (77).
Only the first six sentences of an article are annotated, its headline and date line among
them; the text is put together again out of the tokens. The headline is given as the title.

Names: mentions that are names (NAM, PRE.NAM, HLS, ARC) of a typed entity. Their extents
take in what describes the name ("aircraft manufacturer Boeing", "Spokeswoman Sandy Angers,
43"), so that what is looked for is the name in them: the longest run of capitals and
figures, the last of those as long. Found: a mention of ours shares at least half of the bytes
that either takes up with the name or with the extent; typed: it has the type, too (PER
person, ORG organization, LOC any kind of place, or the adjective of one, PRO product or other,
FIN other). "Whole extent" is the same without looking for the name.

Participants: entity mentions that take part in an event (HAS_PARTICIPANT) of the same
sentence, the headline left out, because no facts are read from headlines. In a fact: a
participant of some fact of that place shares half of the mention's bytes. Of the event: a fact that
is also about the event, by predicate, amount, cue or an argument that holds its words.
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET

ANNOTATED = 6
NAMES = {"NAM", "PRE.NAM", "HLS", "ARC"}
PLACES = {"COUNTRY", "CITY", "REGION", "FACILITY", "LOCATION", "NATIONALITY"}
TYPES = {"PER": {"PERSON"}, "ORG": {"ORGANIZATION"}, "LOC": PLACES, "PRO": {"PRODUCT", "OTHER"},
         "FIN": {"OTHER", "PRODUCT", "DOCUMENT", "LAW"}}
NO_SPACE_BEFORE = set(",.;:!?)]}%") | {"'s", "'", "n't", "’s", "'re", "'ve", "'ll", "”"}
NO_SPACE_AFTER = set("([{$£€#") | {"“"}


class Article:
    """Tokens with their bytes, in the title or in the text."""

    def __init__(self, path):
        root = ET.parse(path).getroot()
        self.id = root.get("doc_name")
        self.tokens = [(t.get("t_id"), int(t.get("sentence")), t.text or "") for t in root.findall("token")]
        self.place = {}
        self.title = self.join([t for t in self.tokens if t[1] == 0], "TITLE", 0)
        self.text = ""
        for sentence in sorted({t[1] for t in self.tokens} - {0}):
            words = [t for t in self.tokens if t[1] == sentence]
            # The date line is a paragraph of its own.
            if self.text:
                self.text += "\n\n" if sentence == 2 else " "
            self.text += self.join(words, "TEXT", len(self.text.encode()))
        self.read(root)

    def join(self, tokens, field, start):
        out = ""
        quote = False
        glue = True
        for number, sentence, word in tokens:
            closing = word == '"' and quote
            if not (glue or word in NO_SPACE_BEFORE or closing):
                out += " "
            at = start + len(out.encode())
            out += word
            self.place[number] = (field, at, at + len(word.encode()), sentence)
            glue = word in NO_SPACE_AFTER or (word == '"' and not quote)
            if word == '"':
                quote = not quote
        return out

    def read(self, root):
        marks = root.find("Markables")
        self.mentions, self.events, types = {}, {}, {}
        for mark in marks:
            anchors = [a.get("t_id") for a in mark.findall("token_anchor")]
            if mark.tag == "ENTITY":
                types[mark.get("m_id")] = mark.get("ent_type")
            elif mark.tag == "ENTITY_MENTION" and anchors:
                self.mentions[mark.get("m_id")] = (mark.get("syntactic_type"), anchors)
            elif mark.tag == "EVENT_MENTION" and anchors:
                self.events[mark.get("m_id")] = anchors
        self.types, self.participants = {}, []
        for relation in root.find("Relations"):
            sources = [s.get("m_id") for s in relation.findall("source")]
            target = relation.find("target")
            if target is None:
                continue
            for source in sources:
                if relation.tag == "REFERS_TO" and target.get("m_id") in types:
                    self.types[source] = types[target.get("m_id")]
                elif relation.tag == "HAS_PARTICIPANT":
                    self.participants.append((source, target.get("m_id")))

    def span(self, anchors):
        places = [self.place[a] for a in anchors]
        return places[0][0], min(p[1] for p in places), max(p[2] for p in places), places[0][3]

    def name(self, anchors):
        """The name in an extent."""
        words = dict((t[0], t[2]) for t in self.tokens)
        runs = [[]]
        for anchor in anchors:
            word = words[anchor]
            if word[0].isupper() or word[0].isdigit() or (runs[-1] and word in ("&", "-")):
                runs[-1].append(anchor)
            elif runs[-1]:
                runs.append([])
        best = max(runs, key=lambda run: (len(run), runs.index(run)))
        return self.span(best or anchors)

    def words(self, anchors):
        field, start, end, _ = self.span(anchors)
        return (self.title if field == "TITLE" else self.text).encode()[start:end].decode()


def shared(a, b):
    return max(0, min(a[2], b[2]) - max(a[1], b[1])) if a[0] == b[0] else 0


def is_same(a, b):
    return 2 * shared(a, b) >= max(a[2] - a[1], b[2] - b[1])


def of(span):
    return span.get("field", "TEXT"), span.get("start", 0), span.get("end", 0)


def spans_of(fact):
    """What takes part in a fact, and what says what happens."""
    parts = [fact.get("subject"), fact.get("place")] + fact.get("arguments", [])
    parts += [a.get("source") for a in fact.get("attribution", [])]
    parts += [fact.get("quantity")]
    parts = [of(p["span"]) for p in parts if p and p.get("span")]
    said = [fact.get("predicate"), fact.get("quantity")] + [a.get("cue") for a in fact.get("attribution", [])]
    return parts, [of(p["span"]) for p in said if p and p.get("span")] + parts


def read(articles, program):
    lines = "".join(json.dumps({"id": a.id, "source": "meantime", "title": a.title, "text": a.text}) + "\n"
                    for a in articles)
    done = subprocess.run([program, "extract", "--format=json", "--input=jsonl", "-"], input=lines.encode(),
                          stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def names(article, extraction, count, show):
    entities = {int(e["id"]): e["type"] for e in extraction.get("entities", [])}
    ours = [(of(m["span"]), entities.get(int(m.get("entity", 0)), m.get("type"))) for m in
            extraction.get("mentions", []) if m.get("how") != "PRONOUN"]
    for number, (kind, anchors) in article.mentions.items():
        wanted = article.types.get(number)
        gold = article.span(anchors)
        if kind not in NAMES or wanted not in TYPES or gold[3] >= ANNOTATED:
            continue
        whole = [(m, t) for m, t in ours if is_same(m, gold)]
        name = article.name(anchors)
        hits = whole + [(m, t) for m, t in ours if is_same(m, name)]
        typed = any(t in TYPES[wanted] for _, t in hits)
        count["names"] += 1
        count["whole"] += any(t in TYPES[wanted] for _, t in whole)
        count["found"] += bool(hits)
        count["typed"] += typed
        by = count["by type"].setdefault(wanted, [0, 0, 0])
        by[0] += 1
        by[1] += bool(hits)
        by[2] += typed
        if show and not typed:
            near = [(article_words(article, m), t) for m, t in ours if shared(m, gold)]
            print(f"{wanted}\t{article.words(anchors)}\t{near}")


def article_words(article, span):
    return (article.title if span[0] == "TITLE" else article.text).encode()[span[1]:span[2]].decode()


def participants(article, extraction, count, show):
    facts = [spans_of(f) for f in extraction.get("facts", [])]
    for event, target in article.participants:
        if event not in article.events or target not in article.mentions:
            continue
        gold = article.span(article.mentions[target][1])
        what = article.span(article.events[event])
        if gold[0] == "TITLE" or gold[3] >= ANNOTATED or what[3] != gold[3]:
            continue
        half = (gold[2] - gold[1]) / 2
        inside = [said for parts, said in facts if any(shared(p, gold) >= half for p in parts)]
        same = any(any(shared(s, what) for s in said) for said in inside)
        count["participants"] += 1
        count["in a fact"] += bool(inside)
        count["of the event"] += same
        if show and not inside:
            print(f"{article.words(article.events[event])}\t{article.words(article.mentions[target][1])}\t"
                  f"{article.id}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--factmill", default="build/bin/factmill")
    parser.add_argument("--misses", choices=("names", "participants"))
    options = parser.parse_args()
    paths = sorted(glob.glob(os.path.join(options.folder, "**", "*.xml"), recursive=True))
    if not paths:
        print("skipped: no MEANTIME files in", options.folder)
        sys.exit(77)
    articles = [Article(p) for p in paths]
    count = dict.fromkeys(("names", "found", "typed", "whole", "participants", "in a fact", "of the event"), 0)
    count["by type"] = {}
    for article, extraction in zip(articles, read(articles, options.factmill)):
        names(article, extraction, count, options.misses == "names")
        participants(article, extraction, count, options.misses == "participants")
    n, p = max(1, count["names"]), max(1, count["participants"])
    print(f"{len(articles)} articles")
    print(f"names {count['names']}: found {count['found'] / n:.3f}, found and typed {count['typed'] / n:.3f}, "
          f"whole extent typed {count['whole'] / n:.3f}")
    for kind, (all_, found, typed) in sorted(count["by type"].items()):
        print(f"  {kind} {all_}: found {found / all_:.3f}, typed {typed / all_:.3f}")
    print(f"participants {count['participants']}: in a fact {count['in a fact'] / p:.3f}, "
          f"of the event {count['of the event'] / p:.3f}")


if __name__ == "__main__":
    main()
