// SPDX-License-Identifier: MIT
// The heavy half of an asymmetric fence.
//
// Purpose: one rare caller pays (about 5 us) so that hot paths need only tri_light_fence().
// Invariants: after tri_heavy_fence returns, every running thread of the process has passed a full
//   memory barrier since the call. Threads: any. Ownership: none.
#ifndef TRI_PORT_FENCE_H
#define TRI_PORT_FENCE_H

// Registers the process with the kernel; call once before the first fence. 0: available.
// Otherwise an errno value, and tri_heavy_fence must not be called.
int tri_heavy_fence_open(void);
void tri_heavy_fence(void);

#endif
