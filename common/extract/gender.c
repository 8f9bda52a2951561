#include "extract/gender.h"

/* Longest word of the lists. */
#define WORD_MAX 16u

/* Sorted bytewise, lower case. */
/* clang-format off */
static const char *const women[] = {
    "abigail", "ada", "adriana", "agnes", "aisha", "alexandra", "alice",
    "alicia", "alina", "alison", "allison", "alma", "amanda", "amber",
    "amelia", "amina", "amy", "ana", "anastasia", "anita", "ann", "anna",
    "anne", "annette", "annie", "antonia", "ashley", "astrid", "audrey",
    "ayesha", "barbara", "beatrice", "beatriz", "becky", "bella", "benazir",
    "bernadette", "beth", "betsy", "betty", "beverly", "bianca", "birgit",
    "bonnie", "brenda", "bridget", "brigitte", "britney", "camilla",
    "carla", "carly", "carmen", "carol", "carolina", "caroline", "carolyn",
    "carrie", "catherine", "cathy", "cecilia", "celia", "charlotte",
    "chelsea", "cheryl", "chloe", "christina", "christine", "cindy",
    "claire", "clara", "claudia", "colleen", "condoleezza", "constance",
    "cristina", "cynthia", "daisy", "daniela", "danielle", "daphne",
    "debbie", "deborah", "debra", "delia", "denise", "diana", "diane",
    "dolores", "donna", "dora", "doris", "dorothy", "edith", "eileen",
    "elaine", "eleanor", "elena", "elisabeth", "eliza", "elizabeth", "ella",
    "ellen", "elsa", "emilia", "emily", "emma", "erica", "erika", "erin",
    "esther", "eva", "evelyn", "fatima", "fiona", "florence", "frances",
    "francesca", "gabriela", "gabrielle", "gail", "galina", "geraldine",
    "gertrude", "gina", "giorgia", "gisele", "gladys", "glenda", "gloria",
    "grace", "greta", "gwen", "hanna", "hannah", "harriet", "hazel",
    "heather", "heidi", "helen", "helena", "helga", "henrietta", "hilary",
    "hilda", "hillary", "holly", "huma", "ida", "ilse", "indira", "ines",
    "inga", "ingrid", "irene", "irina", "iris", "isabel", "isabella",
    "ivana", "ivanka", "jacqueline", "jana", "jane", "janet", "janice",
    "jasmine", "jeanne", "jenna", "jennifer", "jenny", "jessica", "jill",
    "joan", "joanna", "joanne", "jodie", "josephine", "joyce", "juanita",
    "judith", "judy", "julia", "julie", "juliet", "kaitlyn", "karen",
    "karin", "karla", "kate", "katherine", "kathleen", "kathryn", "kathy",
    "katie", "katja", "katrina", "kayla", "keiko", "kellyanne", "kimberly",
    "kirsten", "kristen", "kristin", "kristina", "lara", "larisa", "latoya",
    "laura", "lauren", "laurie", "leah", "leila", "lena", "leticia", "lila",
    "lillian", "lily", "linda", "lisa", "liz", "loretta", "lori",
    "lorraine", "louise", "lucia", "lucille", "lucinda", "lucy", "ludmila",
    "luisa", "lydia", "lynn", "mabel", "madeleine", "madison", "maggie",
    "malala", "malia", "manuela", "mara", "marcia", "margaret", "margarita",
    "margot", "maria", "mariah", "marian", "mariana", "marianne", "marie",
    "marilyn", "marina", "marion", "marissa", "marjorie", "marlene",
    "marta", "martha", "martina", "mary", "maryam", "matilda", "maureen",
    "maya", "megan", "melania", "melanie", "melinda", "melissa", "mercedes",
    "meredith", "meryl", "mette", "mia", "michelle", "mildred", "mina",
    "mindy", "miranda", "miriam", "mitsuko", "molly", "mona", "monica",
    "muriel", "myra", "nadia", "nadine", "nancy", "naomi", "natalia",
    "natalie", "natasha", "nicole", "nikki", "nina", "nora", "norma",
    "octavia", "olga", "olivia", "olympia", "oprah", "paige", "pamela",
    "patricia", "patty", "paula", "pauline", "pearl", "peggy", "penelope",
    "penny", "petra", "phoebe", "phyllis", "pilar", "polly", "priscilla",
    "rachel", "ramona", "raquel", "rebecca", "regina", "renata", "renee",
    "rhonda", "rita", "roberta", "rosa", "rosalind", "rose", "rosemary",
    "roxanne", "ruby", "ruth", "sabine", "sabrina", "sally", "samantha",
    "sandra", "sara", "sarah", "savannah", "serena", "sharon", "sheila",
    "shelley", "sheryl", "shirley", "silvia", "simone", "sofia", "sonia",
    "sonja", "sophia", "sophie", "stella", "stephanie", "sue", "susan",
    "susanna", "susanne", "suzanne", "svetlana", "sylvia", "tamara",
    "tammy", "tanya", "tara", "tatiana", "teresa", "tessa", "thelma",
    "theresa", "tina", "trudy", "ursula", "valentina", "valerie", "vanessa",
    "vera", "veronica", "victoria", "viola", "violet", "virginia", "vivian",
    "wanda", "wendy", "whitney", "wilma", "winona", "xenia", "yasmin",
    "yoko", "yolanda", "yulia", "yvette", "yvonne", "zara", "zoe",
};

