// SPDX-License-Identifier: MIT
#include "protocol.h"

const tr_type *const tri_protocol_pages[TRI_SIZES] = {
    &tr_sup_page_16_type,
    &tr_sup_page_128_type,
    &tr_sup_page_1024_type,
    &tr_sup_page_8192_type,
};

const tr_type *const tri_protocol_starts[TRI_SIZES] = {
    &tr_sup_start_512_type,
    &tr_sup_start_8k_type,
    &tr_sup_start_128k_type,
    &tr_sup_start_2m_type,
};

const tr_type *tri_protocol_fitting(const tr_type *const types[TRI_SIZES], size_t bytes)
{
    for (int i = 0; i < TRI_SIZES; i++) {
        if (types[i]->bytes >= bytes) {
            return types[i];
        }
    }
    return NULL;
}
