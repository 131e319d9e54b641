// An HTTP request as a route sees it and the answer it gives. Values; header names are case-insensitive.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/clock.h"
#include "common/core/json.h"

namespace argosy::http {

struct CaseLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using Headers = std::map<std::string, std::string, CaseLess>;

// A date of a header, in any of the three forms of RFC 9110: "Sun, 06 Nov 1994 08:49:37 GMT".
std::optional<UnixMillis> parse_date(const std::string& text);

struct Request {
  std::string method;                         // upper case
  std::string path;                           // decoded, without query
  std::map<std::string, std::string> query;   // decoded; the first of repeated keys
  std::map<std::string, std::string> params;  // what the route's {names} matched
  Headers headers;
  std::string body;
  std::string remote;                               // address of the peer
  std::string header(std::string_view name) const;  // empty when absent
};

struct Response {
  int status = 200;
  Headers headers{};
  std::string body{};
};

Response json_response(int status, const json::Value& body);

// RFC 9457. `type` is a stable short name that becomes a URI reference "/problems/<type>" and the title; `pointer` is RFC 6901 into the
// request's body.
struct Problem {
  int status = 500;
  std::string type, detail;
  std::string pointer{}, hint{};
  std::optional<int> retry_after_s{};
};
Response problem_response(const Problem& problem);
// What people read of a type: "json_too_deep" is "JSON too deep".
std::string problem_title(std::string_view type);

}  // namespace argosy::http
