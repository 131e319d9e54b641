// Agents as objects: made, changed, removed, and named by tasks.
#include "common/store/queries.h"
#include "common/tasks/payloads.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

class Agents : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }
  // With these members in the place of its own.
  static json::Object careful(const json::Object& other = {}) {
    const json::Object usual{{"name", "careful-coder"},
                             {"about", "changes little"},
                             {"role", "coder"},
                             {"tools", json::Array{"read_file", "edit_file", "finish"}},
                             {"avoid_files", json::Array{"docs/**"}}};
    json::Object body = other;
    for (const auto& [key, value] : usual)
      if (json::Value(other).find(key) == nullptr) body.append(key, value);
    return body;
  }
  Answer put(const json::Value& body, const std::string& match = {}) {
    http::Headers headers;
    if (!match.empty()) headers["If-Match"] = match;
    return call("PUT", "/api/v1/agents/careful-coder", json::dump(body), std::move(headers));
  }
};

TEST_F(Agents, BuiltInOnesAreThereAndStayAsTheyAre) {
  const auto list = get("/api/v1/agents");
  ASSERT_EQ(list.status, 200) << list.text;
  const auto& agents = list.body.array_or_empty("agents");
  ASSERT_GE(agents.size(), 7u);
  for (const auto& agent : agents) EXPECT_TRUE(agent.bool_or("built_in", false));
  EXPECT_EQ(get("/api/v1/agents/coder").body.string_or("role", ""), "coder");
  EXPECT_EQ(call("DELETE", "/api/v1/agents/coder").problem(), "/problems/agent_built_in");
  EXPECT_EQ(post("/api/v1/agents", careful({{"name", "coder"}})).status, 422);
}

TEST_F(Agents, EachChangeIsAVersionAndOldOnesCanBeRead) {
  const auto made = post("/api/v1/agents", careful());
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.header("ETag"), "\"1\"");
  EXPECT_EQ(made.body.int_or("version", 0), 1);
  EXPECT_EQ(post("/api/v1/agents", careful()).problem(), "/problems/agent_exists");

  const auto changed = careful({{"about", "changes less"}});
  const auto second = put(changed, "\"1\"");
  ASSERT_EQ(second.status, 200) << second.text;
  EXPECT_EQ(second.body.int_or("version", 0), 2);
  EXPECT_EQ(put(changed, "\"1\"").status, 412) << "somebody has changed it meanwhile";
  EXPECT_EQ(get("/api/v1/agents/careful-coder").body.string_or("about", ""), "changes less");
  EXPECT_EQ(get("/api/v1/agents/careful-coder?version=1").body.string_or("about", ""), "changes little");
  EXPECT_EQ(get("/api/v1/agents/careful-coder?version=7").status, 404);
}

TEST_F(Agents, ARemovedOneIsGoneAndItsNameGoesOnCounting) {
  ASSERT_EQ(post("/api/v1/agents", careful()).status, 201);
  EXPECT_EQ(call("DELETE", "/api/v1/agents/careful-coder", {}, {{"If-Match", "\"9\""}}).status, 412);
  EXPECT_EQ(call("DELETE", "/api/v1/agents/careful-coder").status, 204);
  EXPECT_EQ(get("/api/v1/agents/careful-coder").status, 404);
  EXPECT_EQ(call("DELETE", "/api/v1/agents/careful-coder").status, 404);
  EXPECT_EQ(post("/api/v1/agents", careful()).body.int_or("version", 0), 3);
}

TEST_F(Agents, WhatIsWrongIsNamedAndNothingIsKept) {
  for (const auto& [key, value] :
       json::Object{{"tools", json::Array{"format_disk"}}, {"colour", "red"}, {"callbacks", json::Array{"ftp://x"}}}) {
    const auto refused = post("/api/v1/agents", careful({{key, value}}));
    EXPECT_EQ(refused.status, 422) << key << refused.text;
    EXPECT_EQ(get("/api/v1/agents/careful-coder").status, 404);
  }
}

TEST_F(Agents, ATaskGoesOnWithTheVersionThatItWasSubmittedWith) {
  ASSERT_EQ(post("/api/v1/agents", careful()).status, 201);
  EXPECT_EQ(post("/api/v1/tasks", task_body({{"agent", "nobody"}})).problem(), "/problems/agent_unknown");
  const auto id = submit({{"agent", "careful-coder"}});
  ASSERT_EQ(put(careful()).status, 200);
  const auto task = store::get_task(db(), kDefaultOrg, *TaskId::parse(id));
  ASSERT_TRUE(task && *task);
  const auto context = tasks::task_context_from((*task)->context);
  ASSERT_TRUE(context) << to_string(context.error());
  ASSERT_TRUE(context->agent);
  EXPECT_EQ(context->agent->version, 1);
  EXPECT_EQ(context->agent->avoid_files, std::vector<std::string>{"docs/**"});
}

}  // namespace
}  // namespace argosy::ingest
