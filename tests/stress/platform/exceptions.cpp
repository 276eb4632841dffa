// SPDX-License-Identifier: MIT
// C++ exceptions in flows: a rethrow after a suspension inside a handler rethrows the flow's own
// exception, also when the flow went on on another thread; unwinding stays within the flow.
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>

#include "exceptions_flow.h"

namespace {

int failed;
int passed;

void expect(bool holds, const char *what)
{
    if (holds) {
        passed++;
    } else {
        failed++;
        std::printf("failed: %s\n", what);
    }
}

struct noted {
    int number;
    std::string rethrown;
    bool unwound = false;
};

struct unwinding {
    noted &note;
    ~unwinding()
    {
        note.unwound = true;
    }
};

void throw_and_suspend(noted &note)
{
    unwinding watch{note};
    try {
        throw std::runtime_error("of flow " + std::to_string(note.number));
    } catch (const std::exception &) {
        trt_flow_suspend(note.number);
        throw;
    }
}

void body(void *arg)
{
    noted &note = *static_cast<noted *>(arg);
    try {
        throw_and_suspend(note);
    } catch (const std::exception &e) {
        note.rethrown = e.what();
    }
}

void interleave(bool other_thread)
{
    noted notes[2] = {{0, "", false}, {1, "", false}};
    trt_flow_begin(0, body, &notes[0]);
    expect(std::current_exception() == nullptr, "the resumer handles no exception");
    trt_flow_begin(1, body, &notes[1]);
    if (other_thread) {
        std::thread([] { trt_flow_resume(0); }).join();
    } else {
        trt_flow_resume(0);
    }
    trt_flow_resume(1);
    for (int i = 0; i < 2; i++) {
        expect(notes[i].rethrown == "of flow " + std::to_string(i), "a flow rethrows its own");
        expect(notes[i].unwound, "unwinding runs the flow's destructors");
        trt_flow_close(i);
    }
}

} // namespace

int main()
{
    for (int i = 0; i < 100; i++) {
        interleave(false);
        interleave(true);
    }
    std::printf("%d passed, %d failed, 0 skipped\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
