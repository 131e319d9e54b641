// The other side of the benchmark: a server that streams OpenAI chat completions to hundreds of clients at a steady pace, and writes into
// each event when it was sent. In C++ and in a process of its own, so that it is never what is measured.
#pragma once

#include <cstdint>

namespace argosy::bench {

constexpr int kStreams = 500;
constexpr int kEvents = 200;                    // of each stream, with a piece of text
constexpr int kEveryMs = 50;                    // between two events of a stream: 10,000 a second over all streams
constexpr int kSpreadMs = 1'000;                // streams begin one after the other over this time
constexpr std::size_t kConversation = 100'000;  // bytes that each call sends

// CLOCK_MONOTONIC, which all processes of a machine share.
std::int64_t monotonic_ns();

// Listens on loopback, prints "port N" and serves until it is killed. Returns only what could not be started.
int serve_streams();

}  // namespace argosy::bench
