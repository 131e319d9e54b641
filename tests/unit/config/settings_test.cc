// Promises of the configuration: what is given is taken or refused with one line that says why; nothing is silently ignored.
#include "common/config/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "common/config/kafka_properties.h"
#include "common/core/file.h"
#include "common/core/redact.h"

namespace argosy::config {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> mistakes(const Environment& environment) {
  auto settings = load(environment);
  return settings ? std::vector<std::string>{} : settings.error();
}

TEST(Settings, AnEmptyEnvironmentGivesTheDefaults) {
  const auto settings = load({});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->api_port, 8080);
  EXPECT_EQ(settings->listen, "127.0.0.1");
  EXPECT_EQ(settings->sandbox, "bwrap");
  EXPECT_EQ(settings->public_url, "http://127.0.0.1:8080");
  EXPECT_THAT(settings->work_dir, HasSubstr("/var/tmp/argosy-"));
}

TEST(Settings, TakesEveryKindOfValue) {
  const auto settings = load({{"ARGOSY_API_PORT", "9000"},
                              {"ARGOSY_KAFKA_EMBEDDED", "true"},
                              {"ARGOSY_LEASE_MS", "5000"},
                              {"ARGOSY_TEST_PATHS", "/a:/b c:"},
                              {"ARGOSY_KAFKA_BROKERS", "h:1,h:2"},
                              {"PATH", "/bin"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->api_port, 9000);
  EXPECT_TRUE(settings->kafka_embedded);
  EXPECT_EQ(settings->lease, std::chrono::seconds(5));
  EXPECT_THAT(settings->test_paths, ElementsAre("/a", "/b c"));
  EXPECT_EQ(settings->kafka_brokers, "h:1,h:2");
}

TEST(Settings, AnUnknownNameIsRefusedWithTheNearestKnownOne) {
  EXPECT_THAT(mistakes({{"ARGOSY_API_PROT", "1"}}), ElementsAre(HasSubstr("did you mean ARGOSY_API_PORT?")));
  EXPECT_THAT(mistakes({{"ARGOSY_WEBHOOK_SECRT_FILE", "1"}}), ElementsAre(HasSubstr("did you mean ARGOSY_WEBHOOK_SECRET_FILE?")));
  EXPECT_THAT(mistakes({{"ARGOSY_TEST_PATH", "/a"}}), ElementsAre(HasSubstr("did you mean ARGOSY_TEST_PATHS?")));
}

TEST(Settings, KafkaIsSpokenToInSafetyAsItsPropertiesSay) {
  const auto found = parse_kafka_properties("# by mutual TLS\nsecurity.protocol = ssl\n\nssl.key.location=/run/k\n");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (std::map<std::string, std::string>{{"security.protocol", "ssl"}, {"ssl.key.location", "/run/k"}}));
  EXPECT_TRUE(parse_kafka_properties("")->empty());
}

TEST(Settings, PropertiesThatTheEngineRestsOnCannotBeSet) {
  EXPECT_THAT(mistakes({{"ARGOSY_KAFKA_PROPERTIES", "security.protocol=ssl\nenable.idempotence=false"}}),
              ElementsAre(AllOf(HasSubstr("line 2"), Not(HasSubstr("false")))));
  EXPECT_THAT(mistakes({{"ARGOSY_KAFKA_PROPERTIES", "sasl.password"}}), ElementsAre(HasSubstr("line 1")));
  EXPECT_THAT(mistakes({{"ARGOSY_KAFKA_PROPERTIES", "ssl.a=1\nssl.a=2"}}), ElementsAre(HasSubstr("again")));
}

TEST(Settings, ThePasswordOfKafkaStandsInNoLog) {
  ASSERT_TRUE(load({{"ARGOSY_KAFKA_PROPERTIES", "security.protocol=sasl_ssl\nsasl.password=corn-flower-7731"}}));
  EXPECT_EQ(redact("it said corn-flower-7731").find("corn-flower-7731"), std::string::npos);
}

TEST(Settings, NamesOfTheTestsAndOfOthersArePassedOver) {
  EXPECT_TRUE(load({{"ARGOSY_FAILPOINTS_SPEC", "x"}, {"ARGOSY_TEST_POSTGRES_URL", "x"}, {"ARGO_PORT", "x"}}));
}

TEST(Settings, EachMistakeHasItsLine) {
  EXPECT_THAT(mistakes({{"ARGOSY_API_PORT", "70000"}, {"ARGOSY_KAFKA_EMBEDDED", "yes"}, {"ARGOSY_LOG_LEVEL", "loud"}, {"ARGOSY_X", ""}}),
              ElementsAre(HasSubstr("from 0 to 65535 (it is \"70000\")"), HasSubstr("must be true or false"),
                          HasSubstr("one of debug, info, warning, error"), HasSubstr("ARGOSY_X is not known")));
  EXPECT_THAT(mistakes({{"ARGOSY_API_PORT", "80x"}}), ElementsAre(HasSubstr("whole number")));
  EXPECT_THAT(mistakes({{"ARGOSY_API_PORT", ""}}), ElementsAre(HasSubstr("whole number")));
}

TEST(Settings, ABucketIsNamedWhereArtifactsGoAndItsKeysBelongTogether) {
  EXPECT_THAT(mistakes({{"ARGOSY_ARTIFACTS", "s3"}}), ElementsAre(HasSubstr("set ARGOSY_S3_BUCKET")));
  EXPECT_THAT(mistakes({{"ARGOSY_ARTIFACTS", "disk"}}), ElementsAre(HasSubstr("one of postgres, s3")));
  EXPECT_THAT(mistakes({{"ARGOSY_S3_ACCESS_KEY_ID", "a"}}), ElementsAre(HasSubstr("belong together")));
  EXPECT_THAT(mistakes({{"ARGOSY_S3_KMS_KEY", "k"}}), ElementsAre(HasSubstr("aws:kms")));
  EXPECT_TRUE(
      load({{"ARGOSY_ARTIFACTS", "s3"}, {"ARGOSY_S3_BUCKET", "b"}, {"ARGOSY_S3_ENCRYPTION", "aws:kms"}, {"ARGOSY_S3_KMS_KEY", "k"}}));
  EXPECT_EQ(load({{"ARGOSY_S3_BUCKET", "b"}})->artifacts, "postgres") << "what lies in a bucket can be read wherever new bytes go";
}

TEST(Settings, ListensBeyondLoopbackOnlyWithTokens) {
  EXPECT_THAT(mistakes({{"ARGOSY_LISTEN", "0.0.0.0"}}), ElementsAre(HasSubstr("ARGOSY_TOKENS_FILE")));
  EXPECT_THAT(mistakes({{"ARGOSY_LISTEN", "::"}}), ElementsAre(HasSubstr("ARGOSY_TOKENS_FILE")));
  EXPECT_TRUE(load({{"ARGOSY_LISTEN", "0.0.0.0"}, {"ARGOSY_TOKENS_FILE", "/t"}}));
  EXPECT_TRUE(load({{"ARGOSY_LISTEN", "127.0.0.9"}}));
  EXPECT_EQ(load({{"ARGOSY_LISTEN", "::1"}})->public_url, "http://[::1]:8080");
  EXPECT_THAT(mistakes({{"ARGOSY_LISTEN", "127.evil.example"}}), ElementsAre(HasSubstr("must be an IP address")));
}

TEST(Settings, ListensForDatagramsWhereOthersCanBeToldOfIt) {
  EXPECT_TRUE(load({{"ARGOSY_HINT_LISTEN", ""}}));
  EXPECT_TRUE(load({{"ARGOSY_HINT_LISTEN", "10.0.0.7:9100"}}));
  EXPECT_TRUE(load({{"ARGOSY_HINT_LISTEN", "[::1]:0"}}));
  EXPECT_THAT(mistakes({{"ARGOSY_HINT_LISTEN", "0.0.0.0:9100"}}), ElementsAre(HasSubstr("that the other machines reach")));
  EXPECT_THAT(mistakes({{"ARGOSY_HINT_LISTEN", "worker-1:9100"}}), ElementsAre(HasSubstr("must be an IP address and a port")));
}

TEST(Settings, WhatSetUpsMayReachIsCheckedAtStart) {
  const auto settings = load({{"ARGOSY_EGRESS_ALLOW", "mirror.example:8443, go:*.example.org"},
                              {"ARGOSY_EGRESS_ADDRESSES", "mirror.example=10.0.0.7"},
                              {"ARGOSY_EGRESS_MAX_BYTES", "1048576"}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->egress_max_bytes, 1'048'576);
  EXPECT_THAT(mistakes({{"ARGOSY_EGRESS_ALLOW", "fine.example,127.1"}}), ElementsAre(HasSubstr("ARGOSY_EGRESS_ALLOW \"127.1\": ")));
  EXPECT_THAT(mistakes({{"ARGOSY_EGRESS_ADDRESSES", "mirror.example"}}), ElementsAre(HasSubstr("must be host=address")));
  EXPECT_THAT(mistakes({{"ARGOSY_EGRESS_MAX_REQUESTS", "0"}}), ElementsAre(HasSubstr("from 1 to")));
}

TEST(Settings, RulesBetweenVariablesAreChecked) {
  EXPECT_THAT(mistakes({{"ARGOSY_RENEW_MS", "6000"}}), ElementsAre(HasSubstr("at most half of ARGOSY_LEASE_MS")));
  EXPECT_THAT(mistakes({{"ARGOSY_BRANCH_TEMPLATE", "argosy/{slug}"}}), ElementsAre(HasSubstr("two tasks would share a branch")));
  EXPECT_THAT(mistakes({{"ARGOSY_WEBHOOK_SECRET", "whsec_c2hvcnQ="}}), ElementsAre(HasSubstr("24 to 64 bytes")));
}

TEST(Settings, WhatATaskMayCostIsANumberOrNone) {
  for (const auto* name : {"ARGOSY_TASK_MAX_USD", "ARGOSY_TASK_MAX_TOKENS"}) {
    for (const auto* fine : {"0", "12", "none"}) EXPECT_TRUE(load({{name, fine}})) << name << fine;
    for (const auto* bad : {"", "any", "-1", "5 USD"})
      EXPECT_THAT(mistakes({{name, bad}}), ElementsAre(AllOf(HasSubstr(name), HasSubstr("or none")))) << bad;
  }
}

TEST(Settings, ASecretMayComeFromAFileButNotFromBoth) {
  const TempDir folder;
  const std::string path = folder.path() / "url";
  std::ofstream(path) << "postgres://u:file-password@h/db\n";
  EXPECT_EQ(load({{"ARGOSY_POSTGRES_URL_FILE", path}})->postgres_url, "postgres://u:file-password@h/db");
  EXPECT_THAT(mistakes({{"ARGOSY_POSTGRES_URL_FILE", path}, {"ARGOSY_POSTGRES_URL", "x"}}), ElementsAre(HasSubstr("both set")));
  EXPECT_THAT(mistakes({{"ARGOSY_POSTGRES_URL_FILE", path + ".no"}}), ElementsAre(HasSubstr("does not exist")));
  EXPECT_THAT(mistakes({{"ARGOSY_API_PORT_FILE", path}}), ElementsAre(HasSubstr("not known")));  // no secret, no file
}

TEST(Settings, OrdinaryWordsBesideASecretStayInLogs) {
  const TempDir folder;
  const std::string path = folder.path() / "properties";
  std::ofstream(path) << "sasl.username = quartermaster\nsasl.mechanism=SCRAM-SHA-512\nsasl.oauthbearer.client.secret = poppy-seed-4411\n"
                         "ssl.ca.location=/etc/harbour:lighthouse\nssl.key.password=lupin-9920\n";
  ASSERT_TRUE(load({{"ARGOSY_KAFKA_PROPERTIES_FILE", path},
                    {"ARGOSY_OTLP_HEADERS", "x-scope-orgid=portsmouth-fleet,X-Api-Key=thistle-5518,authorization=Basic Zm9yZ2V0bWU="}}));
  const std::string plain = "quartermaster SCRAM-SHA-512 /etc/harbour:lighthouse lighthouse portsmouth-fleet";
  EXPECT_EQ(redact(plain), plain);
  const auto hidden = redact("<poppy-seed-4411> <lupin-9920> <thistle-5518> <Zm9yZ2V0bWU=>");
  for (const auto* secret : {"poppy", "lupin", "thistle", "Zm9y"}) EXPECT_THAT(hidden, Not(HasSubstr(secret)));
}

TEST(Settings, ASecretIsHiddenFromThenOn) {
  ASSERT_TRUE(
      load({{"ARGOSY_POSTGRES_URL", "postgres://u:hunter2-pg@h/db"}, {"ARGOSY_GIT_READ_CREDENTIALS", "https://h/p bob:tok-read-123\n"}}));
  EXPECT_THAT(redact("hunter2-pg and tok-read-123"), Not(::testing::AnyOf(HasSubstr("hunter2-pg"), HasSubstr("tok-read-123"))));
}

TEST(Settings, ABadSecretIsNotRepeatedInTheMistake) {
  EXPECT_THAT(mistakes({{"ARGOSY_WEBHOOK_SECRET", "whsec_visible"}}), ElementsAre(Not(HasSubstr("visible"))));
}

TEST(SettingsShown, MasksSecretsAndShowsTheRest) {
  const std::string text = show({{"ARGOSY_TOKEN", "very-secret"}, {"ARGOSY_API_PORT", "9000"}});
  EXPECT_THAT(text, HasSubstr("ARGOSY_TOKEN=[set]  #"));
  EXPECT_THAT(text, Not(HasSubstr("very-secret")));
  EXPECT_THAT(text, HasSubstr("ARGOSY_API_PORT=9000  #"));
  EXPECT_THAT(text, HasSubstr("ARGOSY_WS_PORT=8081  #"));
}

TEST(SettingsShown, EveryVariableIsDocumentedOnceInASentence) {
  std::set<std::string> names;
  for (const Variable& variable : variables()) {
    EXPECT_TRUE(names.insert(variable.name).second) << variable.name;
    EXPECT_TRUE(variable.doc.ends_with('.')) << variable.name;
    EXPECT_THAT(document(), HasSubstr("| `" + variable.name + "` |"));
  }
}

TEST(SettingsShown, EveryDefaultIsAValueThatIsTaken) {
  Environment environment;
  for (const Variable& variable : variables()) {
    if (!variable.fallback.empty() && variable.name != "ARGOSY_WEBHOOK_SECRET") environment[variable.name] = variable.fallback;
  }
  EXPECT_THAT(mistakes(environment), ElementsAre());
}

TEST(LoadOrExit, AnswersHelpAndVersion) {
  const auto call = [](std::vector<std::string> words, bool takes_slots = true) {
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    (void)load_or_exit(static_cast<int>(argv.size()), argv.data(), "argosy-x", "does x", takes_slots);
  };
  EXPECT_EXIT(call({"x", "--help"}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(call({"x", "--version"}), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(call({"x", "--slots"}), ::testing::ExitedWithCode(2), "argosy-x: \"--slots\" is not understood");
  EXPECT_EXIT(call({"x", "--slots", "many"}), ::testing::ExitedWithCode(2), "ARGOSY_SLOTS must be a whole number");
  EXPECT_EXIT(call({"x", "--slots", "1"}, false), ::testing::ExitedWithCode(2), "\"--slots\" is not understood");
  EXPECT_EXIT(call({"x"}), ::testing::ExitedWithCode(2), "ARGOSY_POSTGRES_URL is not set");
}

TEST(LoadOrExit, SlotsOfTheCommandLineWin) {
  ::setenv("ARGOSY_POSTGRES_URL", "host=x", 1);
  ::setenv("ARGOSY_KAFKA_BROKERS", "h:1", 1);
  ::setenv("ARGOSY_SLOTS", "3", 1);
  std::vector<std::string> words{"x", "--slots", "7"};
  std::vector<char*> argv{words[0].data(), words[1].data(), words[2].data()};
  EXPECT_EQ(load_or_exit(3, argv.data(), "argosy-x", "does x").slots, 7);
  for (const char* name : {"ARGOSY_POSTGRES_URL", "ARGOSY_KAFKA_BROKERS", "ARGOSY_SLOTS"}) ::unsetenv(name);
}

}  // namespace
}  // namespace argosy::config
