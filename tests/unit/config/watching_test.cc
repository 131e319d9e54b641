// What stands in the variables about traces and reports of errors.
#include "common/config/watching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/config/settings.h"

namespace argosy::config {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Watching, AShareIsADecimalNumberFromZeroToOne) {
  EXPECT_EQ(parse_share("0"), 0.0);
  EXPECT_EQ(parse_share("0.05"), 0.05);
  EXPECT_EQ(parse_share("1"), 1.0);
  for (const auto* wrong : {"", "1.01", "-0.1", "5%", "nan", "inf", "1e-3", " 1", "0.5x"}) EXPECT_FALSE(parse_share(wrong)) << wrong;
}

TEST(Watching, HeadersAreNamesAndValues) {
  EXPECT_TRUE(parse_headers("")->empty());
  const auto two = parse_headers("Authorization=Basic dXNlcg==, x-scope=7");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->at("Authorization"), "Basic dXNlcg==");
  EXPECT_EQ(two->at("x-scope"), "7");
  for (const auto* wrong : {"name", "=value", "name=", "a b=c", "name=line\nfeed", "a=b,,c=d"}) EXPECT_FALSE(parse_headers(wrong)) << wrong;
}

TEST(Watching, ADsnSaysWhereEnvelopesGo) {
  const auto dsn = parse_dsn("https://0123abcd@errors.example.com:8443/path/42");
  ASSERT_TRUE(dsn);
  EXPECT_EQ(dsn->key, "0123abcd");
  EXPECT_EQ(parse_dsn("https://0123abcd@errors.example.com/42")->envelope_url, "https://errors.example.com/api/42/envelope/");
  for (const auto* wrong : {"", "https://errors.example.com/42", "ftp://k@h/1", "https://k@h", "https://k@/1", "https://k@h/", "k@h/1"})
    EXPECT_FALSE(parse_dsn(wrong)) << wrong;
}

TEST(Watching, WhatIsWrongIsSaidWithoutTheSecret) {
  const auto loaded = load({{"ARGOSY_TRACE_SAMPLE", "2"},
                            {"ARGOSY_OTLP_ENDPOINT", "collector:4318"},
                            {"ARGOSY_OTLP_HEADERS", "sesame-sesame"},
                            {"ARGOSY_SENTRY_DSN", "sesame-sesame"}});
  ASSERT_FALSE(loaded);
  ASSERT_EQ(loaded.error().size(), 4u);
  for (const auto& mistake : loaded.error()) EXPECT_THAT(mistake, Not(HasSubstr("sesame")));
}

}  // namespace
}  // namespace argosy::config
