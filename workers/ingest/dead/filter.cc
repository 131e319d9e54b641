#include "workers/ingest/dead/filter.h"

#include <functional>

#include "workers/ingest/submit/task_request.h"

namespace argosy::ingest {
namespace {

// `text` gives a member, `fail` is told what is wrong with it.
store::DeadFilter read(const std::function<std::string(std::string_view)>& text,
                       const std::function<void(std::string_view, std::string)>& fail) {
  store::DeadFilter filter{.code = text("code"), .repository_id = text("repository_id")};
  if (!filter.repository_id.empty() && !is_repository_id(filter.repository_id)) fail("repository_id", "must be \"owner/name\"");
  if (const auto queue = text("queue"); !queue.empty()) {
    filter.queue = tasks::queue_from_string(queue);
    if (!filter.queue) fail("queue", "must be planning, codegen, testing, git or notifications");
  }
  if (const auto category = text("category"); !category.empty()) {
    filter.category = category.size() == 1 ? category_from_letter(category.front()) : std::nullopt;
    if (!filter.category) fail("category", "must be A, B, C or D");
  }
  const auto time = [&](std::string_view name) -> std::optional<UnixMillis> {
    const auto given = text(name);
    if (given.empty()) return std::nullopt;
    const auto at = from_rfc3339(given);
    if (!at) fail(name, "must be a time as RFC 3339 has it, like 2026-11-21T17:43:53Z");
    return at;
  };
  filter.since = time("since");
  filter.until = time("until");
  return filter;
}

}  // namespace

store::DeadFilter dead_filter_of(QueryReader& query) {
  return read(
      [&](std::string_view name) { return query.text(name).value_or(""); },
      [&](std::string_view name, const std::string& what) { query.fail("parameter_invalid", std::string(name) + " " + what + "."); });
}

store::DeadFilter dead_filter_of(tasks::JsonReader& body) {
  return read([&](std::string_view name) { return body.string_or_empty(name); },
              [&](std::string_view name, std::string what) { body.fail(name, std::move(what)); });
}

}  // namespace argosy::ingest
