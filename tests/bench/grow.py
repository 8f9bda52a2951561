#!/usr/bin/python3
"""A longer feed out of a feed: the same articles again and again, each time under
other ids, on other days and with other names, so that entities, dates and words
grow as they would.

    grow.py FEED.jsonl ARTICLES [SEED] > LONGER.jsonl

Of the names (capitalised words) of a feed, a third are others in each round and
two thirds come back: news goes on speaking of the same countries and of new
people. The same arguments give the same feed."""
import datetime
import hashlib
import json
import re
import sys

SYLLABLES = ["ba", "den", "fi", "gar", "hol", "ik", "ja", "kel", "lo", "mar", "nu", "or", "pel",
             "ri", "son", "tu", "ven", "wic", "yas", "zo"]
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
DATES = ("published", "date", "published_at", "time")


def number(*parts):
    digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def other(word, seed, turn, known):
    """What a word is called in this round."""
    if word not in known:
        if number(seed, word) % 3 != 0:
            known[word] = word
        else:
            n = number(seed, turn, word)
            known[word] = (word[:2] + SYLLABLES[n % 20] + SYLLABLES[n // 20 % 20]
                           + SYLLABLES[n // 400 % 20])
    return known[word]


def later(value, days):
    """A date or a time some days on; what is neither stays."""
    try:
        day = datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        return value
    return (day + datetime.timedelta(days=days)).isoformat() + str(value)[10:]


def main():
    path, want = sys.argv[1], int(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    turn = made = 0
    while made < want:
        known = {}
        with open(path, encoding="utf-8") as feed:
            for line in feed:
                if made == want:
                    break
                article = json.loads(line)
                for key, value in list(article.items()):
                    if key == "id":
                        article[key] = f"r{turn}-{value}"
                    elif key in DATES and turn > 0:
                        article[key] = later(value, turn * 97)
                    elif key in ("text", "body", "title") and turn > 0:
                        article[key] = NAME.sub(
                            lambda m: other(m.group(0), seed, turn, known), value)
                json.dump(article, sys.stdout, ensure_ascii=False)
                sys.stdout.write("\n")
                made += 1
        if made == 0:
            sys.exit(f"{path} is empty")
        turn += 1


if __name__ == "__main__":
    main()
