// SPDX-License-Identifier: MIT
int tri_unused(void);

int tri_unused(void)
{
    return 0;
}
