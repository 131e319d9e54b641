// SQL files as the build compiled them in. Internal to the room; lives as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace argosy::store {

struct EmbeddedSql {
  std::string_view name;  // the file's, without .sql
  std::string_view text;
};
std::span<const EmbeddedSql> embedded_statements();  // common/store/sql: each is prepared on every connection, under its name
std::span<const EmbeddedSql> embedded_migrations();  // schemas/migrations, by name: "0001_organisations.down", "0001_organisations.up", ...

}  // namespace argosy::store
