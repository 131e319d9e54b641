// The restore drill: a fleet with tasks in every state is backed up while it works, then Postgres and Kafka are lost for good. Restored
// into an empty cluster beside an empty Kafka every task ends as it should, and nothing is done twice. Real processes, real git, real
// commands.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>

#include "common/core/clock.h"
#include "common/core/text.h"
#include "tests/e2e/restore/program.h"
#include "tests/e2e/restore/script.h"
#include "tests/support/database.h"
#include "tests/support/fleet/fleet.h"
#include "tests/support/fleet/kafka.h"
#include "tests/support/fleet/postgres.h"
#include "tests/support/fleet/webhook_receiver.h"
#include "tests/support/git_fixture.h"

namespace argosy::test {
namespace {

using std::chrono::nanoseconds;
using ::testing::AllOf;
using testing::eventually;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kTaskTime = std::chrono::minutes(3);
constexpr int kOpenCallMs = 600'000;  // longer than the fleet lives that makes it: its end is the disaster
constexpr int kQueued = 5;
constexpr auto kTest = R"(import pathlib, unittest

class Words(unittest.TestCase):
    def test_every_word_is_there(self):
        for name in ("a.txt", "b.txt", "c.txt"):
            self.assertTrue(pathlib.Path(name).read_text().strip())
)";
constexpr auto kWebhookSecret = "whsec_Y2hhb3MtY2hhb3MtY2hhb3MtY2hhb3MtY2g=";

double seconds_since(nanoseconds then) { return std::chrono::duration<double>(system_clock().boot_time() - then).count(); }

// A cluster that can be lost as a whole: Postgres, Kafka, and the fleet over both.
struct Site {
  OwnPostgres postgres;
  OwnKafka kafka;
  std::optional<Fleet> fleet;

  void open(const std::string& script) {
    fleet.emplace(FleetOptions{.postgres_url = postgres.url(),
                               .kafka_brokers = kafka.brokers(),
                               .environment = {{"ARGOSY_MODEL", "script:" + script},
                                               {"ARGOSY_WEBHOOK_SECRET", kWebhookSecret},
                                               {"ARGOSY_LEASE_MS", "4000"},
                                               {"ARGOSY_RENEW_MS", "500"}}});
    fleet->start_all();
  }
};

class Restore : public ::testing::Test {
 protected:
  void SetUp() override {
    base_ = git_.push_files({{"a.txt", "one\n"}, {"b.txt", "two\n"}, {"c.txt", "three\n"}, {"test_words.py", kTest}});
  }

  std::string script(const std::string& name, int delay_ms) const {
    const auto file = folder_.path() / name;
    EXPECT_TRUE(write_file_atomic(file, restore_script(delay_ms)));
    return file.string();
  }
  std::filesystem::path backup_folder() const { return folder_.path() / "backup"; }

  std::string submit(const std::string& prompt, json::Array change = {}) {
    json::Object body{
        {"repository_id", "e2e/restore"}, {"prompt", prompt}, {"notify", json::Array{json::Object{{"webhook", receiver_.url()}}}}};
    if (!change.empty()) body.append("change", std::move(change));
    return site_->fleet->submit(std::move(body), prompt);
  }
  std::string submit_edit(const std::string& word) {
    return submit(word, {json::Object{{"op", "edit_file"}, {"path", "c.txt"}, {"old_string", "three"}, {"new_string", "three " + word}}});
  }
  json::Value task(const std::string& id) const {
    const auto answer = site_->fleet->request("GET", "/api/v1/tasks/" + id);
    return answer && answer->status == 200 ? json::parse(answer->body).value_or(json::Value()) : json::Value();
  }
  void await_step(const std::string& id, const std::string& kind, const std::string& state) const {
    const bool seen = eventually(
        [&] {
          const auto now = task(id);
          return std::ranges::any_of(now.array_or_empty("steps"), [&](const auto& step) {
            return step.string_or("kind", "") == kind && step.string_or("state", "") == state;
          });
        },
        kTaskTime);
    ASSERT_TRUE(seen) << kind << " is never " << state << json::dump_pretty(task(id));
  }
  void await_question(const std::string& id) const {
    ASSERT_TRUE(eventually([&] { return !task(id).array_or_empty("checkpoints").empty(); }, kTaskTime)) << json::dump_pretty(task(id));
  }
  void stop(const char* worker) { ASSERT_EQ(site_->fleet->process(worker).terminate(), 0); }

