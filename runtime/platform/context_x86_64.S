// SPDX-License-Identifier: MIT
// The context switch for x86-64 (System V ABI).
//
// A suspended flow's stack holds, from its saved stack pointer up: r15 r14 r13 r12 rbx rbp and the
// address to resume at. Resuming pops that address and jumps: a `ret` here would miss the return
// predictor each time. Hence the object cannot run under shadow stacks and its property note
// claims branch tracking only; `notrack` because return addresses carry no endbr64.
// The register rax hands the context that was left to the flow that is resumed (NULL: abandoned).

    .text
    .hidden tri_context_arrive

// struct tri_context *tri_context_swap(struct tri_context *from, void *to_sp)
    .globl tri_context_swap
    .hidden tri_context_swap
    .type tri_context_swap, @function
    .p2align 4
tri_context_swap:
    .cfi_startproc
    endbr64
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    pushq %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12, 0
    pushq %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13, 0
    pushq %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14, 0
    pushq %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15, 0
    movq %rsp, (%rdi)
    movq %rdi, %rax
    movq %rsi, %rsp
.Lresume:
    popq %r15
    .cfi_adjust_cfa_offset -8
    .cfi_restore r15
    popq %r14
    .cfi_adjust_cfa_offset -8
    .cfi_restore r14
    popq %r13
    .cfi_adjust_cfa_offset -8
    .cfi_restore r13
    popq %r12
    .cfi_adjust_cfa_offset -8
    .cfi_restore r12
    popq %rbx
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbx
    popq %rbp
    .cfi_adjust_cfa_offset -8
    .cfi_restore rbp
    popq %rcx
    .cfi_adjust_cfa_offset -8
    .cfi_register rip, rcx
    notrack jmp *%rcx
    .cfi_endproc
    .size tri_context_swap, . - tri_context_swap

// _Noreturn void tri_context_leap(void *to_sp)
    .globl tri_context_leap
    .hidden tri_context_leap
    .type tri_context_leap, @function
    .p2align 4
tri_context_leap:
    .cfi_startproc
    .cfi_undefined rip
    endbr64
    xorl %eax, %eax
    movq %rdi, %rsp
    jmp .Lresume
    .cfi_endproc
    .size tri_context_leap, . - tri_context_leap

// struct tri_context *tri_context_launch(struct tri_context *from_or_null, void *top,
//                                        void (*entry)(void *), void *arg)
// Saves the caller as tri_context_swap does unless from is NULL, then calls
// tri_context_arrive(from, entry, arg) at the top of the new stack.
    .globl tri_context_launch
    .hidden tri_context_launch
    .type tri_context_launch, @function
    .p2align 4
tri_context_launch:
    .cfi_startproc
    endbr64
    testq %rdi, %rdi
    jz .Lbegin
    pushq %rbp
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbp, 0
    pushq %rbx
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset rbx, 0
    pushq %r12
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r12, 0
    pushq %r13
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r13, 0
    pushq %r14
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r14, 0
    pushq %r15
    .cfi_adjust_cfa_offset 8
    .cfi_rel_offset r15, 0
    movq %rsp, (%rdi)
    .cfi_endproc
    .size tri_context_launch, . - tri_context_launch

// The outermost frame of every flow: the unwinder and gdb stop at its undefined return address.
    .type tri_context_outermost, @function
tri_context_outermost:
    .cfi_startproc
    .cfi_undefined rip
    .cfi_undefined rbp
.Lbegin:
    movq %rsi, %rsp
    andq $-16, %rsp
    .cfi_def_cfa rsp, 8
    movq %rdx, %rsi
    movq %rcx, %rdx
    xorl %ebp, %ebp
    call tri_context_arrive
    ud2
    .cfi_endproc
    .size tri_context_outermost, . - tri_context_outermost

    .section .note.GNU-stack, "", @progbits

// GNU property note: indirect branch tracking (bit 0), not shadow stack (bit 1).
    .section .note.gnu.property, "a", @note
    .p2align 3
    .long 4
    .long 16
    .long 5
    .asciz "GNU"
    .long 0xc0000002
    .long 4
    .long 1
    .long 0
