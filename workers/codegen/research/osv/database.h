// Known vulnerabilities, out of a folder with the files of an OSV database (an all.zip of osv.dev, unpacked; folders below count). Read
// when it is first asked for; other files come with the next start. Used by Models. Blocks; thread-safe.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
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

  // For a model: each vulnerability of the package that affects this version (without one: all), with what fixes it, and what cannot be
  // judged. Errors (B): osv_unreadable.
  Result<std::string> look_up(const std::string& ecosystem, const std::string& package, const std::string& version);

 private:
  Result<void> read();

  const std::filesystem::path folder_;
  std::mutex mutex_;
  bool read_ = false;
  std::map<std::string, std::vector<std::filesystem::path>> files_;  // by key_of()
  std::size_t entries_ = 0, unread_ = 0;                             // read, and what could not be
};

}  // namespace argosy::codegen::osv
