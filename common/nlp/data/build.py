#!/usr/bin/env python3
"""Makes gazetteer.bin out of public lists (see README.md beside this file).

    build.py GAZETTEER_FOLDER LEXICON_FOLDER gazetteer.bin

Reads countries.json, world-cities.csv, names/{given,surnames}.txt and
phoenix/*.actors.txt of the first folder, wordnet_*_lemmas.txt and
lemmatization_en.tsv of the second. The same lists give the same bytes.

The file: all numbers little-endian.
    8   magic "FMGAZ001"
    u32 slots, u32 palette entries, u32 countries, u32 country keys
    u16 palette[]         flags (see nlp/gazetteer.h)
    u32 slot[]            open addressing: 24 bits of the key's hash, 8 bits
                          number in the palette, 0 = empty
    u32 key[]             hashes of the names and adjectives of countries,
                          ascending
    u32 offset[]          of the countries' names in the text at the end
    u16 of[]              number of the country, by key
    text in UTF-8
The palette is padded to a multiple of four bytes.
Keys are lower case; the hash is FNV-1a, finished as in MurmurHash3. Nothing but
hashes is stored: a word that is on no list is taken for one about once in a
million.
"""
import csv
import gzip
import json
import os
import re
import struct
import sys
import unicodedata

COUNTRY, NATIONALITY, CITY, REGION = 1, 2, 4, 8
GIVEN, SURNAME, COMMON, ORGANIZATION = 16, 32, 64, 128
LOAD = 0.85  # of the slots

