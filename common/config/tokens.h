// Who calls: the file behind ARGOSY_TOKENS_FILE, one line a token: `sha256hex org-uuid user role`; blank lines and those that start with
// # are passed over. Shared by ingest and fan-out. Immutable after load, any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/ids.h"

namespace argosy::config {

inline constexpr std::size_t kMaxTokens = 10'000;  // find() looks at each of them

struct Caller {
  OrgId org;
  std::string user;
  std::string role;  // admin, developer, operator, viewer
};

// Everybody, while no token file is configured; every process then listens on loopback only.
Caller default_caller();

class TokenTable {
 public:
  // Errors (B): tokens_invalid (names the line), and those of read_file.
  static Result<TokenTable> load(const std::filesystem::path& path);
  static Result<TokenTable> parse(std::string_view text);

  // Whose token this is. Compares with every entry in constant time, so that an answer's time tells nothing about the entries.
  std::optional<Caller> find(std::string_view bearer) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string digest;  // 32 bytes
    Caller caller;
  };
  std::vector<Entry> entries_;
};

// The token of an `Authorization: Bearer ...` header's value, or nothing.
std::optional<std::string> bearer_of(std::string_view authorization);

}  // namespace argosy::config
