// Stack traces in what people write: Python, Node, Go, Java and C++ (gdb, sanitizers, backtrace_symbols, compilers' own). Each line is
// looked at by itself, so that a trace which was cut, quoted or logged with a prefix is still one. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::planning {

inline constexpr std::size_t kMaxFrames = 200, kMaxTraceBytes = 1u << 20;

struct Frame {
  std::string language;  // python, node, go, java, cpp
  std::string file;      // as it stands there: absolute, relative, or with no folder; "com/acme/Shop.java" of Java's packages
  std::int64_t line = 0;
  std::string function{};  // empty: it does not say
  friend bool operator==(const Frame&, const Frame&) = default;
};

// In the order in which they stand there, each place once. Frames of a runtime's own ("<frozen importlib>", "node:internal") are left out.
std::vector<Frame> frames_in(std::string_view text);

}  // namespace argosy::planning
