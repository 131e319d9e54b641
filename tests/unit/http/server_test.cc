// Promises of the HTTP server over loopback.
#include "common/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "common/http/client.h"
#include "tests/unit/http/raw_client.h"
#include "tests/unit/http/server_fixture.h"

namespace argosy::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST_F(HttpServer, AnswersSeveralRequestsOnOneConnection) {
  start();
  RawClient raw(server_->port());
  for (int i = 0; i < 3; ++i) {
    raw.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(raw.read_response(),
                testing::AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), HasSubstr("Date: "), testing::EndsWith("\r\n\r\nhello")));
  }
}

TEST_F(HttpServer, AnswersForAHandlerThatDoesNot) {
  std::promise<Respond> late;
  start({.answer_timeout = std::chrono::milliseconds(50)},
        [&](Server& server) { server.route("GET", "/silent", [&](Request, Respond respond) { late.set_value(std::move(respond)); }); });
  RawClient raw(server_->port());
  raw.send("GET /silent HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(raw.read_to_end(), testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: "), HasSubstr("Connection: close")));
  late.get_future().get()({.body = "too late"});  // nobody hears it
  EXPECT_THAT(exchange("GET /hello HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServer, WaitsLongerForARouteThatMayTakeLonger) {
  std::promise<Respond> late;
  Respond held;
  start({.answer_timeout = std::chrono::milliseconds(50)}, [&](Server& server) {
    server.route("GET", "/slow", [&](Request, Respond respond) { late.set_value(std::move(respond)); }, std::chrono::minutes(1));
    server.route("GET", "/quick", [&](Request, Respond respond) { held = std::move(respond); });
  });
  RawClient slow(server_->port());
  slow.send("GET /slow HTTP/1.0\r\n\r\n");
  auto respond = late.get_future().get();
  // By the time that this one was given up, the usual time of the other is over too.
  EXPECT_THAT(exchange("GET /quick HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 503"));
  respond({.body = "at last"});
  EXPECT_THAT(slow.read_to_end(), testing::AllOf(StartsWith("HTTP/1.1 200"), testing::EndsWith("at last")));
}

TEST_F(HttpServer, ClosesAfterTheAnswerWhenTheClientAsksForIt) {
  start();
  EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), HasSubstr("Connection: close"));
  EXPECT_THAT(exchange("GET /hello HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServer, AnswersHeadWithoutTheBody) {
  start();
  const auto answer = exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("Content-Length: 5"), testing::EndsWith("\r\n\r\n")));
}

TEST_F(HttpServer, SaysWhichMethodsAPathKnows) {
  start();
  EXPECT_THAT(exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 405"), HasSubstr("Allow: GET, HEAD"), HasSubstr("application/problem+json"),
                             HasSubstr("/problems/method_not_allowed")));
  EXPECT_THAT(exchange("GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 404"), HasSubstr("/problems/not_found")));
}

TEST(Problems, HaveATitleThatPeopleRead) {
  EXPECT_EQ(problem_title("method_not_allowed"), "Method not allowed");
  EXPECT_EQ(problem_title("json_invalid_utf8"), "JSON invalid UTF-8");
  EXPECT_THAT(problem_response({.status = 404, .type = "url_unknown", .detail = "none"}).body, HasSubstr(R"("title":"URL unknown")"));
}

TEST_F(HttpServer, PassesDecodedPathQueryHeadersAndPeerToTheRoute) {
  Request seen;
  start({}, [&](Server& server) {
    server.route("GET", "/repositories/{id...}", [&](Request request, Respond respond) {
      seen = std::move(request);
      respond({});
    });
  });
  exchange("GET /repositories/an%20org/name?a=1%2B1&b=x+y&a=2&c HTTP/1.1\r\nHost: x\r\nX-One: 1\r\nx-one: 2\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(seen.params.at("id"), "an org/name");
  EXPECT_EQ(seen.query, (std::map<std::string, std::string>{{"a", "1+1"}, {"b", "x y"}, {"c", ""}}));
  EXPECT_EQ(seen.header("X-ONE"), "1, 2");
  EXPECT_EQ(seen.remote, "127.0.0.1");
}

TEST_F(HttpServer, ReadsChunkedBodies) {
  start();
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: "
                       "close\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"),
              testing::EndsWith("abcdefg"));
}

TEST_F(HttpServer, PassesTwoMegabytesOfBracketsAsBytes) {
  start({.max_body_bytes = 4 << 20});
  const std::string brackets(2 << 20, '[');
  const auto answer = fetch({.method = "POST", .url = url("/echo"), .body = brackets});
  ASSERT_TRUE(answer) << to_string(answer.error());
  EXPECT_EQ(answer->body, brackets);
}

TEST_F(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
  start();
  const auto answer = exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nfirst"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecond");
  EXPECT_LT(answer.find("first"), answer.find("second"));
  EXPECT_NE(answer.find("second"), std::string::npos);
}

