#include "common/store/placed/placed_blobs.h"

#include "common/store/internal/call.h"
#include "common/store/internal/linked.h"
#include "common/store/internal/rows.h"

namespace argosy::store {

Result<Place> place_blob(Database& db, const std::string& sha256) {
  ARGOSY_TRY(const auto digest, digest_from(sha256));
  ARGOSY_TRY(const auto rows, call(db, "place_blob", Params().bytes(digest)));
  return Place{.number = int_from(rows[0][0]), .stored = bool_from(rows[0][1])};
}

Result<void> link_placed(Database& db, const BlobLink& link, std::int64_t place, std::int64_t task_cap) {
  ARGOSY_TRY(const auto digest, digest_from(link.sha256));
  Params params;
  params.add(place).add(link.task.uuid).bytes(digest).text(link.name).add(link.step).add(link.attempt).text(link.kind);
  params.add(link.size).add(task_cap);
  ARGOSY_TRY(const auto rows, call(db, "link_placed_blob", params));
  return linked(rows, task_cap);
}

Result<void> keep_placed_state(Database& db, const BlobLink& link, std::int64_t place, std::int64_t lease_epoch, std::int64_t task_cap) {
  ARGOSY_TRY(const auto digest, digest_from(link.sha256));
  Params params;
  params.add(place).add(link.task.uuid).bytes(digest).text(link.name).add(link.step).add(link.attempt).add(lease_epoch).text(link.kind);
  params.add(link.size).add(task_cap).add(kKeptStates);
  ARGOSY_TRY(const auto rows, call(db, "keep_placed_state", params));
  return linked(rows, task_cap);
}

Result<std::size_t> leave_places(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "leave_places", Params().add(batch)));
  return static_cast<std::size_t>(int_from(rows[0][0]));
}

Result<std::vector<LeavingBlob>> leaving_blobs(Database& db, std::size_t batch) {
  ARGOSY_TRY(const auto rows, call(db, "leaving_blobs", Params().add(batch)));
  std::vector<LeavingBlob> leaving;
  for (const auto& row : rows) leaving.push_back({.place = int_from(row[0]), .sha256 = text_from(row[1])});
  return leaving;
}

Result<void> blobs_left(Database& db, const std::vector<std::int64_t>& places) {
  ArrayText numbers;
  for (const auto place : places) numbers.add(place);
  ARGOSY_TRY_VOID(call(db, "blobs_left", Params().add(std::move(numbers))));
  return {};
}

}  // namespace argosy::store
