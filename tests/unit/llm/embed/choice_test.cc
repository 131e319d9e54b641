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

}  // namespace
}  // namespace argosy::llm
