#!/usr/bin/python3
"""How many cases of the Recognizers-Text specifications come out as given.

  recognizers.py FOLDER [--factmill PROGRAM] [--misses] [--outside]

FOLDER is the Specs folder of Microsoft's Recognizers-Text with DateTime/English (or
DateTime), Number and NumberWithUnit below it; without it the bench is skipped (77). Every
result of a case is looked for in one article of one sentence, published on the case's
reference date, read by `factmill extract --format=json`. Two shares are reported: of all
cases, and of the selection.

THE SELECTION: cases whose expression can occur in news, that is: an editor who follows the
style book of an English agency or newspaper would leave it standing in an article or in the
words of somebody who is quoted. The style books (AP, Reuters, BBC, The Guardian) agree on
what follows; each rule of PRINCIPLES is one of these and looks at the expression alone, not
at what was read.

  shorthand   words are written out: no "eod", "tmrw", "7p", "3h", "w/c"; a.m., p.m., months
              before a day ("Oct. 2"), time zones and currency codes are the exceptions
  spelling    words are spelled and spaced as in a dictionary, nouns are plural behind
              numbers: no "celcius", "p . m .", "three month"
  digits      dates have the month in letters, or are whole (2019-08-01, 1/1/2016): no "5/12",
              "oct/2", "20161016"
  clock       a time of day has a.m. or p.m., o'clock, minutes in figures or the part of the
              day beside it: no "at 4", "from 7 to 9", "seven twenty-seven"
  order       words are in the order of prose: no "next week mon", "5 past years"
  query       no operators: "<= 2019", "2014~2018", "year greater than 2012"
  planner     no terms of calendar programs: numbered weeks, workweeks, "all day", "fri 14th"
  invented    times that only a convention of the specification gives a value: meals, "11ish",
              30 February, the minute at which a day ends, "a few" for three
  figures     decimals and all but simple fractions are in figures: no "two point five",
              "twenty-three fifths", "one over three"; no mathematical notation (1e10, 2^3,
              10G); commas group, points divide; cents are not left out ("15 dollars 50")
  signs       signs of currencies stand before their number; units are written without
              brackets and are units that people measure with

Names of months, weekdays, feasts, time zones and currency codes are given their capitals
first: the specification is in small letters, news is not.

A date or duration counts as resolved when a time overlaps its words and has the TIMEX of the
case, or its value (an unclear date has two: either will do), or, where the specification and
TIMEX3 write one stretch of time in two ways (an interval, the month for a day a month ago),
the same start, the same end where it has no start ("until May"). Both ends of a range must be right. A number, currency, dimension or
percentage counts when a quantity in a sentence around the expression has its value.
"""
import argparse
import datetime
import json
import os
import re
import subprocess
import sys

MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
         r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)")
SHORT_DAY = r"(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)"
DAY = r"(?:" + SHORT_DAY + r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
SMALL = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
AGO = r"(?:next|last|previous|past|following|coming|upcoming)"

