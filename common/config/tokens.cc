#include "common/config/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::config {
namespace {

constexpr auto kRoles = std::to_array<std::string_view>({"admin", "developer", "operator", "viewer"});
constexpr std::size_t kMaxFileBytes = 4u << 20;
constexpr std::size_t kDigestBytes = 32;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (line = text::trim(line); !line.empty(); line = text::trim(line)) {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if(line, [](unsigned char c) { return std::isspace(c) != 0; }) - line.begin());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

std::unexpected<Error> invalid(std::size_t line, std::string_view what) {
  return fail_user("tokens_invalid", fmt::format("line {} of the tokens file {}", line, what), "write `sha256hex org-uuid user role`");
}

}  // namespace

Caller default_caller() { return {.org = kDefaultOrg, .user = "local", .role = "admin"}; }

Result<TokenTable> TokenTable::load(const std::filesystem::path& path) {
  ARGOSY_TRY(const std::string text, read_file(path, kMaxFileBytes));
  return parse(text);
}

Result<TokenTable> TokenTable::parse(std::string_view text) {
  TokenTable table;
  std::size_t number = 0;
  for (const std::string_view line : text::lines(text)) {
    ++number;
    const auto words = words_of(line);
    if (words.empty() || words.front().starts_with('#')) continue;
    if (words.size() != 4) return invalid(number, "does not have four words");
    auto digest = text::from_hex(words[0]);
    if (!digest || digest->size() != kDigestBytes) return invalid(number, "does not start with a sha256 in hex");
    const auto org = OrgId::parse(words[1]);
    if (!org) return invalid(number, "does not name an organisation by its UUID");
    if (std::ranges::find(kRoles, words[3]) == kRoles.end())
      return invalid(number, "has a role that is none of admin, developer, operator, viewer");
    const auto twin = std::ranges::find(table.entries_, *digest, &Entry::digest);
    if (twin != table.entries_.end()) return invalid(number, "repeats a token of a line above");
    if (table.entries_.size() == kMaxTokens) return invalid(number, fmt::format("is one more than the {} tokens allowed", kMaxTokens));
    table.entries_.push_back(
        {.digest = std::move(*digest), .caller = {.org = *org, .user = std::string(words[2]), .role = std::string(words[3])}});
  }
  return table;
}

std::optional<Caller> TokenTable::find(std::string_view bearer) const {
  const std::string digest = crypto::sha256(bearer);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_) {
    if (crypto::equal_constant_time(entry.digest, digest)) found = &entry;
  }
  return found == nullptr ? std::nullopt : std::optional(found->caller);
}

std::optional<std::string> bearer_of(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  const bool is_bearer = authorization.size() > kScheme.size() &&
                         std::ranges::equal(authorization.substr(0, kScheme.size()), kScheme, {},
                                            [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  if (!is_bearer) return std::nullopt;
  const std::string_view token = text::trim(authorization.substr(kScheme.size()));
  return token.empty() ? std::nullopt : std::optional<std::string>(token);
}

}  // namespace argosy::config
