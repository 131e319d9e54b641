// The log of one attempt: redacted line by line, bounded, sent in chunks while it grows and kept whole for the artifact. A line is held
// back until it is complete, so that no secret slips through in two halves. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace argosy::runtime {

class StepLog {
 public:
  static constexpr std::size_t kChunkBytes = 16u << 10;   // at so many waiting bytes a chunk is sent at once
  static constexpr std::size_t kLongestLine = 64u << 10;  // a longer one is cut there

  using Sink = std::function<void(std::int64_t offset, std::string text)>;
  // `max_bytes` bounds what is kept and sent; what comes after is dropped, and the log says so.
  StepLog(std::size_t max_bytes, Sink sink) : max_bytes_(max_bytes), sink_(std::move(sink)) {}

  // True when something waits to be sent.
  bool append(std::string_view text);
  void flush();
  // Sends the rest, also an incomplete last line, and returns the whole. Nothing may be appended after it.
  std::string close();

 private:
  void take_lines(bool all);
  void send();

  const std::size_t max_bytes_;
  const Sink sink_;
  std::mutex mutex_;
  std::string incomplete_, kept_;
  std::size_t sent_ = 0;  // bytes of kept_ that were given to the sink
  bool full_ = false;
};

}  // namespace argosy::runtime