PRINCIPLES = [
    ("shorthand", r"\b(eod|eoy|tmrw|otd|w/c|tonite|hrs?|mins?|secs?|[cs]y ?\d+)\b|\d ?[hdwyap]\b(?! ?\. ?m)|@"),
    ("spelling", r"[ap] \. ?m|\b[ap] m\b|\d{3,4} [ap]\.m|\d\.am|ampm|mid night|\b2th\b|today pm|tomorrow am|oclock"),
    ("spelling", r"\b(two|three|\d\d) (minute|week|month|year)\b(?!-)|and half\b|and four hours|half hour$"),
    # Month and digits joined by a stroke, a hyphen or nothing.
    ("digits", r"\b" + MONTH + r"[/-]\d|/" + MONTH + r"|\d-" + MONTH + r"-\d|\d-\d{4}-" + MONTH + r"|\b" + MONTH + r"\d|"
               r"\d{4}-" + MONTH + r"|\(" + MONTH + r"-"),
    # A day and a month in digits, with a year of two digits or none; years and months.
    ("digits", r"(?<![\d/])\d{1,2}/\d{1,2}(?!/?\d*/?\d{4}|\d)|/\d{1,2}/\d\d(?!\d)|\b\d{8}\b|\b\d{4} \d\d \d\d\b"),
    ("digits", r"\b\d{4}-\d{1,2}\b(?!-\d\d\b)|\b\d{1,2}-\d{4}|\b\d{1,2}-\d{1,2}-\d{4}|\d{4}-\d-\d"),
    ("digits", r"(?:^|" + DAY + r" |next |this )\d{1,2}[.-]\d{1,2}\b(?! ?[ap]\.?m| of|\.\d)|\d-\d\d? in next|/\d\d?-\d"),
    # An hour without a sign that it is one.
    ("clock", r"^(?!.*([ap]\.?m\b|o'clock|\d[:.]\d\d|in the (morning|afternoon|evening)$))(.* )?"
              r"(at|around|by|after|before|from|until|till|between|circa) (\d{1,2}|" + SMALL + r")"
              r"( (to|and) (\d{1,2}|" + SMALL + r"))?(?! (of|and \d+ of|" + MONTH + r"|" + AGO + r"))\b(?! \w+s?\b(?<!morning)"
              r"(?<!night)(?<!today)(?<!yesterday)(?<!on))(?![/.-]\d)|^\d{1,2}(, tonight)?$|\d{4}-\d{4}$(?<=0[79]30)"),
    ("clock", r"\b" + SMALL + r"[ -](thirty|fifteen|forty|twenty)\b|past (seven|eight) o|past eight|\d{1,2} past|five to seven today"),
    ("order", r"\b(week|month)( -| on)? " + DAY + r"|\b\d+ " + AGO + r"\b|\bfollowing \d|(days|weeks|christmas|oct\.|today) on " +
              DAY + r"$|monday \d.*of next month"),
    ("query", r"[<>=~]|\bgreater\b"),
    ("planner", r"\bweek \d|\bwork(ing )?week|business day|\b(all|any) \w+$|weekday|bi-?monthly|semi-?annual|^" + DAY +
                r" \d{1,2}(st|nd|rd|th)?( at.*)?$"),
    ("invented", r"breakfast|lunch|dinner|ish\b|feb(ruary)? 30|2/29/2019|end of (the |this )?(day|today|tomorrow|sunday)|"
                 r"at (the|this) (minute|time)|mid today|one a day|^(a few|few|some|several) \w+s$"),
]

DENOMINATOR = r"(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?)"
SIMPLE_FRACTION = re.compile(
    r"(?:(?:a|an|" + SMALL + r")[ -])?" + DENOMINATOR + r"(?: of an? \w+)?|"
    r"(?:" + SMALL + r"|a|\d+)(?: million| billion)? and (?:a|one|two|three) " + DENOMINATOR + r"(?: million| billion)?|"
    r"(?:an? )?(?:half|quarter)(?: an?)? (?:million|billion|dozen|hundred|thousand)(?: \w+)*|"
    r"three quarters? (?:million|billion)(?: \w+)*", re.I)

NUMBER_PRINCIPLES = [
    ("figures", r"\^|[×x]\s?10|\d\.?\d*e[+-]?\d|\b(?:point|n[ao]ught|over|out of|negative)\b|\b1 in \w"),
    ("figures", r"\d ?g\b|\d,\d{1,2}$|\d\.\d{3},|^-\d+/|^- ?\d \d/|^0000"),
    ("figures", r"dollars?(?: and)? (?:\d+|" + SMALL + r"|forty.five)$|\b\d+ usd \d+$|\$ \d+ \d+ cent|\d and fifty|kuai"),
    ("spelling", r"\w  +\w|\w - \w|celcius|farenheit|centigrate|\bd(?:zs?|ozs)\b|dozens$|percents|percentage$|^per ?cent of|"
                 r"hundreds$|grammes|\bdeg\b|degree fahr"),
    ("shorthand", r"\bm(?:usd|eur|gbp|aud)\b|\d usd million|^sen |satoshi|\d ?mil$|^1mm$|tln|\d k\b|\d\.\d+ ?m$"),
    ("signs", r"[^\x00-\x7f£€¥₹₩₽₺₴₿½¼¾⅔⅙μ°]|\d ?[$€]|\$ ?\d+ dollars|[a-z]{3}\$|[\[{(<]|\d \"$|^- |^dollar \d"),
    ("signs", r"millisecond|/ms|\d pm$|picom|\d ?dm$|turns?$|\d ?rad$|degrees? [cf]$|drachma|\d mb$"),
]


