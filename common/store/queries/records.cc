#include "common/core/redact.h"
#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/queries.h"

namespace argosy::store {
namespace {

// What is kept of a message that did not parse, and of the reasons that people read.
constexpr std::size_t kMaxPoisonBody = 64u << 10, kMaxReason = 1'000;

// Texts that come from outside: whatever they hold must not make the record of them fail.
std::string storable(std::string_view text) {
  std::string out = text::is_utf8(text) ? std::string(text) : text::hex(text.substr(0, kMaxReason / 2));
  std::erase(out, '\0');
  return redact(text::ellipsize(out, kMaxReason));
}

}  // namespace

Result<std::optional<std::chrono::milliseconds>> median_duration(Database& db, const OrgId& org, const std::string& repository_id,
                                                                 const std::string& kind) {
  ARGOSY_TRY(const auto rows, call(db, "median_duration", Params().add(org.uuid).text(repository_id).text(kind)));
  if (rows[0][0].is_null()) return std::nullopt;
  return std::chrono::milliseconds(int_from(rows[0][0]));
}

Result<void> record_poison(Database& db, std::string_view topic, int partition, std::int64_t offset, std::string_view reason,
                           std::string_view body) {
  Params params;
  params.text(storable(topic)).add(partition).add(offset).text(storable(reason)).bytes(body.substr(0, kMaxPoisonBody));
  ARGOSY_TRY_VOID(call(db, "record_poison", params));
  return {};
}

Result<void> record_delivery(Database& db, const TaskId& task, std::int16_t step, const std::string& delivery_id, int attempt, int status,
                             std::string_view error) {
  Params params;
  params.add(task.uuid).add(step).text(delivery_id).add(attempt).add(status).text(storable(error));
  ARGOSY_TRY_VOID(call(db, "record_delivery", params));
  return {};
}

Result<std::vector<QueueDepth>> queue_depths(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "queue_depths", Params()));
  std::vector<QueueDepth> depths;
  for (const auto& row : rows)
    depths.push_back({.queue = static_cast<tasks::Queue>(int_from(row[0])),
                      .ready = int_from(row[1]),
                      .running = int_from(row[2]),
                      .waiting = int_from(row[3]),
                      .workers = int_from(row[4]),
                      .slots = int_from(row[5]),
                      .dead = int_from(row[6])});
  return depths;
}

}  // namespace argosy::store
