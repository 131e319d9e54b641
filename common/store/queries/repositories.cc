#include "common/store/internal/call.h"
#include "common/store/internal/rows.h"
#include "common/store/queries.h"

namespace argosy::store {
namespace {

Repository repository_from(const Row& row) {
  return {.org = OrgId{uuid_from(row[0])},
          .id = text_from(row[1]),
          .url = text_from(row[2]),
          .default_branch = text_from(row[3]),
          .setup_command = text_from(row[4]),
          .test_command = text_from(row[5]),
          .created_at = int_from(row[6])};
}

}  // namespace

Result<bool> put_repository(Database& db, const Repository& repository) {
  Params params;
  params.add(repository.org.uuid).text(repository.id).text(repository.url).text(repository.default_branch);
  params.text(repository.setup_command).text(repository.test_command);
  ARGOSY_TRY(const auto rows, call(db, "put_repository", params));
  return bool_from(rows[0][0]);
}

Result<std::optional<Repository>> get_repository(Database& db, const OrgId& org, const std::string& id) {
  ARGOSY_TRY(const auto rows, call(db, "get_repository", Params().add(org.uuid).text(id)));
  if (rows.empty()) return std::nullopt;
  return repository_from(rows[0]);
}

Result<std::vector<Repository>> list_repositories(Database& db, const OrgId& org, const std::string& after_id, int limit) {
  ARGOSY_TRY(const auto rows, call(db, "list_repositories", Params().add(org.uuid).text(after_id).add(limit)));
  std::vector<Repository> all;
  for (const auto& row : rows) all.push_back(repository_from(row));
  return all;
}

}  // namespace argosy::store