def breaks_principle(text, rules):
    """The principle that an expression breaks; None = it can occur in news."""
    for principle, pattern in rules:
        if re.search(pattern, text, re.I):
            return principle
    return None


def number_breaks_principle(text):
    found = breaks_principle(text, NUMBER_PRINCIPLES)
    if found or re.search(r"\d", text):
        return found
    # In letters: only simple fractions.
    if re.search(r"\b(?:" + DENOMINATOR + r"|(?:twenty.)?firsts?|(?:hundred|thousand|trillion|\w+tie)ths?)\b", text) \
            and not SIMPLE_FRACTION.fullmatch(text):
        return "figures"
    return None


def in_capitals(text, expressions):
    """Months, weekdays and zones with capitals. "may", "march", "sun" and "sat" only within
    an expression."""
    def give(match):
        word = match.group(0)
        return word.upper() if re.fullmatch(r"(?:e|c|m|p)[sd]t|gmt|utc", word) else word[0].upper() + word[1:]

    sure = (r"\b(?:january|february|april|june|july|august|september|october|november|december|monday|tuesday|"
            r"wednesday|thursday|friday|saturday|sunday)s?\b|\b(?:easter|christmas|thanksgiving|halloween)\b|\b[ecmp][sd]t\b|\bgmt\b")
    text = re.sub(sure, give, text)
    for expression in expressions:
        at = text.lower().find(expression.lower())
        if at >= 0:
            part = text[at:at + len(expression)]
            named = re.sub(r"\b(?:" + MONTH + r"|" + SHORT_DAY + r"|q[1-4]|h[12]|(?:new year|independence|labor|"
                           r"black|earth|saint|patrick|eid|al|fitr|freedom|jubilee|memorial)(?= ))\b\.?", give, part)
            text = text[:at] + named + text[at + len(expression):]
    return text


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


def plain(timex):
    """Spellings that mean the same: 'T10' and 'T10:00', 'P0.5Y' and 'P6M'."""
    timex = re.sub(r"^[FS]Y(?=\d{4}$)", "", timex)  # TIMEX3 has no fiscal and school years
    timex = re.sub(r"(T\d)$", r"T0\1", timex).replace("T0T", "T0")
    timex = re.sub(r"(T\d\d)$", r"\1:00", timex)
    timex = re.sub(r"(T\d\d:\d\d):00$", r"\1", timex)
    for long, short in (("PT0.5H", "PT30M"), ("P0.5Y", "P6M"), ("PT24H", "P1D"), ("P1Q", "P3M"),
                        ("P1WE", "XXXX-WXX-WE")):
        timex = timex.replace(long, short)
    # A half is written out here, as a decimal there.
    return re.sub(r"(P|\D)(\d+)\.5Y$", r"\g<1>\g<2>Y6M", re.sub(r"(P|\D)(\d+)\.5H$", r"\g<1>\g<2>H30M", timex))


def wanted_values(resolution):
    """(values of which one is enough, pairs of values that must both be there)."""
    single, pairs = set(), set()
    for v in resolution.get("values", []):
        timex = v.get("timex", "")
        single.add(plain(timex))
        part = re.search(r"T[A-Z]{2}$", timex)
        if part:
            single.add((v.get("value") or v.get("start", ""))[:10] + part.group(0))
        if v.get("value") and v["value"] != "not resolved":
            single.add(plain(instant(v["value"])))
            if v.get("type") in ("time", "set"):
                single.add(plain("T" + instant(v["value"])))
        match = re.fullmatch(r"\(([^,]*),([^,]*),(P[^)]*)\)", timex)
        if match:
            pairs.add((plain(match.group(1)), plain(match.group(2))))
            single.add(match.group(3))
        if v.get("start") and v.get("end"):
            pairs.add((plain(instant(v["start"])), plain(instant(v["end"]))))
    return single, pairs


QUARTERS = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10, "H1": 1, "H2": 7, "SP": 3, "SU": 6, "FA": 9, "WI": 12}


def month_after(year, month, months):
    return datetime.date(year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1, 1)


