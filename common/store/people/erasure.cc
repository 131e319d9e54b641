#include "common/store/people/erasure.h"

#include <fmt/format.h>

#include <set>

#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/models/answer_cache.h"

namespace argosy::store {
namespace {

constexpr Places kTasks{"erase_tasks.before", "erase_tasks.after"};
constexpr Places kRows{"erase_rows.before", "erase_rows.after"};

struct Pass {
  Erasure found{};
  std::set<std::string> repositories{};
};

void add_ids(std::vector<TaskId>& to, const Field& field) {
  for (const auto& id : array_from(field))
    if (const auto parsed = TaskId::parse(id)) to.push_back(*parsed);
}

// Over all tasks of the organisation, in batches.
Result<void> walk(Database& db, const Person& person, int batch, bool erases, Pass& pass) {
  for (Uuid cursor{};;) {
    Params params;
    params.add(person.org.uuid).text(person.name).text(kErased).add(cursor).add(batch).add(erases);
    ARGOSY_TRY(const auto rows, call(db, "erase_person_tasks", params, erases ? kTasks : Places{}));
    const auto& row = rows[0];
    if (row[0].is_null()) return {};
    cursor = uuid_from(row[0]);
    pass.found.tasks += int_from(row[1]);
    pass.found.artifacts += int_from(row[2]);
    for (auto& repository : array_from(row[3])) pass.repositories.insert(std::move(repository));
    pass.found.tasks_of_others += int_from(row[4]);
    add_ids(pass.found.open_tasks, row[5]);
    add_ids(pass.found.open_tasks_of_others, row[6]);
  }
}

Result<void> rest(Database& db, const Person& person, bool erases, Erasure& found) {
  Params params;
  params.add(person.org.uuid).text(person.name).text(kErased).add(person.records_of_operators).add(erases);
  ARGOSY_TRY(const auto rows, call(db, "erase_person_rows", params, erases ? kRows : Places{}));
  const auto& row = rows[0];
  found.sandboxes = int_from(row[0]);
  found.agents = int_from(row[1]);
  found.budgets = int_from(row[2]);
  found.operator_records = int_from(row[3]);
  found.open_sandboxes = int_from(row[4]);
  return {};
}

Result<Pass> look(Database& db, const Person& person, int batch) {
  if (person.name.empty() || person.name == kErased)
    return fail_user("person_unnamed", fmt::format("\"{}\" is nobody's name", person.name), "name the user as the tokens file does");
  Pass pass;
  ARGOSY_TRY_VOID(walk(db, person, batch, false, pass));
  ARGOSY_TRY_VOID(rest(db, person, false, pass.found));
  return pass;
}

}  // namespace

Result<Erasure> look_for_person(Database& db, const Person& person, int batch) {
  ARGOSY_TRY(auto pass, look(db, person, batch));
  return std::move(pass.found);
}

Result<Erasure> erase_person(Database& db, const Person& person, int batch) {
  ARGOSY_TRY(const auto before, look(db, person, batch));
  if (!before.found.open_tasks.empty() || before.found.open_sandboxes > 0)
    return fail_user("person_is_active",
                     fmt::format("{} tasks and {} sandboxes of {} are open or kept back", before.found.open_tasks.size(),
                                 before.found.open_sandboxes, person.name),
                     "cancel those tasks, end their quarantine, remove the sandboxes; then again");
  // Before the tasks, which alone know the repositories: whoever is stopped in between does it again.
  std::int64_t forgotten = 0;
  for (const auto& repository : before.repositories) {
    ARGOSY_TRY(const auto gone, forget_answers(db, person.org, {.repository = repository, .commit = {}, .kind = {}}));
    forgotten += gone;
  }
  Pass pass;
  ARGOSY_TRY_VOID(walk(db, person, batch, true, pass));
  // What began meanwhile still spends from their budgets, and is told as left.
  if (pass.found.open_tasks.empty()) ARGOSY_TRY_VOID(rest(db, person, true, pass.found));
  pass.found.cached_answers = forgotten;
  return std::move(pass.found);
}

}  // namespace argosy::store
