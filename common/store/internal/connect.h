// How a connection is opened: the time-outs that keep a frozen client from freezing the fleet, and the planner's settings that keep the
// moves on their indexes. Internal to the room; any thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "common/store/database.h"
#include "common/store/internal/connection.h"

namespace argosy::store {

// `hot`: for the prepared statements. Otherwise for migrations: no statement time-out, the planner as it is.
std::string connection_text(const DatabaseOptions& options, bool hot);
// All statements of common/store/sql, under their names.
std::expected<void, Refusal> prepare_all(Connection& connection);
// Server's messages have several lines; people need the first.
std::string_view first_line(std::string_view text);

}  // namespace argosy::store
