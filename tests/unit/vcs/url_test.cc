// Promises about addresses and the credentials that belong to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/core/redact.h"
#include "common/vcs/git.h"
#include "common/vcs/repository.h"

namespace argosy::vcs {
namespace {

std::string verdict(const std::string& url, bool allow_file = false) {
  const auto checked = check_url(url, allow_file);
  return checked ? "ok" : checked.error().code;
}

TEST(Url, AcceptsHttpsAndSsh) {
  for (const char* url : {"https://github.com/org/repo.git", "https://git.example.org:8443/a/b", "ssh://git@github.com/org/repo.git",
                          "ssh://host:22/x", "https://[::1]:8443/x", "HTTPS://Host/x", "https://host/%7Euser/x"})
    EXPECT_EQ(verdict(url), "ok") << url;
}

TEST(Url, RefusesTransportsThatRunPrograms) {
  for (const char* url : {"ext::sh -c touch% /tmp/x", "ext::sh", "fd::17", "transport::address", "http://host/x", "git://host/x",
                          "ftp://host/x", "rsync://host/x"})
    EXPECT_THAT(verdict(url), ::testing::AnyOf("url_scheme_refused", "url_malformed")) << url;
  EXPECT_EQ(verdict("ext::sh"), "url_scheme_refused");
  EXPECT_EQ(verdict("http://host/x"), "url_scheme_refused");
}

TEST(Url, TakesFilesOnlyWhenAllowed) {
  EXPECT_EQ(verdict("file:///srv/x.git"), "url_scheme_refused");
  EXPECT_EQ(verdict("file:///srv/x.git", true), "ok");
  EXPECT_EQ(verdict("file://host/srv/x.git", true), "url_malformed");
  EXPECT_EQ(verdict("file:///srv/../etc", true), "url_malformed");
  EXPECT_EQ(verdict("/srv/x.git", true), "url_malformed");
}

TEST(Url, RefusesCredentialsInTheAddress) {
  for (const char* url : {"https://user:secret@host/x", "https://token@host/x", "ssh://git:secret@host/x"})
    EXPECT_EQ(verdict(url), "url_credentials_refused") << url;
}

TEST(Url, RefusesWhatCouldBeReadAsSomethingElse) {
  const std::string nul("https://host/a\0b", 16);
  for (const auto& url : std::vector<std::string>{"",
                                                  "--upload-pack=x",
                                                  "-x",
                                                  "https://-host/x",
                                                  "ssh://-oProxyCommand=x/y",
                                                  "ssh://-o@host/x",
                                                  "https://host",
                                                  "https://host/",
                                                  "https:///x",
                                                  "https://host:0/x",
                                                  "https://host:99999/x",
                                                  "https://host:port/x",
                                                  "https://host/a b",
                                                  "https://host/a\nb",
                                                  "https://host/%0ahost=evil",
                                                  "https://host/%0D",
                                                  "https://host/%zz",
                                                  "https://host/x?token=y",
                                                  "https://host/x#y",
                                                  "https://ho%73t/x",
                                                  "https://host\\x/y",
                                                  "git@github.com:org/repo.git",
                                                  "ssh://@host/x",
                                                  nul,
                                                  "https://host/" + std::string(3000, 'a')})
    EXPECT_EQ(verdict(url), "url_malformed") << url;
}

TEST(CredentialLines, AreReadLineByLine) {
  const auto all = parse_credentials("# comment\n\nhttps://GitHub.com/org/ robot:tok:en-1\r\nhttps://host other:s3cr3t\n");
  ASSERT_TRUE(all) << to_string(all.error());
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ((*all)[0].user, "robot");
  EXPECT_EQ((*all)[0].secret, "tok:en-1");
  EXPECT_EQ((*all)[1].url_prefix, "https://host");
}

TEST(CredentialLines, NeverShowUpInTheErrorAboutThem) {
  for (const char* text : {"https://host user-without-colon-s3cr3t", "http://host user:s3cr3t", "host user:s3cr3t", "https://host/x",
                           "https://u@host a:s3cr3t", "https://host :s3cr3t"}) {
    const auto read = parse_credentials(std::string("\n") + text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, "credentials_malformed");
    EXPECT_THAT(read.error().message, ::testing::AllOf(::testing::HasSubstr("line 2"), ::testing::Not(::testing::HasSubstr("s3cr3t"))));
  }
}

TEST(CredentialLines, AreKnownToTheRedactorOnceRead) {
  ASSERT_TRUE(parse_credentials("https://host robot:unlikely-token-value"));
  EXPECT_EQ(redact("it said unlikely-token-value").find("unlikely-token-value"), std::string::npos);
}

TEST(CredentialLines, GoToTheLongestPrefixAndToNobodyElse) {
  const auto all = parse_credentials("https://host a:111111\nhttps://host/org b:222222\nhttps://host/org/repo c:333333\n");
  ASSERT_TRUE(all);
  const auto user = [&](const std::string& url) {
    const auto found = credential_for(*all, url);
    return found ? found->user : "nobody";
  };
  EXPECT_EQ(user("https://host/org/repo"), "c");
  EXPECT_EQ(user("https://HOST/org/repo.git"), "c");
  EXPECT_EQ(user("https://host/org/repository"), "b");
  EXPECT_EQ(user("https://host/other/x"), "a");
  EXPECT_EQ(user("https://host.evil.org/org/repo"), "nobody");
  EXPECT_EQ(user("https://host:8443/org/repo"), "nobody");
  EXPECT_EQ(user("ssh://host/org/repo"), "nobody");
}

}  // namespace
}  // namespace argosy::vcs
