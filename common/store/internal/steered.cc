#include "common/store/internal/steered.h"

#include <utility>

#include "common/store/internal/told.h"

namespace argosy::store {

Result<Steered> steered(const Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  Told told = told_from(*rows);
  if (told.answers.empty()) return Steered{.kind = Steered::Kind::not_found};
  const auto& answer = told.answers.front();
  const auto kind = answer.n == 1 ? Steered::Kind::done : answer.n == 0 ? Steered::Kind::unchanged : Steered::Kind::refused;
  const bool refused = kind == Steered::Kind::refused;
  return Steered{.kind = kind,
                 .why = refused ? answer.type : "",
                 .state = refused ? answer.body : answer.type,
                 .stands = refused ? "" : answer.body,
                 .ready = std::move(told.ready),
                 .events = std::move(told.events)};
}

}  // namespace argosy::store
