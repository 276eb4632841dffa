// SPDX-License-Identifier: MIT
void help(void)
{
}
