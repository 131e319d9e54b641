// Who calls, and what they may do. Immutable after construction, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/config/settings.h"
#include "common/config/tokens.h"
#include "common/http/message.h"
#include "workers/ingest/edge/problems.h"

namespace argosy::ingest {

enum class Right {
  read,
  steer,
  write
};  // steer: cancel, pause and resume tasks, redrive dead letters; write: all else that changes something

bool role_has(std::string_view role, Right right);

class Access {
 public:
  // Errors: those of TokenTable::load; listen_not_loopback (B): no tokens, yet reachable from outside.
  static Result<Access> create(const config::Settings& settings);

  // Refusals: unauthorized, host_not_allowed, forbidden.
  Checked<config::Caller> admit(const http::Request& request, Right needed) const;

 private:
  bool is_our_host(std::string_view host_header) const;

  std::optional<config::TokenTable> tokens_;  // nothing: everybody is the default organisation
  std::string public_host_;
};

}  // namespace argosy::ingest
