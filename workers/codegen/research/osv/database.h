// Known vulnerabilities, out of a folder with the files of an OSV database (an all.zip of osv.dev, unpacked; folders below count). Read
// in a thread of its own, which may take minutes; other files come with the next start. Used by Models. Thread-safe.
#pragma once

#include <atomic>
#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "common/core/error.h"
#include "workers/codegen/research/osv/advisory.h"

namespace argosy::codegen::osv {

inline constexpr std::size_t kMostFiles = 300'000;       // entries; those beyond are not read, and an answer says so
inline constexpr std::size_t kMostFileBytes = 4u << 20;  // of one
inline constexpr std::size_t kMostTold = 20;             // vulnerabilities of one answer

class Database {
 public:
  explicit Database(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Once: begins to read, and goes on until the end of this object.
  void start();
  // Until all is read, for tests; after start().
  void wait() const { state_.wait(State::being_read); }
  // For a model: each vulnerability of the package that affects this version (without one: all), with what fixes it, and what cannot be
  // judged. Reads the files of that package. Errors (A): osv_being_read, until all is; (B): osv_unreadable.
  Result<std::string> look_up(const std::string& ecosystem, const std::string& package, const std::string& version);

 private:
  enum class State { being_read, read, unreadable };
  State read(const std::stop_token& stop);

  const std::filesystem::path folder_;
  // The thread's, until it has told by the state that they stand.
  std::map<std::string, std::vector<std::filesystem::path>> files_{};  // by key_of()
  std::size_t entries_ = 0, unread_ = 0;                               // read, and what could not be
  std::string why_{};                                                  // it is unreadable
  std::atomic<State> state_ = State::being_read;
  std::jthread reader_;  // last: it ends before what it writes
};

}  // namespace argosy::codegen::osv
