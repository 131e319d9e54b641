#include "common/core/redact.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "common/core/redact/secrets.h"

namespace argosy {
namespace {

constexpr std::string_view kMask = "[redacted]";
constexpr std::size_t kShortestSecret = 6;

struct Registered {
  std::shared_mutex mutex;
  std::vector<std::string> secrets;  // longest first: a secret that holds another one goes as a whole
};
Registered& registered() {
  static Registered all;
  return all;
}

std::string without_registered(std::string_view text) {
  std::string out(text);
  Registered& all = registered();
  const std::shared_lock lock(all.mutex);
  for (const std::string& secret : all.secrets) {
    for (std::size_t at = out.find(secret); at != std::string::npos; at = out.find(secret, at + kMask.size())) {
      out.replace(at, secret.size(), kMask);
    }
  }
  return out;
}

}  // namespace

void redact_register_secret(std::string value) {
  if (value.size() < kShortestSecret) return;
  Registered& all = registered();
  const std::unique_lock lock(all.mutex);
  if (std::ranges::find(all.secrets, value) != all.secrets.end()) return;
  all.secrets.push_back(std::move(value));
  std::ranges::sort(all.secrets, std::ranges::greater{}, &std::string::size);
}

std::vector<redaction::Secret> redaction::registered_in(std::string_view text) {
  std::vector<Secret> found;
  Registered& all = registered();
  const std::shared_lock lock(all.mutex);
  for (const std::string& secret : all.secrets)
    for (std::size_t at = text.find(secret); at != std::string_view::npos; at = text.find(secret, at + secret.size()))
      found.push_back({at, secret.size(), SecretKind::registered});
  return found;
}

std::string redact(std::string_view text) {
  const std::string known = without_registered(text);
  std::string out;
  out.reserve(known.size());
  std::size_t done = 0;
  for (const auto& secret : redaction::find_secrets(known)) {
    out.append(known, done, secret.at - done);
    out += kMask;  // what was masked already stays so
    done = secret.at + secret.length;
  }
  return out.append(known, done);
}

}  // namespace argosy
