#include "common/store/sandboxes.h"

#include <array>

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

// As open_sandbox_v1 names them.
constexpr std::array<std::string_view, 8> kKinds{"opened", "replayed",  "in_progress", "key_reused",
                                                 "full",   "no_worker", "no_room",     "class_refused"};

SandboxKeeper keeper_from(const Field& address, const Field& key) {
  return {.address = text_from(address), .key = text::from_hex(text_from(key)).value_or("")};
}

Sandbox sandbox_from(const Row& row) {
  return {.id = SandboxId{uuid_from(row[0])},
          .repository_id = text_from(row[1]),
          .commit = text_from(row[2]),
          .kind = text_from(row[3]),
          .limits = text_from(row[4]),
          .created_by = text_from(row[5]),
          .created_at = int_from(row[6]),
          .ready_at = int_from(row[7]),
          .last_used_at = int_from(row[8]),
          .removed_at = int_from(row[9]),
          .reason = text_from(row[10]),
          .keeper = keeper_from(row[11], row[12])};
}

}  // namespace

Result<SandboxOpened> open_sandbox(Database& db, const SandboxWish& wish, std::int64_t max, std::string_view host) {
  Params params;
  params.add(wish.org.uuid).add(wish.id.uuid).text(wish.created_by).text(wish.repository_id).text(wish.kind).text(wish.limits);
  params.text(wish.idempotency_key).bytes(wish.body_sha256).add(max).text(host);
  ARGOSY_TRY(const auto rows, call(db, "open_sandbox", params));
  SandboxOpened opened{
      .id = SandboxId{uuid_from(rows[0][1])}, .keeper = keeper_from(rows[0][2], rows[0][3]), .classes = text_from(rows[0][4])};
  const auto answer = text_from(rows[0][0]);
  for (std::size_t i = 0; i < kKinds.size(); ++i)
    if (kKinds[i] == answer) opened.kind = static_cast<SandboxOpened::Kind>(i);
  return opened;
}

Result<bool> sandbox_is_ready(Database& db, const OrgId& org, const SandboxId& id, std::string_view commit, std::string_view limits) {
  ARGOSY_TRY(const auto rows, call(db, "sandbox_is_ready", Params().add(org.uuid).add(id.uuid).text(commit).text(limits)));
  return !rows.empty();
}

Result<std::optional<Sandbox>> get_sandbox(Database& db, const OrgId& org, const SandboxId& id) {
  ARGOSY_TRY(const auto rows, call(db, "get_sandbox", Params().add(org.uuid).add(id.uuid)));
  if (rows.empty()) return std::nullopt;
  return sandbox_from(rows[0]);
}

Result<std::vector<Sandbox>> list_sandboxes(Database& db, const OrgId& org) {
  ARGOSY_TRY(const auto rows, call(db, "list_sandboxes", Params().add(org.uuid)));
  std::vector<Sandbox> all;
  for (const auto& row : rows) all.push_back(sandbox_from(row));
  return all;
}

Result<void> touch_sandbox(Database& db, const OrgId& org, const SandboxId& id) {
  ARGOSY_TRY_VOID(call(db, "touch_sandbox", Params().add(org.uuid).add(id.uuid)));
  return {};
}

Result<void> remove_sandbox(Database& db, const OrgId& org, const SandboxId& id, std::string_view reason) {
  ARGOSY_TRY_VOID(call(db, "remove_sandbox", Params().add(org.uuid).add(id.uuid).text(reason)));
  return {};
}

Result<std::vector<SandboxId>> keep_sandboxes(Database& db, const SandboxReport& report) {
  ArrayText held, gone, reasons;
  for (const auto& id : report.held) held.add(id.uuid);
  for (const auto& [id, reason] : report.gone) {
    gone.add(id.uuid);
    reasons.text(reason);
  }
  Params params;
  params.add(report.worker.uuid).text(report.keeper.address).bytes(report.keeper.key).text(report.kind).add(report.room);
  for (auto* column : {&held, &gone, &reasons}) params.add(std::move(*column));
  ARGOSY_TRY(const auto rows, call(db, "keep_sandboxes", params));
  std::vector<SandboxId> foreign;
  for (const auto& row : rows) foreign.push_back(SandboxId{uuid_from(row[0])});
  return foreign;
}

}  // namespace argosy::store