# What the lists leave out, and news writes every day.
COUNTRY_NAMES = {
    'U.S.': 'United States', 'U.S.A.': 'United States',
    'America': 'United States', 'US': 'United States', 'USA': 'United States',
    'United States of America': 'United States',
    'U.K.': 'United Kingdom', 'UK': 'United Kingdom',
    'Britain': 'United Kingdom', 'Great Britain': 'United Kingdom',
    'UAE': 'United Arab Emirates', 'Emirates': 'United Arab Emirates',
    'Burma': 'Myanmar', 'Czech Republic': 'Czechia', 'Holland': 'Netherlands',
    'The Netherlands': 'Netherlands', 'Swaziland': 'Eswatini',
    'Macedonia': 'North Macedonia', 'Turkey': 'Turkey', 'Türkiye': 'Turkey',
    'Democratic Republic of the Congo': 'DR Congo',
    'Democratic Republic of Congo': 'DR Congo', 'DRC': 'DR Congo',
    'Congo-Kinshasa': 'DR Congo', 'Cabo Verde': 'Cape Verde',
    "Cote d'Ivoire": 'Ivory Coast', "Côte d'Ivoire": 'Ivory Coast',
    'East Timor': 'Timor-Leste', 'Vatican': 'Vatican City',
    'Holy See': 'Vatican City', 'Kyrgyz Republic': 'Kyrgyzstan',
    'Russian Federation': 'Russia', "People's Republic of China": 'China',
    'Republic of Korea': 'South Korea', 'DPRK': 'North Korea',
    'Soviet Union': 'Soviet Union', 'USSR': 'Soviet Union',
    'Yugoslavia': 'Yugoslavia', 'Czechoslovakia': 'Czechoslovakia',
    'East Germany': 'East Germany', 'West Germany': 'West Germany',
    'Bosnia': 'Bosnia and Herzegovina', 'St. Lucia': 'Saint Lucia',
    'St. Kitts and Nevis': 'Saint Kitts and Nevis',
    'Trinidad': 'Trinidad and Tobago', 'Palestinian Territories': 'Palestine',
    'England': 'England', 'Scotland': 'Scotland', 'Wales': 'Wales',
    'Northern Ireland': 'Northern Ireland',
}
ADJECTIVES = {
    'American': 'United States', 'British': 'United Kingdom',
    'Briton': 'United Kingdom', 'Kazakh': 'Kazakhstan', 'Uzbek': 'Uzbekistan',
    'Kyrgyz': 'Kyrgyzstan', 'Tajik': 'Tajikistan', 'Turkmen': 'Turkmenistan',
    'Afghan': 'Afghanistan', 'Saudi': 'Saudi Arabia', 'Emirati':
    'United Arab Emirates', 'Korean': '', 'Arab': '', 'European': '',
    'African': '', 'Asian': '', 'Latin American': '', 'Soviet': 'Soviet Union',
    'Dane': 'Denmark', 'Swede': 'Sweden', 'Spaniard': 'Spain', 'Turk': 'Turkey',
    'Finn': 'Finland', 'Pole': 'Poland', 'Frenchman': 'France', 'Dutchman':
    'Netherlands', 'Irishman': 'Ireland', 'Englishman': 'England',
    'English': 'England', 'Scottish': 'Scotland', 'Welsh': 'Wales',
    'Scot': 'Scotland', 'Slovenian': 'Slovenia', 'Slovak': 'Slovakia',
    'Bosnian': 'Bosnia and Herzegovina', 'Argentinian': 'Argentina',
    'Croat': 'Croatia', 'Serb': 'Serbia', 'Bosniak': 'Bosnia and Herzegovina',
    'Icelandic': 'Iceland', 'New Zealander': 'New Zealand', 'Kurd': '',
    'Kurdish': '', 'Tibetan': '', 'Chechen': '', 'Basque': '', 'Catalan': '',
    'Scandinavian': '', 'Balkan': '', 'Eurasian': '', 'Slavic': '',
    'Caribbean': '', 'Uyghur': '', 'Tatar': '', 'Crimean': '', 'Abkhaz': '',
    'Ossetian': '', 'Luxembourgish': 'Luxembourg', 'Laotian': 'Laos',
    'Lao': 'Laos', 'Burkinabe': 'Burkina Faso', 'Botswanan': 'Botswana',
    'Israeli': 'Israel', 'Palestinian': 'Palestine', 'Iraqi': 'Iraq',
    'Yugoslav': 'Yugoslavia', 'Czechoslovak': 'Czechoslovakia',
    'Bahamian': 'Bahamas', 'Antiguan': 'Antigua and Barbuda',
    'Trinidadian': 'Trinidad and Tobago', 'Swazi': 'Eswatini',
    'Muslim': '', 'Christian': '', 'Jewish': '', 'Islamic': '',
    'Catholic': '', 'Sunni': '', 'Shiite': '', 'Shia': '', 'Hindu': '',
    'Central Asian': '', 'South Asian': '', 'East Asian': '',
    'Southeast Asian': '', 'West African': '', 'East African': '',
    'North African': '', 'Eastern European': '', 'Western European': '',
    'Middle Eastern': '', 'North American': '', 'South American': '',
    'Buddhist': '', 'Orthodox': '', 'Hispanic': '', 'Latino': '',
}
NO_ADJECTIVES = {'', 'Channel Islander', 'Vatican', 'Gibraltar', 'Christian'}
REGIONS = '''Africa; Asia; Europe; North America; South America; Oceania;
Antarctica; Central Asia; Middle East; the Middle East; Eurasia; Latin America;
Central America; Southeast Asia; South Asia; East Asia; West Africa; East
Africa; North Africa; Southern Africa; Sub-Saharan Africa; Western Europe;
Eastern Europe; Central Europe; Scandinavia; Balkans; the Balkans; Caucasus;
the Caucasus; South Caucasus; North Caucasus; Caribbean; the Caribbean; Gulf;
Persian Gulf; Baltic; Baltics; Siberia; Far East; Crimea; Donbas; Donbass;
Chechnya; Dagestan; Abkhazia; South Ossetia; Transnistria; Nagorno-Karabakh;
Kashmir; Tibet; Xinjiang; Kurdistan; Iraqi Kurdistan; Gaza; Gaza Strip; the
Gaza Strip; West Bank; the West Bank; East Jerusalem; Golan Heights; Sinai;
Darfur; Tigray; Catalonia; Bavaria; Lombardy; Tuscany; Normandy; Brittany;
Andalusia; Ulster; Cornwall; Midlands; Yorkshire; New England; Midwest; Great
Lakes; Silicon Valley; Wall Street; Black Sea; Caspian Sea; Baltic Sea; North
Sea; Red Sea; Mediterranean; Mediterranean Sea; Atlantic; Atlantic Ocean;
Pacific; Pacific Ocean; Indian Ocean; Arctic; Arctic Ocean; South China Sea;
East China Sea; Sea of Japan; Aral Sea; Sea of Azov; Strait of Hormuz; Suez
Canal; Panama Canal; Alps; Himalayas; Andes; Sahara; Sahel; Danube;
Nile; Rhine; Thames; Volga; Mekong; Ganges; Euphrates; Tigris; Amu Darya; Syr
Darya; Fergana Valley; Horn of Africa; Asia-Pacific; Indo-Pacific; Puerto Rico;
Hawaii; Alaska; Greenland; Hong Kong; Macau; Washington D.C.; Washington, D.C.;
District of Columbia; Alabama; Arizona; Arkansas; California; Colorado;
Connecticut; Delaware; Florida; Idaho; Illinois; Indiana; Iowa; Kansas;
Kentucky; Louisiana; Maine; Maryland; Massachusetts; Michigan; Minnesota;
Mississippi; Missouri; Montana; Nebraska; Nevada; New Hampshire; New Jersey;
New Mexico; North Carolina; North Dakota; Ohio; Oklahoma; Oregon; Pennsylvania;
Rhode Island; South Carolina; South Dakota; Tennessee; Texas; Utah; Vermont;
Virginia; West Virginia; Wisconsin; Wyoming; Ontario; Quebec; British Columbia;
Alberta; Nova Scotia; Queensland; New South Wales; Tasmania'''
ORGANIZATIONS = '''White House; Pentagon; Kremlin; Downing Street; Capitol Hill;
European Union; European Commission; European Parliament; European Central Bank;
United Nations; Security Council; World Bank; International Monetary Fund; World
Trade Organization; World Health Organization; NATO; OPEC; Interpol; Europol;
Red Cross; Federal Reserve; Wall Street Journal; New York Times; The New York
Times; Washington Post; Financial Times; Reuters; Associated Press; Bloomberg;
Xinhua; Interfax; TASS; Al Jazeera; Fox News; Google; Microsoft; Apple; Amazon;
Facebook; Twitter; Intel; IBM; Sony; Samsung; Toyota; Honda; Nissan; Volkswagen;
Siemens; Nokia; Ericsson; Boeing; Airbus; Lockheed Martin; Gazprom; Rosneft;
Lukoil; Shell; BP; Exxon; Chevron; Tesla; Uber; Netflix; Disney; Walmart; Nestle;
Goldman Sachs; Morgan Stanley; JPMorgan; Citigroup; Barclays; HSBC; Deutsche
Bank; Credit Suisse; Hamas; Hezbollah; Taliban; Islamic State; al-Qaeda; Al
Qaeda; Boko Haram; Scotland Yard; Supreme Court; Congress; Senate; House of
Representatives; Bundestag; Knesset; Duma; State Duma; Politburo; Fatah; Mossad;
Manchester United; Liverpool FC; Arsenal; Chelsea; Real Madrid'''
# Capitals and big cities that are English words or surnames as well.
CITIES = '''Nice; Mobile; Cork; Bath; Reading; Split; Bergen; Lima; Male; Victoria;
Georgetown; Kingston; Hamilton; Nassau; New York; New York City; Los Angeles;
New Delhi; Kyiv; Kiev; Kharkiv; Kharkov; Odesa; Odessa; Lviv; Mariupol; Almaty;
Astana; Nur-Sultan; Bishkek; Tashkent; Dushanbe; Ashgabat; Brussels; The Hague;
Geneva; Strasbourg; Bonn; Mumbai; Bombay; Calcutta; Kolkata; Beijing; Peking;
Saigon; Rangoon; Yangon; Jerusalem; Tel Aviv; Mecca; Medina; St. Petersburg;
Saint Petersburg; St. Louis; St. Paul; Washington; Boston; Dallas; Houston;
Denver; Phoenix; Atlanta; Seattle; Detroit; Baltimore; Cleveland; Lincoln;
Orlando; Tampa; Buffalo; Charlotte; Madison; Jackson; Birmingham; Manchester;
Liverpool; Bristol; Leeds; Oxford; Cambridge; Lancaster; Preston; Derby; Darwin;
Perth; Sydney; Melbourne; Wellington; Florence; Venice; Milan; Turin; Naples;
Santiago; San Francisco; San Diego; Las Vegas; Philadelphia; Panama City; Mexico
City; Guatemala City; Kuwait City; Ho Chi Minh City; Salt Lake City; Quebec City;
Cologne; Nuremberg; Hanover; Bordeaux; Champagne; Tripoli; Sochi; Bath'''
# Names of cities that news hardly ever means.
NO_CITIES = set('''of man bar march may june early most same bay best much
central victory independence union enterprise republic police university church
liberty freedom normal defiance commerce justice industry paradise hope general
santa san la las los le de den al el o y ten van is it as ma ga pa mary lord
christian salem eastern western northern southern orange mission reserve union
young long short green brown white gray grey black king bush clinton trump obama
putin reagan thatcher blair brown johnson ford carter nixon kennedy bell taylor
allen garland grant clay page love bill chase miller marshall warren douglas
howard harvey leonard lawrence francis stephen stanley vernon milton nelson
gardner parker tyler cooper murray norman dyer sparks dickinson wallace temple
gilbert chandler henderson jacksonville anderson carson colton moore euless
sunday monday friday sherman bryan anthony allan berkeley campbell chester
alexander elizabeth frank herman hilton irvine jones keller kent laurel lee
lewis mason mitchell monroe morgan morris newman newton norwood oliver palmer
perry peter philip porter quincy randolph robin rogers ross russell sandy scott
shelby simpson smith spencer stuart thomas thornton troy tucker walker wayne
webster wilson winston woodward wright'''.split())


