#include "common/store/models/exchanges.h"

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/models/answer_cache.h"

namespace argosy::store {
namespace {

constexpr std::int64_t kNone = -1;

std::optional<std::int64_t> figure(const Field& field) {
  const auto value = int_from(field);
  return value == kNone ? std::nullopt : std::optional(value);
}

Exchange exchange_from(const Row& row, const TaskId& task) {
  return {.id = uuid_from(row[0]),
          .step = {task, static_cast<std::int16_t>(int_from(row[1]))},
          .attempt = static_cast<std::int16_t>(int_from(row[2])),
          .kind = text_from(row[4]),
          .role = text_from(row[5]),
          .model = text_from(row[6]),
          .prompt = text_from(row[7]),
          .prompt_hash = text_from(row[8]),
          .route = text_from(row[9]),
          .source = text_from(row[10]),
          .tries = int_from(row[11]),
          .stop = text_from(row[12]),
          .fault = text_from(row[13]),
          .input = figure(row[14]),
          .cached = figure(row[15]),
          .cache_written = figure(row[16]),
          .output = figure(row[17]),
          .reasoning = figure(row[18]),
          .started_at = int_from(row[19]),
          .took_ms = int_from(row[20]),
          .first_byte_ms = figure(row[21]),
          .request_sha256 = text_from(row[22]),
          .answer_sha256 = text_from(row[23]),
          .superseded = !row[3].is_null() && bool_from(row[3])};
}

Result<std::string> digest_from(const std::string& hex) {
  auto digest = text::from_hex(hex);
  if (!digest) return fail_user("artifact_digest_malformed", "a sha256 has 64 hexadecimal digits", "it is made by the artifact store");
  return std::move(*digest);
}

}  // namespace

Result<void> put_exchange(Database& db, const Exchange& one) {
  ARGOSY_TRY(const auto request, digest_from(one.request_sha256));
  ARGOSY_TRY(const auto answer, digest_from(one.answer_sha256));
  Params params;
  params.add(one.step.task.uuid).add(one.id).add(one.step.ordinal).add(one.attempt);
  for (const auto* text : {&one.kind, &one.role, &one.model, &one.prompt, &one.prompt_hash, &one.route, &one.source}) params.text(*text);
  params.add(one.tries).text(one.stop).text(one.fault);
  for (const auto& figure : {one.input, one.cached, one.cache_written, one.output, one.reasoning}) params.add(figure.value_or(kNone));
  params.add(one.started_at).add(one.took_ms).add(one.first_byte_ms.value_or(kNone)).bytes(request).bytes(answer);
  ARGOSY_TRY_VOID(call(db, "put_exchange", params));
  return {};
}

Result<std::optional<std::vector<Exchange>>> list_exchanges(Database& db, const OrgId& org, const TaskId& task, const Uuid& after,
                                                            int limit) {
  ARGOSY_TRY(const auto rows, call(db, "list_exchanges", Params().add(org.uuid).add(task.uuid).add(after).add(limit)));
  if (rows.empty()) return std::nullopt;
  std::vector<Exchange> all;
  for (const auto& row : rows)
    if (!row[0].is_null()) all.push_back(exchange_from(row, task));
  return all;
}

Result<KeepsConversations> keeps_conversations(Database& db, const OrgId& org) {
  ARGOSY_TRY(const auto rows, call(db, "keeps_conversations", Params().add(org.uuid)));
  return KeepsConversations{.org = org, .kept = bool_from(rows[0][0]), .own = bool_from(rows[0][1])};
}

Result<std::vector<KeepsConversations>> list_kept_conversations(Database& db) {
  ARGOSY_TRY(const auto rows, call(db, "list_kept_conversations", Params()));
  std::vector<KeepsConversations> all;
  for (const auto& row : rows) all.push_back({.org = OrgId{uuid_from(row[0])}, .kept = bool_from(row[1]), .own = true});
  return all;
}

Result<void> set_keeps_conversations(Database& db, const OrgId& org, std::optional<bool> kept) {
  const std::string_view word = !kept ? "" : *kept ? "true" : "false";
  ARGOSY_TRY_VOID(call(db, "set_keeps_conversations", Params().add(org.uuid).text(word)));
  ARGOSY_TRY(const auto unkept, call(db, "list_unkept_answers", Params().add(org.uuid)));
  for (const auto& row : unkept) ARGOSY_TRY_VOID(forget_answers(db, OrgId{uuid_from(row[0])}, {}));
  return {};
}

}  // namespace argosy::store