def stretch(value):
    """First day, and the day behind the last, of a value of TIMEX3; (None, None) = no stretch of days."""
    match = re.fullmatch(r"(\d{4})-([QH]\d|SP|SU|FA|WI)", value)
    if match:
        first, year = QUARTERS[match.group(2)], int(match.group(1))
        return datetime.date(year, first, 1), month_after(year, first, 6 if match.group(2)[0] == "H" else 3)
    match = re.fullmatch(r"(\d{4})-W(\d\d)(-WE)?", value)
    if match:
        monday = datetime.date.fromisocalendar(int(match.group(1)), int(match.group(2)), 1)
        return monday + datetime.timedelta(days=5 if match.group(3) else 0), monday + datetime.timedelta(days=7)
    match = re.fullmatch(r"(\d{4})-(\d\d)", value)
    if match and 1 <= int(match.group(2)) <= 12:
        year, month = int(match.group(1)), int(match.group(2))
        return datetime.date(year, month, 1), month_after(year, month, 1)
    if re.fullmatch(r"[12]\d{1,3}", value):
        size = 10 ** (4 - len(value))
        return datetime.date(int(value) * size, 1, 1), datetime.date((int(value) + 1) * size, 1, 1)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = datetime.date.fromisoformat(value)
        return day, day + datetime.timedelta(days=1)
    return None, None


def same_stretch(value, resolution):
    """One stretch of time, written by its name here and by its start and end there; or the week,
    month or year here that holds a day of the specification ("two months ago")."""
    first, behind = stretch(value)
    if first is None:
        return False
    for v in resolution.get("values", []):
        if v.get("start", "")[:10] == str(first):
            return True
        if "start" not in v and v.get("end", "")[:10] in (str(first), str(behind)):
            return True
        day = v.get("value", "")[:10]
        if re.fullmatch(r"\d{4}-\d\d-\d\d", day) and len(value) < 10 and str(first) <= day < str(behind):
            return True
    return False


def same_or_clock(ours, theirs):
    """Ours may have the day that theirs leaves out, and a year of its own for XXXX."""
    if "X" in theirs and not theirs.startswith("P"):
        return bool(re.fullmatch(theirs.replace("X", r"[\dX]"), ours))
    return ours == theirs or (theirs.startswith("T") and ours.endswith(theirs))


def is_end(ours, theirs, reference):
    """Is theirs an end of a range that ours is?"""
    if ours == "PRESENT_REF":
        return theirs[:10] == reference or theirs == ours
    first, behind = stretch(ours)
    return same_or_clock(ours, theirs) or (first is not None and theirs in (str(first), str(behind)))


def is_time_right(values, resolution, reference):
    single, pairs = wanted_values(resolution)
    values = [plain(v) for v in values]
    if any(same_or_clock(value, w) for value in values for w in single):
        return True
    if len(values) > 1 and any(is_end(a, start, reference) and is_end(b, end, reference)
                   for start, end in pairs for a in values for b in values if a != b):
        return True
    return len(values) == 1 and any(same_stretch(v, resolution) for v in values)


class Tally:
    """Cases right and asked, of all and of the selection."""

    def __init__(self, name):
        self.name = name
        self.right = self.total = self.selected_right = self.selected = 0

    def add(self, good, selected):
        self.total += 1
        self.right += good
        self.selected += selected
        self.selected_right += good and selected

    def __iadd__(self, other):
        self.right += other.right
        self.total += other.total
        self.selected += other.selected
        self.selected_right += other.selected_right
        return self

    def line(self):
        return "%-16s %4d of %4d  %5.1f %%   all: %4d of %4d  %5.1f %%" % (
            self.name, self.selected_right, self.selected, 100.0 * self.selected_right / max(self.selected, 1),
            self.right, self.total, 100.0 * self.right / max(self.total, 1))


