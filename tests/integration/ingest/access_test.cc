// Who sees what: tokens, roles, and organisations that know nothing of each other.
#include <gmock/gmock.h>

#include "common/core/crypto.h"
#include "common/store/blobs.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class IngestAccessOverHttp : public Api {
 protected:
  static constexpr const char* kOrgA = "11111111-1111-4111-8111-111111111111";
  static constexpr const char* kOrgB = "22222222-2222-4222-8222-222222222222";

  void SetUp() override {
    std::string lines = "# who may call\n";
    const auto add = [&](const std::string& token, const std::string& org, const std::string& role) {
      lines += crypto::sha256_hex(token) + " " + org + " " + token + "-user " + role + "\n";
    };
    add("a-admin", kOrgA, "admin");
    add("a-viewer", kOrgA, "viewer");
    add("a-operator", kOrgA, "operator");
    add("b-admin", kOrgB, "admin");
    const auto file = tokens_.path() / "tokens";
    ASSERT_TRUE(write_file_atomic(file, lines, 0600));
    start({{"ARGOSY_TOKENS_FILE", file.string()}});
    token_ = "a-admin";
    add_repository();
    task_ = submit({}, {{"Idempotency-Key", "shared"}});
  }
  TempDir tokens_;
  std::string task_;
};

TEST_F(IngestAccessOverHttp, NobodyGetsInWithoutAKnownToken) {
  for (const std::string token : {"", "wrong", "a-admi", "a-admin,"}) {
    token_ = token;
    for (const std::string target : {"/api/v1/tasks", "/api/v1/repositories", "/api/v1/repositories/org/library"}) {
      const auto answer = get(target);
      EXPECT_EQ(answer.status, 401) << token << target;
      EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
    }
    for (const std::string& rest : std::vector<std::string>{"", "/events", "/logs", "/artifacts", "/artifacts/" + std::string(64, 'a')})
      EXPECT_EQ(get("/api/v1/tasks/" + task_ + rest).status, 401) << rest;
    EXPECT_EQ(post("/api/v1/tasks", task_body()).status, 401);
    EXPECT_EQ(call("POST", "/api/v1/tasks/" + task_ + "/cancel").status, 401);
  }
  EXPECT_THAT(process().log(), Not(HasSubstr("a-admin\"")));
}

TEST_F(IngestAccessOverHttp, ARoleMayDoNoMoreThanItsName) {
  token_ = "a-viewer";
  EXPECT_EQ(get("/api/v1/tasks/" + task_).status, 200);
  EXPECT_EQ(post("/api/v1/tasks", task_body()).problem(), "/problems/forbidden");
  EXPECT_EQ(post("/api/v1/repositories", json::Object{}).problem(), "/problems/forbidden");
  EXPECT_EQ(call("POST", "/api/v1/tasks/" + task_ + "/cancel").problem(), "/problems/forbidden");
  token_ = "a-operator";
  EXPECT_EQ(post("/api/v1/tasks", task_body()).problem(), "/problems/forbidden");
  EXPECT_EQ(call("POST", "/api/v1/tasks/" + task_ + "/cancel").status, 200);
}

TEST_F(IngestAccessOverHttp, WhatIsAnotherOrganisationsDoesNotExist) {
  const std::string bytes = "secret";
  store::BlobLink link;
  link.task = *TaskId::parse(task_);
  link.kind = "patch";
  link.name = "a.patch";
  link.sha256 = crypto::sha256_hex(bytes);
  link.size = static_cast<std::int64_t>(bytes.size());
  ASSERT_TRUE(store::put_blob(db(), link, bytes, 1 << 20));
  EXPECT_EQ(get("/api/v1/tasks/" + task_ + "/artifacts/" + link.sha256).text, bytes);

  token_ = "b-admin";
  const std::string none = "/api/v1/tasks/" + Uuid::v7(1).to_string();
  for (const std::string rest : {"", "/events", "/logs", "/logs?step=0", "/calls", "/artifacts"}) {
    const auto foreign = get("/api/v1/tasks/" + task_ + rest);
    EXPECT_EQ(foreign.status, 404) << rest;
    EXPECT_EQ(foreign.problem(), get(none + rest).problem()) << rest;  // not told apart from what never was
  }
  EXPECT_EQ(get("/api/v1/tasks/" + task_ + "/artifacts/" + link.sha256).status, 404);
  EXPECT_EQ(call("POST", "/api/v1/tasks/" + task_ + "/cancel").status, 404);
  EXPECT_EQ(get("/api/v1/repositories/org/library").status, 404);
  EXPECT_EQ(get("/api/v1/tasks").body.array_or_empty("tasks").size(), 0u);
  EXPECT_EQ(get("/api/v1/repositories").body.array_or_empty("repositories").size(), 0u);
  EXPECT_EQ(post("/api/v1/tasks", task_body()).problem(), "/problems/repository_unknown");
  token_ = "a-admin";
  EXPECT_EQ(get("/api/v1/tasks/" + task_).body.string_or("status", ""), "queued");
}

TEST_F(IngestAccessOverHttp, AKeyBelongsToItsOrganisation) {
  token_ = "b-admin";
  add_repository();
  const std::string theirs = submit({}, {{"Idempotency-Key", "shared"}});
  EXPECT_NE(theirs, task_);
}

}  // namespace
}  // namespace argosy::ingest
