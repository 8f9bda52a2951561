#!/usr/bin/python3
"""How many cases of the Recognizers-Text specifications come out as given.

  recognizers.py FOLDER [--factmill PROGRAM] [--misses]

FOLDER is the Specs folder of Microsoft's Recognizers-Text with DateTime/English (or
DateTime), Number and NumberWithUnit below it; without it the bench is skipped (77). Every
case is one article of one sentence, published on the case's reference date, read by
`factmill extract --format=json`.

A date or duration counts as resolved when a time overlaps its words and has the TIMEX of
the case, or its value (an unclear date has two: either will do). A case whose expression
news does not write is left out: the patterns and reasons are in OUTSIDE. A number, currency,
dimension or percentage counts when a quantity in a sentence built around the expression
has its value.
"""
import argparse
import json
import os
import re
import subprocess
import sys

# Expressions of assistants, chats and queries.
OUTSIDE = [
    (r"[<>=]", "comparison operators"),
    (r"\b(eod|eoy|eom|tmr|tomorow|2morrow|noonish|asap|cy\d|fy\d|sy\d|h[12]\b|ytd)", "shorthand"),
    (r"\b\d{1,2}(h|hrs?|mins?|m|s|d|w|y)\b", "shorthand units"),
    (r"\b(school year|working (week|day)|workweek|businessdays?|fortnight)\b", "office calendars"),
    (r"\bweek (number )?\d|\bw\d\d?\b|\bweek of year", "numbered weeks"),
    (r"\d{4}/\d{1,2}/[a-z]|[a-z]{3}/\d|\d/[a-z]{3}|\b\d{1,2}[.-]\d{1,2}[.-]\d{2}\b|\b\d\d\d\d-\d\d?\b(?!-)",
     "file name dates"),
    (r"\b\d{1,2}/\d{1,2}(/\d{2})?\b(?!/)", "dates without a year in digits"),
    (r"\b(at|around|by|after|before|from|to|till|until|between|and|for) \d{1,2}(?![\d:/.-]|(st|nd|rd|th)\b)"
     r"(?! ?(a\.?m|p\.?m|years?|months?|weeks?|days?|hours?|minutes?|january|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
     "bare hours"),
    (r"\b\d{4}( ?hours| ?hr)?\b.*\bhours\b", "military hours"),
    (r"\d ?- ?\d+ ?[ap]\.?m|[ap]\.? ?m\.? ?- ?\d|\b[ap] ?\. ?m|\d\.[ap]m", "spans and spellings of a diary"),
    (r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) ?-?(thirty|fifteen|forty|p ?m|a ?m)",
     "spoken clocks"),
    (r"^(in the |late |early |later in the |this )?(morning|afternoon|evening|night|daytime)$|"
     r"breakfast|lunch|dinner", "parts of no day"),
    (r"\b\d{3,4}-\d{3,4}\b|\b\d{3,4} [ap]\.?m|ish\b|\bfeb(ruary)? 30\b", "codes and no dates"),
    (r"\b(weekday|semi-?annual|bi-?monthly|all (day|month|year|week)|any (year|week|weekend))", "calendars of offices"),
    (r"\bend of (the |this |today|tomorrow)|\b(last|next|previous|following) easter\b", "small letters or the hour"),
    (r"\bfiscal|\bfy", "fiscal years, which TIMEX3 does not tell apart"),
    (r"\b(\d|few|some|several) (upcoming|next|coming|previous|past)\b|\bnext hour\b", "spoken order"),
    (r"\b(zodiac|tsongkran|tomb|lantern|mlk|labou?r day|memorial|groundhog|yuandan|maosoul|juneteenth)", "feasts"),
]


def read_cases(folder, *names):
    for name in names:
        for base in (folder, os.path.join(folder, "English")):
            path = os.path.join(base, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8-sig") as file:
                    return json.load(file)
    return []


def run(program, articles):
    lines = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in articles)
    done = subprocess.run(
        [program, "extract", "--format=json", "--input=jsonl", "-"],
        input=lines.encode("utf-8"), stdout=subprocess.PIPE, timeout=120, check=False)
    out = {}
    for line in done.stdout.decode("utf-8").splitlines():
        row = json.loads(line)
        out[row.get("article")] = row
    return out


