// What models cost, as clients read it.
#include "common/store/spending.h"
#include "tests/integration/ingest/api.h"

namespace argosy::ingest {
namespace {

class Usage : public Api {
 protected:
  void SetUp() override {
    start();
    add_repository();
  }
  void spend(const std::string& task, const std::string& user, NanoUsd money) {
    const store::Reservation call{.call = task + user,
                                  .org = kDefaultOrg,
                                  .user = user,
                                  .step = {*TaskId::parse(task), 1},
                                  .model = "small",
                                  .money = money,
                                  .tokens = 30};
    const store::Settlement done{.call = call.call, .money = money / 2, .tokens = 25, .input = 20, .cached = 10, .output = 5};
    ASSERT_TRUE(store::reserve_spending(db(), {&call, 1}));
    ASSERT_TRUE(store::settle_spending(db(), {&done, 1}));
  }
};

TEST_F(Usage, IsSummedByTaskUserModelAndDay) {
  const auto one = submit(), two = submit();
  spend(one, "ann", kUsd);
  spend(two, "ann", kUsd / 4);
  spend(two, "bob", kUsd / 4);
  const auto tasks = get("/api/v1/usage?group_by=task");
  ASSERT_EQ(tasks.status, 200) << tasks.text;
  const auto& rows = tasks.body.array_or_empty("usage");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].string_or("task_id", ""), one);
  EXPECT_EQ(rows[0].string_or("usd", ""), "0.5");
  EXPECT_EQ(rows[1].string_or("usd", ""), "0.25");
  EXPECT_EQ(rows[1].int_or("cached_tokens", 0), 20);
  EXPECT_FALSE(tasks.body.bool_or("more", true));
  EXPECT_EQ(get("/api/v1/usage?group_by=user").body.array_or_empty("usage")[0].string_or("user", ""), "ann");
  EXPECT_EQ(get("/api/v1/usage?group_by=model").body.array_or_empty("usage")[0].int_or("calls", 0), 3);
  EXPECT_EQ(get("/api/v1/usage").body.array_or_empty("usage")[0].int_or("tokens", 0), 75);
  EXPECT_TRUE(get("/api/v1/usage?group_by=task&limit=1").body.bool_or("more", false));
  EXPECT_TRUE(get("/api/v1/usage?to=2020-01-01T00:00:00.000Z").body.array_or_empty("usage").empty());
}

TEST_F(Usage, WrongParametersAreNamed) {
  for (const std::string query : {"group_by=week", "from=yesterday", "to=1", "limit=0", "colour=red"}) {
    const auto refused = get("/api/v1/usage?" + query);
    EXPECT_EQ(refused.status, 400) << query;
    EXPECT_EQ(refused.problem(), "/problems/parameter_invalid") << query;
  }
}

}  // namespace
}  // namespace argosy::ingest
