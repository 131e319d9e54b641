// What was looked at again and again while the fleet worked, and whether it grew. Pure, one thread.
#pragma once

#include <string>
#include <vector>

namespace argosy::bench {

struct Series {
  std::string name, unit;
  // What it may grow by without being called growing: of its earlier mean, and beside that. A cache that fills up and the sawtooth of a
  // vacuum are below; what leaks is above, if only one looks for long enough.
  double share = 0.15, slack = 0;
  std::vector<double> values{};  // one a look, all looks equally far from each other
};

struct Trend {
  double earlier = 0, later = 0;  // the means of the first and the last third, the warm-up left out
  bool grows = false;
};

// The first sixth of the looks is the warm-up. What was looked at fewer than six times does not grow.
Trend trend(const Series& series);

// A picture of all, each over the same time with a scale of its own, from zero. `minutes` is what the width stands for.
std::string plot(const std::vector<Series>& all, double minutes);

}  // namespace argosy::bench
