// Promises of the blocking HTTP client, against our own server over loopback.
#include "common/http/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <future>

#include "common/http/server.h"
#include "common/http/url.h"

namespace argosy::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class HttpClient : public testing::Test {
 protected:
  void SetUp() override {
    const auto echo = [](Request request, Respond respond) {
      respond(
          {.status = 201, .headers = {{"X-Method", request.method}, {"X-Key", request.header("X-Key")}}, .body = std::move(request.body)});
    };
    for (const auto* method : {"GET", "POST", "PUT", "DELETE"}) server_.route(method, "/echo", echo);
    server_.route("GET", "/big", [](Request, Respond respond) { respond({.body = std::string(1 << 20, 'x')}); });
    server_.route("GET", "/away", [](Request, Respond respond) { respond({.status = 302, .headers = {{"Location", "/echo"}}}); });
    server_.route("GET", "/never", [this](Request, Respond respond) { held_.set_value(std::move(respond)); });
    ASSERT_TRUE(server_.start());
  }
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") {
    return "http://" + host + ":" + std::to_string(server_.port()) + path;
  }

  std::promise<Respond> held_;
  Server server_{{.address = "127.0.0.1"}};
};

TEST_F(HttpClient, SendsMethodHeadersAndBodyAndReturnsAnyStatusAsSuccess) {
  for (const std::string method : {"POST", "PUT", "DELETE"}) {
    const auto answer = fetch({.method = method, .url = url("/echo"), .headers = {{"X-Key", "k"}}, .body = "bytes"});
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->status, 201);
    EXPECT_EQ(answer->headers.at("x-method"), method);
    EXPECT_EQ(answer->headers.at("X-KEY"), "k");
    EXPECT_EQ(answer->body, "bytes");
  }
  EXPECT_EQ(fetch({.url = url("/nowhere")})->status, 404);
  const auto head = fetch({.method = "HEAD", .url = url("/big")});
  ASSERT_TRUE(head) << to_string(head.error());
  EXPECT_EQ(head->headers.at("Content-Length"), std::to_string(1 << 20));
}

TEST_F(HttpClient, DoesNotFollowRedirects) { EXPECT_EQ(fetch({.url = url("/away")})->status, 302); }

TEST_F(HttpClient, GivesUpAfterItsTimeOut) {
  EXPECT_EQ(fetch({.url = url("/never"), .timeout = 50ms}).error().code, "timeout");
  const Respond held = held_.get_future().get();  // dropped here: the request ends before the server does
}

TEST_F(HttpClient, RefusesAnAnswerOverItsBound) {
  EXPECT_EQ(fetch({.url = url("/big"), .max_response_bytes = 1000}).error().code, "response_too_large");
}

TEST_F(HttpClient, SpeaksHttpAndHttpsOnly) {
  for (const std::string bad : {"file:///etc/passwd", "ftp://example.com/", "gopher://x", "dict://127.0.0.1:1/", "http://", "",
                                "http://[::1", "//x", "http://a b/"}) {
    EXPECT_EQ(fetch({.url = bad}).error().code, "url_invalid") << bad;
  }
}

TEST_F(HttpClient, SaysThatNobodyListens) {
  const auto where = url("/");
  server_.stop();
  EXPECT_EQ(fetch({.url = where}).error().code, "connect_failed");
}

TEST_F(HttpClient, RefusesEveryPrivateAddressHoweverItIsWritten) {
  for (const std::string host :
       {"127.0.0.1", "127.1", "2130706433", "0177.0.0.1", "0x7f000001", "0.0.0.0", "localhost", "[::1]", "[::]", "[::ffff:127.0.0.1]",
        "[::127.0.0.1]", "10.0.0.1", "169.254.169.254", "[64:ff9b::a9fe:a9fe]", "[fe80::1]", "user:password@127.0.0.1"}) {
    const auto answer = fetch({.url = url("/echo", host), .timeout = 5s, .refuse_private_addresses = true});
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().code, "address_refused") << host << ": " << to_string(answer.error());
  }
}

TEST_F(HttpClient, LetsLoopbackThroughWhenThatIsAllowedAndNothingElse) {
  EXPECT_EQ(fetch({.url = url("/echo"), .refuse_private_addresses = true, .allow_loopback = true})->status, 201);
  EXPECT_EQ(fetch({.url = url("/echo", "localhost"), .refuse_private_addresses = true, .allow_loopback = true})->status, 201);
  const auto answer = fetch({.url = url("/", "10.0.0.1"), .refuse_private_addresses = true, .allow_loopback = true});
  EXPECT_EQ(answer.error().code, "address_refused");
}

TEST_F(HttpClient, DoesNotLetAProxyOfTheEnvironmentConnectUnchecked) {
  setenv("http_proxy", url("").c_str(), 1);
  const auto answer = fetch({.url = url("/echo", "10.0.0.1"), .refuse_private_addresses = true});
  const auto through = fetch({.url = url("/echo"), .refuse_private_addresses = true, .allow_loopback = true});
  unsetenv("http_proxy");
  EXPECT_EQ(answer.error().code, "address_refused");
  EXPECT_EQ(through->status, 201);
}

TEST_F(HttpClient, KeepsCredentialsOfTheUrlOutOfItsErrors) {
  const auto answer = fetch({.url = url("/echo", "user:hunter22@10.0.0.1"), .refuse_private_addresses = true});
  EXPECT_THAT(to_string(answer.error()), testing::Not(HasSubstr("hunter22")));
}

TEST(WebhookUrl, MustBeHttpsToAHostThatIsNotOurs) {
  const auto code = [](const std::string& url, bool allow_loopback = false) {
    const auto checked = check_webhook_url(url, allow_loopback);
    return checked ? std::string("ok") : checked.error().code;
  };
  EXPECT_EQ(code("https://example.com/hook?x=1"), "ok");
  EXPECT_EQ(code("https://example.com:8443/"), "ok");
  EXPECT_EQ(code("HTTPS://EXAMPLE.COM"), "ok");
  EXPECT_EQ(code("http://example.com/"), "url_scheme_refused");
  EXPECT_EQ(code("http://example.com/", true), "url_scheme_refused");
  EXPECT_EQ(code("https://user:pw@example.com/"), "url_credentials_refused");
  for (const std::string bad :
       {"", "example.com", "ftp://example.com", "https://", "https://exa mple.com", "javascript:alert(1)", "file:///etc/passwd"})
    EXPECT_EQ(code(bad), "url_invalid") << bad;
  for (const std::string host : {"127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "a.localhost", "[::1]", "10.1.2.3",
                                 "169.254.169.254", "[::ffff:10.0.0.1]", "0.0.0.0"})
    EXPECT_EQ(code("https://" + host + "/"), "address_refused") << host;
  for (const std::string host : {"127.0.0.1:9000", "localhost:9000", "[::1]:9000"}) {
    EXPECT_EQ(code("http://" + host + "/hook", true), "ok") << host;
    EXPECT_EQ(code("https://" + host + "/hook", true), "ok") << host;
  }
  EXPECT_EQ(code("http://10.0.0.1/", true), "address_refused");
}

TEST_F(HttpClient, GivesUpWhenItsCallerDoes) {
  std::atomic<bool> given_up = false;
  auto answer = std::async(std::launch::async, [&] {
    return fetch({.url = url("/never"), .timeout = std::chrono::minutes(5), .cancelled = [&] { return given_up.load(); }});
  });
  const auto held = held_.get_future().get();
  given_up = true;
  const auto done = answer.get();
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, "timeout");
}

}  // namespace
}  // namespace argosy::http
