// How a connection is asked for.
#include "common/store/internal/connect.h"

#include <gmock/gmock.h>

namespace argosy::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ConnectionText, AddsToAUrlWithoutAndWithParametersOfItsOwn) {
  EXPECT_THAT(connection_text({.url = "postgresql://u@h:5432/db"}, true),
              StartsWith("postgresql://u@h:5432/db?options=-c%20lock_timeout%3D1000"));
  EXPECT_THAT(connection_text({.url = "postgres://h/db?sslmode=require"}, true), StartsWith("postgres://h/db?sslmode=require&options="));
}

TEST(ConnectionText, AddsToKeywordsAndQuotes) {
  const std::string text = connection_text({.url = "host=/run/pg dbname=x", .application_name = "it's"}, true);
  EXPECT_THAT(text, StartsWith("host=/run/pg dbname=x options='-c lock_timeout=1000"));
  EXPECT_THAT(text, HasSubstr(R"(application_name='it\'s')"));
}

TEST(ConnectionText, BoundsStatementsOfTheMovesButNotMigrations) {
  using namespace std::chrono_literals;
  const DatabaseOptions options{.url = "host=x", .statement_timeout = 1234ms};
  EXPECT_THAT(connection_text(options, true), HasSubstr("statement_timeout=1234"));
  EXPECT_THAT(connection_text(options, true), HasSubstr("plan_cache_mode=force_generic_plan"));
  EXPECT_THAT(connection_text(options, false), Not(HasSubstr("statement_timeout")));
  EXPECT_THAT(connection_text(options, false), HasSubstr("lock_timeout=1000"));
}

TEST(FirstLine, LeavesTheRestOut) {
  EXPECT_EQ(first_line("ERROR: no\nLINE 1: select"), "ERROR: no");
  EXPECT_EQ(first_line("one"), "one");
}

}  // namespace
}  // namespace argosy::store