def fold(s):
    """Without diacritics."""
    s = unicodedata.normalize('NFKD', s)
    s = ''.join(c for c in s if not unicodedata.combining(c))
    return s.replace('ø', 'o').replace('ł', 'l').replace('ß', 'ss').replace(
        'đ', 'd').replace('ı', 'i').replace('ʻ', "'").replace('‘', "'")


def key_of(s):
    return ' '.join(s.replace('\u2019', "'").lower().split())


def hash_of(key):
    h = 0xcbf29ce484222325
    for b in key.encode():
        h = (h ^ b) * 0x100000001b3 & 0xffffffffffffffff
    for m in (0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53):
        h = (h ^ h >> 33) * m & 0xffffffffffffffff
    return h ^ h >> 33


def lines(path):
    opener = gzip.open if path.endswith('.gz') else open
    with opener(path, 'rt', encoding='utf-8-sig', errors='replace') as f:
        return [line.rstrip('\n') for line in f]


def is_latin(s):
    return all(c in " -'.,()" or 'LATIN' in unicodedata.name(c, '')
               or c in 'ʻ‘’' for c in s)


class Lists:
    def __init__(self):
        self.flags = {}
        self.of = {}  # key of a country's name or adjective → its name

    def add(self, name, flag):
        key = key_of(name)
        if key:
            self.flags[key] = self.flags.get(key, 0) | flag
            plain = key_of(fold(name))
            if plain:
                self.flags[plain] = self.flags.get(plain, 0) | flag

    def has(self, name, flag):
        return bool(self.flags.get(key_of(name), 0) & flag)


