// Real package managers install something small through the proxy, from the registries that this machine's configuration names. On the host
// here: that nothing else can be reached is the sandbox's promise.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>
#include <set>

#include "common/config/settings.h"
#include "common/core/file.h"
#include "common/core/socket_address.h"
#include "common/core/text.h"
#include "common/egress/proxy.h"
#include "common/egress/registries/set_up.h"
#include "tests/support/registries.h"

namespace argosy::egress {
namespace {

using ::testing::HasSubstr;

using test::registries;

class InstallTest : public ::testing::Test {
 protected:
  // A proxy for set-ups of the ecosystem, and a home that a set-up would have.
  void begin(Ecosystem ecosystem, bool allow_registries = true) {
    const auto& found = registries().at(ecosystem);
    ASSERT_FALSE(found.hosts.empty()) << found.reason;
    Policy policy{.allow = {}, .addresses = test::vouched_for(found.hosts), .limits = {}};
    if (allow_registries) policy.allow = allow_list(registries(), ecosystem, {});
    for (const auto& rule : found.hosts) hosts_.insert(rule.host.text());
    Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto any = SocketAddress::parse("127.0.0.1:0");
    ASSERT_EQ(::bind(listener.get(), any->data(), any->size()), 0);
    ASSERT_EQ(::listen(listener.get(), 128), 0);
    const std::string at = SocketAddress::of(listener.get())->to_string();
    proxy_ = std::make_unique<Proxy>(policy, [this](const AuditEvent& event) { events_.push_back(event); });
    proxy_->serve(::dup(listener.get()));

    const auto bundle = host_ca_bundle(config::process_environment());
    ASSERT_TRUE(bundle) << to_string(bundle.error());
    auto set_up = environment_for(registries(), ecosystem, static_cast<std::uint16_t>(*text::to_int(at.substr(at.rfind(':') + 1))),
                                  {.home = home_.path(), .ca_bundle = *bundle}, *read_file(*bundle));
    for (const auto& file : set_up.files) write(file.path, file.bytes);
    env_ = std::move(set_up.env);
    env_["PATH"] = minimal_env()["PATH"];
    env_["GOFLAGS"] += " -modcacherw";  // else nobody could remove it
  }
  void write(const std::string& path, const std::string& bytes) {
    const auto file = home_.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << bytes;
  }
  Completed call(std::vector<std::string> argv) {
    const auto done = run({.argv = std::move(argv), .env = env_, .cwd = home_.path(), .timeout = std::chrono::minutes(3)});
    EXPECT_TRUE(done) << to_string(done.error());
    return done.value_or(Completed{.exit_code = -1, .out = "", .err = ""});
  }
  bool has(const std::string& path) const { return std::filesystem::exists(home_.path() / path); }
  // Everything went to hosts of the registries, and was allowed.
  void expect_registries_only() {
    proxy_->stop();
    EXPECT_FALSE(events_.empty());
    for (const auto& event : events_) {
      EXPECT_TRUE(event.allowed) << event.host << " " << event.reason;
      EXPECT_TRUE(hosts_.contains(event.host)) << event.host;
    }
    EXPECT_GT(proxy_->totals().bytes_down, 0);
  }

  TempDir home_;
  std::map<std::string, std::string> env_;
  std::set<std::string> hosts_;
  std::vector<AuditEvent> events_;  // the proxy's until it has stopped
  std::unique_ptr<Proxy> proxy_;
};

TEST_F(InstallTest, PipInstalls) {
  begin(Ecosystem::python);
  const Completed done = call({"python3", "-m", "pip", "install", "--no-cache-dir", "--target", "site", "six==1.16.0"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_TRUE(has("site/six.py"));
  expect_registries_only();
}

TEST_F(InstallTest, NpmInstalls) {
  begin(Ecosystem::javascript);
  write("package.json", R"({"name":"x","version":"1.0.0","dependencies":{"is-odd":"3.0.1"}})");
  const Completed done = call({"npm", "install"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_TRUE(has("node_modules/is-number/package.json"));
  expect_registries_only();
}

TEST_F(InstallTest, GoDownloads) {
  begin(Ecosystem::go);
  write("go.mod", "module x\n\ngo 1.19\n\nrequire github.com/pkg/errors v0.9.1\n");
  const Completed done = call({"go", "mod", "download", "github.com/pkg/errors"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_TRUE(has("go/pkg/mod/github.com/pkg/errors@v0.9.1/errors.go"));
  expect_registries_only();
}

TEST_F(InstallTest, MavenDownloads) {
  begin(Ecosystem::java);
  const Completed done =
      call({"mvn", "--batch-mode", "--quiet", "dependency:get", "-Dartifact=org.slf4j:slf4j-api:2.0.9", "-Dtransitive=false"});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_TRUE(has(".m2/repository/org/slf4j/slf4j-api/2.0.9/slf4j-api-2.0.9.jar"));
  expect_registries_only();
}

TEST_F(InstallTest, NothingIsInstalledFromWhatIsNotAllowed) {
  begin(Ecosystem::python, false);
  const Completed done = call({"python3", "-m", "pip", "install", "--retries", "1", "--no-cache-dir", "--target", "site", "six==1.16.0"});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_THAT(done.out + done.err, HasSubstr("403 Forbidden"));
  proxy_->stop();
  ASSERT_FALSE(events_.empty());
  EXPECT_EQ(events_.front().reason, "host_not_allowed");
}

}  // namespace
}  // namespace argosy::egress
