// SPDX-License-Identifier: MIT
#include "timer/wheel.h"

#include "base/bits.h"
#include "base/check.h"

#define LEVEL_BITS 6

static unsigned level_of(unsigned place)
{
    return (place - 1) / TRI_WHEEL_SLOTS;
}

static unsigned slot_of(unsigned place)
{
    return (place - 1) % TRI_WHEEL_SLOTS;
}

// The nanoseconds that a slot of this level spans, less one: a mask of the bits below the level.
static uint64_t span_mask(unsigned level)
{
    return (UINT64_C(1) << (level * LEVEL_BITS)) - 1;
}

static void add_to_count(struct tri_wheel *wheel, size_t n)
{
    // relaxed: a statistic with one writer; nothing is ordered by it.
    tri_store(&wheel->x_count, tri_load(&wheel->x_count, relaxed) + n, relaxed);
}

void tri_wheel_init(struct tri_wheel *wheel, uint64_t now_ns)
{
    wheel->position_ns = now_ns;
    wheel->split_last_ns = 0;
    wheel->split_place = 0;
    wheel->levels = 0;
    // relaxed: nobody else knows the wheel yet.
    tri_store(&wheel->x_count, 0, relaxed);
    for (unsigned level = 0; level < TRI_WHEEL_LEVELS; level++) {
        wheel->occupied[level] = 0;
    }
}

// Appends the node to the slot where a deadline of when_ns stands now.
static void put_node(struct tri_wheel *wheel, struct tri_wheel_node *node, uint64_t when_ns)
{
    uint64_t differs = when_ns ^ wheel->position_ns;
    unsigned level = differs == 0 ? 0 : tri_bits_highest(differs) / LEVEL_BITS;
    unsigned at = (unsigned)(when_ns >> (level * LEVEL_BITS)) % TRI_WHEEL_SLOTS;
    struct tri_wheel_slot *slot = &wheel->slots[level][at];
    uint64_t bit = UINT64_C(1) << at;

    if ((wheel->occupied[level] & bit) == 0) {
        wheel->occupied[level] |= bit;
        wheel->levels = (uint16_t)(wheel->levels | (1u << level));
        tri_list_init(&slot->list);
        slot->earliest_ns = when_ns;
    } else if (when_ns < slot->earliest_ns) {
        slot->earliest_ns = when_ns;
    }
    node->place = (uint16_t)(1 + level * TRI_WHEEL_SLOTS + at);
    tri_list_push_back(&slot->list, &node->link);
}

// Takes the node out of its slot.
static void take_node(struct tri_wheel *wheel, struct tri_wheel_node *node)
{
    unsigned level = level_of(node->place);
    unsigned at = slot_of(node->place);

    tri_list_remove(&node->link);
    node->place = 0;
    if (tri_list_empty(&wheel->slots[level][at].list)) {
        wheel->occupied[level] &= ~(UINT64_C(1) << at);
        if (wheel->occupied[level] == 0) {
            wheel->levels = (uint16_t)(wheel->levels & ~(1u << level));
        }
    }
}

// Appends to the slot being taken apart, behind the nodes that still wait there to be moved: an
// equal deadline among them was added before.
static void put_behind_split(struct tri_wheel *wheel, struct tri_wheel_node *node)
{
    unsigned level = level_of(wheel->split_place);
    unsigned at = slot_of(wheel->split_place);

    // Emptied by removals or not, its list is intact.
    wheel->occupied[level] |= UINT64_C(1) << at;
    wheel->levels = (uint16_t)(wheel->levels | (1u << level));
    node->place = wheel->split_place;
    tri_list_push_back(&wheel->slots[level][at].list, &node->link);
}

void tri_wheel_add(struct tri_wheel *wheel, struct tri_wheel_node *node)
{
    uint64_t when_ns = node->deadline_ns;

    TRI_CHECK(node->place == 0, "wheel: the node is in a wheel already");
    if (when_ns < wheel->position_ns) {
        when_ns = wheel->position_ns;
    }
    add_to_count(wheel, 1);
    if (wheel->split_place != 0 && when_ns <= wheel->split_last_ns) {
        put_behind_split(wheel, node);
    } else {
        put_node(wheel, node, when_ns);
    }
}

bool tri_wheel_remove(struct tri_wheel *wheel, struct tri_wheel_node *node)
{
    if (node->place == 0) {
        return false;
    }
    take_node(wheel, node);
    add_to_count(wheel, (size_t)-1);
    return true;
}

// The place of the earliest slot; the wheel is not empty.
static unsigned earliest_place(const struct tri_wheel *wheel)
{
    unsigned level = tri_bits_lowest(wheel->levels);

    return 1 + level * TRI_WHEEL_SLOTS + tri_bits_lowest(wheel->occupied[level]);
}

uint64_t tri_wheel_next(const struct tri_wheel *wheel)
{
    if (wheel->levels == 0) {
        return UINT64_MAX;
    }
    if (wheel->split_place != 0) {
        return wheel->position_ns;
    }
    unsigned place = earliest_place(wheel);
    return wheel->slots[level_of(place)][slot_of(place)].earliest_ns;
}