def add_countries(lists, folder):
    with open(os.path.join(folder, 'countries.json'), encoding='utf-8') as f:
        countries = json.load(f)
    for c in countries:
        common = c['name']['common']
        names = [common, c['name']['official']]
        names += [n for n in c['altSpellings']
                  if len(n) > 3 and is_latin(n) and ',' not in n]
        for name in names:
            lists.add(name, COUNTRY)
            lists.of.setdefault(key_of(name), common)
            lists.of.setdefault(key_of(fold(name)), common)
        adjectives = c['demonyms'].get('eng', {}).get('m', '').split(', ')
        for adjective in adjectives:
            if adjective in NO_ADJECTIVES or ' or ' in adjective:
                continue
            lists.add(adjective, NATIONALITY)
            lists.of.setdefault(key_of(adjective), common)
        for capital in c['capital']:
            lists.add(capital, CITY)
    for name, common in COUNTRY_NAMES.items():
        lists.add(name, COUNTRY)
        lists.of[key_of(name)] = common
    for adjective, common in ADJECTIVES.items():
        for form in (adjective, adjective + 's'):
            lists.add(form, NATIONALITY)
            if common:
                lists.of[key_of(form)] = common
    for key in [k for k, f in lists.flags.items() if f & NATIONALITY]:
        if key.endswith(('n', 'i', 'k', 'b')) and ' ' not in key:
            lists.add(key + 's', NATIONALITY)
            if key in lists.of:
                lists.of.setdefault(key + 's', lists.of[key])


