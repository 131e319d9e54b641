// Which handler a method and a path belong to. Internal to the room. Filled before the server starts, then read from any thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/message.h"
#include "common/http/server.h"
#include "common/http/target.h"

namespace argosy::http {

class Router {
 public:
  struct Method {
    Handler handler;
    std::optional<std::chrono::milliseconds> answer_timeout{};  // nothing: the server's
  };
  void add(std::string_view method, std::string_view pattern, Method what);
  void add_websocket(std::string_view pattern, WebSocketHandler handler);

  struct Found {
    const Method* method = nullptr;               // GET's answers HEAD too
    const WebSocketHandler* websocket = nullptr;  // the path takes upgrades
    std::string allow;                            // the path's methods, for a 405; empty: no such path
    std::map<std::string, std::string> params;
  };
  Found find(std::string_view method, const Target& target) const;

 private:
  struct Route {
    std::string pattern;
    std::vector<std::string> parts;
    std::map<std::string, Method, std::less<>> methods;
    WebSocketHandler websocket;
  };
  Route& route(std::string_view pattern);

  std::vector<Route> routes_;  // the first that matches wins
};

}  // namespace argosy::http