  // Succeeded, one branch with one commit on the base, whose id is the result's; one notification.
  void expect_done(const std::string& id, const std::string& path, const std::string& text) {
    const auto ended = site_->fleet->wait_terminal(id, kTaskTime);
    ASSERT_EQ(ended.string_or("status", ""), "succeeded") << json::dump_pretty(ended);
    const auto branch = ended.string_or("branch", "");
    EXPECT_EQ(git_.at_remote({"rev-parse", "refs/heads/" + branch}), ended.find("result")->string_or("commit", ""));
    EXPECT_EQ(git_.at_remote({"rev-list", "--count", base_ + "..refs/heads/" + branch}), "1");
    EXPECT_EQ(text::lines(git_.at_remote({"log", "--all", "--format=%H", "--grep=Argosy-Task: " + id})).size(), 1u);
    EXPECT_EQ(git_.at(branch, path), text);
    EXPECT_TRUE(eventually([&] { return receiver_.ids_of(id).size() == 1; }));
    std::int64_t next = 1;
    for (const auto& event : site_->fleet->events(id)) EXPECT_EQ(event.int_or("seq", 0), next++);
  }

  TempDir folder_{"argosy-restore"};
  testing::GitFixture git_;
  WebhookReceiver receiver_;
  std::string base_;
  std::optional<Site> site_;
};

TEST_F(Restore, IntoAnEmptyClusterBesideAnEmptyKafkaLetsEveryTaskEndAndRepeatsNothing) {
  site_.emplace();
  site_->open(script("slow.yaml", kOpenCallMs));
  site_->fleet->add_repository("e2e/restore", git_.url());

  // In every state: over, with an agent whose model answers, waiting for a person, tested and not pushed, queued.
  const auto over = submit_edit("over");
  expect_done(over, "c.txt", "three over\n");
  const auto working = submit(kAgentPrompt);
  await_step(working, "agent", "running");
  const auto asking = submit(kAskingPrompt);
  await_question(asking);
  stop("git");
  const auto pushed_later = submit_edit("later");
  await_step(pushed_later, "push", "ready");
  stop("planning");
  std::vector<std::string> queued;
  for (int i = 0; i < kQueued; ++i) queued.push_back(submit_edit(fmt::format("queued{}", i)));

  const auto backup_at = system_clock().boot_time();
  EXPECT_THAT(run_argosy(site_->postgres.url(), {"backup", backup_folder().string()}), HasSubstr("every row read back"));
  const auto backup_s = seconds_since(backup_at);
  // What comes after a backup and before the loss: a push that git keeps, and a task that nobody will know.
  site_->fleet->start("git");
  expect_done(pushed_later, "c.txt", "three later\n");
  const auto branch_later = task(pushed_later).string_or("branch", "");
  const auto commit_later = git_.at_remote({"rev-parse", "refs/heads/" + branch_later});
  const auto forgotten = submit_edit("forgotten");
  EXPECT_THAT(run_argosy(site_->postgres.url(), {"restore", backup_folder().string()}, 1), HasSubstr("this one has tasks"));

  const auto lost_at = system_clock().boot_time();
  const auto rpo_s = seconds_since(backup_at);
  site_.reset();  // SIGKILL to the fleet; the data of Postgres and Kafka are gone
  site_.emplace();
  const auto restore_at = system_clock().boot_time();
  EXPECT_THAT(run_argosy(site_->postgres.url(), {"restore", backup_folder().string()}), HasSubstr("restored what stood at"));
  const auto restore_s = seconds_since(restore_at);
  site_->open(script("quick.yaml", 0));
  for (const auto& id : queued) await_step(id, "plan", "succeeded");
  const auto rto_s = seconds_since(lost_at);

  EXPECT_EQ(task(over).string_or("status", ""), "succeeded");
  EXPECT_TRUE(task(forgotten).is_null()) << "it was submitted after the backup";
  await_question(asking);
  const auto answered = site_->fleet->request("POST", "/api/v1/tasks/" + asking + "/checkpoints/0-clarify",
                                              json::Object{{"verdict", "correct"}, {"text", "eight"}});
  ASSERT_TRUE(answered && answered->status == 200) << (answered ? answered->body : "");
  expect_done(asking, "b.txt", "two eight\n");
  expect_done(working, "a.txt", "one seven\n");
  expect_done(pushed_later, "c.txt", "three later\n");
  EXPECT_EQ(git_.at_remote({"rev-parse", "refs/heads/" + branch_later}), commit_later) << "the same commit, not another one";
  for (int i = 0; i < kQueued; ++i) expect_done(queued[i], "c.txt", fmt::format("three queued{}\n", i));

  // What ran at the moment of the backup began anew and cost no attempt.
  testing::SqlSession sql(site_->postgres.url());
  EXPECT_EQ(sql.value("SELECT count(*) FROM step_attempt WHERE outcome = 'crashed'"), "0");
  EXPECT_NE(sql.value("SELECT count(*) FROM step_attempt WHERE outcome = 'left'"), "0");
  fmt::print("restore: tasks={} backup_s={:.1f} rpo_s={:.1f} restore_s={:.1f} rto_s={:.1f}\n", 4 + kQueued, backup_s, rpo_s, restore_s,
             rto_s);
}

TEST_F(Restore, RefusesADumpThatIsNotWhatWasWritten) {
  OwnPostgres from, to;
  run_argosy(from.url(), {"migrate", "up"});
  run_argosy(from.url(), {"backup", backup_folder().string()});
  EXPECT_THAT(run_argosy(from.url(), {"backup", backup_folder().string()}, 1), HasSubstr("is there already"));
  const auto dump = backup_folder() / "database.dump";
  auto bytes = read_file(dump).value_or("");
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(write_file_atomic(dump, bytes));
  EXPECT_THAT(run_argosy(from.url(), {"backup", "--verify", backup_folder().string()}, 1), HasSubstr("is not what was written"));
  EXPECT_THAT(run_argosy(to.url(), {"restore", backup_folder().string()}, 1), HasSubstr("is not what was written"));
  testing::SqlSession sql(to.url());
  EXPECT_EQ(sql.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"), "0") << "nothing was begun";
}

TEST_F(Restore, MigratesABackupOfAnOlderSchemaAndGrantsWhatWasGranted) {
  OwnPostgres from, to;
  run_argosy(from.url(), {"migrate", "up"});
  run_argosy(from.url(), {"migrate", "down", "--to", "56"});
  testing::SqlSession before(from.url());
  before.query("CREATE ROLE restore_reader NOLOGIN");
  before.query("GRANT SELECT ON task TO restore_reader");
  run_argosy(from.url(), {"backup", backup_folder().string()});
  run_argosy(to.url(), {"restore", backup_folder().string()});
  testing::SqlSession after(to.url());
  EXPECT_EQ(after.value("SELECT has_table_privilege('restore_reader', 'task', 'SELECT')"), "t");
  EXPECT_THAT(run_argosy(to.url(), {"migrate", "up"}), HasSubstr("0 applied"));
}

// As pgvector would stand there where a superuser has made it: it is neither dropped nor made, nor is its comment.
TEST_F(Restore, ByNoSuperuserLeavesAnExtensionThatIsThereAndSaysThatARoleIsMissing) {
  OwnPostgres from, to;
  constexpr auto kExtension = "CREATE EXTENSION pageinspect";
  run_argosy(from.url(), {"migrate", "up"});
  testing::SqlSession(from.url()).query(kExtension);
  run_argosy(from.url(), {"backup", backup_folder().string()});
  testing::SqlSession operators(to.url());
  operators.query("CREATE ROLE restorer LOGIN");
  operators.query("ALTER DATABASE argosy OWNER TO restorer");
  operators.query(kExtension);
  const auto url = to.url() + "&user=restorer";
  run_argosy(url, {"migrate", "up"});  // what it made has to go

  EXPECT_THAT(run_argosy(url, {"restore", backup_folder().string()}), HasSubstr("the role argosy_scaler is missing"));
  EXPECT_EQ(operators.value("SELECT count(*) FROM pg_extension WHERE extname = 'pageinspect'"), "1");
  EXPECT_EQ(operators.value("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'task'"), "restorer");
  EXPECT_THAT(run_argosy(url, {"migrate", "up"}), HasSubstr("0 applied"));
  // By who may, over what was restored: nobody has made anything there yet.
  EXPECT_THAT(run_argosy(to.url(), {"restore", backup_folder().string()}), Not(HasSubstr("argosy_scaler")));
  EXPECT_EQ(operators.value("SELECT rolconnlimit || array_to_string(rolconfig, ' ') FROM pg_roles WHERE rolname = 'argosy_scaler'"),
            "20default_transaction_read_only=on statement_timeout=2s");
}

TEST_F(Restore, ThatCannotEndSaysWhatToDoBeforeTheNextTry) {
  OwnPostgres from, to;
  run_argosy(from.url(), {"migrate", "up"});
  run_argosy(from.url(), {"backup", backup_folder().string()});
  const auto file = backup_folder() / "manifest.json";
  auto manifest = json::parse(read_file(file).value_or("")).value_or(json::Value());
  auto rows = manifest.find("rows")->as_object();
  rows["task"] = 7;  // as if somebody wrote there meanwhile
  auto changed = manifest.as_object();
  changed["rows"] = std::move(rows);
  ASSERT_TRUE(write_file_atomic(file, json::dump(changed)));
  EXPECT_THAT(run_argosy(to.url(), {"restore", backup_folder().string()}, 1),
              AllOf(HasSubstr("task has 0 rows, the backup 7"), HasSubstr("drop this database and make it anew")));
}

}  // namespace
}  // namespace argosy::test
