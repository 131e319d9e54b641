// Which model makes the vectors.
#include "common/llm/embed/choice.h"

#include <gtest/gtest.h>

namespace argosy::llm {
namespace {

TEST(EmbedderChoice, IsWhoIsNamedElseTheFirstThatCanElseNobody) {
  const Catalogue all({{.name = "chat"}, {.name = "first", .can = {.embedding = true}}, {.name = "second", .can = {.embedding = true}}});
  EXPECT_EQ(choose_embedder(all, "").value()->name, "first");
  EXPECT_EQ(choose_embedder(all, "second").value()->name, "second");
  EXPECT_EQ(choose_embedder(all, "chat").error().code, "embedding_unsupported");
  EXPECT_EQ(choose_embedder(all, "third").error().code, "model_unknown");
  EXPECT_EQ(choose_embedder(Catalogue({{.name = "chat"}}), "").value(), nullptr);
}

TEST(EmbedderChoice, NeedsAPriceWhereItIsPaid) {
  const Catalogue all(
      {{.name = "free", .can = {.embedding = true}}, {.name = "priced", .prices = Prices{.input = kUsd}, .can = {.embedding = true}}});
  EXPECT_EQ(choose_embedder(all, "", true).error().code, "model_price_unknown");
  EXPECT_FALSE(choose_embedder(all, "free", true).error().hint.empty());
  EXPECT_EQ(choose_embedder(all, "priced", true).value()->name, "priced");
  EXPECT_EQ(choose_embedder(all, "free", false).value()->name, "free");
  EXPECT_EQ(choose_embedder(Catalogue(), "", true).value(), nullptr);
}

TEST(EmbedderChoice, SeesOnlyWhatTheRoutesLetItSee) {
  const OrgId shy{Uuid::v4()};
  const ModelEntry embedder{.name = "vectors", .can = {.embedding = true}};
  const Catalogue all({{.name = "here"}, embedder}, {{.when = {.repositories = {"acme/secret-*"}}, .use = {"here"}},
                                                     {.when = {.repositories = {"acme/shown"}}, .use = {"here", "vectors"}},
                                                     {.when = {.organisations = {shy}}, .use = {"here"}},
                                                     {.when = {.kinds = {CallKind::plan}}, .use = {"here"}}});
  const auto may = [&](const std::string& repository, const OrgId& org) {
    return may_embed(all, embedder, {.kind = "plan", .payer = Payer{.org = org, .user = "ann", .step = {}}, .repository = repository});
  };
  EXPECT_FALSE(may("acme/secret-plans", kDefaultOrg));
  EXPECT_TRUE(may("acme/other", kDefaultOrg)) << "a rule about plans says nothing about vectors";
  EXPECT_FALSE(may("acme/other", shy));
  EXPECT_TRUE(may("acme/shown", shy)) << "a rule that names the repository counts first";
  EXPECT_FALSE(may_embed(all, embedder, {.repository = "acme/secret-plans"}));
  EXPECT_TRUE(may_embed(Catalogue({embedder}), embedder, {})) << "its price is the ledger's matter";
}

}  // namespace
}  // namespace argosy::llm
