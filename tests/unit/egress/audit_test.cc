// What the audit of the egress proxy may say.
#include "common/egress/audit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "common/core/file.h"

namespace argosy::egress {
namespace {

TEST(Audit, EveryReasonThatAConnectionIsRefusedForIsKnownToFigures) {
  const std::regex refusal(R"re((?:refuse\(\{?\d+, |[^_]end\(|fail_user\(|fail_transient\()"([a-z_]+)")re");
  std::size_t found = 0;
  for (const auto* folder : {"/common/egress", "/common/core/net"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(ARGOSY_SOURCE_DIR) + folder)) {
      if (entry.path().extension() != ".cc" || entry.path().filename() == "host_rule.cc") continue;  // that is the operator's list
      const auto text = read_file(entry.path()).value_or("");
      for (std::sregex_iterator at(text.begin(), text.end(), refusal), end; at != end; ++at, ++found)
        EXPECT_NE(std::ranges::find(reasons(), (*at)[1].str()), reasons().end()) << entry.path() << " says " << (*at)[1];
    }
  }
  EXPECT_GT(found, 25u);
  EXPECT_TRUE(std::ranges::is_sorted(reasons()));
}

}  // namespace
}  // namespace argosy::egress
