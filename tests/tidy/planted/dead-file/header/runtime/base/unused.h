// SPDX-License-Identifier: MIT
// Nobody reads this.
#ifndef TRI_BASE_UNUSED_H
#define TRI_BASE_UNUSED_H

#endif
