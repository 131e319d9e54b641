#include "common/http/router.h"

#include <algorithm>
#include <optional>

#include "common/core/text.h"

namespace argosy::http {
namespace {

using Params = std::map<std::string, std::string>;

bool is_param(std::string_view part) { return part.starts_with('{') && part.ends_with('}'); }

// What the pattern's {names} stand for in `path`, or nothing when it does not match.
std::optional<Params> match(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  Params params;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i >= path.size()) return std::nullopt;
    const std::string& want = pattern[i];
    if (want.ends_with("...}")) {
      params[want.substr(1, want.size() - 5)] = text::join({path.begin() + static_cast<std::ptrdiff_t>(i), path.end()}, "/");
      return params;
    }
    if (!is_param(want)) {
      if (want != path[i]) return std::nullopt;
    } else {
      if (path[i].empty()) return std::nullopt;
      params[want.substr(1, want.size() - 2)] = path[i];
    }
  }
  if (pattern.size() != path.size()) return std::nullopt;
  return params;
}

}  // namespace

Router::Route& Router::route(std::string_view pattern) {
  const auto known = std::ranges::find(routes_, pattern, &Route::pattern);
  if (known != routes_.end()) return *known;
  Route& added = routes_.emplace_back();
  added.pattern = pattern;
  for (const auto part : text::split(pattern.substr(1), '/')) added.parts.emplace_back(part);
  return added;
}

void Router::add(std::string_view method, std::string_view pattern, Method what) {
  route(pattern).methods[std::string(method)] = std::move(what);
}

void Router::add_websocket(std::string_view pattern, WebSocketHandler handler) { route(pattern).websocket = std::move(handler); }

Router::Found Router::find(std::string_view method, const Target& target) const {
  for (const Route& route : routes_) {
    auto params = match(route.parts, target.parts);
    if (!params) continue;
    Found found;
    found.params = std::move(*params);
    if (route.websocket) found.websocket = &route.websocket;
    auto hit = route.methods.find(method);
    if (hit == route.methods.end() && method == "HEAD") hit = route.methods.find("GET");
    if (hit != route.methods.end()) found.method = &hit->second;

    std::vector<std::string> allow;
    for (const auto& [name, what] : route.methods) allow.push_back(name);
    if (route.methods.contains("GET") && !route.methods.contains("HEAD")) allow.emplace_back("HEAD");
    if (allow.empty()) allow.emplace_back("GET");  // a WebSocket's handshake
    found.allow = text::join(allow, ", ");
    return found;
  }
  return {};
}

}  // namespace argosy::http
