// One entry of an OSV database (https://ossf.github.io/osv-schema), as far as it says which versions of a package are affected. Values, any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/error.h"
#include "common/core/json.h"

namespace argosy::codegen::osv {

struct Event {
  enum class Kind { introduced, fixed, last_affected, limit } kind = Kind::introduced;
  std::string version;
};
struct Range {
  bool semantic = false;
  std::vector<Event> events;
};
struct Affected {
  std::string ecosystem, package;  // as written; Go and Maven name a package by its path
  std::vector<std::string> versions{};
  std::vector<Range> ranges{};
  bool by_commits = false;  // of git only: versions cannot be judged
};
struct Advisory {
  std::string id, summary, severity;
  std::vector<std::string> aliases{}, references{};
  std::vector<Affected> affected{};
  bool withdrawn = false;
};

// Errors (B): osv_malformed.
Result<Advisory> advisory_from(std::string_view json_text);

enum class Verdict { affected, not_affected, not_known };
// not_known: an empty version, and an entry that names no versions.
Verdict judge(const Affected& affected, std::string_view version);
// The versions that end its ranges, "fixed in 1.2.3"; empty: none is known.
std::vector<std::string> fixed_in(const Affected& affected);

// "PyPI:requests": ecosystems by their name without the release behind a colon, packages as each ecosystem compares them.
std::string key_of(std::string_view ecosystem, std::string_view package);

}  // namespace argosy::codegen::osv
