#include <algorithm>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/moves.h"
#include "common/tasks/step_state.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"claim.before", "claim.after"};

std::vector<std::pair<std::int16_t, std::string>> inputs_from(const Row& row) {
  const auto ordinals = small_array_from(row[14]);
  auto outputs = array_from(row[15]);
  std::vector<std::pair<std::int16_t, std::string>> inputs;
  inputs.reserve(outputs.size());
  for (std::size_t i = 0; i < ordinals.size() && i < outputs.size(); ++i) inputs.emplace_back(ordinals[i], std::move(outputs[i]));
  return inputs;
}

ClaimedStep step_from(const Row& row, tasks::Queue queue) {
  const auto crashes = static_cast<std::int16_t>(int_from(row[4]));
  return {.ref = {TaskId{uuid_from(row[0])}, static_cast<std::int16_t>(int_from(row[1]))},
          .lease_epoch = int_from(row[2]),
          .attempt = static_cast<std::int16_t>(int_from(row[3])),
          .forgiven = static_cast<std::int16_t>(int_from(row[16])),
          .crashes = crashes,
          .handbacks = static_cast<std::int16_t>(int_from(row[5])),
          .solo = crashes >= tasks::kCrashesOfASuspect,
          .queue = queue,
          .lane = static_cast<tasks::Lane>(int_from(row[6])),
          .org = OrgId{uuid_from(row[7])},
          .announced_at_us = int_from(row[8]),
          .kind = text_from(row[9]),
          .title = text_from(row[10]),
          .payload = text_from(row[11]),
          .context = text_from(row[12]),
          .traceparent = text_from(row[13]),
          .inputs = inputs_from(row)};
}

}  // namespace

Result<std::vector<ClaimedStep>> claim(Database& db, const WorkerId& worker, tasks::Queue queue, const std::vector<ClaimRequest>& wanted,
                                       bool durable, bool suspect) {
  // The rows are locked in the order of the arguments, which must be the same for all that lock ready steps.
  std::vector<const ClaimRequest*> sorted;
  sorted.reserve(wanted.size());
  for (const ClaimRequest& one : wanted) sorted.push_back(&one);
  std::ranges::sort(sorted, {}, [](const ClaimRequest* one) { return one->ref; });
  BinaryUuids task, claim_id;
  BinaryNumbers<std::int16_t> ordinal;
  for (const ClaimRequest* one : sorted) {
    task.add(one->ref.task.uuid);
    ordinal.add(one->ref.ordinal);
    claim_id.add(one->claim_id);
  }
  Params params;
  params.add(worker.uuid).add(static_cast<int>(queue)).add(durable).add(task, ordinal, claim_id).add(suspect);
  ARGOSY_TRY(const auto rows, call(db, "claim", params, kPlaces, Answer::binary));
  std::vector<ClaimedStep> claimed;
  claimed.reserve(rows.size());
  for (const auto& row : rows) claimed.push_back(step_from(row, queue));
  return claimed;
}

}  // namespace argosy::store
