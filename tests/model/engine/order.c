// SPDX-License-Identifier: MIT
// Loads, stores, read-modify-writes and fences of the model.
//
// A load may return any store from the newest that the thread cannot overlook upwards; a store may
// be placed before others that the thread has not seen; a read-modify-write takes the newest.
// Operations with seq_cst count as acq_rel; only fences with seq_cst have a total order, the one in
// which they run: what happened before an earlier one is visible after a later one, which does not
// order plain data. A release sequence goes on through read-modify-writes only, as in C++20.
#include "engine/memory.h"

#define STALE_READS_MAX 8 // of one store: then its readers move on, as real caches do

static trt_lanes sc_fences, light_fences, heavy_fences; // what the fences so far published

void trt_order_reset(void)
{
    trt_lanes zero = { 0 };
    sc_fences = light_fences = heavy_fences = zero;
}

static uint64_t narrow(uint64_t value, size_t bytes)
{
    return bytes == 8 ? value : value & (((uint64_t)1 << 8 * bytes) - 1);
}

static struct location *find_atomic(const void *p, size_t bytes, const char *here)
{
    struct location *location = trt_find(p, bytes, false, here);
    if (location->stores[location->count - 1].value != trt_raw_value(p, bytes)) {
        trt_model_fail("%s: written without a macro", here);
    }
    return location;
}

// Index of the newest store that the thread cannot overlook.
static uint32_t floor_of(const struct location *location, const struct trt_thread *me)
{
    uint32_t i = location->count - 1;
    while (i > 0 && !trt_lanes_any(location->stores[i].seen <= me->now.coh)) {
        i--;
    }
    return i;
}

static void mark_seen(struct store *store, const struct trt_thread *me)
{
    int lane = trt_engine.current;
    if (store->seen[lane] > me->time) {
        store->seen[lane] = me->time;
    }
}

static uint64_t read_store(struct location *location, uint32_t index, enum trt_order order,
                           const char *here)
{
    struct trt_thread *me = trt_me();
    struct store *store = &location->stores[index];
    mark_seen(store, me);
    trt_clock_join((order & TRT_acquire) != 0 ? &me->now : &me->acquirable, &store->releases);
    location->reads[trt_engine.current] = me->time;
    location->read_at = here;
    trt_trace("%s → %#llx%s", here, (unsigned long long)store->value,
              index + 1 < location->count ? " (not the newest)" : "");
    return store->value;
}

// The oldest store that may be returned, given the rules of progress.
static uint32_t readable_from(struct location *location, struct trt_thread *me)
{
    uint32_t newest = location->count - 1;
    uint32_t from = floor_of(location, me);
    if (me->fresh || trt_engine.steps > TRT_STEPS_UNFAIR || trt_engine.current == TRT_MAIN) {
        me->fresh = false;
        return newest;
    }
    while (from < newest && location->stores[from].stale_reads >= STALE_READS_MAX) {
        from++;
    }
    return from;
}

uint64_t trt_model_load(const void *p, size_t bytes, enum trt_order order, const char *here)
{
    trt_schedule(false);
    struct trt_thread *me = trt_tick();
    struct location *location = find_atomic(p, bytes, here);
    uint32_t newest = location->count - 1;
    uint32_t index = newest;
    if (newest > 0) {
        uint32_t from = readable_from(location, me);
        index = newest - trt_pick_store(newest - from + 1);
        location->stores[index].stale_reads += index != newest;
    }
    return read_store(location, index, order, here);
}

// Opens a gap for a new store at index, dropping the oldest stores when the list is full.
static struct store *insert(struct location *location, uint32_t index)
{
    if (location->count == TRT_STORES_MAX) {
        uint32_t dropped = TRT_STORES_MAX / 2;
        memmove(location->stores, location->stores + dropped, dropped * sizeof(struct store));
        location->count -= dropped;
        index = index > dropped ? index - dropped : 1;
    }
    struct store *store = &location->stores[index];
    memmove(store + 1, store, (location->count - index) * sizeof *store);
    location->count++;
    return store;
}

// Notes the loads of others that this store follows without an order.
static void overtake(struct location *location, const struct trt_thread *me)
{
    trt_lanes unordered = location->reads > me->now.hb;
    location->overtaken = trt_lanes_max(location->overtaken, location->reads & unordered);
    if (!trt_lanes_within(location->claimed, me->now.hb)) {
        trt_model_fail("%s: a load that counted may have seen this store", location->written_at);
    }
}

int trt_now(void)
{
    return trt_me()->time;
}

void trt_claim(const void *p, size_t bytes, int since)
{
    struct location *location = trt_find(p, bytes, false, "trt_claim");
    int lane = trt_engine.current;
    if (location->overtaken[lane] > since) {
        trt_model_fail("a load that counts may have seen a later store: %s", location->written_at);
    }
    if (location->reads[lane] > since) {
        location->claimed[lane] = location->reads[lane];
    }
}

// Appends or inserts a store; `before` is the store a read-modify-write took, else NULL.
static void write_store(struct location *location, uint32_t index, const struct store *before,
                        uint64_t value, enum trt_order order)
{
    struct trt_thread *me = trt_me();
    struct trt_clock releases = (order & TRT_release) != 0 ? me->now : me->released;
    overtake(location, me);
    if (before != NULL) {
        trt_clock_join(&releases, &before->releases); // the release sequence goes on
    }
    struct store *store = insert(location, index);
    memset(&store->seen, 0x7f, sizeof store->seen);
    store->seen[trt_engine.current] = me->time;
    store->releases = releases;
    store->value = value;
    store->stale_reads = 0;
    store->is_rmw = before != NULL;
    location->writes[trt_engine.current] = me->time;
}

