#include "workers/ingest/read/usage.h"

#include <algorithm>
#include <chrono>

#include "common/store/spending.h"
#include "workers/ingest/edge/query.h"

namespace argosy::ingest {
namespace {

// What a group's key is called.
std::string_view key_name(store::UsageGroup group) {
  switch (group) {
    case store::UsageGroup::task:
      return "task_id";
    case store::UsageGroup::user:
      return "user";
    case store::UsageGroup::model:
      return "model";
    case store::UsageGroup::day:
      return "day";
  }
  return "key";
}

// Money as decimal text: a double would lose the last billionths.
json::Object sum_json(const store::UsageSum& sum, store::UsageGroup group) {
  return {{std::string(key_name(group)), sum.key},
          {"calls", sum.calls},
          {"open_calls", sum.held_calls},
          {"charged_in_full", sum.expired_calls},
          {"usd", usd_text(sum.spent)},
          {"reserved_usd", usd_text(sum.held)},
          {"tokens", sum.tokens},
          {"input_tokens", sum.input},
          {"cached_tokens", sum.cached},
          {"cache_written_tokens", sum.cache_written},
          {"output_tokens", sum.output},
          {"reasoning_tokens", sum.reasoning}};
}

constexpr std::chrono::milliseconds kUsualSpan = std::chrono::days(31);  // what is summed up when nobody says since when

void read_time(QueryReader& query, std::string_view name, UnixMillis& into) {
  const auto given = query.text(name);
  if (!given) return;
  const auto at = from_rfc3339(*given);
  if (!at)
    query.fail("parameter_invalid", std::string(name) + " must be a time as RFC 3339 has it, like 2026-11-21T17:43:53Z.");
  else
    into = *at;
}

}  // namespace

http::Response read_usage(Service& service, const Call& call) {
  QueryReader query(call.request);
  store::UsageFilter filter;
  if (const auto group = query.text("group_by")) {
    const auto known = store::usage_group_from(*group);
    if (!known) query.fail("parameter_invalid", "group_by must be task, user, model or day.");
    filter.group = known.value_or(filter.group);
  }
  read_time(query, "to", filter.to);
  filter.from = std::min(filter.to, service.clock.unix_ms()) - kUsualSpan.count();
  read_time(query, "from", filter.from);
  const auto limit = query.limit();
  if (query.refusal()) return respond(*query.refusal());

  filter.limit = static_cast<int>(limit) + 1;  // one more tells whether there are more
  INGEST_TRY(auto sums, store::read_usage(service.db, call.caller.org, filter));
  const bool more = sums.size() > static_cast<std::size_t>(limit);
  if (more) sums.pop_back();
  json::Array usage;
  for (const auto& sum : sums) usage.emplace_back(sum_json(sum, filter.group));
  return http::json_response(200, json::Object{{"usage", std::move(usage)}, {"more", more}});
}

}  // namespace argosy::ingest
