#include "tests/chaos/matrix/ledger/effects.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>

#include <fmt/format.h>

#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::chaos {
namespace {

std::runtime_error broken(const std::string& what) { return std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno))); }

Micros monotonic() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return Micros{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

std::int64_t number(std::string_view text, std::string_view line) {
  const auto value = text::to_int(text);
  if (!value) throw std::runtime_error(fmt::format("no line of effects: {}", line));
  return *value;
}

void read_lines(const std::string& process, const std::string& all, std::vector<Run>& runs) {
  std::map<Token, std::size_t> open;
  for (const auto line : text::lines(all)) {
    const auto words = text::split(line, ' ');
    if (words.size() != 6 || (words[0] != "B" && words[0] != "A")) throw std::runtime_error(fmt::format("no line of effects: {}", line));
    const Token token{std::string(words[1]), static_cast<std::int16_t>(number(words[2], line)), number(words[3], line)};
    const Micros at = number(words[4], line);
    if (words[0] == "B") {
      open[token] = runs.size();
      runs.push_back({.token = token, .process = process, .began = at});
      continue;
    }
    // An effect twice is a run of its own, so that nothing hides it.
    const auto begun = open.find(token);
    if (begun == open.end() || runs[begun->second].applied)
      runs.push_back({.token = token, .process = process, .began = at, .applied = at});
    else
      runs[begun->second].applied = at;
  }
}

}  // namespace

Effects::Effects(const std::filesystem::path& folder, const std::string& member)
    : process_(fmt::format("{}.{}", member, ::getpid())),
      fd_(::open((folder / (process_ + ".log")).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
  if (fd_ < 0) throw broken("the file of effects");
}

Effects::~Effects() { ::close(fd_); }

void Effects::write(char what, const Token& token, std::chrono::nanoseconds boot) const {
  const auto line = fmt::format("{} {} {} {} {} {}\n", what, token.task, token.step, token.epoch, boot.count() / 1000, monotonic());
  if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) throw broken("an effect was not written");
}

std::vector<Run> read_effects(const std::filesystem::path& folder) {
  std::vector<Run> runs;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    read_lines(file.path().stem().string(), read_file(file.path()).value_or(""), runs);
  return runs;
}

}  // namespace argosy::chaos