// Where a store may stand in modification order: the n-th place from the end.
static uint32_t choose_place(const struct location *location, const struct trt_thread *me)
{
    uint32_t places[TRT_STORES_MAX];
    unsigned n = 0;
    uint32_t lowest = floor_of(location, me);
    for (uint32_t i = location->count; i > lowest; i--) {
        if (i == location->count || !location->stores[i].is_rmw) {
            places[n++] = i;
        }
    }
    return places[trt_pick_store(n)];
}

void trt_model_store(void *p, size_t bytes, uint64_t value, enum trt_order order, const char *here)
{
    trt_schedule(false);
    struct trt_thread *me = trt_tick();
    struct location *location = find_atomic(p, bytes, here);
    uint32_t place = location->count;
    bool is_fair = trt_engine.steps > TRT_STEPS_UNFAIR || trt_engine.current == TRT_MAIN;
    if (place > 1 && place < TRT_STORES_MAX && !is_fair) {
        place = choose_place(location, me);
    }
    value = narrow(value, bytes);
    bool is_newest = place == location->count;
    location->written_at = here;
    trt_trace("%s := %#llx%s", here, (unsigned long long)value,
              is_newest ? "" : " (overwritten already)");
    write_store(location, place, NULL, value, order);
    if (is_newest) {
        memcpy(p, &value, bytes);
    }
}

// Replaces the newest value, which the caller has ticked and found.
static uint64_t exchange(struct location *location, void *p, uint64_t value, enum trt_order order,
                         const char *here)
{
    uint32_t newest = location->count - 1;
    uint64_t found = read_store(location, newest, order, here);
    struct store before = location->stores[newest];
    value = narrow(value, location->bytes);
    location->written_at = here;
    trt_trace("%s := %#llx", here, (unsigned long long)value);
    write_store(location, location->count, &before, value, order);
    memcpy(p, &value, location->bytes);
    return found;
}

uint64_t trt_model_xchg(void *p, size_t bytes, uint64_t value, enum trt_order order,
                        const char *here)
{
    trt_schedule(false);
    (void)trt_tick();
    return exchange(find_atomic(p, bytes, here), p, value, order, here);
}

uint64_t trt_model_add(void *p, size_t bytes, uint64_t value, enum trt_order order,
                       const char *here)
{
    trt_schedule(false);
    (void)trt_tick();
    struct location *location = find_atomic(p, bytes, here);
    uint64_t sum = location->stores[location->count - 1].value + value;
    return exchange(location, p, sum, order, here);
}

// Which store a compare-and-swap looks at: an older one makes it fail, the newest decides.
static uint32_t choose_compared(struct location *location, struct trt_thread *me, uint64_t expected)
{
    uint32_t candidates[TRT_STORES_MAX];
    unsigned n = 0;
    uint32_t newest = location->count - 1;
    candidates[n++] = newest;
    if (newest > 0) {
        for (uint32_t i = readable_from(location, me); i < newest; i++) {
            if (location->stores[i].value != expected) {
                candidates[n++] = i;
            }
        }
    }
    uint32_t index = candidates[trt_pick_store(n)];
    location->stores[index].stale_reads += index != newest;
    return index;
}

bool trt_model_cas(void *p, void *expected, uint64_t value, unsigned how, const char *here)
{
    enum trt_order passed = (enum trt_order)(how & 15);
    enum trt_order failed = (enum trt_order)(how >> 4 & 15);
    size_t bytes = how >> 8;
    uint64_t wanted = trt_raw_value(expected, bytes);
    trt_schedule(false);
    struct trt_thread *me = trt_tick();
    struct location *location = find_atomic(p, bytes, here);
    uint32_t index = choose_compared(location, me, wanted);
    if (location->stores[index].value == wanted) {
        (void)exchange(location, p, value, passed, here);
        return true;
    }
    uint64_t found = read_store(location, index, failed, here);
    memcpy(expected, &found, bytes);
    return false;
}

void trt_model_fence(enum trt_order order, const char *here)
{
    if (order == TRT_seq_cst) {
        trt_schedule(false);
    }
    trt_trace("%s", here);
    struct trt_thread *me = trt_tick();
    if ((order & TRT_acquire) != 0) {
        trt_clock_join(&me->now, &me->acquirable);
    }
    if (order == TRT_seq_cst) {
        sc_fences = trt_lanes_max(sc_fences, me->now.hb);
        me->now.coh = trt_lanes_max(me->now.coh, sc_fences);
    }
    if ((order & TRT_release) != 0) {
        me->released = me->now;
    }
}

// Orders nothing by itself: only against heavy fences, before or after them.
void trt_model_light_fence(const char *here)
{
    trt_schedule(false);
    trt_trace("%s", here);
    struct trt_thread *me = trt_tick();
    me->now.coh = trt_lanes_max(me->now.coh, heavy_fences);
    light_fences = trt_lanes_max(light_fences, me->now.hb);
}

void trt_model_heavy_fence(const char *here)
{
    trt_model_fence(TRT_seq_cst, here);
    struct trt_thread *me = trt_me();
    me->now.coh = trt_lanes_max(me->now.coh, light_fences);
    heavy_fences = trt_lanes_max(heavy_fences, me->now.hb);
    me->released = me->now;
}

void trt_futex_wait(const uint32_t *p, uint32_t expected)
{
    trt_schedule(false);
    struct trt_thread *me = trt_tick();
    struct location *location = find_atomic(p, sizeof *p, "futex wait");
    if (read_store(location, location->count - 1, TRT_relaxed, "futex wait") == expected &&
        !trt_wakes_spuriously()) {
        me->waits_at = p;
        trt_schedule(true);
    }
}
