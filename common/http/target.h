// The request's target, taken apart: path parts and query, percent-decoded. Internal to the room. Pure, any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace argosy::http {

struct Target {
  std::vector<std::string> parts;  // "/a/b%2Fc" gives "a", "b/c"; a trailing slash gives a last empty part
  std::map<std::string, std::string> query;

  std::string path() const;  // "/" and the parts joined
};

// Accepts "/path?query" and "http://host/path?query". Nothing when it is neither, when an escape is broken, or when what was decoded is not
// UTF-8 or holds a NUL.
std::optional<Target> parse_target(std::string_view target);

}  // namespace argosy::http
