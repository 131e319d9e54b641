#include "workers/ingest/edge/query.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::ingest {

std::optional<std::string> QueryReader::text(std::string_view name) {
  asked_.emplace(name);
  const auto found = request_.query.find(std::string(name));
  if (found == request_.query.end()) return std::nullopt;
  return found->second;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t least, std::int64_t most) {
  const auto raw = text(name);
  if (!raw) return std::nullopt;
  const auto number = text::to_int(*raw);
  if (number && *number >= least && *number <= most) return number;
  fail("parameter_invalid",
       std::string(name) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ".");
  return std::nullopt;
}

std::int64_t QueryReader::limit() { return integer("limit", 1, kMaxPage).value_or(kDefaultPage); }

std::string QueryReader::cursor(std::string_view list) {
  const auto raw = text("cursor");
  if (!raw) return {};
  auto position = open_cursor(list, *raw);
  if (!position) fail_cursor();
  return position.value_or("");
}

void QueryReader::fail(std::string type, std::string detail) {
  if (!refusal_) refusal_ = Refusal{.type = std::move(type), .detail = std::move(detail)};
}

void QueryReader::fail_cursor() { fail("cursor_invalid", "The cursor is none that this list gave out."); }

const std::optional<Refusal>& QueryReader::refusal() {
  for (const auto& [name, value] : request_.query)
    if (!asked_.contains(name)) fail("parameter_invalid", "The parameter \"" + text::ellipsize(name, 64) + "\" is not known here.");
  return refusal_;
}

std::string make_cursor(std::string_view list, std::string_view position) {
  std::string out = text::base64("1." + std::string(list) + "." + std::string(position));
  std::ranges::replace(out, '+', '-');
  std::ranges::replace(out, '/', '_');
  while (out.ends_with('=')) out.pop_back();
  return out;
}

std::optional<std::string> open_cursor(std::string_view list, std::string_view cursor) {
  if (cursor.size() > kMaxCursor) return std::nullopt;
  std::string padded(cursor);
  std::ranges::replace(padded, '-', '+');
  std::ranges::replace(padded, '_', '/');
  padded.append((4 - padded.size() % 4) % 4, '=');
  const auto plain = text::from_base64(padded);
  const std::string prefix = "1." + std::string(list) + ".";
  if (!plain || !plain->starts_with(prefix) || !text::is_utf8(*plain) || plain->contains('\0')) return std::nullopt;
  return plain->substr(prefix.size());
}

}  // namespace argosy::ingest
