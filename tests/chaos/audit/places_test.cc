// The matrix tries every failpoint that the sources have, and none that they have not.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "common/core/file.h"
#include "common/core/text.h"
#include "tests/chaos/matrix/places.h"

namespace argosy::chaos {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMacro = "ARGOSY_FAILPOINT(";
// A call of the database has two places, which its caller names in a value of this type (common/store/internal/call.h): in the
// declaration of a constant, or in the braces of an argument.
constexpr std::string_view kPlaces = "Places kPlaces{";

std::vector<std::string> in_quotes(std::string_view text) {
  std::vector<std::string> out;
  for (auto open = text.find('"'); open != std::string_view::npos; open = text.find('"', open)) {
    const auto close = text.find('"', open + 1);
    if (close == std::string_view::npos) break;
    out.emplace_back(text.substr(open + 1, close - open - 1));
    open = close + 1;
  }
  return out;
}

bool names_a_place(const std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos || text.find(' ') != std::string::npos) return false;
  const auto when = text.substr(dot + 1);
  return when == "before" || when == "after" || when == "before_commit" || when == "after_commit";
}

std::string up_to(std::string_view text, std::size_t from, char end) { return std::string(text.substr(from, text.find(end, from) - from)); }

// Every name that stands in a failpoint of the product. A failpoint without a name in quotes is allowed where calls of the database are
// made, and nowhere else: nobody could find it.
std::set<std::string> in_the_sources() {
  std::set<std::string> names;
  for (const auto* folder : {"common", "workers"}) {
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(ARGOSY_SOURCE_DIR) / folder)) {
      const auto extension = entry.path().extension();
      if (extension != ".cc" && extension != ".h") continue;
      const auto all = read_file(entry.path()).value();
      const bool defines = entry.path().filename() == "failpoint.h", carries_out = entry.path().filename() == "call.cc";
      for (auto at = all.find(kMacro); at != std::string::npos && !defines; at = all.find(kMacro, at + 1)) {
        const auto found = in_quotes(up_to(all, at, ')'));
        EXPECT_EQ(found.size(), carries_out ? 0u : 1u) << entry.path() << ": a failpoint's name is a text of its own";
        names.insert(found.begin(), found.end());
      }
      for (auto at = all.find(kPlaces); at != std::string::npos; at = all.find(kPlaces, at + 1)) {
        for (const auto& name : in_quotes(up_to(all, at, '}'))) names.insert(name);
      }
      for (const auto line : text::lines(all)) {
        for (const auto& name : in_quotes(line)) {
          if (names_a_place(name)) names.insert(name);
        }
      }
    }
  }
  return names;
}

TEST(Places, AreAllThatTheSourcesHave) {
  std::set<std::string> known;
  for (const auto& place : places()) EXPECT_TRUE(known.emplace(place.name).second) << place.name << " stands there twice";
  // No process of the fleet pays for models yet; tests/money dies there, run by run.
  known.insert({"reserve.before", "reserve.after", "settle.before", "settle.after"});
  // `argosy erase` alone passes them, and no process of the fleet; tests/integration/store_policy kills it there.
  known.insert({"erase_tasks.before", "erase_tasks.after", "erase_rows.before", "erase_rows.after"});
  known.insert("policy.off");  // no place where a process could die: tests/injection takes away with it what models cannot pass
  EXPECT_EQ(known, in_the_sources()) << "tests/chaos/matrix/places.cc names the failpoints that are tried";
}

TEST(Places, ArePassedBySomebody) {
  const std::set<std::string_view> roles{"planning", "codegen", "testing", "git", "notifications", "ingest", "scheduler"};
  for (const auto& place : places()) {
    EXPECT_FALSE(place.roles.empty()) << place.name;
    for (const auto role : place.roles) EXPECT_TRUE(roles.contains(role)) << place.name << ": " << role;
  }
}

}  // namespace
}  // namespace argosy::chaos