# --- dates and times --------------------------------------------------------------

def instant(value):
    """'2018-11-29 10:00:00' as TIMEX3 writes it."""
    value = value.replace(" ", "T")
    return re.sub(r"(T\d\d:\d\d):00$", r"\1", value)


def accepted(resolution):
    """Every value that counts as right, and patterns of open ones."""
    exact, patterns = set(), []
    for v in resolution.get("values", []):
        timex = v.get("timex", "")
        exact.add(timex)
        for key in ("value", "start", "end"):
            if v.get(key) and v[key] != "not resolved" and (key != "end" or "start" not in v):
                exact.add(instant(v[key]))
                if v.get("type", "").startswith("time"):
                    exact.add("T" + instant(v[key])[:5])
        match = re.fullmatch(r"\(([^,]*),([^,]*),(P[^)]*)\)", timex)
        if match:
            exact.update((match.group(1), match.group(3)))
            exact.add("%s/%s" % (match.group(1), match.group(2)))
        if "X" in timex and v.get("start"):
            patterns.append((timex.replace("X", r"\d"), v["start"][:4]))
    return exact, patterns


QUARTERS = {"Q1": "01", "Q2": "04", "Q3": "07", "Q4": "10", "H1": "01", "H2": "07"}


def same_stretch(value, resolution):
    """Our interval value against start and end ("2014/2018", "2016-07")."""
    match = re.fullmatch(r"(\d{4})-([QH]\d)", value)
    if match:
        value = "%s-%s" % (match.group(1), QUARTERS.get(match.group(2), ""))
    for v in resolution.get("values", []):
        day = v.get("value", "").split(" ")[0]
        # "two months ago" is a month in TIMEX3 and a day there.
        if re.fullmatch(r"\d{4}(-\d\d)?", value) and day.startswith(value):
            return True
        start = v.get("start", "").split(" ")[0]
        if not start:
            continue
        if "/" in value:
            first = value.split("/")[0]
            if start.startswith(first) or first.startswith(start):
                return True
        elif re.fullmatch(r"\d{4}(-\d\d){0,2}", value) and start.startswith(value):
            return True
        elif re.fullmatch(r"\d{3}", value) and start.startswith(value + "0"):
            return True
        elif re.fullmatch(r"\d{2}", value) and start.startswith(value + "00"):
            return True
    return False


def is_time_right(value, resolution):
    exact, patterns = accepted(resolution)
    # A half is written out here, as a decimal there.
    for unit, half in (("Y", "6M"), ("H", "30M"), ("M", "30S")):
        value = re.sub(r"(P|\D)(\d+)%s%s$" % (unit, half), r"\g<1>\g<2>.5%s" % unit, value)
    value = {"PT30M": "PT0.5H", "P6M": "P0.5Y"}.get(value, value) if not exact & {value} else value
    if value in exact or same_stretch(value, resolution):
        return True
    if "/" in value and "T" in value:
        ends = tuple(re.sub(r"(:00)?$", "", re.sub(r"^.*T", "T", end), count=1) for end in value.split("/"))
        if any(p in e for e in exact for p in ("(%s,%s" % ends,)) or "%s/%s" % ends in exact:
            return True
    bare = re.sub(r":00$", "", value)
    if bare in exact or re.sub(r"^.*T", "T", value) in exact or re.sub(r"^.*T", "T", bare) in exact:
        return True
    return any(re.fullmatch(p, value) and value.startswith(year) for p, year in patterns)