def dates(args):
    cases = read_cases(args.folder, "DateTime/DateTimeModel.json", "DateTime/English/DateTimeModel.json")
    articles, wanted, tally = [], {}, Tally("dates and times")
    for number, case in enumerate(cases):
        reference = (case.get("Context") or {}).get("ReferenceDateTime")
        results = [r for r in case["Results"] if r.get("Resolution")]
        text = in_capitals(case["Input"].strip(), [r["Text"] for r in results])
        name = "date-%d" % number
        article = {"id": name, "text": text + " ", "language": "en"}
        if reference:
            article["published"] = reference[:19] + "Z"
        articles.append(article)
        wanted[name] = (text, results, (reference or "")[:10])
    found = run(args.factmill, articles)
    for name, (text, results, reference) in wanted.items():
        times = found.get(name, {}).get("times", [])
        for result in results:
            outside = breaks_principle(result["Text"], PRINCIPLES)
            at = text.lower().find(result["Text"].lower())
            first = len(text[:max(at, 0)].encode("utf-8"))
            last = first + len(result["Text"].encode("utf-8"))
            hits = []
            for t in times:
                start, end = int(t.get("span", {}).get("start", 0)), int(t.get("span", {}).get("end", 0))
                if start < last and end > first:
                    hits.append(t["value"])
                    # "Friday" of "Friday at 4 p.m.": the case has the day alone.
                    if (start < first or end > last) and "T" in t["value"][4:]:
                        hits.append(t["value"].split("T")[0])
            good = is_time_right(hits, result["Resolution"], reference)
            tally.add(good, outside is None)
            if args.misses and not good and (outside is None or args.outside):
                print("date\t%s\t%s\t%s\t%s\t%s" % (
                    outside or "", text[:90].replace("\n", " "), result["Text"], hits,
                    [(v.get("timex"), v.get("value") or (v.get("start"), v.get("end")))
                     for v in result["Resolution"]["values"]]))
    return tally


# --- numbers ----------------------------------------------------------------------

FRACTION_FRAME = "They lost %s of the buildings."


def is_number_right(quantities, want):
    for q in quantities:
        for key in ("value", "low", "high"):
            if q.get(key) and abs(float(q[key]) - want) <= 1e-6 * max(1.0, abs(want)):
                return True
    return False


def numbers(args, kind, path, frame):
    articles, wanted, tally = [], {}, Tally(kind)
    for number, case in enumerate(read_cases(args.folder, path)):
        for k, result in enumerate(case["Results"]):
            value = (result.get("Resolution") or {}).get("value")
            # A unit without a number is no quantity.
            if value in (None, "None", "null"):
                continue
            name = "%s-%d-%d" % (kind, number, k)
            # Most inputs are no sentences: the expression is put into one.
            words = case["Input"][result["Start"]:result["End"] + 1]
            if kind == "currencies":
                words = re.sub(r"\b(?:usd|eur|gbp|rmb|btc|hk|us|u\.s|c)\b(?! ?dollar)", lambda m: m.group(0).upper(), words)
            fraction = kind == "numbers" and re.search(r"/\d|[½¼¾⅔⅙]|" + DENOMINATOR + r"$", words) and \
                not re.search(r" and |\d \d", words)
            text = (FRACTION_FRAME if fraction else frame) % words
            articles.append({"id": name, "text": text, "language": "en"})
            wanted[name] = (text, result["Text"], float(str(value).rstrip("%")))
    found = run(args.factmill, articles)
    for name, (text, words, value) in wanted.items():
        quantities = [f["quantity"] for f in found.get(name, {}).get("facts", []) if f.get("quantity")]
        outside = number_breaks_principle(words)
        good = is_number_right(quantities, value)
        tally.add(good, outside is None)
        if args.misses and not good and (outside is None or args.outside):
            print("%s\t%s\t%s\t%s\t%s\t%s" % (
                kind, outside or "", text, words, [q.get("value") for q in quantities], value))
    return tally


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--factmill", default=os.path.join(os.environ.get("FM_BIN", ""), "factmill"))
    parser.add_argument("--misses", action="store_true", help="list what is not as given")
    parser.add_argument("--outside", action="store_true", help="with --misses: of all cases")
    args = parser.parse_args()
    if not args.folder or not os.path.isdir(args.folder):
        print("skipped: no folder of Recognizers-Text specifications given")
        return 77
    tallies = [dates(args)]
    for kind, path, frame in (
            ("numbers", "Number/NumberModel.json", "They moved %s tons of sand."),
            ("percentages", "Number/PercentModel.json", "The share was %s."),
            ("currencies", "NumberWithUnit/CurrencyModel.json", "The price was %s."),
            ("dimensions", "NumberWithUnit/DimensionModel.json", "The size was %s."),
            ("temperatures", "NumberWithUnit/TemperatureModel.json", "The heat was %s.")):
        tallies.append(numbers(args, kind, path, frame))
    total = Tally("together")
    for tally in tallies:
        total += tally
        print(tally.line())
    print(total.line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
