// Secrets that a change adds. Asked by agents before an edit is staged and by git before the commit; what stood in the files before does
// not count. Stricter than the redactor, which may mask too much: here a hit ends a task. Pure but for registered values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"

namespace argosy::tasks {

struct SecretHit {
  std::string path;
  std::int64_t line = 0;  // from 1, of the new side
  std::string kind;       // for people: "private key"; never the secret
  friend bool operator==(const SecretHit&, const SecretHit&) = default;
};

inline constexpr std::size_t kMaxSecretHits = 20;  // more are not looked for

// Of a diff that git made, without its binary parts: in its added lines. A value that stands in a removed line, too, was there before.
std::vector<SecretHit> secrets_in_diff(std::string_view diff);
// Of one file, as it was (empty: it was not there) and as it would be.
std::vector<SecretHit> secrets_added(const std::string& path, std::string_view before, std::string_view after);

// "token in src/a.py line 3, ...".
std::string in_words(std::span<const SecretHit> hits);
// Error (D): secret_in_diff, details {"places":[{"path","line","kind"}]}; nothing when there are none.
Result<void> refuse_secrets(std::span<const SecretHit> hits);

}  // namespace argosy::tasks
