#include "common/agent/state/bytes_json.h"

#include <fmt/format.h>

#include "common/core/text.h"

namespace argosy::agent {
namespace {

bool is_plain(std::string_view bytes) { return !bytes.contains('\0') && text::is_utf8(bytes); }

}  // namespace

std::unexpected<Error> state_invalid(std::string_view what) {
  return fail_user("agent_state_invalid", fmt::format("what was kept of an agent cannot be read: {}", what),
                   "it was written by another version, or is damaged: the step must begin anew");
}

json::Value bytes_json(std::string_view bytes) {
  if (is_plain(bytes)) return bytes;
  return json::Object{{"base64", text::base64(bytes)}};
}

Result<std::string> bytes_at(const json::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found == nullptr) return state_invalid(fmt::format("{} is missing", key));
  if (found->is_string()) return found->as_string();
  const auto* coded = found->find("base64");
  auto bytes = coded != nullptr && coded->is_string() ? text::from_base64(coded->as_string()) : std::nullopt;
  if (!bytes) return state_invalid(fmt::format("{} is no text", key));
  return std::move(*bytes);
}

Result<std::int64_t> number_at(const json::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found == nullptr || !found->is_int()) return state_invalid(fmt::format("{} is no whole number", key));
  return found->as_int();
}

std::string clean_text(std::string_view raw) {
  std::string text = text::to_utf8(raw);
  for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) text.replace(at, 1, "\xEF\xBF\xBD");
  return text;
}

}  // namespace argosy::agent
