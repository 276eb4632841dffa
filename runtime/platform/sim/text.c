// SPDX-License-Identifier: MIT
#include "platform/sim/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// A growing text; bits wait in `pending` until six of them make a digit.
struct writer {
    char *text;
    size_t length;
    size_t capacity;
    uint32_t pending;
    uint32_t pending_bits;
};

static void put_digit(struct writer *w, uint32_t six)
{
    if (w->length + 2 > w->capacity) {
        size_t capacity = w->capacity * 2 + 64;
        char *larger = realloc(w->text, capacity);
        if (larger == NULL) {
            free(w->text);
            *w = (struct writer){ 0 };
            return;
        }
        w->text = larger;
        w->capacity = capacity;
    }
    w->text[w->length++] = digits[six];
    w->text[w->length] = '\0';
}

static void put_byte(struct writer *w, uint32_t byte)
{
    w->pending = w->pending << 8 | byte;
    w->pending_bits += 8;
    while (w->pending_bits >= 6) {
        w->pending_bits -= 6;
        put_digit(w, w->pending >> w->pending_bits & 63);
    }
}

static void put_number(struct writer *w, uint32_t number)
{
    for (; number >= 128; number >>= 7) {
        put_byte(w, 128 | (number & 127));
    }
    put_byte(w, number);
}

char *tri_sim_text_encode(const uint32_t *list, size_t count)
{
    struct writer w = { 0 };
    uint32_t zeros = 0;
    for (size_t i = 0; i < count; i++) {
        if (list[i] == 0) {
            zeros++;
        } else {
            put_number(&w, zeros);
            put_number(&w, list[i]);
            zeros = 0;
        }
    }
    if (w.pending_bits > 0) {
        put_digit(&w, w.pending << (6 - w.pending_bits) & 63);
    }
    return w.text == NULL ? calloc(1, 1) : w.text;
}

struct reader {
    const char *next;
    uint32_t pending;
    uint32_t pending_bits;
    bool broken;
};

// False at the end of the text; leftover bits of the last digit are no byte.
static bool get_byte(struct reader *r, uint32_t *byte)
{
    while (r->pending_bits < 8) {
        const char *digit = *r->next == '\0' ? NULL : strchr(digits, *r->next);
        if (digit == NULL) {
            r->broken = r->broken || *r->next != '\0';
            return false;
        }
        r->pending = r->pending << 6 | (uint32_t)(digit - digits);
        r->pending_bits += 6;
        r->next++;
    }
    r->pending_bits -= 8;
    *byte = r->pending >> r->pending_bits & 255;
    return true;
}

static bool get_number(struct reader *r, uint32_t *number)
{
    uint32_t byte = 128;
    uint32_t value = 0;
    for (uint32_t shift = 0; byte >= 128; shift += 7) {
        if (shift > 28 || !get_byte(r, &byte)) {
            r->broken = r->broken || shift > 0;
            return false;
        }
        value |= (byte & 127) << shift;
    }
    *number = value;
    return true;
}

static bool append(uint32_t **list, size_t *count, uint32_t zeros, uint32_t number)
{
    uint32_t *larger = realloc(*list, (*count + zeros + 1) * sizeof **list);
    if (larger == NULL) {
        return false;
    }
    memset(larger + *count, 0, zeros * sizeof *larger);
    larger[*count + zeros] = number;
    *list = larger;
    *count += (size_t)zeros + 1;
    return true;
}

uint32_t *tri_sim_text_decode(const char *text, size_t *count)
{
    enum { ZEROS_MAX = 1 << 24 }; // a longer run is a slip of the pen, not a decision list
    struct reader r = { .next = text };
    uint32_t *list = calloc(1, sizeof *list);
    size_t length = 0;
    uint32_t zeros = 0;
    uint32_t number = 0;
    while (list != NULL && get_number(&r, &zeros)) {
        if (zeros > ZEROS_MAX || !get_number(&r, &number) ||
            !append(&list, &length, zeros, number)) {
            r.broken = true;
            break;
        }
    }
    if (r.broken) {
        free(list);
        return NULL;
    }
    *count = length;
    return list;
}
