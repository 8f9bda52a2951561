#include "store/claim_priv.h"
#include "store/digest_priv.h"
#include "store/migrate_priv.h"
#include "store/roles_priv.h"
#include "store/spelling_priv.h"

/* README.md says what each table is for. Two conventions: times that end in
 * _us are microseconds since 1970 UTC, event times are seconds; NULL is "not
 * known", never 0. State, kind, polarity and modality hold the numbers of the
 * enums in proto/. */

/* What is narrow and changes (article) apart from what is large and never does
 * (body): a change of state rewrites a hundred bytes, not the article. */
static const char version_1_articles[] =
    "CREATE TABLE meta ("
    " key TEXT PRIMARY KEY,"
    " value ANY NOT NULL"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE tally ("
    " one INTEGER PRIMARY KEY CHECK (one = 1),"
    " pending INTEGER NOT NULL, leased INTEGER NOT NULL,"
    " done INTEGER NOT NULL, dead INTEGER NOT NULL,"
    " skipped INTEGER NOT NULL, dead_letters INTEGER NOT NULL,"
    " pending_bytes INTEGER NOT NULL, facts INTEGER NOT NULL,"
    " sequence INTEGER NOT NULL, clock_us INTEGER NOT NULL"
    ") STRICT;"
    "INSERT INTO tally VALUES (1,0,0,0,0,0,0,0,0,0,0);"

    "CREATE TABLE source ("
    " source INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE"
    ") STRICT;"

    "CREATE TABLE article ("
    " sequence INTEGER PRIMARY KEY,"
    " source INTEGER NOT NULL,"
    " id TEXT NOT NULL,"
    " version INTEGER NOT NULL,"
    " state INTEGER NOT NULL,"
    " content BLOB NOT NULL,"
    " size INTEGER NOT NULL,"
    " published_us INTEGER,"
    " recorded_us INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " not_before_us INTEGER NOT NULL,"
    " lease INTEGER,"
    " worker TEXT,"
    " leased_us INTEGER,"
    " elapsed_us INTEGER,"
    " facts INTEGER NOT NULL,"
    " in_force INTEGER NOT NULL,"
    " extractor TEXT,"
    " reason TEXT"
    ") STRICT;"
    "CREATE UNIQUE INDEX article_identity ON article(id, source, version);"
    "CREATE INDEX article_source ON article(source);"
    "CREATE INDEX article_waiting ON article(not_before_us) WHERE state = 1;"
    "CREATE INDEX article_leased ON article(lease) WHERE state = 2;"

    "CREATE INDEX article_ended ON article(state) WHERE state >= 4;"

    "CREATE TABLE body ("
    " article INTEGER PRIMARY KEY,"
    " bytes BLOB NOT NULL"
    ") STRICT;"

    "CREATE TABLE attempt ("
    " article INTEGER NOT NULL,"
    " number INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL,"
    " worker TEXT,"
    " started_us INTEGER,"
    " ended_us INTEGER NOT NULL,"
    " error TEXT NOT NULL,"
    " PRIMARY KEY (article, number)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE dead ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " article INTEGER UNIQUE,"
    " reason TEXT NOT NULL,"
    " recorded_us INTEGER NOT NULL,"
    " size INTEGER NOT NULL,"
    " body BLOB"
    ") STRICT;"

    "CREATE TABLE extraction ("
    " article INTEGER PRIMARY KEY,"
    " bytes BLOB NOT NULL"
    ") STRICT;";

static const char version_1_facts[] =
    /* One row for each settle that changed facts: the numbers it took, those
     * from `added` on being facts. They are consecutive, so what is true of the
     * whole article is indexed here, once, and not for each fact. */
    "CREATE TABLE change ("
    " last INTEGER PRIMARY KEY,"
    " first INTEGER NOT NULL,"
    " added INTEGER NOT NULL,"
    " article INTEGER NOT NULL,"
    " source INTEGER NOT NULL,"
    " published_us INTEGER,"
    " recorded_us INTEGER NOT NULL,"
    " kinds INTEGER NOT NULL"
    ") STRICT;"
    "CREATE INDEX change_recorded ON change(recorded_us);"
    "CREATE INDEX change_article ON change(article);"
    "CREATE INDEX change_source ON change(source);"
    "CREATE INDEX change_published ON change(published_us);"

    "CREATE TABLE fact ("
    " sequence INTEGER PRIMARY KEY,"
    " id INTEGER NOT NULL,"
    " article INTEGER NOT NULL,"
    " source INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " predicate TEXT,"
    " time_span INTEGER,"
    " time_start INTEGER,"
    " time_end INTEGER,"
    " published_us INTEGER,"
    " recorded_us INTEGER NOT NULL,"
    " confidence REAL NOT NULL,"
    " polarity INTEGER NOT NULL,"
    " modality INTEGER NOT NULL,"
    " retracted INTEGER,"
    " fact BLOB NOT NULL"
    ") STRICT;"
    "CREATE INDEX fact_predicate ON fact(predicate)"
    " WHERE predicate IS NOT NULL;"
    "CREATE INDEX fact_span ON fact(time_span, time_start)"
    " WHERE time_start IS NOT NULL;"
    "CREATE INDEX fact_time ON fact(time_start) WHERE time_start IS NOT NULL;"
    "CREATE INDEX fact_confidence ON fact(confidence);"
    "CREATE INDEX fact_retracted ON fact(retracted)"
    " WHERE retracted IS NOT NULL;"

    "CREATE TABLE fact_key ("
    " key INTEGER NOT NULL,"
    " last INTEGER NOT NULL,"
    " PRIMARY KEY (key, last)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE participant ("
    " who INTEGER NOT NULL,"
    " fact INTEGER NOT NULL,"
    " marks INTEGER NOT NULL,"
    " PRIMARY KEY (who, fact)"
    ") STRICT, WITHOUT ROWID;"

    "CREATE TABLE entity ("
    " entity INTEGER PRIMARY KEY,"
    " normal TEXT NOT NULL,"
    " type INTEGER NOT NULL,"
    " facts INTEGER NOT NULL,"
    " articles INTEGER NOT NULL,"
    " name TEXT NOT NULL"
    ") STRICT;"
    "CREATE UNIQUE INDEX entity_identity ON entity(normal, type);"
    "CREATE INDEX entity_facts ON entity(facts) WHERE facts >= 16;"

    "CREATE TABLE alias ("
    " normal TEXT NOT NULL,"
    " entity INTEGER NOT NULL,"
    " text TEXT NOT NULL,"
    " PRIMARY KEY (normal, entity)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX alias_entity ON alias(entity);"

    /* Contentless: the words' places only; the text is in the facts. One row
     * for each sentence that shows facts, numbered as fm_sentence_row says. */
    "CREATE VIRTUAL TABLE search USING fts5(text, title, content='',"
    " tokenize='unicode61 remove_diacritics 2');"
    "INSERT INTO search(search, rank) VALUES ('rank', 'bm25(1.0, 0.3)');"
    "CREATE VIRTUAL TABLE headline USING fts5(title, content='',"
    " tokenize='unicode61 remove_diacritics 2');";

static const char audit[] = "CREATE TABLE audit ("
                            " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                            " at_us INTEGER NOT NULL,"
                            " principal TEXT NOT NULL,"
                            " action TEXT NOT NULL,"
                            " subject TEXT NOT NULL,"
                            " detail TEXT NOT NULL"
                            ") STRICT;";

static const char digests[] =
    "CREATE TABLE predicate ("
    " predicate INTEGER PRIMARY KEY,"
    " lemma TEXT NOT NULL UNIQUE"
    ") STRICT;"

    /* See digest_priv.h. The columns that select are here again, so that one
     * row is read for a change and not two. */
    "CREATE TABLE digest ("
    " last INTEGER PRIMARY KEY,"
    " added INTEGER NOT NULL,"
    " source INTEGER NOT NULL,"
    " published_us INTEGER,"
    " recorded_us INTEGER NOT NULL,"
    " retracted INTEGER,"
    " bytes BLOB NOT NULL"
    ") STRICT;";

/* See claim_priv.h. */
static const char claims[] = "CREATE TABLE said ("
                             " last INTEGER PRIMARY KEY,"
                             " added INTEGER NOT NULL,"
                             " article INTEGER NOT NULL,"
                             " sketch BLOB NOT NULL,"
                             " bytes BLOB NOT NULL"
                             ") STRICT;"

                             "CREATE TABLE claim_run ("
                             " last INTEGER PRIMARY KEY,"
                             " first INTEGER NOT NULL,"
                             " level INTEGER NOT NULL,"
                             " parts BLOB NOT NULL"
                             ") STRICT;"

                             "CREATE TABLE claim_part ("
                             " part INTEGER PRIMARY KEY,"
                             " bytes BLOB NOT NULL"
                             ") STRICT;";

/* See pack_priv.h; `fact` of table fact is empty since. The time of a fact
 * stands beside who takes part as well, so that one name's facts are walked in
 * the order of their times. */
static const char packs[] =
    "CREATE TABLE pack ("
    " last INTEGER PRIMARY KEY,"
    " first INTEGER NOT NULL,"
    " bytes BLOB NOT NULL"
    ") STRICT;"
    "ALTER TABLE participant ADD COLUMN time_start INTEGER;"
    "UPDATE participant SET time_start="
    " (SELECT time_start FROM fact WHERE sequence=participant.fact);"
    "CREATE INDEX participant_time ON participant(who, time_start)"
    " WHERE time_start IS NOT NULL;";

/* See spelling_priv.h and roles_priv.h. */
static const char names_and_posts[] =
    "CREATE TABLE name_word ("
    " word TEXT PRIMARY KEY,"
    " mirror TEXT NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX name_word_mirror ON name_word(mirror);"

    "CREATE TABLE holding ("
    " fact INTEGER PRIMARY KEY,"
    " holder INTEGER NOT NULL,"
    " organization INTEGER,"
    " post TEXT NOT NULL,"
    " what INTEGER NOT NULL,"
    " from_s INTEGER,"
    " to_s INTEGER,"
    " published_us INTEGER"
    ") STRICT;"
    "CREATE INDEX holding_holder ON holding(holder);"
    "CREATE INDEX holding_organization ON holding(organization)"
    " WHERE organization IS NOT NULL;"
    "CREATE INDEX holding_post ON holding(post) WHERE post <> '';";

static enum fm_error make_names_and_posts(sqlite3 *db, struct fm_why *why)
{
    enum fm_error e = fm_spelling_make(db, why);

    return e == FM_OK ? fm_roles_make(db, why) : e;
}

/* See identity_priv.h and same_priv.h. */
static const char identities[] =
    "DROP INDEX entity_identity;"
    "CREATE INDEX entity_identity ON entity(normal, type);"
    "ALTER TABLE entity ADD COLUMN same_as INTEGER;"
    "ALTER TABLE entity ADD COLUMN company BLOB;"
    "CREATE INDEX entity_same ON entity(same_as) WHERE same_as IS NOT NULL;";

/* See reprocess_priv.h. */
static const char runs[] =
    "CREATE TABLE run ("
    " run INTEGER PRIMARY KEY AUTOINCREMENT,"
    " state INTEGER NOT NULL,"
    " source INTEGER NOT NULL,"
    " at INTEGER NOT NULL,"
    " upto INTEGER NOT NULL,"
    " articles INTEGER NOT NULL,"
    " ended INTEGER NOT NULL DEFAULT 0,"
    " same INTEGER NOT NULL DEFAULT 0,"
    " differs INTEGER NOT NULL DEFAULT 0,"
    " failed INTEGER NOT NULL DEFAULT 0,"
    " added INTEGER NOT NULL DEFAULT 0,"
    " removed INTEGER NOT NULL DEFAULT 0,"
    " changed INTEGER NOT NULL DEFAULT 0,"
    " hold INTEGER NOT NULL DEFAULT 0,"
    " started_us INTEGER NOT NULL,"
    " ended_us INTEGER NOT NULL DEFAULT 0,"
    " extractor TEXT NOT NULL,"
    " principal TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX run_open ON run(run) WHERE ended_us=0;"
    "CREATE INDEX run_hold ON run(hold) WHERE hold>0;"

    "CREATE TABLE run_article ("
    " article INTEGER PRIMARY KEY,"
    " state INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL,"
    " lease INTEGER,"
    " bytes BLOB,"
    " error TEXT"
    ") STRICT;"
    "CREATE INDEX run_article_again ON run_article(article) WHERE state=1;"
    "CREATE INDEX run_article_leased ON run_article(lease) WHERE state=2;"
    "CREATE INDEX run_article_differs ON run_article(article) WHERE state=4;";

static const char *const version_1[] = {version_1_articles, version_1_facts,
                                        NULL};
static const char *const version_2[] = {audit, NULL};

static const char *const version_3[] = {digests, NULL};

static const char *const version_4[] = {claims, NULL};

static const char *const version_5[] = {packs, NULL};

static const char *const version_6[] = {names_and_posts, NULL};

static const char *const version_7[] = {identities, NULL};

static const char *const version_8[] = {runs, NULL};

const struct fm_schema_step fm_schema_steps[] = {
    {version_1, NULL},
    {version_2, NULL},
    {version_3, fm_digests_make},
    {version_4, fm_claims_make},
    {version_5, NULL},
    {version_6, make_names_and_posts},
    {version_7, NULL},
    {version_8, NULL},
};
const int fm_schema_version =
    (int)(sizeof fm_schema_steps / sizeof fm_schema_steps[0]);