// Moves up to max nodes of a level-0 slot, one nanosecond, to due. Returns how many.
static size_t expire_slot(struct tri_wheel *wheel, unsigned at, size_t max, struct tri_list *due)
{
    struct tri_wheel_slot *slot = &wheel->slots[0][at];
    size_t moved = 0;

    while (moved < max && (wheel->occupied[0] & (UINT64_C(1) << at)) != 0) {
        struct tri_link *link = tri_list_first(&slot->list);
        take_node(wheel, TRI_CONTAINER_OF(link, struct tri_wheel_node, link));
        tri_list_push_back(due, link);
        moved++;
    }
    add_to_count(wheel, 0 - moved);
    return moved;
}

// The wheel enters the slot; its nodes have yet to move to lower levels.
static void begin_split(struct tri_wheel *wheel, unsigned place)
{
    const struct tri_wheel_slot *slot = &wheel->slots[level_of(place)][slot_of(place)];

    wheel->position_ns = slot->earliest_ns;
    wheel->split_place = (uint16_t)place;
    wheel->split_last_ns = slot->earliest_ns | span_mask(level_of(place));
}

// Moves up to max nodes of the slot being taken apart to lower levels. Returns how many.
static size_t continue_split(struct tri_wheel *wheel, size_t max)
{
    unsigned level = level_of(wheel->split_place);
    unsigned at = slot_of(wheel->split_place);
    struct tri_wheel_slot *slot = &wheel->slots[level][at];
    size_t moved = 0;

    while (moved < max && (wheel->occupied[level] & (UINT64_C(1) << at)) != 0) {
        struct tri_link *link = tri_list_first(&slot->list);
        struct tri_wheel_node *node = TRI_CONTAINER_OF(link, struct tri_wheel_node, link);
        uint64_t when_ns = node->deadline_ns;
        take_node(wheel, node);
        put_node(wheel, node, when_ns < wheel->position_ns ? wheel->position_ns : when_ns);
        moved++;
    }
    if ((wheel->occupied[level] & (UINT64_C(1) << at)) == 0) {
        wheel->split_place = 0;
    }
    return moved;
}

// Nothing is due before the slot at place: the position follows the clock up to the slot's start.
// Inside the slot it may not go, since the slot's nodes would belong to lower levels.
static void follow_clock(struct tri_wheel *wheel, unsigned place, uint64_t now_ns)
{
    unsigned level = level_of(place);
    uint64_t start_ns = wheel->slots[level][slot_of(place)].earliest_ns & ~span_mask(level);

    if (now_ns > wheel->position_ns && now_ns < start_ns) {
        wheel->position_ns = now_ns;
    }
}

bool tri_wheel_expire(struct tri_wheel *wheel, uint64_t now_ns, size_t max_moves,
                      struct tri_list *due)
{
    for (;;) {
        if (wheel->split_place != 0) {
            max_moves -= continue_split(wheel, max_moves);
            if (wheel->split_place != 0) {
                return true;
            }
        }
        if (wheel->levels == 0) {
            wheel->position_ns = now_ns > wheel->position_ns ? now_ns : wheel->position_ns;
            return false;
        }
        unsigned place = earliest_place(wheel);
        if (wheel->slots[level_of(place)][slot_of(place)].earliest_ns > now_ns) {
            follow_clock(wheel, place, now_ns);
            return false;
        }
        if (max_moves == 0) {
            return true;
        }
        if (level_of(place) == 0) {
            max_moves -= expire_slot(wheel, slot_of(place), max_moves, due);
        } else {
            begin_split(wheel, place);
        }
    }
}

size_t tri_wheel_count(const struct tri_wheel *wheel)
{
    // relaxed: a statistic; nothing is ordered by it.
    return tri_load(&wheel->x_count, relaxed);
}

// Checks one occupied slot; returns how many nodes it holds.
static size_t check_slot(const struct tri_wheel *wheel, unsigned place)
{
    const struct tri_wheel_slot *slot = &wheel->slots[level_of(place)][slot_of(place)];
    uint64_t highest_ns = slot->earliest_ns | span_mask(level_of(place));
    size_t count = 0;

    TRI_CHECK(slot->earliest_ns >= wheel->position_ns, "wheel: a slot before the position");
    TRI_CHECK(!tri_list_empty(&slot->list), "wheel: an occupied slot is empty");
    for (struct tri_link *link = tri_list_first(&slot->list); link != NULL;
         link = tri_list_next(&slot->list, link)) {
        const struct tri_wheel_node *node = TRI_CONTAINER_OF(link, struct tri_wheel_node, link);
        TRI_CHECK(node->place == place, "wheel: a node does not know its place");
        TRI_CHECK(node->deadline_ns <= highest_ns, "wheel: a node is in too early a slot");
        TRI_CHECK(level_of(place) == 0 || place == wheel->split_place ||
                      node->deadline_ns >= slot->earliest_ns,
                  "wheel: a node is earlier than its slot says");
        count++;
    }
    return count;
}

void tri_wheel_check(const struct tri_wheel *wheel)
{
    size_t count = 0;

    for (unsigned level = 0; level < TRI_WHEEL_LEVELS; level++) {
        TRI_CHECK(((wheel->levels >> level) & 1) == (wheel->occupied[level] != 0),
                  "wheel: a level is marked wrongly");
        for (uint64_t left = wheel->occupied[level]; left != 0; left &= left - 1) {
            unsigned place = 1 + level * TRI_WHEEL_SLOTS + tri_bits_lowest(left);
            count += check_slot(wheel, place);
        }
    }
    TRI_CHECK(count == tri_wheel_count(wheel), "wheel: the count is wrong");
}
