// Whatever is sent: a 4xx that says what is wrong, and a process that goes on.
#include <gmock/gmock.h>

#include "tests/integration/ingest/api.h"
#include "tests/unit/http/raw_client.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class IngestBadInput : public Api {
 protected:
  void SetUp() override {
    start({{"ARGOSY_HEADER_TIMEOUT_MS", "100"}, {"ARGOSY_BODY_TIMEOUT_MS", "200"}});
    add_repository();
  }
  void TearDown() override {
    EXPECT_TRUE(process().running()) << process().log();
    EXPECT_FALSE(submit().empty());
    stop();
  }
  std::string exchange(std::string_view bytes) {
    http::RawClient raw(port());
    raw.send(bytes);
    return raw.read_to_end();
  }
};

TEST_F(IngestBadInput, BodiesThatAreNotTheJsonThatIsWanted) {
  const std::string good = json::dump(task_body());
  std::vector<std::string> bodies{
      "{",
      "}",
      "[",
      "]",
      "nul",
      "null",
      "true",
      "7",
      "\"\"",
      "[]",
      "{}",
      "{]",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{'a':1}",
      "{a:1}",
      "// comment\n{}",
      "{} {}",
      "{\"repository_id\":NaN}",
      "{\"repository_id\":Infinity}",
      "{\"repository_id\":01}",
      "{\"repository_id\":1e999}",
      "{\"repository_id\":-}",
      "{\"repository_id\":\"\\x\"}",
      "{\"repository_id\":\"\\ud800\"}",
      "{\"repository_id\":\"\\u0000\"}",
      std::string("{\"repository_id\":\"\0\"}", 21),
      "{\"repository_id\":\"\xff\"}",
      "{\"repository_id\":\"\xc0\xaf\"}",
      "{\"repository_id\":\"\xed\xa0\x80\"}",
      "{\"repository_id\":\"tab\there\"}",
      "\xef\xbb\xbf" + good,
      "\xff\xfe{\0}\0",
      R"({"repository_id":"org/library","repository_id":"org/library"})",
      R"({"repository_id":"org/library","change":[{"op":"delete_file","op":"delete_file","path":"a"}]})",
      std::string(100, '['),
      std::string(1 << 19, '['),
      "{\"a\":" + std::string(70, '[') + std::string(70, ']') + "}",
      std::string(50'000, '{'),
      "\"" + std::string(500'000, 'x'),
      "{\"repository_id\":\"" + std::string(900'000, 'x') + "\"}",
      "{\"prompt\":\"" + std::string(900'000, 'x') + "\",\"repository_id\":\"org/library\"}",
      R"({"repository_id":"org/library","change":[)" + std::string(65 * 34, ' ') + "]}",
      R"({"repository_id":"org/unknown","change":[{"op":"delete_file","path":"a"}]})",
      R"({"repository_id":"org/library","change":[{"op":"delete_file","path":"/etc/passwd"}]})",
      R"({"repository_id":"org/library","change":[{"op":"delete_file","path":"a\n"}]})",
      R"({"repository_id":"org/library","change":{"op":"delete_file","path":"a"}})",
      R"({"repository_id":["org/library"],"change":[]})",
      R"({"repository_id":{"$ne":null},"change":[]})",
      R"({"repository_id":"org/library' OR '1'='1","change":[]})",
      R"({"__proto__":{},"constructor":{}})",
      R"({"repository_id":"org/library","prompt":"only words"})",
  };
  // And every prefix of a good one.
  for (std::size_t size = 1; size < good.size(); ++size) bodies.push_back(good.substr(0, size));
  for (const auto& body : bodies) {
    for (const std::string target : {"/api/v1/tasks", "/api/v1/repositories"}) {
      const auto answer = call("POST", target, body);
      EXPECT_TRUE(answer.status >= 400 && answer.status < 500) << answer.status << " for " << body.substr(0, 100);
      EXPECT_THAT(answer.problem(), StartsWith("/problems/")) << body.substr(0, 100);
      EXPECT_EQ(get(answer.problem()).status, 200) << answer.problem();
    }
  }
}

TEST_F(IngestBadInput, EachSingleByteOfAGoodBodyTurnedIntoAnother) {
  const std::string good = json::dump(task_body());
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char byte : {'\0', '"', '{', '\x80', '\\', '9'}) {
      std::string body = good;
      if (body[at] == byte) continue;
      body[at] = byte;
      const auto answer = call("POST", "/api/v1/tasks", body);
      // Some of them are other good bodies: a path with another letter.
      EXPECT_TRUE(answer.status == 202 || (answer.status >= 400 && answer.status < 500)) << answer.status << " for " << body;
    }
  }
}

TEST_F(IngestBadInput, TwoMegabytesOfBrackets) {
  const auto answer = call("POST", "/api/v1/tasks", std::string(2 << 20, '['));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.problem(), "/problems/body_too_large");
}

TEST_F(IngestBadInput, ContentTypesThatAreNotJson) {
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "json"}) {
    const auto answer = call("POST", "/api/v1/tasks", json::dump(task_body()), {{"Content-Type", type}});
    EXPECT_EQ(answer.status, 415) << type;
  }
  EXPECT_EQ(call("POST", "/api/v1/tasks").problem(), "/problems/body_missing");
}