static const char *const men[] = {
    "aaron", "abdul", "abdullah", "abraham", "adam", "adolf", "adrian",
    "ahmad", "ahmed", "aidan", "alan", "albert", "alberto", "alejandro",
    "aleksandr", "alessandro", "alexander", "alexei", "alfred", "ali",
    "allan", "allen", "alvin", "amir", "anatoly", "anders", "andre",
    "andreas", "andrei", "andres", "andrew", "andy", "angelo", "anthony",
    "antoine", "anton", "antonio", "antti", "armando", "arnold", "arthur",
    "arturo", "barack", "barry", "bart", "bashar", "ben", "benedict",
    "benito", "benjamin", "bernard", "bernardo", "bernie", "bert", "bill",
    "billy", "bjorn", "bob", "bobby", "boris", "brad", "bradley", "brandon",
    "brendan", "brent", "brett", "brian", "bruce", "bruno", "bryan",
    "byron", "calvin", "carl", "carlo", "carlos", "cesar", "chad",
    "charles", "charlie", "chester", "chris", "christian", "christoph",
    "christopher", "chuck", "clarence", "claude", "clayton", "clifford",
    "clint", "clinton", "colin", "conrad", "craig", "curtis", "cyril",
    "dale", "damian", "dan", "daniel", "danny", "dario", "darren", "darryl",
    "dave", "david", "dean", "declan", "dennis", "derek", "desmond",
    "diego", "dieter", "dimitri", "dirk", "dmitry", "dominic", "don",
    "donald", "douglas", "duncan", "dwight", "earl", "eddie", "edgar",
    "eduardo", "edward", "edwin", "elias", "elijah", "elliot", "emanuel",
    "emil", "emmanuel", "enrique", "eric", "erik", "ernest", "ernesto",
    "ethan", "eugene", "evan", "fabio", "federico", "felix", "ferdinand",
    "fernando", "fidel", "francesco", "francis", "francisco", "franco",
    "francois", "frank", "franklin", "franz", "fred", "frederick", "fritz",
    "gabriel", "gareth", "gary", "gavin", "gennady", "geoff", "geoffrey",
    "george", "gerald", "gerard", "gerhard", "gianni", "gilbert", "giorgio",
    "giovanni", "giuseppe", "glenn", "gordon", "graham", "greg", "gregory",
    "guido", "guillermo", "gunter", "gustav", "hamid", "hank", "hans",
    "harold", "harry", "harvey", "hassan", "hector", "heinrich", "helmut",
    "henri", "henrik", "henry", "herbert", "herman", "hiroshi", "horst",
    "howard", "hubert", "hugh", "hugo", "hussein", "ian", "ibrahim",
    "ignacio", "igor", "ilya", "ismail", "ivan", "jack", "jacob", "jacques",
    "jake", "jamal", "james", "jared", "jason", "javier", "jay", "jeb",
    "jeff", "jeffrey", "jens", "jeremy", "jerome", "jerry", "jesse",
    "jesus", "jim", "jimmy", "joachim", "joaquin", "joe", "joel", "johan",
    "johann", "johannes", "john", "johnny", "jon", "jonas", "jonathan",
    "jorge", "jose", "josef", "joseph", "joshua", "juan", "juha", "julian",
    "julio", "jurgen", "justin", "karim", "karl", "keith", "ken", "kenneth",
    "kenny", "kevin", "khalid", "klaus", "kofi", "konstantin", "kurt",
    "kyle", "lance", "larry", "lars", "laurent", "lawrence", "leo", "leon",
    "leonard", "leonid", "leopold", "lester", "lewis", "liam", "lionel",
    "lloyd", "logan", "louis", "luca", "lucas", "ludwig", "luigi", "luis",
    "lukas", "luke", "mahmoud", "malcolm", "manfred", "manuel", "marc",
    "marcel", "marco", "marcos", "marcus", "mario", "mark", "markus",
    "martin", "marvin", "mateo", "matt", "matteo", "matthew", "matthias",
    "maurice", "max", "maximilian", "mehmet", "michael", "michel", "miguel",
    "mika", "mike", "mikhail", "milan", "miles", "milton", "mitch", "mitt",
    "mohamed", "mohammad", "mohammed", "moses", "muhammad", "mustafa",
    "nathan", "nathaniel", "neil", "nelson", "nicholas", "nick", "nicolas",
    "nigel", "nikita", "nikolai", "noah", "noel", "norman", "oleg",
    "oliver", "omar", "orlando", "osama", "oscar", "oskar", "otto", "owen",
    "pablo", "paolo", "pascal", "patrick", "paul", "pavel", "pedro",
    "pervez", "pete", "peter", "petr", "phil", "philip", "philippe",
    "pierre", "piet", "pietro", "prakash", "quentin", "rafael", "raj",
    "rajiv", "ralph", "ramon", "randall", "randy", "raul", "ray", "raymond",
    "recep", "reginald", "reinhard", "rene", "ricardo", "richard", "rick",
    "ricky", "rob", "robert", "roberto", "rodney", "rodrigo", "roger",
    "roland", "rolf", "roman", "ron", "ronald", "ross", "rowan", "roy",
    "rudolf", "rudy", "rupert", "russell", "ryan", "saddam", "salvador",
    "salvatore", "sam", "samuel", "santiago", "scott", "sean", "sebastian",
    "serge", "sergei", "sergey", "sergio", "seth", "seymour", "shane",
    "shaun", "shinzo", "sidney", "sigmund", "silvio", "simon", "slobodan",
    "spencer", "stanley", "stefan", "sten", "stephen", "steve", "steven",
    "stewart", "stuart", "sven", "sylvain", "tariq", "ted", "terrence",
    "theo", "theodore", "thomas", "thorsten", "tim", "timothy", "tobias",
    "toby", "todd", "tom", "tomas", "tommy", "tony", "travis", "trevor",
    "tristan", "tyler", "ulrich", "umberto", "uwe", "vaclav", "valery",
    "vance", "vernon", "victor", "viktor", "vince", "vincent", "vincenzo",
    "vitaly", "vito", "vladimir", "walter", "warren", "wayne", "werner",
    "wesley", "wilfred", "wilhelm", "willem", "william", "willie",
    "winston", "wolfgang", "xavier", "yasser", "yitzhak", "yuri", "yusuf",
    "zach", "zachary", "zoltan",
};

