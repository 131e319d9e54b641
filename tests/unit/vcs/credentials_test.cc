// Promises about credentials on the wire: a remote that demands them gets them, nobody else sees them. The remote is git's own server
// behind TLS and basic authentication; while it answers it looks through /proc for the secret.
#include <cstdlib>

#include <fmt/format.h>

#include "common/core/child.h"
#include "tests/support/eventually.h"
#include "tests/unit/vcs/fixture.h"

namespace argosy::vcs {
namespace {

namespace fs = std::filesystem;

const std::string kSecret = "tok-3fd1c9-very-secret";

class Credentials : public VcsTest {
 protected:
  void SetUp() override {
    const auto cert = remote.dir() / "cert.pem", key = remote.dir() / "key.pem", login = remote.dir() / "login",
               log = remote.dir() / "server.log";
    const auto made = run({.argv = {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key.string(), "-out", cert.string()},
                           .env = minimal_env()});
    ASSERT_TRUE(made && made->exit_code == 0) << made->err;
    ASSERT_TRUE(write_file_atomic(login, "robot:" + kSecret, 0600));
    commit = remote.push_files({{"a", "1\n"}});
    remote.at_remote({"config", "http.receivepack", "true"});
    auto child = Child::start({.argv = {"python3", ARGOSY_SOURCE_DIR "/tests/support/git_https_server.py", remote.dir().string(),
                                        cert.string(), key.string(), login.string()},
                               .env = minimal_env(),
                               .output = log});
    ASSERT_OK(child);
    server.emplace(std::move(*child));
    ASSERT_TRUE(testing::eventually([&] { return read_file(log).value_or("").starts_with("port ") || !server->running(); }));
    const auto port = text::to_int(text::trim(bytes(log).substr(5)));
    ASSERT_TRUE(port) << bytes(log);
    host = fmt::format("https://127.0.0.1:{}", *port);
    ::setenv("GIT_SSL_CAINFO", cert.c_str(), 1);
  }
  void TearDown() override { ::unsetenv("GIT_SSL_CAINFO"); }

  VcsOptions with(const std::string& credentials) const {
    auto made = options();
    made.credentials = parse_credentials(credentials).value();
    return made;
  }
  // Who got in, so far.
  std::string admitted() const { return read_file(remote.dir() / "requests").value_or(""); }

  std::optional<Child> server;
  std::string commit, host;
};

TEST_F(Credentials, OpenARemoteThatDemandsThemAndAreSeenNowhere) {
  auto repository = Repository::open(with(host + "/remote.git robot:" + kSecret), host + "/remote.git");
  ASSERT_OK(repository);
  auto tree = (*repository)->checkout(commit);
  ASSERT_OK(tree);
  ASSERT_TRUE(write_file_atomic((*tree)->path() / "a", "2\n"));
  const auto pushed = (*repository)
                          ->commit_and_push(**tree, commit, "argosy/x",
                                            {.message = "x\n\nT: 1\n", .author_name = "A", .author_email = "a@b", .time_ms = 0}, "T: 1");
  ASSERT_OK(pushed);
  EXPECT_EQ(remote.at("argosy/x", "a"), "2\n");

  EXPECT_THAT(admitted(), ::testing::HasSubstr("git-receive-pack"));
  EXPECT_FALSE(fs::exists(remote.dir() / "leaks")) << bytes(remote.dir() / "leaks");
  for (const auto& entry : fs::recursive_directory_iterator(remote.work_dir()))
    if (entry.is_regular_file()) EXPECT_EQ(bytes(entry.path()).find(kSecret), std::string::npos) << entry.path();
}

TEST_F(Credentials, WouldBeSeenByTheLookoutInAnyEnvironment) {
  const auto careless = Child::start({.argv = {"sleep", "600"}, .env = {{"PATH", "/usr/bin:/bin"}, {"TOKEN", kSecret}}});
  ASSERT_OK(careless);
  ASSERT_OK(Repository::open(with(host + " robot:" + kSecret), host + "/remote.git"));
  EXPECT_THAT(bytes(remote.dir() / "leaks"), ::testing::HasSubstr(fmt::format("{}/environ", careless->pid())));
}

TEST_F(Credentials, AreMissedWithAHintThatNamesTheVariable) {
  for (const auto& given : {std::string(), host + " robot:wrong-secret"}) {
    const auto refused = Repository::open(with(given), host + "/remote.git");
    EXPECT_CODE(refused, "authentication_failed");
    EXPECT_EQ(refused.error().category, Category::needs_user);
    EXPECT_THAT(refused.error().hint, ::testing::HasSubstr("ARGOSY_GIT_READ_CREDENTIALS"));
    EXPECT_THAT(to_string(refused.error()), ::testing::Not(::testing::HasSubstr("wrong-secret")));
  }
  EXPECT_EQ(admitted(), "");
}

TEST_F(Credentials, DoNotFollowARedirect) {
  const auto moved = Repository::open(with(host + " robot:" + kSecret), host + "/redirect/remote.git");
  EXPECT_CODE(moved, "repository_moved");
  EXPECT_EQ(admitted(), "");
}

TEST_F(Credentials, SayThatARepositoryIsNotThere) {
  EXPECT_CODE(Repository::open(with(host + " robot:" + kSecret), host + "/other.git"), "repository_not_found");
}

TEST_F(Credentials, AreNotSentToAHostWithoutATrustedCertificate) {
  ::setenv("GIT_SSL_CAINFO", "/etc/ssl/certs/ca-certificates.crt", 1);
  const auto refused = Repository::open(with(host + " robot:" + kSecret), host + "/remote.git");
  EXPECT_CODE(refused, "certificate_refused");
  EXPECT_EQ(admitted(), "");
}

}  // namespace
}  // namespace argosy::vcs
