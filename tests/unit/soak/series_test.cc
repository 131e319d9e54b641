// Whether the soak sees what grows, and lets pass what does not.
#include "tests/bench/soak/series.h"

#include <gtest/gtest.h>

#include <cmath>

namespace argosy::bench {
namespace {

// 240 looks: a level, a noise that comes and goes, and what leaks with each look.
Series series(double level, double noise, double leak) {
  Series series{.name = "memory", .unit = "MB", .slack = 8};
  for (int i = 0; i < 240; ++i) series.values.push_back(level + noise * std::sin(i / 3.0) + leak * i);
  return series;
}

TEST(Soak, ALeakGrows) { EXPECT_TRUE(trend(series(100, 5, 0.3)).grows); }

TEST(Soak, ASawtoothDoesNot) { EXPECT_FALSE(trend(series(100, 30, 0)).grows); }

TEST(Soak, WhatFillsUpAtTheBeginningDoesNot) {
  auto warm = series(100, 5, 0);
  for (std::size_t i = 0; i < 40; ++i) warm.values[i] = 2 * static_cast<double>(i);
  EXPECT_FALSE(trend(warm).grows);
}

TEST(Soak, WhatShrinksDoesNot) { EXPECT_FALSE(trend(series(200, 5, -0.4)).grows); }

TEST(Soak, ThePictureNamesWhatGrows) {
  EXPECT_NE(plot({series(100, 5, 0.3)}, 10).find("GROWS"), std::string::npos);
  EXPECT_EQ(plot({series(100, 5, 0)}, 10).find("GROWS"), std::string::npos);
}

}  // namespace
}  // namespace argosy::bench
