// Promises of the search in documentation, against a stand-in that speaks plain HTTP: only written-down hosts are asked, once for a while.
#include "workers/codegen/research/documentation.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "common/http/server.h"
#include "workers/codegen/research/plain_text.h"

namespace argosy::codegen {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class Hands final : public Clock {
 public:
  UnixMillis unix_ms() const override { return now; }
  std::chrono::nanoseconds boot_time() const override { return std::chrono::milliseconds(now); }
  UnixMillis now = 1'000'000;
};

class Research : public ::testing::Test {
 protected:
  void SetUp() override {
    server.route("GET", "/search", [this](http::Request request, http::Respond respond) {
      ++asked;
      query = request.query["q"];
      if (query == "slow") clock.now += std::chrono::milliseconds(Documentation::kPatience).count() - 1;
      if (query == "lost") return respond({.status = 302, .headers = {{"Location", "http://127.0.0.1:1/elsewhere"}}});
      if (query == "broken") return respond({.status = 500, .body = "oops"});
      respond({.headers = {{"Content-Type", "text/html; charset=utf-8"}},
               .body = "<html><head><title>x</title></head><body><script>evil()</script><h1>retry</h1><p>a &lt;b&gt; c" +
                       std::string(query == "long" ? 20'000 : 1, '.') + "</p></body></html>"});
    });
    ASSERT_TRUE(server.start());
    address = fmt::format("http://127.0.0.1:{}/search?q={{query}}", server.port());
  }
  Result<std::unique_ptr<Documentation>> open(const std::string& templates, const std::string& vouched = "127.0.0.1=127.0.0.1") {
    return Documentation::open(templates, parse_host_addresses(vouched).value(), clock);
  }

  http::Server server{{.address = "127.0.0.1"}};
  Hands clock;
  std::atomic<int> asked = 0;
  std::string address, query;
};

TEST_F(Research, ShowsTextWithoutMarkupUnderTheHostsName) {
  const auto all = open(address).value();
  const auto said = all->search("retry & \"back off\"/ü");
  ASSERT_TRUE(said) << to_string(said.error());
  EXPECT_EQ(query, "retry & \"back off\"/ü") << "nothing of it becomes part of the address";
  EXPECT_EQ(*said, "127.0.0.1 says:\nretry\na <b> c.\n\n");
  EXPECT_LE(all->search("long")->size(), Documentation::kMostAnswer + 100);
}

TEST_F(Research, AsksForTheSameOnceADay) {
  const auto all = open(address).value();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(all->search("retry"));
  EXPECT_EQ(asked, 1);
  ASSERT_TRUE(all->search("other"));
  EXPECT_EQ(asked, 2);
  clock.now += std::chrono::milliseconds(Documentation::kKeptFor).count() + 1;
  ASSERT_TRUE(all->search("retry"));
  EXPECT_EQ(asked, 3);
}

TEST_F(Research, SaysWhichSourceFailedAndFollowsNoRedirect) {
  const auto all = open(address).value();
  for (const auto* what : {"lost", "broken"}) {
    const auto failed = all->search(what);
    ASSERT_FALSE(failed) << *failed;
    EXPECT_EQ(failed.error().category, Category::transient);
    EXPECT_THAT(failed.error().message, HasSubstr("127.0.0.1 could not be asked: it answered with status"));
  }
  const auto two = open(address + " http://127.0.0.1:1/x?q={query}").value();
  EXPECT_THAT(*two->search("retry"), AllOf(HasSubstr("a <b> c"), HasSubstr("could not be asked")));
  EXPECT_EQ(open("  ").value(), nullptr) << "off";
}

TEST_F(Research, AsksNobodyAnyMoreWhenItsTimeForAllOfThemIsUp) {
  const auto three = open(fmt::format("{0} {0}&n=2 {0}&n=3", address)).value();
  EXPECT_THAT(*three->search("slow"), AllOf(HasSubstr("a <b> c"), HasSubstr("could not be asked: those before it took all the time")));
  EXPECT_EQ(asked, 2);
  ASSERT_TRUE(three->search("slow"));
  EXPECT_EQ(asked, 3) << "what is kept takes no time";
}

TEST_F(Research, ReachesNoPrivateAddressThatNobodyVouchesFor) {
  const auto private_host = open("https://localhost:1/x?q={query}", "").value()->search("x");
  ASSERT_FALSE(private_host);
  EXPECT_THAT(private_host.error().message, HasSubstr("is not a public address"));
  for (const auto& wrong :
       {address + " https://{query}.example.org/", std::string("https://docs.example.org/search"), std::string("ftp://example.org/{query}"),
        std::string("https://user:word@example.org/{query}"), std::string("https://example.org/{query}/{query}"), std::string("{query}")}) {
    const auto opened = open(wrong);
    ASSERT_FALSE(opened) << wrong;
    EXPECT_EQ(opened.error().code, "research_url_invalid");
  }
  EXPECT_EQ(open(address, "").error().code, "research_url_invalid") << "no TLS";
}

TEST(TextOfHtml, LeavesOutWhatNobodyReads) {
  EXPECT_EQ(text_of_html("<style>a{}</style>one<br>two<!-- <p>no</p> --> &amp;amp; &lt;script&gt;"), "one\ntwo &amp; <script>\n");
  EXPECT_EQ(text_of_html("cut <b"), "cut\n");
  EXPECT_EQ(text_of_html(""), "");
  EXPECT_EQ(text_of_html("<script>never closed"), "");
}

}  // namespace
}  // namespace argosy::codegen