def read_lemmas(folder, name):
    path = os.path.join(folder, name)
    return lines(path if os.path.exists(path) else path + '.gz')


# WordNet's nouns are all in small letters. One is a common noun when an
# inflected form is known, when it ends as common nouns do, or when it is the
# last word of two longer ones ("police car", "stock car"), and no name.
NOUN_ENDINGS = ('tion', 'sion', 'ment', 'ness', 'ity', 'ence', 'ance', 'ism',
                'ology', 'ics', 'ship', 'hood', 'ture', 'age')
ALWAYS_COMMON = {'peace', 'islam', 'internet', 'web', 'love', 'hope'}
NEVER_COMMON = set(''''monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november
december christmas easter ramadan kremlin pentagon parliament congress senate
koran quran bible'''.split())


def add_common(lists, folder, names, places):
    """Words that are written small."""
    known = set()
    for line in lines(os.path.join(folder, 'lemmatization_en.tsv')):
        known.update(line.split('\t'))
    proper = set()
    for file in ('person', 'group'):
        cased = lines(os.path.join(folder, 'wordnet_%s_nouns.txt' % file))
        known.update(cased)
        proper.update(w.lower() for w in cased if w != w.lower())
    nouns = read_lemmas(folder, 'wordnet_noun_lemmas.txt')
    heads = {}
    for noun in nouns:
        if ' ' in noun and noun not in proper:
            head = noun.split()[-1]
            heads[head] = heads.get(head, 0) + 1
    for kind in ('verb', 'adj', 'adv'):
        known.update(w for w in read_lemmas(
            folder, 'wordnet_%s_lemmas.txt' % kind)
            if kind == 'verb' or w not in places)
    for word in sorted(known | set(nouns)):
        if not re.fullmatch(r'[a-z]{2,16}', word) or word in NEVER_COMMON or \
                lists.has(word, COUNTRY | NATIONALITY):
            continue
        if word in known or word in ALWAYS_COMMON or word not in names and word not in places and \
                (word.endswith(NOUN_ENDINGS) or heads.get(word, 0) >= 2):
            lists.add(word, COMMON)


def add_cities(lists, folder):
    with open(os.path.join(folder, 'world-cities.csv'),
              encoding='utf-8') as f:
        rows = list(csv.DictReader(f))
    for row in rows:
        name = row['name']
        key = key_of(fold(name))
        if key in NO_CITIES or len(key) < 3 or not is_latin(name):
            continue
        if ' ' not in key and '-' not in key and \
                lists.has(key, COMMON | GIVEN | SURNAME):
            continue
        lists.add(name, CITY)
    for row in rows:
        name = row['subcountry']
        if name and is_latin(name) and len(name) > 3 and \
                not lists.has(name, COMMON | CITY | GIVEN):
            lists.add(name, REGION)
    for name in CITIES.split(';'):
        lists.add(' '.join(name.split()), CITY)
    for name in REGIONS.split(';'):
        lists.add(' '.join(name.split()), REGION)
    for name in ORGANIZATIONS.split(';'):
        lists.add(' '.join(name.split()), ORGANIZATION)
    for state in ('Georgia', 'Washington', 'New York'):
        lists.add(state, REGION)


