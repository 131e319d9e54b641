// Who may call, how bodies and parameters are read, how problems look.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "workers/ingest/edge/access.h"
#include "workers/ingest/edge/body.h"
#include "workers/ingest/edge/query.h"
#include "workers/ingest/read/log_piece.h"

namespace argosy::ingest {
namespace {

using testing::HasSubstr;

http::Request request_of(http::Headers headers, std::string body = {}) {
  http::Request out;
  out.headers = std::move(headers);
  out.body = std::move(body);
  return out;
}

std::string type_of(const auto& checked) { return checked ? std::string("ok") : checked.error().type; }

class IngestAccess : public testing::Test {
 protected:
  IngestAccess() {
    settings_.public_url = "https://argosy.example.com";
    settings_.listen = "127.0.0.1";
  }
  void use_tokens() {
    const std::string org = "11111111-2222-4333-8444-555555555555";
    std::string lines;
    for (const std::string role : {"viewer", "operator", "developer", "admin"})
      lines += crypto::sha256_hex("secret-" + role) + " " + org + " " + role + "s-user " + role + "\n";
    ASSERT_TRUE(write_file_atomic(folder_.path() / "tokens", lines));
    settings_.tokens_file = (folder_.path() / "tokens").string();
  }
  Access access() {
    auto made = Access::create(settings_);
    EXPECT_TRUE(made) << to_string(made.error());
    return std::move(*made);
  }
  TempDir folder_;
  config::Settings settings_;
};

TEST_F(IngestAccess, WithoutTokensEverybodyOnThisMachineIsTheDefaultOrganisation) {
  const auto caller = access().admit(request_of({{"Host", "127.0.0.1:8080"}}), Right::write);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->org, kDefaultOrg);
}

TEST_F(IngestAccess, WithoutTokensItDoesNotListenToTheWorld) {
  settings_.listen = "0.0.0.0";
  EXPECT_EQ(Access::create(settings_).error().code, "listen_not_loopback");
  use_tokens();
  EXPECT_TRUE(Access::create(settings_));
}

TEST_F(IngestAccess, WithoutTokensAPageUnderAForeignNameIsTurnedAway) {
  const Access open = access();
  for (const std::string host : {"localhost", "localhost:8080", "127.0.0.1", "[::1]:8080", "argosy.example.com"})
    EXPECT_EQ(type_of(open.admit(request_of({{"Host", host}}), Right::read)), "ok") << host;
  for (const std::string host : {"evil.example.com", "127.0.0.1.evil.example.com:8080", "localhost.evil.example.com", "x y"})
    EXPECT_EQ(type_of(open.admit(request_of({{"Host", host}}), Right::read)), "host_not_allowed") << host;
}

TEST_F(IngestAccess, WithTokensOnlyAKnownOneGetsIn) {
  use_tokens();
  const Access guarded = access();
  EXPECT_EQ(type_of(guarded.admit(request_of({}), Right::read)), "unauthorized");
  for (const std::string header :
       {"", "Bearer", "Bearer ", "Bearer wrong", "Basic c2VjcmV0", "secret-admin", "Bearer secret-admin, Bearer secret-admin"})
    EXPECT_EQ(type_of(guarded.admit(request_of({{"Authorization", header}}), Right::read)), "unauthorized") << header;
  const auto caller = guarded.admit(request_of({{"Authorization", "Bearer secret-admin"}}), Right::write);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, "admins-user");
  EXPECT_EQ(caller->org.to_string(), "11111111-2222-4333-8444-555555555555");
}

TEST_F(IngestAccess, ARoleMayDoWhatItsNameSays) {
  use_tokens();
  const Access guarded = access();
  const auto may = [&](const std::string& role, Right right) {
    return type_of(guarded.admit(request_of({{"Authorization", "Bearer secret-" + role}}), right));
  };
  EXPECT_EQ(may("viewer", Right::read), "ok");
  EXPECT_EQ(may("viewer", Right::steer), "forbidden");
  EXPECT_EQ(may("viewer", Right::write), "forbidden");
  EXPECT_EQ(may("operator", Right::steer), "ok");
  EXPECT_EQ(may("operator", Right::write), "forbidden");
  EXPECT_EQ(may("developer", Right::write), "ok");
  EXPECT_EQ(may("admin", Right::write), "ok");
  EXPECT_FALSE(role_has("stranger", Right::read));
}

TEST(IngestBody, IsJsonInUtf8OrRefused) {
  const auto type = [](const std::string& content_type, const std::string& body) {
    return type_of(read_body(request_of({{"Content-Type", content_type}}, body), 100));
  };
  for (const std::string good :
       {"application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8", "application/json;"})
    EXPECT_EQ(type(good, "{}"), "ok") << good;
  for (const std::string bad : {"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp",
                                "application/json; charset=latin1", "application/problem+json", ";"})
    EXPECT_EQ(type(bad, "{}"), "unsupported_media_type") << bad;
  EXPECT_EQ(type("application/json", ""), "body_missing");
  EXPECT_EQ(type("application/json", "{"), "json_malformed");
  EXPECT_EQ(type("application/json", "{}{}"), "json_malformed");
  EXPECT_EQ(type("application/json", R"({"a":1,"a":1})"), "json_duplicate_key");
  EXPECT_EQ(type("application/json", "{\"a\":\"\xff\"}"), "json_invalid_utf8");
  EXPECT_EQ(type("application/json", R"({"a":"\u0000"})"), "json_nul_character");
  EXPECT_EQ(type("application/json", std::string(70, '[') + std::string(30, ' ')), "json_too_deep");
  EXPECT_EQ(type("application/json", std::string(101, ' ')), "json_too_large");
  EXPECT_EQ(type_of(read_body(request_of({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}, "{}"), 100)),
            "unsupported_media_type");
}

