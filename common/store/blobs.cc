#include "common/store/blobs.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/core/text.h"
#include "common/store/internal/call.h"
#include "common/store/internal/linked.h"
#include "common/store/internal/pool.h"
#include "common/store/internal/rows.h"

namespace argosy::store {
namespace {

// A chunk is a row (the schema's limit), a call carries several: neither the server nor we ever hold more than this of an artifact twice.
constexpr std::size_t kChunkBytes = 256u << 10, kChunksPerCall = 16;

Result<void> put_chunks(Database& db, const std::string& digest, std::string_view bytes) {
  for (std::size_t from = 0, n = 0; from < bytes.size();) {
    BinaryBytes chunks;
    std::size_t count = 0;
    for (; count < kChunksPerCall && from < bytes.size(); ++count, from += kChunkBytes) chunks.add(bytes.substr(from, kChunkBytes));
    ARGOSY_TRY_VOID(call(db, "put_chunks", Params().bytes(digest).add(n).add(chunks)));
    n += count;
  }
  return {};
}

}  // namespace

Result<std::string> digest_from(const std::string& sha256) {
  auto digest = text::from_hex(sha256);
  if (!digest || digest->size() != 32) return fail_user("artifact_digest_malformed", "a sha256 has 64 hexadecimal digits");
  return std::move(*digest);
}

Result<void> linked(const Rows& rows, std::int64_t task_cap) {
  const std::string answer = text_from(rows[0][0]);
  if (answer == "full")
    return fail_user("artifact_task_cap", fmt::format("the task's artifacts would pass {} bytes", task_cap),
                     "make the change or its logs smaller");
  if (answer == "no_task") return fail_user("task_not_found", "an artifact belongs to a task that does not exist");
  if (answer == "lost") return fail_transient("lease_lost", "the step is not this attempt's any more");
  if (answer == "moved") return fail_transient("artifact_moved", "the place of the bytes was let go while they were put");
  return {};
}

Result<void> put_blob(Database& db, const BlobLink& link, std::string_view bytes, std::int64_t task_cap) {
  ARGOSY_TRY(const auto digest, digest_from(link.sha256));
  ARGOSY_TRY_VOID(put_chunks(db, digest, bytes));
  Params params;
  params.add(link.task.uuid).bytes(digest).text(link.name).add(link.step).add(link.attempt).text(link.kind).add(bytes.size()).add(task_cap);
  ARGOSY_TRY(const auto rows, call(db, "link_blob", params));
  return linked(rows, task_cap);
}

Result<void> keep_state(Database& db, const BlobLink& link, std::int64_t lease_epoch, std::string_view bytes, std::int64_t task_cap) {
  ARGOSY_TRY(const auto digest, digest_from(link.sha256));
  ARGOSY_TRY_VOID(put_chunks(db, digest, bytes));
  Params params;
  params.add(link.task.uuid).bytes(digest).text(link.name).add(link.step).add(link.attempt).add(lease_epoch).text(link.kind);
  params.add(bytes.size()).add(task_cap).add(kKeptStates);
  ARGOSY_TRY(const auto rows, call(db, "keep_state", params));
  return linked(rows, task_cap);
}

Result<std::optional<std::string>> newest_blob(Database& db, const StepRef& step, std::string_view kind) {
  ARGOSY_TRY(const auto rows, call(db, "newest_blob", Params().add(step.task.uuid).add(step.ordinal).text(kind)));
  if (rows[0][0].is_null()) return std::nullopt;
  return text_from(rows[0][0]);
}

Result<std::optional<std::string>> get_blob(Database& db, const TaskId& task, const std::string& sha256, Quarantined kept_back,
                                            const std::function<bool()>& give_up) {
  const auto digest = digest_from(sha256);
  if (!digest) return std::nullopt;
  ARGOSY_TRY(const auto found, call(db, "find_blob", Params().add(task.uuid).bytes(*digest)));
  if (found.empty()) return std::nullopt;
  if (kept_back == Quarantined::refuse && bool_from(found[0][1]))
    return fail_user("artifact_quarantined", "a security matter was found in the task: what it made is kept back, but for its logs",
                     "an operator looks at it with `argosy quarantine`, and releases or purges it");
  const auto& read_placed = db.impl().options().read_placed;
  if (!found[0][2].is_null() && read_placed) return read_placed(sha256, int_from(found[0][2]), give_up);
  const auto size = static_cast<std::size_t>(int_from(found[0][0]));
  std::string bytes;
  bytes.reserve(size);
  for (std::size_t n = 0; bytes.size() < size; n += kChunksPerCall) {
    ARGOSY_TRY(const auto rows,
               call(db, "get_chunks", Params().add(task.uuid).bytes(*digest).add(n).add(n + kChunksPerCall), {}, Answer::binary));
    if (rows.empty() && !found[0][2].is_null())
      return fail_transient("artifact_elsewhere", fmt::format("the bytes of artifact {} lie in a bucket", sha256),
                            "give this process ARGOSY_S3_BUCKET and what belongs to it, as the others have it");
    if (rows.empty()) return fail_transient("artifact_incomplete", fmt::format("chunk {} of {} is missing", n, sha256));
    for (const auto& row : rows) bytes += bytes_from(row[0]);
  }
  return bytes;
}

Result<std::vector<BlobLink>> list_blobs(Database& db, const TaskId& task) {
  ARGOSY_TRY(const auto rows, call(db, "list_blobs", Params().add(task.uuid)));
  std::vector<BlobLink> links;
  for (const auto& row : rows)
    links.push_back({.task = TaskId{uuid_from(row[0])},
                     .step = static_cast<std::int16_t>(int_from(row[1])),
                     .attempt = static_cast<std::int16_t>(int_from(row[2])),
                     .kind = text_from(row[3]),
                     .name = text_from(row[4]),
                     .sha256 = text_from(row[5]),
                     .size = int_from(row[6]),
                     .created_at = int_from(row[7]),
                     .superseded = bool_from(row[8]),
                     .quarantined = bool_from(row[9])});
  return links;
}

}  // namespace argosy::store
