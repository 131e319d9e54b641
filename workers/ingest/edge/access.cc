#include "workers/ingest/edge/access.h"

#include <algorithm>
#include <array>

#include "common/http/url.h"

namespace argosy::ingest {
namespace {

struct Role {
  std::string_view name;
  std::array<bool, 3> rights;  // read, steer, write
};
constexpr auto kRoles = std::to_array<Role>({
    {"viewer", {true, false, false}},
    {"operator", {true, true, false}},
    {"developer", {true, true, true}},
    {"admin", {true, true, true}},
});

}  // namespace

bool role_has(std::string_view role, Right right) {
  const auto found = std::ranges::find(kRoles, role, &Role::name);
  return found != kRoles.end() && found->rights[static_cast<std::size_t>(right)];
}

Result<Access> Access::create(const config::Settings& settings) {
  Access out;
  if (const auto url = http::parse_url(settings.public_url)) out.public_host_ = url->host;
  if (!settings.tokens_file.empty()) {
    ARGOSY_TRY(out.tokens_, config::TokenTable::load(settings.tokens_file));
  } else if (!http::is_loopback_host(settings.listen)) {
    return fail_user("listen_not_loopback", "without ARGOSY_TOKENS_FILE the API listens on loopback only, not on " + settings.listen,
                     "set ARGOSY_TOKENS_FILE or ARGOSY_LISTEN=127.0.0.1");
  }
  return out;
}

Checked<config::Caller> Access::admit(const http::Request& request, Right needed) const {
  config::Caller caller = config::default_caller();
  if (tokens_) {
    const std::string header = request.header("Authorization");
    const auto bearer = config::bearer_of(header);
    auto found = bearer ? tokens_->find(*bearer) : std::nullopt;
    if (!found) {
      return std::unexpected(
          Refusal{.type = "unauthorized", .detail = bearer ? "The token is not known." : "The request carries no bearer token."});
    }
    caller = std::move(*found);
  } else if (!is_our_host(request.header("Host"))) {
    // A page that resolves its own name to 127.0.0.1 may read whatever answers there; it cannot choose the Host header.
    return std::unexpected(Refusal{.type = "host_not_allowed",
                                   .detail = "The request's Host is not a name of this server.",
                                   .hint = "Set ARGOSY_PUBLIC_URL to the address that clients use."});
  }
  if (!role_has(caller.role, needed)) {
    return std::unexpected(Refusal{.type = "forbidden", .detail = "The role " + caller.role + " does not allow this."});
  }
  return caller;
}

bool Access::is_our_host(std::string_view host_header) const {
  const auto url = http::parse_url("http://" + std::string(host_header));
  return host_header.empty() || (url && (http::is_loopback_host(url->host) || url->host == public_host_));
}

}  // namespace argosy::ingest
