#include "base/fault.h"

#include "base/parse.h"
#include "base/str.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

static struct {
    char name[48];
    uint64_t at;
    bool kill;
} plan;

static atomic_int armed = -1; /* -1 = the environment was not read yet */
static atomic_ullong passed;
static pthread_once_t once = PTHREAD_ONCE_INIT;

void fm_fault_set(const char *spec)
{
    struct fm_str rest = fm_str(spec);
    struct fm_str name;
    struct fm_str count = {0};
    struct fm_str how = {0};

    memset(&plan, 0, sizeof plan);
    atomic_store(&passed, 0);
    if (!fm_str_next(&rest, ':', &name) || name.len >= sizeof plan.name) {
        atomic_store(&armed, 0);
        return;
    }
    memcpy(plan.name, name.data, name.len);
    plan.at = 1;
    if (fm_str_next(&rest, ':', &count) &&
        fm_parse_u64(count, &plan.at) != FM_OK)
        plan.at = 1;
    if (fm_str_next(&rest, ':', &how))
        plan.kill = fm_str_eqz(how, "kill");
    atomic_store(&armed, 1);
}

static void from_environment(void)
{
    if (atomic_load(&armed) == -1) {
        /* NOLINTNEXTLINE(concurrency-mt-unsafe): read once, at start */
        const char *spec = getenv("FACTMILL_FAULT");

        fm_fault_set(spec);
    }
}

bool fm_fault_point(const char *name)
{
    uint64_t n;

    if (atomic_load_explicit(&armed, memory_order_relaxed) == 0)
        return false;
    (void)pthread_once(&once, from_environment);
    if (atomic_load(&armed) != 1 || strcmp(name, plan.name) != 0)
        return false;
    n = atomic_fetch_add(&passed, 1) + 1;
    if (plan.at != 0 && n != plan.at)
        return false;
    if (plan.kill)
        (void)raise(SIGKILL);
    return true;
}
