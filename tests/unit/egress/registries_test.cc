// Package managers are played here: what they answer is what was configured. The real ones are asked in tests/integration/egress.
#include "common/egress/registries/registries.h"

#include <gmock/gmock.h>

#include <fstream>

#include "common/core/file.h"
#include "common/core/text.h"
#include "common/egress/registries/set_up.h"

namespace argosy::egress {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

class RegistriesTest : public ::testing::Test {
 protected:
  // What a command line that holds `part` prints; everything else is not installed.
  void says(std::string part, std::string out) { said_.emplace_back(std::move(part), std::move(out)); }
  void complains(std::string part, std::string err) { complained_.emplace_back(std::move(part), std::move(err)); }
  EcosystemRegistries found(Ecosystem ecosystem) { return all()[ecosystem]; }
  Registries all() {
    return discover(env, [this](const Command& command) -> Result<Completed> {
      asked.push_back(command);
      const std::string line = text::join(command.argv, " ");
      for (const auto& [part, err] : complained_)
        if (line.contains(part)) return Completed{.exit_code = 101, .out = "", .err = err};
      for (const auto& [part, out] : said_)
        if (line.contains(part)) return Completed{.exit_code = 0, .out = out, .err = ""};
      return fail_user("program_not_found", command.argv.front() + " is not installed");
    });
  }
  static std::vector<std::string> hosts(const EcosystemRegistries& of) {
    std::vector<std::string> out;
    for (const auto& rule : of.hosts) out.push_back(rule.to_string());
    return out;
  }
  void write(const std::string& path, const std::string& bytes) {
    const auto file = home.path() / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << bytes;
  }

  const TempDir home;
  std::map<std::string, std::string> env{{"HOME", home.path()}, {"ARGOSY_TOKEN", "secret"}, {"PIP_X", "kept"}};
  std::vector<Command> asked;

