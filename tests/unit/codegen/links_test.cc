// Promises about symbolic links in a change.
#include "workers/codegen/links.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace argosy::codegen {
namespace {

TEST(Links, StayInsideTheRepository) {
  EXPECT_TRUE(link_stays_inside("a", "b"));
  EXPECT_TRUE(link_stays_inside("dir/a", "../b"));
  EXPECT_TRUE(link_stays_inside("dir/a", "sub/.././../b"));
  for (const auto& [path, target] : std::vector<std::pair<std::string, std::string>>{{"a", "/etc/passwd"},
                                                                                     {"a", "../b"},
                                                                                     {"dir/a", "../../b"},
                                                                                     {"dir/a", "x/../../../b"},
                                                                                     {"a", ""},
                                                                                     {"a", ".git/config"},
                                                                                     {"d/a", "../.git"}})
    EXPECT_FALSE(link_stays_inside(path, target)) << path << " -> " << target;
}

}  // namespace
}  // namespace argosy::codegen
