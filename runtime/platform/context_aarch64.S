// SPDX-License-Identifier: MIT
// The context switch for aarch64 (AAPCS64).
//
// A suspended flow's stack holds, from its saved stack pointer up: x19..x28, x29, x30 (the address
// to resume at) and d8..d15: 160 bytes. Resuming ends in `ret`, the only indirect branch that may
// land on an ordinary return address when branch target identification is on.
// The register x0 hands the context that was left to the flow that is resumed (NULL: abandoned).

    .macro save_registers
    sub sp, sp, #160
    .cfi_adjust_cfa_offset 160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    .cfi_rel_offset x19, 0
    .cfi_rel_offset x20, 8
    .cfi_rel_offset x21, 16
    .cfi_rel_offset x22, 24
    .cfi_rel_offset x23, 32
    .cfi_rel_offset x24, 40
    .cfi_rel_offset x25, 48
    .cfi_rel_offset x26, 56
    .cfi_rel_offset x27, 64
    .cfi_rel_offset x28, 72
    .cfi_rel_offset x29, 80
    .cfi_rel_offset x30, 88
    .endm

    .text
    .hidden tri_context_arrive

// struct tri_context *tri_context_swap(struct tri_context *from, void *to_sp)
    .globl tri_context_swap
    .hidden tri_context_swap
    .type tri_context_swap, %function
    .p2align 4
tri_context_swap:
    .cfi_startproc
    hint #34 // bti c
    save_registers
    mov x9, sp
    str x9, [x0]
    mov sp, x1
.Lresume:
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    .cfi_adjust_cfa_offset -160
    .cfi_restore x19
    .cfi_restore x20
    .cfi_restore x21
    .cfi_restore x22
    .cfi_restore x23
    .cfi_restore x24
    .cfi_restore x25
    .cfi_restore x26
    .cfi_restore x27
    .cfi_restore x28
    .cfi_restore x29
    .cfi_restore x30
    ret
    .cfi_endproc
    .size tri_context_swap, . - tri_context_swap

// _Noreturn void tri_context_leap(void *to_sp)
    .globl tri_context_leap
    .hidden tri_context_leap
    .type tri_context_leap, %function
    .p2align 4
tri_context_leap:
    .cfi_startproc
    .cfi_undefined x30
    hint #34 // bti c
    mov sp, x0
    mov x0, xzr
    b .Lresume
    .cfi_endproc
    .size tri_context_leap, . - tri_context_leap

// struct tri_context *tri_context_launch(struct tri_context *from_or_null, void *top,
//                                        void (*entry)(void *), void *arg)
// Saves the caller as tri_context_swap does unless from is NULL, then calls
// tri_context_arrive(from, entry, arg) at the top of the new stack.
    .globl tri_context_launch
    .hidden tri_context_launch
    .type tri_context_launch, %function
    .p2align 4
tri_context_launch:
    .cfi_startproc
    hint #34 // bti c
    cbz x0, .Lbegin
    save_registers
    mov x9, sp
    str x9, [x0]
    .cfi_endproc
    .size tri_context_launch, . - tri_context_launch

// The outermost frame of every flow: the unwinder and gdb stop at its undefined return address.
    .type tri_context_outermost, %function
tri_context_outermost:
    .cfi_startproc
    .cfi_undefined x30
    .cfi_undefined x29
.Lbegin:
    and x9, x1, #-16
    mov sp, x9
    .cfi_def_cfa sp, 0
    mov x1, x2
    mov x2, x3
    mov x29, xzr
    mov x30, xzr
    bl tri_context_arrive
    brk #0
    .cfi_endproc
    .size tri_context_outermost, . - tri_context_outermost

    .section .note.GNU-stack, "", %progbits

// GNU property note: branch target identification (bit 0).
    .section .note.gnu.property, "a", %note
    .p2align 3
    .long 4
    .long 16
    .long 5
    .asciz "GNU"
    .long 0xc0000000
    .long 4
    .long 1
    .long 0