static const char *const female_titles[] = {
    "actress", "aunt", "baroness", "businesswoman", "chairwoman",
    "congresswoman", "councilwoman", "countess", "dame", "daughter",
    "duchess", "girl", "girlfriend", "heiress", "hostess", "lady", "madam",
    "madame", "miss", "mother", "mrs", "mrs.", "ms", "ms.", "niece", "nun",
    "policewoman", "priestess", "princess", "queen", "sister",
    "spokeswoman", "sportswoman", "stateswoman", "widow", "wife", "woman",
};

static const char *const male_titles[] = {
    "baron", "boy", "boyfriend", "brother", "businessman", "chairman",
    "congressman", "councilman", "count", "duke", "father", "gentleman",
    "husband", "king", "lord", "man", "mr", "mr.", "nephew", "policeman",
    "pope", "prince", "sheikh", "sir", "son", "spokesman", "sportsman",
    "statesman", "sultan", "uncle",
};
/* clang-format on */

#define HAS(table, word) \
 (fm_str_bsearch(word, table, sizeof(table) / sizeof *(table)) >= 0)

/* In lower case in buf; an empty text when it is too long. */
static struct fm_str lower(struct fm_str word, char *buf)
{
    if (word.len > WORD_MAX)
        return fm_str_n(buf, 0);
    for (size_t i = 0; i < word.len; i++)
        buf[i] = fm_lower(word.data[i]);
    return fm_str_n(buf, word.len);
}

enum fm_gender fm_gender_of_title(struct fm_str word)
{
    char buf[WORD_MAX];
    struct fm_str w = lower(word, buf);

    if (HAS(female_titles, w))
        return FM_GENDER_FEMALE;
    return HAS(male_titles, w) ? FM_GENDER_MALE : FM_GENDER_UNKNOWN;
}

enum fm_gender fm_gender_of_name(struct fm_str word)
{
    char buf[WORD_MAX];
    struct fm_str w = lower(word, buf);

    if (HAS(women, w))
        return FM_GENDER_FEMALE;
    return HAS(men, w) ? FM_GENDER_MALE : FM_GENDER_UNKNOWN;
}

enum fm_gender fm_gender_of_pronoun(struct fm_str word)
{
    if (fm_str_ieq(word, fm_str("he")) || fm_str_ieq(word, fm_str("him")) ||
        fm_str_ieq(word, fm_str("his")))
        return FM_GENDER_MALE;
    if (fm_str_ieq(word, fm_str("she")) || fm_str_ieq(word, fm_str("her")) ||
        fm_str_ieq(word, fm_str("hers")))
        return FM_GENDER_FEMALE;
    return FM_GENDER_UNKNOWN;
}