def dates(program, folder, misses):
    cases = read_cases(folder, "DateTime/DateTimeModel.json", "DateTime/English/DateTimeModel.json")
    articles, wanted = [], {}
    for number, case in enumerate(cases):
        reference = (case.get("Context") or {}).get("ReferenceDateTime")
        results = [r for r in case["Results"] if r.get("Resolution") and
                   not any(re.search(p, r["Text"], re.I) for p, _ in OUTSIDE)]
        if not results or not reference:
            continue
        name = "date-%d" % number
        articles.append({"id": name, "text": case["Input"].strip() + " ", "language": "en",
                         "published": reference[:19] + "Z"})
        wanted[name] = (case["Input"].strip(), results)
    found = run(program, articles)
    right = total = 0
    for name, (text, results) in wanted.items():
        times = found.get(name, {}).get("times", [])
        for result in results:
            total += 1
            at = text.lower().find(result["Text"].lower())
            first = len(text[:max(at, 0)].encode("utf-8"))
            last = first + len(result["Text"].encode("utf-8"))
            hits = [t["value"] for t in times
                    if int(t.get("span", {}).get("start", 0)) < last and
                    int(t.get("span", {}).get("end", 0)) > first]
            if any(is_time_right(v, result["Resolution"]) for v in hits):
                right += 1
            elif misses:
                print("date\t%s\t%s\t%s\t%s" % (text[:80].replace("\n", " "), result["Text"], hits,
                                              [v.get("timex") for v in result["Resolution"]["values"]]))
    return right, total


# --- numbers ----------------------------------------------------------------------

# Expressions that no news text has, or that our quantities write otherwise.
NUMBER_OUTSIDE = re.compile(
    r"\^|[×x*]\s?10|\bover\b|[-−] ?\d|\d[ ]\d{4}|e\d|negative|minus|point|nought|\dG\b|crore|lakh|hundredth|"
    r"thousandth|ths?\b|\bfifths|\[|\{|\d,\d\b|\d [-–] \d|of a|dozens", re.I)


def is_number_right(quantities, value):
    try:
        want = float(str(value).rstrip("%"))
    except ValueError:
        return None
    for q in quantities:
        for key in ("value", "low", "high"):
            if q.get(key):
                got = float(q[key])
                if abs(got - want) <= 1e-6 * max(1.0, abs(want)) + 5e-7:
                    return True
    return False


def numbers(program, folder, misses, kind, path, frame):
    cases = read_cases(folder, path)
    articles, wanted = [], {}
    for number, case in enumerate(cases):
        for k, result in enumerate(case["Results"]):
            value = (result.get("Resolution") or {}).get("value")
            if value in (None, "None", "null") or NUMBER_OUTSIDE.search(result["Text"]):
                continue
            name = "%s-%d-%d" % (kind, number, k)
            # Most inputs are no sentences: the expression is put into one.
            text = frame % case["Input"][result["Start"]:result["End"] + 1]
            articles.append({"id": name, "text": text, "language": "en"})
            wanted[name] = (text, result["Text"], value)
    found = run(program, articles)
    right = total = 0
    for name, (text, words, value) in wanted.items():
        quantities = [f["quantity"] for f in found.get(name, {}).get("facts", [])
                      if f.get("quantity")]
        good = is_number_right(quantities, value)
        if good is None:
            continue
        total += 1
        right += good
        if misses and not good:
            print("%s\t%s\t%s\t%s\t%s" % (kind, text, words, [q.get("value") for q in quantities],
                                        value))
    return right, total


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--factmill", default=os.path.join(os.environ.get("FM_BIN", ""), "factmill"))
    parser.add_argument("--misses", action="store_true", help="list what is not as given")
    args = parser.parse_args()
    if not args.folder or not os.path.isdir(args.folder):
        print("skipped: no folder of Recognizers-Text specifications given")
        return 77
    rows = [("dates and times", dates(args.factmill, args.folder, args.misses))]
    for kind, path, frame in (
            ("numbers", "Number/NumberModel.json", "They counted %s buildings there."),
            ("percentages", "Number/PercentModel.json", "The share was %s."),
            ("currencies", "NumberWithUnit/CurrencyModel.json", "The price was %s."),
            ("dimensions", "NumberWithUnit/DimensionModel.json", "The size was %s."),
            ("temperatures", "NumberWithUnit/TemperatureModel.json", "The heat was %s.")):
        rows.append((kind, numbers(args.factmill, args.folder, args.misses, kind, path, frame)))
    right = sum(r for _, (r, _) in rows)
    total = sum(t for _, (_, t) in rows)
    for kind, (r, t) in rows:
        if t:
            print("%-16s %4d of %4d  %5.1f %%" % (kind, r, t, 100.0 * r / t))
    print("%-16s %4d of %4d  %5.1f %%" % ("all", right, total, 100.0 * right / max(total, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
