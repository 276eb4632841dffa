// SPDX-License-Identifier: MIT
// The world of the model: its locations, races on plain data, freed memory.
#include "engine/memory.h"

#define LOCATIONS_MAX 512
#define WORLD_MAX 16384

static struct {
    char *world;
    size_t world_bytes;
    uint32_t count;
    bool any_dead;
    uint16_t shadow[WORLD_MAX]; // byte of the world → index of its location + 1
    uint8_t dead[WORLD_MAX];
    struct location locations[LOCATIONS_MAX];
} memory;

void trt_memory_init(void *world, size_t bytes)
{
    if (bytes > WORLD_MAX) {
        trt_model_fail("the world is larger than %d bytes", WORLD_MAX);
    }
    memory.world = world;
    memory.world_bytes = bytes;
}

void trt_memory_reset(void)
{
    for (uint32_t i = 0; i < memory.count; i++) {
        const struct location *location = &memory.locations[i];
        memset(&memory.shadow[location->base - memory.world], 0,
               location->bytes * sizeof memory.shadow[0]);
    }
    memory.count = 0;
    if (memory.any_dead) {
        memset(memory.dead, 0, memory.world_bytes);
        memory.any_dead = false;
    }
    memset(memory.world, 0, memory.world_bytes);
}

static size_t offset_of(const void *p, size_t bytes, const char *here)
{
    size_t offset = (size_t)((const char *)p - memory.world);
    if (offset >= memory.world_bytes || memory.world_bytes - offset < bytes) {
        trt_model_fail("%s: outside of the world", here);
    }
    return offset;
}

static struct location *create(const void *p, size_t bytes, bool is_plain, const char *here)
{
    trt_lanes zero = { 0 };
    if (memory.count == LOCATIONS_MAX) {
        trt_model_fail("%s: more than %d locations", here, LOCATIONS_MAX);
    }
    struct location *location = &memory.locations[memory.count++];
    location->base = p;
    location->bytes = (uint32_t)bytes;
    location->is_plain = is_plain;
    location->count = 1;
    location->reads = location->writes = location->overtaken = location->claimed = zero;
    location->read_at = location->written_at = "set-up";
    struct store *first = &location->stores[0];
    memset(first, 0, sizeof *first);
    first->value = is_plain ? 0 : trt_raw_value(p, bytes);
    uint16_t *shadow = &memory.shadow[location->base - memory.world];
    for (size_t i = 0; i < bytes; i++) {
        if (shadow[i] != 0) {
            trt_model_fail("%s: overlaps another location", here);
        }
        shadow[i] = (uint16_t)memory.count;
    }
    return location;
}

struct location *trt_find(const void *p, size_t bytes, bool is_plain, const char *here)
{
    size_t offset = offset_of(p, bytes, here);
    if (memory.dead[offset]) {
        trt_model_fail("%s: memory that was freed", here);
    }
    if (memory.shadow[offset] == 0) {
        return create(p, bytes, is_plain, here);
    }
    struct location *location = &memory.locations[memory.shadow[offset] - 1];
    if (location->base != p || location->bytes != bytes || location->is_plain != is_plain) {
        trt_model_fail("%s: accessed before with another size or kind", here);
    }
    return location;
}

const void *trt_model_plain_read(const void *p, size_t bytes, const char *here)
{
    struct trt_thread *me = trt_tick();
    struct location *location = trt_find(p, bytes, true, here);
    trt_trace("%s", here);
    if (!trt_lanes_within(location->writes, me->now.hb)) {
        trt_model_fail("data race: %s after %s", here, location->written_at);
    }
    location->reads[trt_engine.current] = me->time;
    location->read_at = here;
    return p;
}

void *trt_model_plain_write(void *p, size_t bytes, const char *here)
{
    struct trt_thread *me = trt_tick();
    struct location *location = trt_find(p, bytes, true, here);
    trt_trace("%s", here);
    if (!trt_lanes_within(location->writes, me->now.hb)) {
        trt_model_fail("data race: %s after %s", here, location->written_at);
    }
    if (!trt_lanes_within(location->reads, me->now.hb)) {
        trt_model_fail("data race: %s after %s", here, location->read_at);
    }
    location->writes[trt_engine.current] = me->time;
    location->written_at = here;
    return p;
}

void trt_free(void *p, size_t bytes)
{
    struct trt_thread *me = trt_tick();
    size_t offset = offset_of(p, bytes, "trt_free");
    memory.any_dead = true;
    for (size_t i = offset; i < offset + bytes; i++) {
        if (memory.dead[i]) {
            trt_model_fail("freed twice");
        }
        memory.dead[i] = 1;
        if (memory.shadow[i] == 0) {
            continue;
        }
        const struct location *location = &memory.locations[memory.shadow[i] - 1];
        if (!trt_lanes_within(location->writes, me->now.hb)) {
            trt_model_fail("free unordered after %s", location->written_at);
        }
        if (!trt_lanes_within(location->reads, me->now.hb)) {
            trt_model_fail("free unordered after %s", location->read_at);
        }
    }
}

void trt_unfree(void *p, size_t bytes)
{
    memset(&memory.dead[offset_of(p, bytes, "trt_unfree")], 0, bytes);
}
