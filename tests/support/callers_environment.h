// The environment that the test run was given, for programs that fetch: pip's mirror, proxies, certificates and where the cache is are in
// it. What is tested gets minimal_env(). Any thread, while nobody changes the environment.
#pragma once

#include <unistd.h>

#include <map>
#include <string>
#include <string_view>

namespace argosy::test {

inline std::map<std::string, std::string> callers_environment() {
  std::map<std::string, std::string> out;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view line = *at;
    if (const auto equals = line.find('='); equals != std::string_view::npos) out.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return out;
}

}  // namespace argosy::test