TEST_F(IngestBadInput, IdempotencyKeysThatAreNone) {
  const std::string body = json::dump(task_body());
  EXPECT_EQ(call("POST", "/api/v1/tasks", body, {{"Idempotency-Key", std::string(256, 'k')}}).problem(),
            "/problems/idempotency_key_invalid");
  EXPECT_EQ(call("POST", "/api/v1/tasks", body, {{"Idempotency-Key", "\xc3\xbc"}}).problem(), "/problems/idempotency_key_invalid");
  EXPECT_EQ(call("POST", "/api/v1/tasks", body, {{"Idempotency-Key", std::string(255, 'k')}}).status, 202);
}

TEST_F(IngestBadInput, PathsAndParametersThatNameNothing) {
  const std::string task = submit();
  for (const std::string path :
       {"not-a-uuid", "00000000-0000-0000-0000-000000000000", "%00", "..", "'%20OR%201=1--", "0", "01a2b3c4d5e670008000012345678901"}) {
    const auto answer = get("/api/v1/tasks/" + path);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << path << ": " << answer.status;
    EXPECT_GE(call("POST", "/api/v1/tasks/" + path + "/cancel").status, 400) << path;
  }
  for (const std::string query : {"limit=0", "limit=201", "limit=x", "limit=-1", "limit=1e2", "limit=", "status=done", "status=",
                                  "cursor=x", "cursor=AAAA", "repository_id=x", "repository_id=a/b/c", "offset=1", "limit=%ff"}) {
    EXPECT_EQ(get("/api/v1/tasks?" + query).status, 400) << query;
  }
  for (const std::string query : {"after=-1", "after=x", "after=9223372036854775808", "limit=1001", "before=1"})
    EXPECT_EQ(get("/api/v1/tasks/" + task + "/events?" + query).status, 400) << query;
  EXPECT_EQ(get("/api/v1/tasks/" + task + "/events?after=9223372036854775807").body.array_or_empty("events").size(), 0u);
  for (const std::string query : {"step=-1", "step=32768", "attempt=0&step=1", "offset=-1&step=0"})
    EXPECT_EQ(get("/api/v1/tasks/" + task + "/logs?" + query).status, 400) << query;
  EXPECT_EQ(call("DELETE", "/api/v1/tasks/" + task).status, 405);
  EXPECT_EQ(get("/api/v2/tasks").status, 404);
  EXPECT_EQ(get("/").status, 404);
}

TEST_F(IngestBadInput, ClientsThatAreSlowOrSpeakSomethingElse) {
  EXPECT_THAT(exchange("POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Le"), StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(exchange("POST /api/v1/tasks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nContent-Type: application/json\r\n\r\n{"),
              StartsWith("HTTP/1.1 408"));
  EXPECT_THAT(exchange("hello there\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(exchange(std::string(4096, '\0')), StartsWith("HTTP/1.1 4"));
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
}

}  // namespace
}  // namespace argosy::ingest
