// Where the toy handlers write down what they do: a line when a step begins and one when its effect is applied, each one write to a file
// that is only ever appended to, one file a process. What was written survives the process's SIGKILL. Thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "common/core/clock.h"
#include "tests/chaos/matrix/ledger/evidence.h"

namespace argosy::chaos {

class Effects {
 public:
  // `member`: codegen-2. Throws std::runtime_error when the file cannot be made.
  Effects(const std::filesystem::path& folder, const std::string& member);
  ~Effects();
  Effects(const Effects&) = delete;
  Effects& operator=(const Effects&) = delete;

  const std::string& process() const { return process_; }
  void began(const Token& token, std::chrono::nanoseconds boot) const { write('B', token, boot); }
  void applied(const Token& token, std::chrono::nanoseconds boot) const { write('A', token, boot); }

 private:
  void write(char what, const Token& token, std::chrono::nanoseconds boot) const;

  std::string process_;
  int fd_;
};

// All that all processes wrote. Throws std::runtime_error on a line that cannot be read.
std::vector<Run> read_effects(const std::filesystem::path& folder);

}  // namespace argosy::chaos