TEST_F(HttpServer, AsksForTheBodyOfAClientThatWaitsToBeAsked) {
  start();
  RawClient raw(server_->port());
  raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(raw.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("hello");
  EXPECT_THAT(raw.read_to_end(), testing::AllOf(StartsWith("HTTP/1.1 200"), testing::EndsWith("hello")));
  EXPECT_THAT(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: cake\r\n\r\n"), StartsWith("HTTP/1.1 417"));
}

TEST_F(HttpServer, LetsARouteAnswerLaterFromAnotherThread) {
  std::promise<Respond> asked;
  start({}, [&](Server& server) { server.route("GET", "/later", [&](Request, Respond respond) { asked.set_value(std::move(respond)); }); });
  RawClient raw(server_->port());
  raw.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  std::jthread other([respond = asked.get_future().get()] {
    respond({.body = "now"});
    respond({.body = "a second answer is dropped"});
  });
  EXPECT_THAT(raw.read_to_end(), testing::EndsWith("\r\n\r\nnow"));
}

TEST_F(HttpServer, AnswersFiveHundredForARouteThatForgetsOrThrows) {
  std::promise<std::string> told;
  start({.on_error = [&](std::string_view what) { told.set_value(std::string(what)); }}, [](Server& server) {
    server.route("GET", "/forget", [](Request, Respond) {});
    server.route("GET", "/throw", [](Request, Respond) { throw std::runtime_error("a bug"); });
  });
  EXPECT_THAT(exchange("GET /forget HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 500"), HasSubstr("/problems/internal")));
  EXPECT_THAT(exchange("GET /throw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
              testing::AllOf(StartsWith("HTTP/1.1 500"), Not(HasSubstr("a bug"))));
  EXPECT_EQ(told.get_future().get(), "a bug");
}

TEST_F(HttpServer, KeepsAHeaderOnOneLineWhateverARoutePutsIn) {
  start({}, [](Server& server) {
    server.route("GET", "/evil", [](Request, Respond respond) { respond({.headers = {{"X-Name", "a\r\nSet-Cookie: b"}}}); });
  });
  EXPECT_THAT(exchange("GET /evil HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), HasSubstr("X-Name: a  Set-Cookie: b\r\n"));
}

TEST_F(HttpServer, TellsTheConnectionOverTheLimitSo) {
  start({.max_connections = 2});
  RawClient first(server_->port());
  RawClient second(server_->port());
  for (auto* raw : {&first, &second}) {
    raw->send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(raw->read_response(), StartsWith("HTTP/1.1 200"));
  }
  RawClient third(server_->port());
  EXPECT_THAT(third.read_response(), testing::AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: 1")));
  first.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(first.read_response(), StartsWith("HTTP/1.1 200"));
}

TEST_F(HttpServer, ServesManyClientsAtATime) {
  start();
  constexpr int kClients = 16;
  constexpr int kRequests = 50;
  std::vector<std::future<int>> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.push_back(std::async(std::launch::async, [&, c] {
      RawClient raw(server_->port());
      int good = 0;
      for (int r = 0; r < kRequests; ++r) {
        const std::string body = std::to_string(c) + "/" + std::to_string(r);
        raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        good += raw.read_response().ends_with("\r\n\r\n" + body) ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& good : clients) EXPECT_EQ(good.get(), kRequests);
}

TEST_F(HttpServer, LetsAnOpenRequestFinishWhenItStops) {
  std::promise<Respond> asked;
  start({}, [&](Server& server) { server.route("GET", "/later", [&](Request, Respond respond) { asked.set_value(std::move(respond)); }); });
  RawClient idle(server_->port());
  RawClient raw(server_->port());
  raw.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  const Respond respond = asked.get_future().get();
  std::jthread stopper([&] { server_->stop(std::chrono::seconds(20)); });
  EXPECT_EQ(idle.read_to_end(), "");  // closed at once
  respond({.body = "done"});
  EXPECT_THAT(raw.read_to_end(), testing::AllOf(HasSubstr("Connection: close"), testing::EndsWith("done")));
  stopper.join();
  EXPECT_FALSE(RawClient(server_->port()).connected());
}

TEST_F(HttpServer, EndsARequestThatOutlivesTheGraceAndSurvivesItsLateAnswer) {
  std::promise<Respond> asked;
  start({}, [&](Server& server) { server.route("GET", "/never", [&](Request, Respond respond) { asked.set_value(std::move(respond)); }); });
  RawClient raw(server_->port());
  raw.send("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
  const Respond respond = asked.get_future().get();
  server_->stop(std::chrono::milliseconds(1));
  EXPECT_EQ(raw.read_to_end(), "");
  server_.reset();
  respond({.body = "too late"});
}

TEST_F(HttpServer, SaysWhyItCannotListen) {
  start();
  Server second({.port = server_->port()});
  EXPECT_EQ(second.start().error().code, "address_in_use");
  Server third({.address = "not an address"});
  EXPECT_EQ(third.start().error().code, "address_invalid");
}

}  // namespace
}  // namespace argosy::http