TEST(IngestQuery, KeepsNumbersWithinTheirBounds) {
  const auto limit_type = [](const std::string& value) {
    http::Request request;
    request.query = {{"limit", value}};
    QueryReader query(request);
    query.limit();
    return query.refusal() ? query.refusal()->type : std::string("ok");
  };
  EXPECT_EQ(limit_type("1"), "ok");
  EXPECT_EQ(limit_type("200"), "ok");
  for (const std::string bad : {"0", "201", "-1", "", "x", "1.5", "99999999999999999999", " 1"})
    EXPECT_EQ(limit_type(bad), "parameter_invalid") << bad;
}

TEST(IngestQuery, ComplainsAboutParametersThatNobodyKnows) {
  http::Request request;
  request.query = {{"limit", "10"}, {"lmit", "10"}};
  QueryReader query(request);
  EXPECT_EQ(query.limit(), 10);
  ASSERT_TRUE(query.refusal());
  EXPECT_THAT(query.refusal()->detail, HasSubstr("lmit"));
}

TEST(IngestCursor, ComesBackAsItWentAndOnlyToItsOwnList) {
  for (const std::string& position : std::vector<std::string>{"", "a/b", "\xc3\xbc", std::string(100, '~')}) {
    const auto cursor = make_cursor("tasks", position);
    EXPECT_EQ(cursor.find_first_of("+/="), std::string::npos);
    EXPECT_EQ(open_cursor("tasks", cursor), position);
    EXPECT_EQ(open_cursor("artifacts", cursor), std::nullopt);
  }
  for (const std::string& bad : std::vector<std::string>{"x", "!!!!", "AAAA", std::string(600, 'A')})
    EXPECT_EQ(open_cursor("tasks", bad), std::nullopt) << bad;
}

TEST(IngestProblems, EveryTypeIsNamedOnceAndExplained) {
  std::set<std::string_view> seen;
  for (const auto& type : problem_types()) {
    EXPECT_TRUE(seen.insert(type.type).second) << type.type;
    EXPECT_GE(type.status, 400);
    EXPECT_FALSE(type.meaning.empty()) << type.type;
  }
}

TEST(IngestProblems, ShowTypePointerHintAndWhenToComeBack) {
  const auto response = respond(Refusal{.type = "overloaded", .detail = "full", .pointer = "/a", .hint = "later"});
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.headers.at("Content-Type"), "application/problem+json");
  EXPECT_EQ(response.headers.at("Retry-After"), "1");
  const auto body = json::parse(response.body);
  EXPECT_EQ(body->string_or("type", ""), "/problems/overloaded");
  EXPECT_EQ(body->string_or("pointer", ""), "/a");
  EXPECT_EQ(body->string_or("hint", ""), "later");
  EXPECT_EQ(respond(Refusal{.type = "unauthorized", .detail = "no"}).headers.at("WWW-Authenticate"), "Bearer");
}

TEST(IngestProblems, ATransientErrorIsAlwaysAFiveHundredAndThreeWithARetry) {
  const auto known = refusal_of(fail_transient("database_unavailable", "gone").error());
  EXPECT_EQ(known.type, "database_unavailable");
  const auto unknown = refusal_of(fail_transient("never_heard_of", "gone").error());
  EXPECT_EQ(unknown.type, "unavailable");
  EXPECT_EQ(respond(unknown).status, 503);
  EXPECT_EQ(refusal_of(fail_user("never_heard_of", "no").error(), "url_invalid").type, "url_invalid");
}

TEST(LogPiece, IsAlwaysUtf8AndNeverCutsACharacter) {
  std::size_t next = 0;
  EXPECT_EQ(log_piece("hello", 1, 3, next), "ell");
  EXPECT_EQ(next, 4u);
  EXPECT_EQ(log_piece("a\xc3\xbc"
                      "b",
                      0, 2, next),
            "a");
  EXPECT_EQ(next, 1u);
  EXPECT_EQ(log_piece("a\xc3\xbc"
                      "b",
                      1, 2, next),
            "\xc3\xbc");
  EXPECT_EQ(log_piece("a\xff"
                      "b",
                      0, 10, next),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(next, 3u);
  EXPECT_EQ(log_piece(std::string("a\0b", 3), 0, 10, next),
            "a\xef\xbf\xbd"
            "b");
  EXPECT_EQ(log_piece("abc", 3, 10, next), "");
  EXPECT_EQ(next, 3u);
  EXPECT_EQ(log_piece("abc", 99, 10, next), "");
  EXPECT_EQ(next, 99u);
}

TEST(LogPiece, PiecesOfAnyLogAddUpToTheWhole) {
  std::string log;
  for (int i = 0; i < 2000; ++i) log += static_cast<char>((i * 7919 + i / 3) % 256);
  for (const std::size_t max : {4u, 5u, 7u, 64u, 5000u}) {
    std::string sum;
    for (std::size_t at = 0, next = 0; at < log.size(); at = next) {
      const auto piece = log_piece(log, at, max, next);
      ASSERT_GT(next, at);
      ASSERT_TRUE(text::is_utf8(piece));
      sum += piece;
    }
    std::size_t end = 0;
    EXPECT_EQ(sum, log_piece(log, 0, log.size(), end)) << max;
  }
}

}  // namespace
}  // namespace argosy::ingest