def add_organizations(lists, folder):
    for file in ('Phoenix.International', 'Phoenix.MilNonState'):
        path = os.path.join(folder, 'phoenix', file + '.actors.txt')
        pending = []
        for line in lines(path):
            match = re.match(r'\+?([A-Z][A-Z0-9_&.\'-]*)', line)
            if match and not line.startswith(('\t', ' ', '#')):
                pending.append(match.group(1).strip('_').replace('_', ' '))
            codes = re.findall(r'\[([A-Z]{3})([A-Z]*)', line)
            if not codes:
                continue
            if all(c[0] in ('IGO', 'NGO', 'MNC', 'IMG') for c in codes) and \
                    'ELI' not in line:
                for name in pending:
                    add_organization(lists, name)
            pending = []


PERSONAL = {'secretary', 'secretary-general', 'president', 'chief', 'leader',
            'mr', 'mr.', 'general', 'sec.', 'secy', 'director', 'minister',
            'envoy', 'spokesman', 'representative', 'ambassador', 'head',
            'commissioner', 'chairman', 'prosecutor', 'judge', 'lady', 'lord'}


def add_organization(lists, name):
    words = name.lower().split()
    if not words or len(words) > 8 or set(words) & PERSONAL:
        return
    if len(words) == 1:
        if len(name) < 3 or lists.flags.get(key_of(name), 0):
            return
    elif len(words) <= 3 and lists.has(words[0], GIVEN):
        return
    elif lists.flags.get(key_of(name), 0) & (COUNTRY | CITY | REGION):
        return
    lists.add(name, ORGANIZATION)


def build(gazetteer, lexicon):
    lists = Lists()
    names = {}
    for file, flag in (('given', GIVEN), ('surnames', SURNAME)):
        for name in lines(os.path.join(gazetteer, 'names', file + '.txt')):
            if is_latin(name) and len(name) > 1:
                names[key_of(name)] = names.get(key_of(name), 0) | flag
    add_countries(lists, gazetteer)
    with open(os.path.join(gazetteer, 'world-cities.csv'),
              encoding='utf-8') as f:
        places = {key_of(fold(row[c])) for row in csv.DictReader(f)
                  for c in ('name', 'subcountry')}
    add_common(lists, lexicon, names, places)
    for name, flag in names.items():
        if ' ' not in name and len(name) > 1:
            lists.add(name, flag)
    add_cities(lists, gazetteer)
    add_organizations(lists, gazetteer)
    return lists


def table(entries, palette):
    """Open addressing with linear probing; deterministic."""
    slots = int(len(entries) / LOAD) + 1
    table = [0] * slots
    taken = {}
    for key in sorted(entries):
        h = hash_of(key)
        mark = h >> 40
        at = (h & 0xffffffff) * slots >> 32
        value = mark << 8 | palette.index(entries[key])
        while table[at]:
            at = (at + 1) % slots
        table[at] = value
        taken[at] = key
    return table


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    lists = build(sys.argv[1], sys.argv[2])
    palette = [0] + sorted(set(lists.flags.values()))
    if len(palette) > 255:
        sys.exit('more than 255 combinations of flags')
    slots = table(lists.flags, palette)
    countries = sorted(set(lists.of.values()))
    number = {c: i for i, c in enumerate(countries)}
    keys = sorted((hash_of(k) >> 32, number[c]) for k, c in lists.of.items())
    text = b''
    offsets = [0]
    for c in countries:
        text += c.encode()
        offsets.append(len(text))
    out = b'FMGAZ001' + struct.pack('<4I', len(slots), len(palette),
                                    len(countries), len(keys))
    out += struct.pack('<%dH' % len(palette), *palette)
    out += b'\0' * (-len(out) % 4)
    out += struct.pack('<%dI' % len(slots), *slots)
    out += struct.pack('<%dI' % len(keys), *[k for k, _ in keys])
    out += struct.pack('<%dI' % len(offsets), *offsets)
    out += struct.pack('<%dH' % len(keys), *[n for _, n in keys])
    out += text
    with open(sys.argv[3], 'wb') as f:
        f.write(out)
    print('%d keys, %d countries, %d bytes' % (len(lists.flags),
                                               len(countries), len(out)))


if __name__ == '__main__':
    main()