 private:
  std::vector<std::pair<std::string, std::string>> said_, complained_;
};

TEST_F(RegistriesTest, WhatIsMissingHasNoHostsAndSaysWhy) {
  const auto registries = all();
  for (const Ecosystem ecosystem : kEcosystems) EXPECT_THAT(registries.at(ecosystem).hosts, IsEmpty()) << to_string(ecosystem);
  EXPECT_THAT(registries.at(Ecosystem::python).reason, HasSubstr("is not installed"));
  EXPECT_THAT(registries.at(Ecosystem::rust).reason, HasSubstr("ARGOSY_EGRESS_ALLOW"));
}

TEST_F(RegistriesTest, PackageManagersAreAskedWithoutWhatIsOurs) {
  all();
  ASSERT_FALSE(asked.empty());
  EXPECT_FALSE(asked[0].env.contains("ARGOSY_TOKEN"));
  EXPECT_TRUE(asked[0].env.contains("PIP_X"));
}

TEST_F(RegistriesTest, PipsConfigurationWinsOverWhatItHasBuiltIn) {
  says("pip config list",
       ":env:.index-url='https://bob:hunter2@pip.example:8443/simple?t=1'\nglobal.index-url='https://old.example/'\n"
       "global.extra-index-url='\\nhttps://one.example/simple\\nhttp://two.example/simple'\nglobal.find-links='/opt/"
       "wheels'\nglobal.timeout='60'\n");
  const auto python = found(Ecosystem::python);
  EXPECT_THAT(hosts(python), ElementsAre("pip.example:8443", "one.example:443", "two.example:80"));
  EXPECT_THAT(python.env, Contains(Pair("PIP_INDEX_URL", "https://pip.example:8443/simple")));
  EXPECT_THAT(python.env, Contains(Pair("PIP_EXTRA_INDEX_URL", "https://one.example/simple http://two.example/simple")));
}

TEST_F(RegistriesTest, WhatPipHasBuiltInIsReadFromIt) {
  says("pip config list", "");
  says("PyPI", "https://index.example/simple\nhttps://files.example/\n");
  EXPECT_THAT(hosts(found(Ecosystem::python)), ElementsAre("index.example:443", "files.example:443"));
}

TEST_F(RegistriesTest, NpmsRegistryAndThoseOfScopesAreRead) {
  says("npm config list",
       R"({"registry":"https://u:p@npm.example/","@acme:registry":"http://acme.example:4873/npm/","proxy":null,"x":"https://no.example"})");
  says("yarn config get registry", "https://yarn.example\n");
  says("yarn config get npmRegistryServer", "undefined\n");
  const auto javascript = found(Ecosystem::javascript);
  EXPECT_THAT(hosts(javascript), ElementsAre("npm.example:443", "acme.example:4873", "yarn.example:443"));
  EXPECT_THAT(javascript.env, Contains(Pair("npm_config_registry", "https://npm.example/")));
  EXPECT_THAT(javascript.env, Contains(Pair("npm_config_@acme:registry", "http://acme.example:4873/npm/")));
}

TEST_F(RegistriesTest, GosProxiesAndItsSumDatabaseAreRead) {
  says(
      "go env",
      R"({"GOPROXY":"https://u:p@one.example|http://two.example:8081/go,direct","GOSUMDB":"sum.example+033de0ae https://sumdb.example","GOFLAGS":"-mod=mod"})");
  const auto go = found(Ecosystem::go);
  EXPECT_THAT(hosts(go), ElementsAre("one.example:443", "two.example:8081", "sumdb.example:443"));
  EXPECT_THAT(go.env, Contains(Pair("GOPROXY", "https://one.example|http://two.example:8081/go,direct")));
  EXPECT_THAT(go.env, Contains(Pair("GOFLAGS", "-mod=mod")));
}

TEST_F(RegistriesTest, NoSumDatabaseIsNoHost) {
  says("go env", R"({"GOPROXY":"off","GOSUMDB":"off"})");
  EXPECT_THAT(hosts(found(Ecosystem::go)), IsEmpty());
}

TEST_F(RegistriesTest, AMavenMirrorOfAllReplacesTheSuperPom) {
  says("mvn ", "Apache Maven 3\nMaven home: " + (home.path() / "maven").string() + "\n");
  write("maven/conf/settings.xml",
        "<settings><mirrors><!-- <mirror><url>https://comment.example</url></mirror> "
        "--><mirror><id>block</id><mirrorOf>external:http:*</mirrorOf>"
        "<url>http://0.0.0.0/</url><blocked>true</blocked></mirror></mirrors></settings>");
  write(".m2/settings.xml",
        "<settings><servers><server><password>hunter2</password></server></servers><mirrors><mirror><id>m</id>"
        "<mirrorOf>*,!x</mirrorOf>\n<url> https://bob:hunter2@maven.example/repo </url></mirror></mirrors></settings>");
  const auto java = found(Ecosystem::java);
  EXPECT_THAT(hosts(java), ElementsAre("maven.example:443"));
  ASSERT_EQ(java.mirrors.size(), 1u);
  EXPECT_EQ(java.mirrors[0].url, "https://maven.example/repo");
}

TEST_F(RegistriesTest, WithoutOneTheSuperPomIsReadFromMavensJar) {
  says("mvn ", "Maven home: " + (home.path() / "maven").string() + "\n");
  says("maven-model-builder-3.x.jar",
       "<project><repositories><repository><url>https://central.example/maven2</url></repository></repositories></project>");
  write("maven/lib/maven-model-builder-3.x.jar", "");
  EXPECT_THAT(hosts(found(Ecosystem::java)), ElementsAre("central.example:443"));
}

TEST_F(RegistriesTest, CargosSourcesAreRead) {
  write(".cargo/config.toml",
        "[build]\njobs = 1\n[source.built-in]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = "
        "\"sparse+https://u:p@cargo.example/index/\"\n"
        "[registries.own]\nindex = 'https://own.example/git'\ntoken = \"hunter2\"\n");
  const auto rust = found(Ecosystem::rust);
  EXPECT_THAT(hosts(rust), ElementsAre("cargo.example:443", "own.example:443"));
  ASSERT_EQ(rust.files.size(), 1u);
  EXPECT_EQ(rust.files[0].bytes,
            "[source.built-in]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = \"sparse+https://cargo.example/index/\"\n"
            "[registries.own]\nindex = \"https://own.example/git\"\n");
}

TEST_F(RegistriesTest, WhatCargoHasBuiltInIsReadFromItsComplaintAndWhatItKept) {
  complains("cargo info",
            "error: download of config.json failed\n\nCaused by:\n  failed to download from `https://index.example/config.json`\n");
  EXPECT_THAT(hosts(found(Ecosystem::rust)), IsEmpty());
  EXPECT_THAT(found(Ecosystem::rust).reason, HasSubstr("run `cargo fetch`"));
  write(".cargo/registry/index/other.example-0123/config.json", R"({"dl":"https://other.example/"})");
  write(".cargo/registry/index/index.example-0123/config.json", R"({"dl":"https://static.example/crates"})");
  EXPECT_THAT(hosts(found(Ecosystem::rust)), ElementsAre("index.example:443", "static.example:443"));
  EXPECT_NE(asked.back().env.at("CARGO_HOME"), (home.path() / ".cargo").string());
}

TEST_F(RegistriesTest, TheOperatorsHostsJoinTheirEcosystemOrAll) {
  says("go env", R"({"GOPROXY":"https://one.example"})");
  const auto added = *parse_ecosystem_rules("everywhere.example,go:*.go.example,java:java.example");
  std::vector<std::string> out;
  for (const auto& rule : allow_list(all(), Ecosystem::go, added)) out.push_back(rule.to_string());
  EXPECT_THAT(out, ElementsAre("one.example:443", "everywhere.example:443", "*.go.example:443"));
}

TEST_F(RegistriesTest, NoCredentialReachesASetUp) {
  says("pip config list", "global.index-url='https://bob:hunter2@pip.example/simple'\n");
  says("npm config list", R"({"registry":"https://bob:hunter2@npm.example/","//npm.example/:_authToken":"hunter2"})");
  says("go env", R"({"GOPROXY":"https://bob:hunter2@go.example"})");
  says("mvn ", "Maven home: /nowhere\n");
  write(".m2/settings.xml",
        "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>https://bob:hunter2@maven.example/</url></mirror></mirrors></"
        "settings>");
  write(".cargo/config.toml", "[registries.own]\nindex = \"https://bob:hunter2@own.example/git\"\n");
  const auto registries = all();
  for (const Ecosystem ecosystem : kEcosystems) {
    const auto set_up = environment_for(registries, ecosystem, 3128, {.home = "/home", .ca_bundle = "/ca.pem"}, "");
    for (const auto& [name, value] : set_up.env) EXPECT_THAT(value, Not(HasSubstr("hunter2"))) << name;
    for (const auto& file : set_up.files) EXPECT_THAT(file.bytes, Not(HasSubstr("hunter2"))) << file.path;
    EXPECT_FALSE(registries.at(ecosystem).hosts.empty()) << to_string(ecosystem);
  }
}

TEST(SetUp, EveryEcosystemGoesThroughTheProxyAndTrustsTheBundle) {
  for (const Ecosystem ecosystem : kEcosystems) {
    const auto set_up = environment_for({}, ecosystem, 3128, {.home = "/home", .ca_bundle = "/ca.pem"}, "");
    EXPECT_THAT(set_up.env, Contains(Pair("HTTPS_PROXY", "http://127.0.0.1:3128")));
    EXPECT_THAT(set_up.env, Contains(Pair("http_proxy", "http://127.0.0.1:3128")));
    EXPECT_THAT(set_up.env, Contains(Pair("NO_PROXY", "")));
    EXPECT_THAT(set_up.env, Contains(Pair("SSL_CERT_FILE", "/ca.pem")));
  }
  const auto java = environment_for({}, Ecosystem::java, 3128, {.home = "/home", .ca_bundle = "/ca.pem"}, "");
  EXPECT_THAT(java.env.at("MAVEN_OPTS"), HasSubstr("-Djavax.net.ssl.trustStore=/home/.argosy/trust.jks"));
  EXPECT_THAT(java.files.at(0).bytes, HasSubstr("<protocol>https</protocol><host>127.0.0.1</host><port>3128</port>"));
}

TEST(TrustStore, HoldsEachCertificateOnce) {
  const std::string store = java_trust_store(
      "text\n-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nno base64!\n-----END "
      "CERTIFICATE-----\n");
  EXPECT_EQ(text::hex(store.substr(0, store.size() - 20)),
            "feedfeed00000002000000010000000200"
            "0463612d3000000000000000000005582e35303900000003010203");
  EXPECT_EQ(java_trust_store("").size(), 12u + 20u);
}

TEST(HostCaBundle, IsWhatTheEnvironmentNames) {
  const TempDir folder;
  const std::string path = folder.path() / "ca.pem";
  EXPECT_EQ(host_ca_bundle({{"SSL_CERT_FILE", path}}).error().code, "ca_bundle_missing");
  std::ofstream(path) << "x";
  EXPECT_EQ(*host_ca_bundle({{"SSL_CERT_FILE", path}}), path);
}

}  // namespace
}  // namespace argosy::egress
