#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/internal/told.h"
#include "common/store/moves.h"

namespace argosy::store {
namespace {

constexpr Places kPlaces{"renew.before", "renew.after"};

}  // namespace

Result<Renewed> renew(Database& db, const Renewal& renewal) {
  ArrayText task, ordinal, mark_queue, mark_lane, mark_us;
  for (const StepRef& held : renewal.held) {
    task.add(held.task.uuid);
    ordinal.add(held.ordinal);
  }
  for (const LaneMark& mark : renewal.marks) {
    mark_queue.add(static_cast<int>(mark.queue));
    mark_lane.add(static_cast<int>(mark.lane));
    mark_us.add(mark.announced_at_us);
  }
  Params params;
  params.add(renewal.worker.uuid).add(renewal.queue ? static_cast<int>(*renewal.queue) : 0).text(renewal.host).add(renewal.slots);
  params.add(renewal.busy).add(renewal.lease.count()).add(std::move(task)).add(std::move(ordinal));
  params.add(std::move(mark_queue)).add(std::move(mark_lane)).add(std::move(mark_us));
  ARGOSY_TRY(const auto rows, call(db, "renew", params, kPlaces));
  Renewed renewed;
  for (const auto& row : rows) {
    const StepRef ref{TaskId{uuid_from(row[1])}, static_cast<std::int16_t>(int_from(row[2]))};
    const std::string what = text_from(row[0]);
    if (what == "cancelled") renewed.cancelled.push_back(ref);
    if (what == "unknown") renewed.unknown.emplace_back(ref, int_from(row[3]));
    if (what == "paused") renewed.paused.push_back(ref);
    if (what == "constrained") {
      ARGOSY_TRY(auto constraints, tasks::constraints_from(text_from(row[4])));
      renewed.constrained.emplace_back(ref, std::move(constraints));
    }
  }
  return renewed;
}

Result<std::vector<tasks::ReadyStep>> leave(Database& db, const WorkerId& worker) {
  ARGOSY_TRY(const auto rows, call(db, "leave", Params().add(worker.uuid)));
  return told_from(rows).ready;
}

}  // namespace argosy::store
